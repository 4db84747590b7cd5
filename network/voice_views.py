"""People of the network tell the office something, and see what became of it."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from lopburi_pr import visitors
from lopburi_pr.paging import PageOf, page_number
from lopburi_pr.private_files import send as send_file
from network import voicing
from network.own_views import own
from network.voice_forms import VoiceForm

HOUR = 3600
VOICES_AN_HOUR = 20  # of one person from one place
TOO_MUCH = _("Too much was sent from here. Please try again later, or call us.")


@own
def voices(request, visitor):
    """What one has sent, the latest first, and how far each is."""
    rows = visitor.person.voices.order_by("-pk")
    shown = PageOf(page_number(request.GET.get("page", ""), rows.count()), rows.count())
    listed = list(rows[shown.slice])
    made = voicing.outcomes(listed)
    here = visitor.address("network:voices")
    context = {
        "visitor": visitor,
        "cards": [
            {
                "voice": voice,
                "url": visitor.address("network:voice", voice.pk),
                "standing": voicing.standing(voice, made.get(voice.pk, ())),
                "latest": voicing.timeline(voice, made.get(voice.pk, ()))[-1],
            }
            for voice in listed
        ],
        "send_url": visitor.address("network:send-voice"),
        "pagination": shown.links(lambda page: f"{here}?page={page}" if page > 1 else here),
    }
    return render(request, "network/voices.html", context)


@own
def send_voice(request, visitor):
    """Tell the office something; then the page of what was told, with its number."""
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = VoiceForm(*given, person=visitor.person)
    status, wait = (400 if given else 200), 0
    if form.is_valid():
        voice = form.already()
        if voice is None:
            deed = f"voice {visitor.person.pk}"
            wait = visitors.seconds_to_wait(request, deed, most=VOICES_AN_HOUR, seconds=HOUR)
            if wait:
                form.add_error(None, TOO_MUCH)
                status = 429
            else:
                try:
                    voice = form.save()
                except ValidationError as refused:
                    form.add_error(None, refused.messages)
        if voice:
            return redirect(f"{visitor.address('network:voice', voice.pk)}?new=1")
    context = {
        "visitor": visitor,
        "form": form,
        # Browsers never send a file again by themselves.
        "is_photo_lost": bool(request.FILES),
        "back": visitor.address("network:voices"),
    }
    answer = render(request, "network/send_voice.html", context, status=status)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


@own
def voice(request, visitor, pk):
    """One voice: its number, its words, and what happened since."""
    found = _theirs(visitor, pk)
    made = voicing.outcomes([found]).get(found.pk, [])
    context = {
        "visitor": visitor,
        "voice": found,
        "standing": voicing.standing(found, made),
        "steps": voicing.timeline(found, made),
        "is_new": request.GET.get("new") == "1",
        "photo_url": visitor.address("network:voice-photo", found.pk) if found.photo else "",
        "back": visitor.address("network:voices"),
        "send_url": visitor.address("network:send-voice"),
    }
    return render(request, "network/voice.html", context)


@own
def voice_photo(request, visitor, pk):
    """The photograph, for its sender alone."""
    found = _theirs(visitor, pk)
    if not found.photo:
        raise Http404
    return send_file(request, found.photo, content_type="image/jpeg")


def _theirs(visitor, pk):
    found = visitor.person.voices.select_related("subdistrict__district").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
