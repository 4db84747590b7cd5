"""Trainings and meetings: what the public reads, what members register for, certificates."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lopburi_pr.http import origin_of, public, secret
from network import attending, certificates, meeting_calendars
from network.models import Attendance, Meeting
from network.models.meetings import kinds_of
from network.own_views import own

State = Attendance.State


@require_safe
@public
def meetings(request):
    """What everybody may read of: trainings and meetings to come."""
    context = {
        "meetings": list(Meeting.objects.public().to_come().with_counts()),
        "calendar_url": reverse("network:meeting-calendar"),
    }
    return render(request, "network/meetings.html", context)


@require_safe
@public
def calendar(request):
    """The same for calendars, with those of the last weeks: what is cancelled stays and says so."""
    rows = Meeting.objects.public().order_by("-starts_at")[:200]
    content = meeting_calendars.calendar(list(rows), name=_("Trainings and meetings"))
    return _calendar_file(content, "meetings.ics")


@require_safe
@secret
def certificate(request, word):
    """Whether a certificate is genuine, for whoever holds the paper."""
    found = certificates.found_by(word)
    if found is None:
        raise Http404
    context = {"certificate": found, "meeting": found.meeting}
    status = 410 if found.revoked_at else 200
    return render(request, "network/certificate.html", context, status=status)


@own
def own_meetings(request, visitor):
    """What is open to me, what I registered for, my certificates; one press registers."""
    refusal, asked = "", _asked(request)
    if asked:
        meeting = get_object_or_404(Meeting.objects.announced(), pk=asked)
        try:
            done = _step(request.POST.get("step"), meeting, visitor.person)
        except ValidationError as refused:
            refusal = " ".join(refused.messages)
        else:
            return redirect(f"{request.path}?done={done}")
    context = _own_page(visitor) | {"refusal": refusal, "done": request.GET.get("done", "")}
    return render(request, "network/own_meetings.html", context, status=409 if refusal else 200)


def _asked(request):
    asked = request.POST.get("meeting", "") if request.method == "POST" else ""
    return int(asked) if asked.isascii() and asked[:10].isdecimal() and len(asked) < 11 else 0


def _step(step, meeting, person):
    """Register or cancel; the state that follows."""
    if step == "cancel":
        attendance = get_object_or_404(meeting.attendances, person=person)
        attending.leave(attendance, by=person.user)
        return attendance.state
    return attending.register(meeting, person, by=person.user).state


def _own_page(visitor):
    person = visitor.person
    mine = person.attendances.standing().select_related("meeting")
    coming = list(mine.to_come())
    may_come = Meeting.objects.announced().taking_place().to_begin().for_kinds(kinds_of(person))
    taken = [each.meeting_id for each in coming]
    return {
        "visitor": visitor,
        "person": person,
        "meetings": sorted(
            may_come.exclude(pk__in=taken).with_counts(),
            key=lambda meeting: meeting.standing() != "open",
        ),
        "registrations": [
            {
                "attendance": each,
                "can_leave": not attending.leaving_obstacles(each),
                "calendar_url": visitor.address("network:own-meeting-calendar", each.meeting_id),
            }
            for each in coming
        ],
        "past": [each for each in mine if each not in coming],
        "certificates": [
            {
                "certificate": each,
                "url": visitor.address("network:own-certificate", each.pk),
                "check_url": each.get_absolute_url(),
            }
            for each in certificates.of_person(person)
        ],
    }


@own
def own_calendar(request, visitor, pk):
    """One meeting for the calendar of somebody who registered for it."""
    mine = visitor.person.attendances.standing()
    meeting = get_object_or_404(Meeting, pk=pk, attendances__in=mine)
    return _calendar_file(meeting_calendars.calendar([meeting]), f"meeting-{meeting.pk}.ics")


@own
def own_certificate(request, visitor, pk):
    """A certificate of one's own, to be printed."""
    found = get_object_or_404(certificates.of_person(visitor.person), pk=pk)
    response = HttpResponse(
        certificates.pdf([found], origin_of(request)), content_type="application/pdf"
    )
    name = f"certificate-{found.year}-{found.number}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _calendar_file(content, name):
    response = HttpResponse(content, content_type=meeting_calendars.CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
