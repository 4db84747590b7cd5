"""Trainings and meetings at the desk: who comes, who came (ticked on a phone), certificates."""

from datetime import timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lopburi_pr.back_office import DeskAdmin
from lopburi_pr.http import origin_of
from lopburi_pr.templatetags.thai import day, daytime, time_span
from network import attending, certificates, tables
from network.meeting_forms import MeetingForm
from network.models import Attendance, Certificate, Meeting, MeetingLetter, Person
from office import audit

SOON = timedelta(days=7)
TASKS_AT_MOST = 20
FOUND_AT_MOST = 10
# The colours of news.admin.editions for where meetings stand.
TONES = {"planned": "draft", "open": "published", "closed": "submitted", "held": "superseded"}
TONES |= {"cancelled": "withdrawn"}


def _whole(said, name):
    given = said.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 11 else 0


def _percent(said, name):
    return _whole(said, name) if said.get(name, "").strip() else None


def _revoke(meeting, by, said):
    held = Certificate.objects.filter(attendance__meeting=meeting)
    found = get_object_or_404(held, pk=_whole(said, "certificate"))
    attending.revoke(found, by=by, reason=said.get("reason", ""))


class StandingFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "stage"

    def lookups(self, request, model_admin):
        return [("past", _("Past")), ("all", _("All"))]

    def queryset(self, request, rows):
        if self.value() == "past":
            return rows.filter(ends_at__lte=timezone.now())
        if self.value() == "all":
            return rows
        return rows.to_come() | rows.to_finish()

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        yield first | {"display": _("To come, and to finish")}
        yield from others


@admin.register(Meeting)
class MeetingAdmin(DeskAdmin):
    form = MeetingForm
    change_form_template = "admin/network/meeting/change_form.html"
    list_display = ("title", "standing", "when", "people")
    list_filter = (StandingFilter, "kind")
    readonly_fields = ("when", "closes", "invited")
    search_fields = ("title_th", "title_en", "place")
    ordering = ("starts_at", "pk")
    list_per_page = 30
    fieldsets = (
        (
            _("Which training or meeting?"),
            {"fields": ("kind", "title_th", "title_en", "programme")},
        ),
        (_("When, and where?"), {"fields": ("starts_at", "ends_at", "place")}),
        (
            _("Who may come?"),
            {"fields": (("capacity", "closes_at"), "kinds", "contact", "is_public")},
        ),
        (_("Who signs the certificates?"), {"fields": (("signed_by", "signer_position"),)}),
    )
    steps = {
        "open": (
            "network.change_meeting",
            lambda meeting, by, said: attending.let_register(meeting, by=by),
            _("Members can register now."),
        ),
        "cancel": (
            "network.change_meeting",
            lambda meeting, by, said: attending.call_off(
                meeting, by=by, reason=said.get("reason", "")
            ),
            _("It is cancelled. Those who have a mailbox are told; call the others."),
        ),
        "hold": (
            "network.change_meeting",
            lambda meeting, by, said: attending.hold(meeting, by=by),
            _("It is written down who came."),
        ),
        "certify": (
            "network.change_meeting",
            lambda meeting, by, said: attending.certify(meeting, by=by) and None,
            _("The certificates are issued."),
        ),
        "revoke": (
            "network.change_meeting",
            _revoke,
            _("The certificate is revoked, and its page says so."),
        ),
    }

    def get_fieldsets(self, request, obj=None):
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        # Read, not written: moments as people say them.
        told = {"starts_at": "when", "ends_at": "when", "closes_at": "closes", "kinds": "invited"}
        return [
            (question, {"fields": _said(options["fields"], told)})
            for question, options in self.fieldsets
        ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_counts()

    def get_urls(self):
        admitted = self.admin_site.admin_view
        pages = (
            ("sheet/", self.sheet, "sheet"),
            ("sign-in/", self.sign_in, "sign_in"),
            ("certificates.pdf", self.certificates, "certificates"),
        )
        return [
            *(
                path(f"<number:pk>/{route}", admitted(view), name=f"network_meeting_{name}")
                for route, view, name in pages
            ),
            path(
                "<number:pk>/people.<slug:form>",
                admitted(self.people_file),
                name="network_meeting_people",
            ),
            *super().get_urls(),
        ]

    def has_delete_permission(self, request, obj=None):
        return False  # it is cancelled instead

    def has_change_permission(self, request, obj=None):
        # What stands on certificates, or was cancelled, is not rewritten.
        is_over = bool(obj and (obj.held_at or obj.cancelled_at))
        return super().has_change_permission(request, obj) and not is_over

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        attending.changed(obj, by=request.user, is_elsewhen=change and form.is_elsewhen)

    @admin.display(description=_("training or meeting"), ordering="title_th")
    def title(self, meeting):
        note = [meeting.get_kind_display(), meeting.place]
        note += [gettext("sample data")] if meeting.is_sample else []
        return format_html(
            '<span class="row-title">{}</span><span class="row-note">{}</span>',
            meeting.title,
            " · ".join(note),
        )

    @admin.display(description=_("state"))
    def standing(self, meeting):
        words, _tone = meeting.told
        tone = TONES[meeting.standing()]
        return format_html('<span class="stage stage--{}">{}</span>', tone, words)

    @admin.display(description=_("when"), ordering="starts_at")
    def when(self, meeting):
        return time_span(meeting.starts_at, meeting.ends_at)

    @admin.display(description=_("registration closes"), ordering="closes_at")
    def closes(self, meeting):
        return daytime(meeting.closes_at)

    @admin.display(description=_("who may come"))
    def invited(self, meeting):
        return meeting.invited

    @admin.display(description=_("places taken"))
    def people(self, meeting):
        facts = {"n": meeting.seated_count, "places": meeting.capacity}
        told = gettext("%(n)s of %(places)s places") % facts
        if meeting.waiting_count:
            told += gettext(", %(n)s waiting") % {"n": meeting.waiting_count}
        return told

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            failed = obj.attendances.filter(letters__state=MeetingLetter.State.FAILED)
            unreachable = obj.attendances.filter(person__email="") | failed
            context |= {
                "stage": self.standing(obj),
                "people": self.people(obj),
                "people_told": self._people(obj),
                "certificates": certificates.of_meeting(obj),
                "to_call": unreachable.exclude(state=Attendance.State.CANCELLED)
                .by_name()
                .distinct(),
                "opening_obstacles": attending.opening_obstacles(obj),
                "holding_obstacles": attending.holding_obstacles(obj),
                "certifying_obstacles": attending.certifying_obstacles(obj),
                "can_cancel": not attending.cancelling_obstacles(obj),
                "may_step": request.user.has_perm("network.change_meeting"),
                "trail": audit.trail(obj),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _people(self, meeting):
        """Seats first, then who waits in turn; who cancelled is left out."""
        rows = list(meeting.attendances.standing().by_name())
        for row in rows:
            row.meeting = meeting
        waiting = sorted(
            (row for row in rows if row.state == Attendance.State.WAITING),
            key=lambda row: (row.asked_at, row.pk),
        )
        return [row for row in rows if row.state != Attendance.State.WAITING] + waiting

    def _meeting(self, request, pk, verb="view"):
        if not request.user.has_perm(f"network.{verb}_meeting"):
            raise PermissionDenied
        return get_object_or_404(Meeting, pk=pk)

    def sheet(self, request, pk):
        """Tick who came, one press a person; add who stands at the door."""
        meeting = self._meeting(request, pk)
        if request.method == "POST":
            self._meeting(request, pk, "change")
            anchor = self._write_sheet(request, meeting)
            return HttpResponseRedirect(f"{request.path}{anchor}")
        rows = self._people(meeting)
        who = request.GET.get("who", "")[:100]
        found = Person.objects.called(who).select_related("organization")[:FOUND_AT_MOST]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Who came: %(title)s") % {"title": meeting.title},
            "meeting": meeting,
            "rows": rows,
            "present": sum(row.state == Attendance.State.PRESENT for row in rows),
            "is_the_day": timezone.localdate() >= meeting.day,
            "may_mark": request.user.has_perm("network.change_meeting")
            and not meeting.cancelled_at,
            "may_add": not (meeting.held_at or meeting.cancelled_at),
            "who": who,
            "found": found,
        }
        return TemplateResponse(request, "admin/network/meeting/sheet.html", context)

    def _write_sheet(self, request, meeting):
        """Do what was pressed; the place on the page to go on at."""
        said = request.POST
        try:
            if "person" in said:
                person = get_object_or_404(Person.objects.active(), pk=_whole(said, "person"))
                attendance = attending.enrol(meeting, person, by=request.user)
                self.message_user(request, f"{person}: {attendance.get_state_display()}")
                return "#door"
            attendance = get_object_or_404(
                meeting.attendances.select_related("person"), pk=_whole(said, "attendance")
            )
            if "pre_score" in said:
                before, after = (_percent(said, f"{name}_score") for name in ("pre", "post"))
                attending.score(attendance, before=before, after=after, by=request.user)
            else:
                is_present = said.get("came") == "yes"
                attending.mark(attendance, is_present=is_present, by=request.user)
        except ValidationError as refused:
            for sentence in refused.messages:
                self.message_user(request, sentence, messages.ERROR)
            return ""
        return f"#person-{attendance.pk}"

    def sign_in(self, request, pk):
        """The sheet on which people sign, with empty lines for those nobody expected."""
        meeting = self._meeting(request, pk)
        rows = [row for row in self._people(meeting) if row.state != Attendance.State.WAITING]
        context = {
            "meeting": meeting,
            "rows": rows,
            "empty_lines": range(len(rows) + 1, len(rows) + 6),
            "back_url": meeting.get_admin_url(),
        }
        return TemplateResponse(request, "admin/network/meeting/sign_in.html", context)

    def certificates(self, request, pk):
        """All that stand, one on each page, to be printed."""
        meeting = self._meeting(request, pk)
        found = list(certificates.of_meeting(meeting))
        if not found:
            raise Http404
        content = certificates.pdf(found, origin_of(request))
        return _file(content, "application/pdf", f"certificates-{meeting.pk}.pdf")

    def people_file(self, request, pk, form):
        """Everybody on the list as a table."""
        meeting = self._meeting(request, pk)
        if form not in tables.CONTENT_TYPES:
            raise Http404
        headings = [_("name"), _("organisation"), _("telephone"), _("e-mail"), _("state")]
        headings += [_("registered on"), _("score before"), _("score after"), _("certificate")]
        numbers = {each.attendance_id: each.reference for each in certificates.of_meeting(meeting)}
        rows = [
            (
                row.person.name,
                row.person.organization or "",
                row.person.phone,
                row.person.email,
                row.told[0],
                daytime(row.asked_at),
                "" if row.pre_score is None else row.pre_score,
                "" if row.post_score is None else row.post_score,
                numbers.get(row.pk, ""),
            )
            for row in self._people(meeting)
        ]
        content = tables.write(form, headings, rows)
        return _file(content, tables.CONTENT_TYPES[form], f"{meeting.title} {meeting.day}.{form}")


def _said(fields, told):
    """The same fields under other names, each once; those side by side one below the other."""
    flat = [name for each in fields for name in ([each] if isinstance(each, str) else each)]
    return tuple(dict.fromkeys(told.get(name, name) for name in flat))


def _file(content, content_type, name):
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return HttpResponse(content, content_type=content_type, headers=headers)


def tasks(request):
    """What has to be finished, and whose registration closes within a week."""
    if not request.user.has_perm("network.change_meeting"):
        return []
    groups = [
        (_("Tick who came, and finish"), Meeting.objects.to_finish(), "starts_at"),
        (
            _("Registration closes soon"),
            Meeting.objects.closing_by(timezone.now() + SOON),
            "closes_at",
        ),
    ]
    lists = [
        {
            "title": title,
            "rows": [
                {
                    "about": meeting,
                    "url": reverse("admin:network_meeting_sheet", args=[meeting.pk])
                    if moment == "starts_at"
                    else meeting.get_admin_url(),
                    "note": f"{day(getattr(meeting, moment))} · "
                    f"{meeting.seated_count} / {meeting.capacity}",
                }
                for meeting in rows.with_counts()[:TASKS_AT_MOST]
            ],
        }
        for title, rows, moment in groups
    ]
    return [tasks for tasks in lists if tasks["rows"]]


admin.site.task_lists.append(tasks)
