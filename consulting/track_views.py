"""A request, for whoever holds its secret address; and the address for whoever lost it."""

from functools import wraps
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from consulting import casework, drafts, files, promises, rating
from consulting.models import AdvisoryRequest, Appointment, RequestFile
from consulting.track_forms import FindForm, ReplyForm, WithdrawForm
from lopburi_pr import uploads, visitors
from lopburi_pr.http import origin_of, public, secret
from lopburi_pr.private_files import send as send_file
from network.models.voices import Step

HOUR = 3600
LOOKED_UP_AN_HOUR = 20  # of one address
MESSAGES_AN_HOUR = 60
State = AdvisoryRequest.State

may_send = require_http_methods(["GET", "HEAD", "POST"])


# It sends a letter to the requester's own mailbox and changes nothing else; readers get no cookie.
@csrf_exempt
@may_send
@public
def track(request):
    """Who lost the address gets it by e-mail; the page says the same to everybody."""
    wait, status = 0, 200
    form = FindForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        status = 400
        if form.is_valid():
            wait = visitors.seconds_to_wait(request, "track", most=LOOKED_UP_AN_HOUR, seconds=HOUR)
            if not wait:
                given = form.cleaned_data
                casework.lost_link(given["reference"], given["email"])
                return redirect(f"{request.path}?sent=1")
            form.add_error(None, visitors.TOO_MUCH)
    context = {"form": form, "is_sent": "sent" in request.GET}
    answer = render(request, "consulting/track.html", context, status=status)
    return visitors.told_to_wait(answer, wait)


def _of_request(view):
    """The view gets the request whose secret stands in the address."""

    @secret
    @wraps(view)
    def found(request, token, **more):
        advice = casework.find(token)
        if advice is None:
            raise Http404
        return view(request, token, advice, **more)

    return found


@csrf_exempt  # the secret in the address is the proof
@may_send
@_of_request
def follow(request, token, advice):
    """How far a request is and when it is due; what was said; write, send files, take it back."""
    reply, withdraw, status, wait = ReplyForm(), WithdrawForm(), 200, 0
    if files.declares_too_much(request):
        reply = ReplyForm({}, {})
        reply.errors.clear()
        reply.add_error("files", uploads.TOO_LARGE)
        status = 413
    elif request.method == "POST":
        deed = f"request {advice.pk}"
        wait = visitors.seconds_to_wait(request, deed, most=MESSAGES_AN_HOUR, seconds=HOUR)
        if request.POST.get("do") == "withdraw":
            form = withdraw = WithdrawForm(request.POST)
            step, anchor = _withdraw, "?withdrawn=1"
        else:
            form = reply = ReplyForm(request.POST, request.FILES)
            step, anchor = _reply, "?written=1"
        if form.is_valid() and not wait:
            try:
                step(advice, form.cleaned_data)
                return redirect(request.path + anchor)
            except ValidationError as refused:
                form.add_error(None, refused.messages)
                advice = casework.find(token)
        if wait:
            form.add_error(None, visitors.TOO_MUCH)
        status = 400
    answer = render(
        request,
        "consulting/follow.html",
        {
            **_context(request, token, advice),
            "reply": reply,
            "withdraw": withdraw,
            # Browsers never send a file again by themselves.
            "are_files_lost": bool(status != 200 and request.FILES) if status != 413 else True,
        },
        status=status,
    )
    return visitors.told_to_wait(answer, wait)


def _reply(advice, given):
    casework.reply(advice, given["text"], files=given["files"], key=given["key"])


def _withdraw(advice, given):
    casework.withdraw(advice, reason=given["reason"])


def _context(request, token, advice):
    told = list(advice.messages.told().prefetch_related("files"))
    return {
        "advice": advice,
        "address": origin_of(request) + reverse("consulting:follow", args=[token]),
        "receipt_url": reverse("consulting:receipt", args=[token]),
        "rounds": [_promised(each) for each in promises.rounds(advice)],
        "steps": _timeline(advice),
        "messages_told": [
            {"message": message, "files": _items(token, message.files.all())} for message in told
        ],
        "sent_files": _items(token, advice.files.filter(message=None, note=None)),
        "answers": drafts.told_answers(advice.question_set, advice.answers),
        "services": advice.services.exclude(state="cancelled"),
        "appointments": [_appointment(token, row) for row in advice.appointments.ahead()],
        "choose_url": reverse("consulting:choose-appointment", args=[token])
        if advice.is_open or advice.state == State.ANSWERED
        else "",
        "rate_url": reverse("consulting:rate", args=[token])
        if (wave := rating.open_wave(advice)) is not None and not rating.obstacles(advice, wave)
        else "",
        "given": [
            (row.edition.resource.get_absolute_url(), drafts.title(row.edition))
            for row in advice.given.select_related("edition__resource")
            if advice.state in {State.ANSWERED, State.CLOSED}
        ],
        "can_write": not casework.obstacles(advice, "reply"),
        "can_withdraw": not casework.obstacles(advice, "withdraw"),
        "is_new": "new" in request.GET,
        "is_written": "written" in request.GET,
    }


def _promised(found):
    """The promises of one round, each with what became of it in words and a tone."""
    rows = []
    for promise in (found.first_reply, found.answer):
        if promise.is_let_go:
            continue
        if promise.met_at:
            said = _("Done, later than promised") if promise.is_late else _("Done in time")
            tone = "warning" if promise.is_late else "success"
        elif promise.is_late:
            said, tone = _("Overdue"), "danger"
        else:
            said, tone = "", ""
        rows.append({"promise": promise, "said": said, "tone": tone})
    return {"rows": rows, "is_again": found.standard.lane == "reopened", "at": found.began_at}


def _timeline(advice):
    """Every state it came into, in words for the requester."""
    return [
        Step(
            change.at,
            change.get_state_display(),
            change.reason,
            is_answer=change.state == State.ANSWERED,
        )
        for change in advice.changes.all()
    ]


def _appointment(token, row):
    args = [token, row.pk]
    is_firm = row.state == Appointment.State.CONFIRMED
    return {
        "row": row,
        "tone": "success" if is_firm else "info",
        "calendar_url": reverse("consulting:appointment-calendar", args=args) if is_firm else "",
        "cancel_url": reverse("consulting:cancel-appointment", args=args),
    }


def _items(token, rows):
    return [
        {
            "url": reverse("consulting:track-file", args=[token, file.pk]),
            "title": PurePath(file.name).stem,
            "format": file.format.upper(),
            "size": file.size,
        }
        for file in rows
    ]


@require_safe
@_of_request
def receipt(request, token, advice):
    """A sheet that says that the office has it, under which number, and where it is followed."""
    return render(request, "consulting/receipt.html", _context(request, token, advice))


@require_safe
@_of_request
def track_file(request, token, advice, pk):
    """One file of this request that its requester may open."""
    found = get_object_or_404(RequestFile.objects.told(), request=advice, pk=pk)
    kind = files.CONTENT_TYPES.get(found.format, "application/octet-stream")
    return send_file(request, found.file, content_type=kind, filename=found.name)
