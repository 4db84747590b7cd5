"""Advisory requests at the desk: what is due first, one case with its next step, what comes in by
telephone or letter.
"""

from datetime import datetime

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from consulting import drafts, files, letters, promises
from consulting.admin import appointments
from consulting.casework_forms import (
    CHANGE,
    ELSE,
    END,
    NEXT,
    REVIEW,
    STEPS,
    WORK,
    ForwardStep,
)
from consulting.desk_forms import DeskForm
from consulting.models import (
    AdvisoryRequest,
    Message,
    RequestFile,
    RequestLetter,
    Topic,
    VoiceAdvice,
)
from lopburi_pr.back_office import DeskAdmin
from lopburi_pr.private_files import send
from lopburi_pr.templatetags.thai import daytime, length_of_time, weekday
from lopburi_pr.thai_calendar import BANGKOK
from office import audit
from office.models.places import HOME_PROVINCE
from office.people import name_of
from office.working_days import WorkingCalendar, calendar

State = AdvisoryRequest.State
# The colours of news.admin.editions for the states of requests.
TONES = {
    State.RECEIVED: "submitted",
    State.ASSIGNED: "scheduled",
    State.IN_CONSULTATION: "scheduled",
    State.WAITING_REQUESTER: "draft",
    State.WAITING_OTHERS: "draft",
    State.IN_REVIEW: "submitted",
    State.ANSWERED: "published",
    State.DECLINED: "withdrawn",
}


def due_in_words(
    advice: AdvisoryRequest, now: datetime | None = None, days: WorkingCalendar | None = None
) -> str:
    """When the next promise is due, or by how much it is overdue; empty when nothing is.

    ``days`` is the working calendar, for those who ask about many.
    """
    if not advice.is_open:
        return ""
    if advice.due_at is None:
        if advice.state == State.WAITING_REQUESTER:
            return gettext("Waits for the requester")
        return ""
    now = (now or timezone.now()).astimezone(BANGKOK)
    at = advice.due_at.astimezone(BANGKOK)
    if at < now:
        return _overdue(advice, at, now, days or calendar())
    hour = f"{at:%H:%M}" if get_language() == "en" else f"{at:%H:%M} น."
    match (at.date() - now.date()).days:
        case 0:
            return gettext("Due today %(hour)s") % {"hour": hour}
        case 1:
            return gettext("Due tomorrow %(hour)s") % {"hour": hour}
    return gettext("Due %(day)s") % {"day": weekday(at)}


def _overdue(advice, at, now, calendar):
    if advice.is_crisis:
        return gettext("Overdue by %(time)s") % {"time": length_of_time(now - at)}
    if not (days := calendar.between(at.date(), now.date())):
        return gettext("Overdue since %(moment)s") % {"moment": daytime(at)}
    told = ngettext("Overdue by %(n)s working day", "Overdue by %(n)s working days", days)
    return told % {"n": days}


class QueueFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "queue"

    def lookups(self, request, model_admin):
        return [
            ("mine", _("Mine")),
            ("unassigned", _("Nobody's yet")),
            ("crisis", _("Crisis")),
            ("overdue", _("Overdue")),
            ("waiting", _("Waits for somebody")),
            ("review", _("Answer is being reviewed")),
            ("all", _("All")),
        ]

    def queryset(self, request, rows):
        match self.value():
            case "mine":
                return rows.open().of(request.user)
            case "unassigned":
                return rows.unassigned()
            case "crisis":
                return rows.open().in_crisis()
            case "overdue":
                return rows.overdue()
            case "waiting":
                return rows.filter(state__in=[State.WAITING_REQUESTER, State.WAITING_OTHERS])
            case "review":
                return rows.filter(state=State.IN_REVIEW)
            case "all":
                return rows
        # Whoever searches means all of them, unless a queue is chosen.
        return rows if request.GET.get("q") else rows.open()

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        yield first | {"display": _("Not finished")}
        yield from others


class Queue(ChangeList):
    """The rows of one page, each with what is due in words."""

    def get_results(self, request):
        super().get_results(request)
        now, days = timezone.now(), calendar()
        for advice in self.result_list:
            advice.due_told = due_in_words(advice, now, days)


@admin.register(AdvisoryRequest)
class AdvisoryRequestAdmin(DeskAdmin):
    """The queue, what is due first, and one case with its steps."""

    change_list_template = "admin/consulting/advisoryrequest/change_list.html"
    list_display = ("headline", "standing", "due", "officer")
    list_filter = (QueueFilter, "topic")
    list_select_related = ("standard", "organization", "assignee")
    list_per_page = 30
    show_full_result_count = False
    search_fields = ("subject", "agency", "organization__name_th", "contact", "phone", "=number")
    search_help_text = _("Number, agency, subject or telephone")

    def get_changelist(self, request, **kwargs):
        return Queue

    def get_ordering(self, request):
        return (F("due_at").asc(nulls_last=True), "pk")

    def get_search_results(self, request, queryset, search_term):
        # Its number as it is told on the telephone.
        if (found := queryset.called(search_term)).exists():
            return found, False
        return super().get_search_results(request, queryset, search_term)

    def get_urls(self):
        admitted = self.admin_site.admin_view
        return [
            path(
                "<number:pk>/files/<number:file>/",
                admitted(self.file),
                name="consulting_advisoryrequest_file",
            ),
            *super().get_urls(),
        ]

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("request"), ordering="pk")
    def headline(self, advice):
        crisis = ""
        if advice.is_crisis:
            crisis = format_html('<span class="stage stage--withdrawn">{}</span> ', _("Crisis"))
        return format_html(
            '<span class="row-title">{}{}</span><span class="row-note">{} · {}{}</span>',
            crisis,
            advice.subject,
            advice.reference,
            advice.requester,
            f" · {gettext('sample data')}" if advice.is_sample else "",
        )

    @admin.display(description=_("state"), ordering="state")
    def standing(self, advice):
        tone, label = TONES.get(advice.state, advice.state), advice.get_state_display()
        return format_html('<span class="stage stage--{}">{}</span>', tone, label)

    @admin.display(description=_("due"), ordering="due_at", empty_value="–")
    def due(self, advice):
        if advice.is_overdue:
            return format_html('<b class="late">{}</b>', advice.due_told)
        return advice.due_told or None

    @admin.display(description=_("officer"))
    def officer(self, advice):
        return name_of(advice.assignee) or _("Nobody's yet")

    def changelist_view(self, request, extra_context=None):
        title = {"title": self.opts.verbose_name_plural}
        return super().changelist_view(request, title | (extra_context or {}))

    # One case

    def change_view(self, request, object_id, form_url="", extra_context=None):
        advice = self.get_object(request, object_id)
        if advice is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, advice):
            raise PermissionDenied
        return self.case(request, advice)

    def get_queryset(self, request):
        related = ("topic", "standard", "question_set", "organization", "assignee", "received_by")
        rows = super().get_queryset(request)
        if request.resolver_match.url_name.endswith("_changelist"):
            return rows
        return rows.select_related(*related, "province", "district", "merged_into")

    def step(self, request, row, verb):
        """Take a step; refused, the page comes again with everything that was typed."""
        step = STEPS.get(verb)
        if step is None:
            raise Http404
        advice = self.get_queryset(request).get(pk=row.pk)
        if not self.has_view_permission(request, advice) or not (
            step.may(advice, request.user) or request.user.has_perm(step.permission)
        ):
            raise PermissionDenied
        form = step(
            request.POST,
            {"files": request.FILES.getlist("files")},
            advice=advice,
            person=request.user,
        )
        there = None
        if form.is_valid():
            try:
                there = form.take() or advice
            except ValidationError as refused:
                form.add_error(None, refused.messages)
        if there is None:
            return self.case(request, self.get_queryset(request).get(pk=row.pk), form, 400)
        self.message_user(request, form.done, messages.SUCCESS)
        return HttpResponseRedirect(there.get_admin_url())

    def case(self, request, advice, bound=None, status=200):
        """The page of one case; ``bound`` is the form of a step that was refused."""
        person = request.user
        first = NEXT.get(advice.state)
        steps = []
        for kind in STEPS.values():
            is_this = bound is not None and kind.key == bound.key
            if is_this or (kind.may(advice, person) and not kind.obstacles(advice)):
                steps.append(bound if is_this else kind(advice=advice, person=person))
        main = bound or next((step for step in steps if type(step) is first), None)
        answer = (
            advice.messages.filter(is_answer=True)
            .exclude(state=Message.State.SENT)
            .select_related("author")
            .prefetch_related("files")
            .first()
        )
        is_in_review = answer is not None and answer.state == Message.State.IN_REVIEW
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": advice.subject,
            "advice": advice,
            "stage": self.standing(advice),
            "due": due_in_words(advice),
            "promised": promises.rounds(advice),
            "answers": drafts.told_answers(advice.question_set, advice.answers),
            "files": advice.files.filter(message=None, note=None),
            "entries": _conversation(advice),
            "main": main,
            "groups": _grouped([step for step in steps if step is not main]),
            "answer": answer,
            "mail": _letter(advice, answer) if is_in_review else None,
            "is_own_answer": is_in_review and answer.author_id == person.pk,
            "may_review": person.has_perm(REVIEW),
            "may_change": person.has_perm(CHANGE),
            "receipt": letters.address(advice) + "receipt/",
            "posted": advice.letters.order_by("-written_at"),
            "services": advice.services.select_related("loan"),
            "given": advice.given.select_related("edition"),
            "appointments": [
                (row, reverse("admin:consulting_appointment_change", args=[row.pk]))
                for row in advice.appointments.select_related("adviser")
            ],
            "appoint_url": reverse("admin:consulting_appointment_for_request", args=[advice.pk])
            if person.has_perm(appointments.CHANGE)
            and (advice.is_open or advice.state == AdvisoryRequest.State.ANSWERED)
            else "",
            "voice": VoiceAdvice.objects.filter(request=advice).select_related("voice").first(),
            "joined": advice.merged.all(),
            "outside": _outside(advice),
            "trail": audit.trail(advice),
        }
        template = "admin/consulting/advisoryrequest/case.html"
        return TemplateResponse(request, template, context, status=status)

    def file(self, request, pk, file):
        """A file of a case, for whoever may see the case."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = get_object_or_404(RequestFile, pk=file, request=pk)
        kind = files.CONTENT_TYPES.get(found.format, "application/octet-stream")
        return send(request, found.file, content_type=kind, filename=found.name)

    # What comes in by telephone, letter, at the office

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        topic = Topic.objects.filter(key=request.GET.get("topic", "")).first()
        form, status = None, 200
        if topic and request.method == "POST":
            uploads = {"files": request.FILES.getlist("files")}
            form = DeskForm(request.POST, uploads, topic=topic)
            if form.is_valid():
                try:
                    advice = form.save(by=request.user)
                except ValidationError as refused:
                    form.add_error(None, refused.messages)
                else:
                    self.message_user(
                        request,
                        format_html(
                            gettext("Received under {}. {}"),
                            advice.reference,
                            format_html(
                                '<a href="{}">{}</a>',
                                letters.address(advice) + "receipt/",
                                _("Print the receipt"),
                            ),
                        ),
                        messages.SUCCESS,
                    )
                    return HttpResponseRedirect(advice.get_admin_url())
            status = 400
        elif topic:
            form = DeskForm(topic=topic)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Take down a request"),
            "topics": Topic.objects.offered(),
            "topic": topic,
            "form": form,
        }
        template = "admin/consulting/advisoryrequest/desk.html"
        return TemplateResponse(request, template, context, status=status)


def _grouped(steps):
    """``(heading, steps)`` in the order of the page."""
    return [
        (heading, found)
        for heading in (WORK, ELSE, END)
        if (found := [step for step in steps if step.group == heading])
    ]


def _outside(advice):
    """The office of the other province from which it comes, as it would be forwarded to."""
    if not advice.is_open or advice.province is None or advice.province.code == HOME_PROVINCE:
        return ""
    return ForwardStep.OFFICE % {"province": advice.province.name}


def _letter(advice, answer):
    """The letter as it will leave; None when they have no mailbox."""
    letter = RequestLetter(
        request=advice,
        kind=RequestLetter.Kind.MESSAGE,
        message=answer,
        language=advice.language,
    )
    return letters.message(letter)


def _conversation(advice):
    """Messages, notes and states with what was said about them, in the order of time."""
    told = advice.messages.told().select_related("author", "reviewer").prefetch_related("files")
    notes = advice.notes.select_related("author").prefetch_related("files")
    changes = advice.changes.exclude(reason="").select_related("by")
    entries = [
        *({"kind": "message", "at": row.sent_at, "row": row} for row in told),
        *({"kind": "note", "at": row.at, "row": row} for row in notes),
        *({"kind": "change", "at": row.at, "row": row} for row in changes),
    ]
    return sorted(entries, key=lambda entry: entry["at"])
