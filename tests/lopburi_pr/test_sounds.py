"""A sound is known by its bytes, is small, and is nothing else."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from lopburi_pr import sounds
from tests import make


def upload(content, name="บันทึก.exe"):
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (b"ID3\x04\x00", "mp3"),
        (b"\xff\xfb\x90\x64", "mp3"),
        (b"\x00\x00\x00\x1cftypM4A \x00\x00", "m4a"),
        (b"\x00\x00\x00\x18ftyp3gp4\x00\x00", "m4a"),
        (b"OggS\x00\x02", "ogg"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "wav"),
    ],
)
def test_it_is_known_by_its_bytes_and_takes_its_name_from_them(head, form):
    cleaned = sounds.SoundField().clean(upload(head + b"\x00" * 500))

    assert cleaned.name == f"sound.{form}"
    assert form in sounds.CONTENT_TYPES


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"MZ\x90\x00",
        b"\x00\x00\x00\x18ftypheic",
        b"RIFF\x00\x00\x00\x00WEBP",
        b"%PDF-1.7",
    ],
)
def test_what_is_no_sound_is_refused_whatever_its_name(content):
    with pytest.raises(ValidationError) as refused:
        sounds.form_of(upload(content, "sound.mp3"))
    assert refused.value.code == "not_a_sound"


def test_a_photograph_is_no_sound():
    with pytest.raises(ValidationError):
        sounds.form_of(make.photo())


def test_ten_seconds_are_enough():
    with pytest.raises(ValidationError) as refused:
        sounds.form_of(upload(b"ID3" + b"\x00" * sounds.MAX_BYTES))
    assert refused.value.code == "too_large"
