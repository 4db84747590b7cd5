"""The fact-checkers' desk: a queue with a clock, and verdicts that two people stand behind."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import Script
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from lopburi_pr.back_office import DeskAdmin, EditorPages
from lopburi_pr.calendar_fields import DayField
from lopburi_pr.templatetags.thai import day_long, daytime, length_of_time
from lopburi_pr.thai_text import excerpt
from news import fact_checking, rumours
from news.admin.voices import origins
from news.claim_forms import EvidenceForm, VerdictForm
from news.models import Claim, Evidence, Verdict
from office import audit
from office.people import name_of

ROW_LETTERS = 120
# The colours of news.admin.editions for the states of claims.
TONES = {"received": "submitted", "checking": "scheduled", "answered": "published"}


def _stage(key, label):
    return format_html('<span class="stage stage--{}">{}</span>', TONES.get(key, key), label)


def _number(text):
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _join(claim, person, said):
    to = Claim.objects.filter(pk=_number(said.get("to", "").strip())).first()
    if to is None:
        raise ValidationError(gettext("No claim has this number."))
    fact_checking.join(claim, to, by=person)
    return to


class QueueFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "queue"

    def lookups(self, request, model_admin):
        return [("overdue", _("Overdue")), *Claim.State.choices, ("all", _("Every claim"))]

    def queryset(self, request, claims):
        if self.value() == "overdue":
            return claims.overdue()
        if self.value() in Claim.State.values:
            return claims.filter(state=self.value())
        return claims if self.value() == "all" else claims.waiting()

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        yield first | {"display": _("Waiting")}
        yield from others


@admin.register(Claim)
class ClaimAdmin(DeskAdmin):
    """The queue, the earliest due first, and one claim with what can be done about it."""

    change_form_template = "admin/news/claim/change_form.html"
    list_display = ("saying", "standing", "clock", "reports", "checker")
    list_filter = (QueueFilter,)
    search_fields = ("text", "link", "=pk")
    ordering = ("due_at", "pk")
    list_per_page = 30
    list_select_related = ("taken_by",)
    fields = ("text", "address", "sent_picture", "received", "clock", "reports", "checker")
    steps = {
        "take": (
            "news.change_claim",
            lambda claim, by, _said: fact_checking.take(claim, by=by),
            _("It is yours to check now."),
        ),
        "answer": (
            "news.change_verdict",
            lambda claim, by, _said: fact_checking.answer(claim, by=by),
            _("Write the verdict with its evidence."),
        ),
        "decline": (
            "news.change_claim",
            lambda claim, by, said: fact_checking.decline(
                claim, by=by, reason=said.get("reason", "")
            ),
            _("Whoever has the number reads your reason."),
        ),
        "join": ("news.change_claim", _join, _("The other claim's number now leads here.")),
    }

    def has_add_permission(self, request):
        return False  # staff report what they see where everybody does

    def has_change_permission(self, request, obj=None):
        return False  # only steps change it

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("what is passed on"))
    def saying(self, claim):
        said = excerpt(claim.text, ROW_LETTERS) or claim.link or gettext("A picture")
        return format_html(
            '<span class="row-title">{}</span><span class="row-note">{}{}</span>',
            said,
            claim,
            f" · {gettext('sample data')}" if claim.is_sample else "",
        )

    @admin.display(description=_("state"), ordering="state")
    def standing(self, claim):
        return _stage(claim.state, claim.get_state_display())

    @admin.display(description=_("answer due"), ordering="due_at")
    def clock(self, claim):
        if not claim.is_waiting:
            return "–"
        left = claim.due_at - timezone.now()
        if left.total_seconds() < 0:
            late = gettext("%(time)s late") % {"time": length_of_time(-left)}
            return format_html("{}<br>{}", daytime(claim.due_at), _stage("withdrawn", late))
        soon = gettext("%(time)s left") % {"time": length_of_time(left)}
        return format_html('{}<span class="row-note">{}</span>', daytime(claim.due_at), soon)

    @admin.display(description=_("checked by"))
    def checker(self, claim):
        person = claim.taken_by
        return name_of(person) or "–"

    @admin.display(description=_("received"))
    def received(self, claim):
        return daytime(claim.received_at)

    @admin.display(description=_("where it was seen"))
    def address(self, claim):
        return claim.link or "–"  # never a link: it may do harm to whoever opens it

    @admin.display(description=_("picture"))
    def sent_picture(self, claim):
        if not claim.picture_id:
            return "–"
        picture = '<img src="/pictures/{}/original.jpg" alt="" width="320">'
        return format_html(picture, claim.picture_id)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context |= {
            "stage": _stage(obj.state, obj.get_state_display()),
            "similar": rumours.similar_claims(obj) if obj.is_waiting else [],
            "verdicts": obj.verdicts.order_by("-version"),
            "trail": audit.trail(obj, *obj.verdicts.all()),
            "may_check": request.user.has_perm("news.change_claim"),
            "origins": origins(request.user, claim=obj),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)


class EvidenceInline(admin.StackedInline):
    model = Evidence
    form = EvidenceForm
    extra = 0
    min_num = 1
    formfield_overrides = {models.DateField: {"form_class": DayField}}
    fields = ("title", ("said_by", "said_on"), "url")
    readonly_fields = ("said_day",)
    verbose_name_plural = _("What does it rest on?")

    @admin.display(description=Evidence._meta.get_field("said_on").verbose_name)
    def said_day(self, evidence):
        return day_long(evidence.said_on)

    def get_fields(self, request, obj=None):
        if obj is None or (obj.can_be_written and self.has_change_permission(request, obj)):
            return self.fields
        return ("title", ("said_by", "said_day"), "url")


def _told(name, told):
    """A read-only value of the verdict, as people read it."""

    @admin.display(description=Verdict._meta.get_field(name).verbose_name)
    def value(verdict):
        return told(verdict) or "–"

    return value


READ_ONLY = {
    "explanation": _told(
        "explanation",
        lambda verdict: mark_safe(verdict.explanation),  # noqa: S308 -- cleaned on every save
    )
}


@admin.register(Verdict)
class VerdictAdmin(DeskAdmin, EditorPages):
    """The form that writes a verdict, and the same read-only for whoever approves it."""

    form = VerdictForm
    change_form_template = "admin/news/verdict/change_form.html"
    inlines = (EvidenceInline,)
    fieldsets = (
        (_("What is said, and is it true?"), {"fields": ("claim_text", "label", "short_answer")}),
        (_("How does the office know?"), {"fields": ("explanation",)}),
    )
    list_display = ("claim_text", "label", "state", "shown_from")
    steps = {
        "submit": (
            "news.change_verdict",
            lambda verdict, by, _said: fact_checking.submit(verdict, by=by),
            _("Submitted. Somebody else reads and approves it."),
        ),
        "take-back": (
            "news.change_verdict",
            lambda verdict, by, _said: fact_checking.take_back(verdict, by=by),
            _("It is a draft again."),
        ),
        "send-back": (
            "news.publish_verdict",
            lambda verdict, by, said: fact_checking.send_back(
                verdict, by=by, reason=said.get("reason", "")
            ),
            _("Returned to its writer with your reason."),
        ),
        "approve": (
            "news.publish_verdict",
            lambda verdict, by, said: fact_checking.approve(
                verdict, by=by, seen=_number(said.get("seen", ""))
            ),
            _("Readers see it now."),
        ),
        "answer": (
            "news.change_verdict",
            lambda verdict, by, _said: fact_checking.answer(verdict.claim, by=by),
            _("Write the verdict with its evidence."),
        ),
    }

    class Media:
        js = (Script("js/editor.js", defer=True),)

    def has_module_permission(self, request):
        return False  # reached through its claim

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        # What was submitted is being read, what was approved stays as it was said.
        if obj is not None and not obj.can_be_written:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fieldsets(self, request, obj=None):
        (first, said), (second, known) = self.fieldsets
        fields = [*known["fields"], *(["picture_alt"] if obj and obj.claim.picture_id else [])]
        found = [(first, said), (second, {"fields": fields})]
        if obj and obj.version > 1:
            found.insert(0, (_("What changed?"), {"fields": ["change_note"]}))
        if obj is None or self.has_change_permission(request, obj):
            return found
        return [
            (question, {"fields": [READ_ONLY.get(name, name) for name in options["fields"]]})
            for question, options in found
        ]

    def save_model(self, request, verdict, form, change):
        fact_checking.written(verdict, by=request.user)
        super().save_model(request, verdict, form, change)

    def response_change(self, request, verdict):
        if "_submit" in request.POST:
            return self.step(request, verdict, "submit")
        return super().response_change(request, verdict)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context |= {
            "claim": obj.claim,
            "stage": _stage(obj.state, obj.get_state_display()),
            "obstacles": fact_checking.approval_obstacles(obj, by=request.user)
            if obj.state == Verdict.State.SUBMITTED
            else fact_checking.obstacles(obj) * obj.can_be_written,
            "may_decide": request.user.has_perm("news.publish_verdict"),
            "trail": audit.trail(obj.claim, *obj.claim.verdicts.all()),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)


def counts(request):
    """Counts for the back office's front page."""
    if not request.user.has_perm("news.view_claim"):
        return []
    queue = reverse("admin:news_claim_changelist")
    late = Claim.objects.overdue().count()
    found = [(gettext_lazy("claims to check"), Claim.objects.waiting().count(), queue)]
    if late:
        found.append((gettext_lazy("claims overdue"), late, f"{queue}?queue=overdue"))
    return [{"label": label, "count": count, "url": url} for label, count, url in found]


def tasks(request):
    """Verdicts that wait for the person who looks: to approve, to write again."""
    person = request.user
    rows = Verdict.objects.select_related("claim", "submitted_by")
    groups = []
    if person.has_perm("news.publish_verdict"):
        groups.append((_("Verdicts that wait for your approval"), rows.waiting_for(person)))
    if person.has_perm("news.change_verdict"):
        returned = rows.filter(state=Verdict.State.RETURNED, writers__contains=[person.pk])
        groups.append((_("Verdicts returned to you"), returned))
    return [
        {
            "title": title,
            "rows": [
                {
                    "about": verdict,
                    "url": reverse("admin:news_verdict_change", args=[verdict.pk]),
                    "since": verdict.submitted_at,
                    "by": verdict.submitted_by,
                }
                for verdict in verdicts[:20]
            ],
        }
        for title, verdicts in groups
        if verdicts.exists()
    ]


admin.site.counters.append(counts)
admin.site.task_lists.append(tasks)
