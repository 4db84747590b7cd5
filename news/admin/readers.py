"""What readers sent and waits for an answer; the post that goes to those who follow."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from lopburi_pr import background
from lopburi_pr.templatetags.thai import daytime
from news import challenges
from news.models import Challenge, Follower, Letter, LetterRound


class DecisionForm(forms.ModelForm):
    outcome = forms.ChoiceField(
        label=_("outcome"), widget=forms.RadioSelect, choices=Challenge.State.choices[1:]
    )

    class Meta:
        model = Challenge
        fields = ("answer", "is_quoted")
        help_texts = {"answer": _("Everybody reads it beside the number of the report, for ever.")}

    def clean(self):
        cleaned = super().clean()
        outcome, answer = cleaned.get("outcome", ""), cleaned.get("answer", "")
        if outcome and (found := challenges.obstacles(self.instance, outcome, answer)):
            raise forms.ValidationError(found)
        return cleaned

    def _post_clean(self):
        """The row is written by ``challenges.decide`` alone, which also settles its state."""


class WaitingFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "stage"

    def lookups(self, request, model_admin):
        return [("waiting", _("Waits for an answer")), ("decided", _("Has an answer"))]

    def queryset(self, request, rows):
        words = {"waiting": rows.waiting, "decided": rows.decided}
        return words[self.value()]() if self.value() in words else rows


def moment(model, name):
    """A column of the list, and a field of the form, that tells a moment as people here do."""
    label = model._meta.get_field(name).verbose_name

    @admin.display(description=label, ordering=name, empty_value="–")
    def told(_self, row):
        return daytime(getattr(row, name)) or None

    return told


@admin.register(Challenge)
class ChallengeAdmin(admin.ModelAdmin):
    """Reports are read and answered; nobody writes, changes or deletes one."""

    form = DecisionForm
    list_display = ("reference", "article", "what_briefly", "received", "state")
    list_filter = (WaitingFilter,)
    list_select_related = ("article",)
    list_per_page = 30
    show_full_result_count = False
    report = ("news", "paragraph", "reader_wrote", "evidence", "received")
    decision = ("outcome", "answer", "is_quoted")
    readonly_fields = (*report, "state", "decided_by", "decided")

    def get_fieldsets(self, request, challenge=None):
        decided = ("state", "answer", "is_quoted", "decided_by", "decided")
        is_open = self.has_change_permission(request, challenge)
        return (
            (_("What does the reader say?"), {"fields": self.report}),
            (_("What do we answer?"), {"fields": self.decision if is_open else decided}),
        )

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, challenge=None):
        return False

    def has_change_permission(self, request, challenge=None):
        is_open = challenge is None or challenge.state == Challenge.State.RECEIVED
        return is_open and super().has_change_permission(request, challenge)

    def save_model(self, request, challenge, form, change):
        given = form.cleaned_data
        challenges.decide(
            challenge,
            by=request.user,
            outcome=given["outcome"],
            answer=given["answer"],
            is_quoted=given["is_quoted"],
        )

    received, decided = moment(Challenge, "received_at"), moment(Challenge, "decided_at")

    @admin.display(description=_("number"), ordering="pk")
    def reference(self, challenge):
        return challenge.reference

    @admin.display(description=_("what the reader wrote"))
    def what_briefly(self, challenge):
        return f"{challenge.what[:80]}…" if len(challenge.what) > 80 else challenge.what

    @admin.display(description=_("The news"))
    def news(self, challenge):
        return format_html(
            '<a href="{}">{}</a> · {} {}',
            challenge.article.get_absolute_url(),
            challenge.article.reference,
            _("version"),
            challenge.version,
        )

    @admin.display(description=_("paragraph"))
    def paragraph(self, challenge):
        if not challenge.quote:
            return _("The whole news")
        return challenge.quote

    @admin.display(description=_("what the reader wrote"))
    def reader_wrote(self, challenge):
        return challenge.what

    @admin.display(description=_("address of the evidence"))
    def evidence(self, challenge):
        """As text: nobody in the office should be led to an unknown page by one careless tap."""
        return challenge.evidence_url or "–"


class Kept(admin.ModelAdmin):
    """Rows that come and go by themselves; nobody writes them."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, row=None):
        return False


@admin.register(Follower)
class FollowerAdmin(Kept):
    """To show or delete an address when its owner asks the office for it (PDPA 30, 33)."""

    list_display = ("email", "__str__", "language", "asked", "confirmed")
    readonly_fields = ("asked", "confirmed")
    fields = ("email", "article", "topic", "district", "language", "asked", "confirmed")
    asked, confirmed = moment(Follower, "asked_at"), moment(Follower, "confirmed_at")
    list_select_related = ("article", "topic", "district")
    search_fields = ("email",)
    list_per_page = 30


@admin.register(Letter)
class LetterAdmin(Kept):
    list_display = ("kind", "edition", "state", "due", "tries", "error", "sent")
    list_filter = ("state", "kind")
    list_select_related = ("edition",)
    list_per_page = 30
    readonly_fields = ("due", "written", "sent")
    fields = ("kind", "edition", "state", "due", "tries", "error", "written", "sent")
    due, sent = moment(Letter, "due_at"), moment(Letter, "sent_at")
    written = moment(Letter, "written_at")
    actions = ("again",)

    def has_delete_permission(self, request, letter=None):
        return False

    def has_again_permission(self, request):
        return request.user.has_perm("news.change_letter")

    @admin.action(description=_("Try to send again"), permissions=["again"])
    def again(self, request, letters):
        count = background.again(letters.filter(state=Letter.State.FAILED))
        background.again(LetterRound.objects.filter(state=LetterRound.State.FAILED))
        self.message_user(request, _("%(count)s letters wait again.") % {"count": count})


def post(request):
    """What the post needs somebody for: letters that failed, or wait for sending to be allowed."""
    if not request.user.has_perm("news.view_letter"):
        return []
    listed = reverse("admin:news_letter_changelist")
    failed = Letter.objects.filter(state=background.FAILED).count()
    failed += LetterRound.objects.filter(state=background.FAILED).count()
    found = [(_("letters that failed"), failed, background.FAILED)]
    if not settings.OUTBOUND_ENABLED:
        waiting = Letter.objects.filter(state=background.WAITING).count()
        found.append((_("letters wait: sending is switched off"), waiting, background.WAITING))
    return [
        {"label": label, "count": count, "url": f"{listed}?state__exact={state}"}
        for label, count, state in found
        if count
    ]


def counts(request):
    """Counts for the back office's front page; the oldest report waits behind the link."""
    if not request.user.has_perm("news.view_challenge"):
        return []
    waiting = Challenge.objects.waiting()
    found = waiting.count()
    if not found:
        return []
    url = reverse("admin:news_challenge_change", args=[waiting.first().pk])
    return [{"label": _("reported mistakes, the oldest first"), "count": found, "url": url}]


admin.site.counters += [counts, post]
