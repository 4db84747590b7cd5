"""What advice makes of voices from the network: a voice that was handed on becomes a request.

``consulting.models.voices`` tells its sender what became of it.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consulting import casework
from consulting.models import AdvisoryRequest, Topic, VoiceAdvice
from lopburi_pr.thai_text import excerpt
from network import voicing
from network.models import Voice
from office import audit

SUBJECT_LETTERS = 80
TOPIC = "other"  # until an officer has read it


@transaction.atomic
def take_up(voice: Voice, *, by) -> AdvisoryRequest:
    """The request that goes on with a voice: a new one in its sender's name, or the one that was
    made of it before. Raises ValidationError when it was not handed to those who advise.
    """
    voice = Voice.objects.select_for_update(of=("self",)).get(pk=voice.pk)
    if use := voice.consulting_uses.select_related("request").first():
        return use.request
    if voice.handed_to != Voice.Desk.ADVICE:
        raise ValidationError(_("Only what was handed on for advice can become a request."))
    if sentences := voicing.obstacles(voice):
        raise ValidationError(sentences)
    person, place = voice.person, voice.subdistrict
    if not (person.phone or person.email):
        raise ValidationError(
            _("Its sender has neither a telephone number nor an e-mail address with us.")
        )
    request = casework.receive(
        topic=Topic.objects.get(key=TOPIC),
        subject=excerpt(voice.words, SUBJECT_LETTERS),
        detail=voice.words,
        agency=str(voice.organization or person),
        organization=voice.organization,
        contact=person.name,
        position=person.position,
        phone=person.phone,
        email=person.email,
        province=place.district.province if place else None,
        district=place.district if place else None,
        by=by,
        is_sample=voice.is_sample,
    )
    VoiceAdvice.objects.create(voice=voice, request=request, used_by=by)
    audit.record(voice, "make request", by=by, after=voice.state, note=request.reference)
    return request


def waiting():
    """Voices that wait to become a request, the longest wait first."""
    return Voice.objects.on_the_way().handed_to(Voice.Desk.ADVICE).filter(consulting_uses=None)
