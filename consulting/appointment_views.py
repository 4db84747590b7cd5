"""Appointments for whoever holds the secret address of a request."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from consulting import appointment_calendars, appointments, casework
from consulting.appointment_forms import CancelForm, SlotForm
from consulting.models import AdvisoryRequest, Appointment
from lopburi_pr import visitors
from lopburi_pr.http import secret

HOUR = 3600
AGREED_AN_HOUR = 60  # of one address; a whole office shares one

may_send = require_http_methods(["GET", "HEAD", "POST"])


def _found(token):
    found = casework.find(token)
    if found is None or found.state == AdvisoryRequest.State.SPAM:
        raise Http404
    return found


def _wait(request, form):
    """Seconds to wait, about which the form tells."""
    wait = visitors.seconds_to_wait(request, "appointment", most=AGREED_AN_HOUR, seconds=HOUR)
    if wait:
        form.add_error(None, visitors.TOO_MUCH)
    return wait


# The secret in the address is the proof, so a forged request can't be sent by who doesn't have it.
@csrf_exempt
@may_send
@secret
def choose(request, token):
    """Ask for one of the free times."""
    found = _found(token)
    form = SlotForm(request.POST or None, slots=appointments.offered(found))
    wait = 0
    if form.is_valid():
        given, wait = form.cleaned_data, _wait(request, form)
        try:
            if not wait:
                appointments.ask(found, form.chosen, mode=given["mode"], place=given["place"])
                return redirect(reverse("consulting:follow", args=[token]))
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {"advice": found, "form": form, "back": reverse("consulting:follow", args=[token])}
    status = 400 if form.is_bound else 200
    answer = render(request, "consulting/appointment.html", context, status=status)
    return visitors.told_to_wait(answer, wait)


@csrf_exempt
@may_send
@secret
def cancel(request, token, pk):
    """Call an appointment off."""
    found = _found(token)
    appointment = get_object_or_404(found.appointments, pk=pk)
    form, wait = CancelForm(request.POST or None), 0
    if form.is_valid():
        reason, wait = form.cleaned_data["reason"], _wait(request, form)
        try:
            if not wait:
                appointments.cancel(appointment, reason=reason)
                return redirect(reverse("consulting:follow", args=[token]))
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {
        "advice": found,
        "appointment": appointment,
        "form": form,
        "back": reverse("consulting:follow", args=[token]),
    }
    status = 400 if form.is_bound else 200
    answer = render(request, "consulting/appointment_cancel.html", context, status=status)
    return visitors.told_to_wait(answer, wait)


@require_safe
@secret
def calendar(request, token, pk):
    """A confirmed appointment for the calendar of a phone; one that was called off says so."""
    shown = (*Appointment.FIRM, Appointment.State.CANCELLED)
    appointment = get_object_or_404(_found(token).appointments, pk=pk, state__in=shown)
    return HttpResponse(
        appointment_calendars.calendar_file(appointment),
        content_type=appointment_calendars.CONTENT_TYPE,
        headers={"Content-Disposition": 'attachment; filename="appointment.ics"'},
    )
