"""Short sounds as telephones record them: known by their bytes, never by their names."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_BYTES = 2 * 2**20  # ten seconds in the largest of these formats
HEAD_BYTES = 64
CONTENT_TYPES = {
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
}
RECOGNISED = [
    (re.compile(pattern, re.DOTALL), form)
    for pattern, form in (
        (rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]", "mp3"),
        (rb"....ftyp(M4A |M4B |mp4[12]|isom|iso[2-6]|3gp)", "m4a"),
        (rb"OggS", "ogg"),
        (rb"RIFF....WAVE", "wav"),
    )
]

EMPTY = _("This file is empty. Record it again, or leave it out.")
TOO_LARGE = _("This sound is larger than 2 MB. Ten seconds are enough.")
NOT_A_SOUND = _("This file is not a sound. Send MP3, M4A, OGG or WAV, or leave it out.")


def form_of(upload) -> str:
    """``mp3``, ``m4a``, ``ogg`` or ``wav``; raises ValidationError with a sentence otherwise."""
    if upload.size == 0:
        raise ValidationError(EMPTY, "empty")
    if upload.size > MAX_BYTES:
        raise ValidationError(TOO_LARGE, "too_large")
    upload.seek(0)
    head = upload.read(HEAD_BYTES)
    upload.seek(0)
    for pattern, form in RECOGNISED:
        if pattern.match(head):
            return form
    raise ValidationError(NOT_A_SOUND, "not_a_sound")


class SoundField(forms.FileField):
    """An upload whose clean value is a sound under a name that says which."""

    widget = forms.FileInput(attrs={"accept": "audio/*"})
    default_error_messages = {"empty": EMPTY}

    def to_python(self, data):
        upload = super().to_python(data)
        if upload:
            upload.name = f"sound.{form_of(upload)}"
        return upload
