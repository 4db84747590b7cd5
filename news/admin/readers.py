"""What readers sent, and waits for an answer."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from news import challenges
from news.models import Challenge


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
        return [("waiting", _("Waits for an answer")), ("decided", _("Answered"))]

    def queryset(self, request, rows):
        words = {"waiting": rows.waiting, "decided": rows.decided}
        return words[self.value()]() if self.value() in words else rows


@admin.register(Challenge)
class ChallengeAdmin(admin.ModelAdmin):
    """Reports are read and answered; nobody writes, changes or deletes one."""

    form = DecisionForm
    list_display = ("reference", "article", "what_briefly", "received_at", "state")
    list_filter = (WaitingFilter,)
    list_select_related = ("article",)
    list_per_page = 30
    show_full_result_count = False
    report = ("news", "paragraph", "reader_wrote", "evidence", "received_at")
    decision = ("outcome", "answer", "is_quoted")
    readonly_fields = (*report, "state", "decided_by", "decided_at")

    def get_fieldsets(self, request, challenge=None):
        decided = ("state", "answer", "is_quoted", "decided_by", "decided_at")
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
        return format_html("<blockquote>{}</blockquote>", challenge.quote)

    @admin.display(description=_("what the reader wrote"))
    def reader_wrote(self, challenge):
        return challenge.what

    @admin.display(description=_("address of the evidence"))
    def evidence(self, challenge):
        """As text: nobody in the office should be led to an unknown page by one careless tap."""
        return challenge.evidence_url or "–"


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


admin.site.counters.append(counts)
