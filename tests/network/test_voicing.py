"""The steps of a voice: sent once, handed on, answered or closed, forgotten."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from lopburi_pr.photographs import reencode
from lopburi_pr.thai_calendar import be_year
from network import leaving, voicing
from network.models import Person, Voice
from office.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db


def told(voice):
    return [(step.title, step.text) for step in voicing.timeline(voice)]


def test_a_voice_gets_a_number_to_be_named_on_the_telephone():
    body = make.organization()
    person = make.volunteer(organization=body)

    first, second = make.voice(person), make.voice()

    year = be_year(timezone.now())
    assert (first.reference, second.reference) == (f"รค.{year}/0001", f"รค.{year}/0002")
    assert (first.organization, second.organization) == (body, None)
    assert first.state == Voice.State.RECEIVED
    assert AuditEvent.objects.filter(table="network.voice", key=first.pk, verb="report").exists()


def test_what_is_sent_twice_is_noted_once():
    person, key = make.volunteer(), uuid.uuid4()

    first = make.voice(person, key=key, words="น้ำมาแล้ว")
    again = make.voice(person, key=key, words="น้ำมาแล้ว ๆ")
    another = make.voice(key=key)

    assert again == first
    assert Voice.objects.get(pk=first.pk).words == "น้ำมาแล้ว"
    assert another.key != key
    assert Voice.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_eight_presses_at_once_make_one_voice():
    person, key = make.volunteer(), uuid.uuid4()

    def press(_n):
        try:
            return make.voice(person, key=key).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(press, range(8)))

    assert made == {Voice.objects.get().pk}


def test_who_has_left_sends_nothing():
    person = make.volunteer(left_on=timezone.localdate())

    with pytest.raises(ValidationError):
        make.voice(person)

    assert not Voice.objects.exists()


@pytest.mark.parametrize("to", Voice.Desk.values)
def test_it_is_handed_to_a_desk_with_a_note_for_staff_alone(to):
    voice, officer = make.voice(), make.user()

    voicing.hand_on(voice, to=to, by=officer, note="ถามผู้ใหญ่บ้านก่อน")

    found = Voice.objects.handed_to(to).on_the_way().get()
    assert (found.note, found.decided_by) == ("ถามผู้ใหญ่บ้านก่อน", officer)
    assert told(found)[-1] == (str(Voice.HANDED[to]), "")
    assert not Voice.objects.waiting().exists()
    event = AuditEvent.objects.get(verb="hand on")
    assert (event.actor, event.before, event.after) == (officer, "received", "handed-on")


def test_it_can_be_handed_to_another_desk_but_not_to_the_same_or_to_none():
    voice = make.voice()
    voicing.hand_on(voice, to="news", by=None)

    voicing.hand_on(voice, to="advice", by=None)

    for to in ("advice", "", "the-press"):
        with pytest.raises(ValidationError):
            voicing.hand_on(voice, to=to, by=None)
    assert Voice.objects.get().handed_to == "advice"


def test_the_sender_reads_the_answer_or_why_there_is_none():
    answered, closed = make.voice(), make.voice()
    voicing.hand_on(answered, to="survey", by=None, note="ลับ")

    voicing.answer(answered, by=None, words=" ถนนเสร็จเดือนหน้า ")
    voicing.close(closed, by=None, reason="อยู่นอกจังหวัด")

    assert told(answered)[-1][1] == "ถนนเสร็จเดือนหน้า"
    assert told(closed)[-1][1] == "อยู่นอกจังหวัด"
    assert "ลับ" not in str(told(answered))
    assert [voicing.standing(row)[1] for row in (answered, closed)] == ["success", "neutral"]


def test_nothing_is_settled_without_words_or_twice():
    voice = make.voice()
    for step in (
        lambda: voicing.answer(voice, by=None, words=" \u200b "),
        lambda: voicing.close(voice, by=None, reason=""),
    ):
        with pytest.raises(ValidationError):
            step()
    voicing.answer(voice, by=None, words="ใช่")

    for step in (
        lambda: voicing.answer(voice, by=None, words="ไม่ใช่"),
        lambda: voicing.close(voice, by=None, reason="อีกครั้ง"),
        lambda: voicing.hand_on(voice, to="news", by=None),
    ):
        with pytest.raises(ValidationError):
            step()
    assert Voice.objects.get().answer == "ใช่"


@pytest.mark.parametrize(
    "facts",
    [
        {"words": ""},
        {"state": "handed-on"},
        {"state": "answered"},
        {"answer": "คำตอบ"},
        {"handed_to": "news"},
        {"handed_at": timezone.now()},
    ],
)
def test_the_table_refuses_states_without_their_facts(facts):
    voice = make.voice()

    with pytest.raises(IntegrityError), transaction.atomic():
        Voice.objects.filter(pk=voice.pk).update(**facts)


def test_the_longest_wait_comes_first():
    late, early = make.voice(), make.voice()
    Voice.objects.filter(pk=early.pk).update(received_at=timezone.now() - timedelta(days=1))

    assert list(Voice.objects.waiting()) == [early, late]


def test_what_was_read_long_ago_is_known_and_what_waits_is_kept():
    old, waiting, fresh = make.voice(), make.voice(), make.voice()
    long_ago = timezone.now() - timedelta(days=365 * voicing.YEARS_KEPT)
    Voice.objects.filter(pk__in=[old.pk, waiting.pk]).update(received_at=long_ago)
    for voice in (old, fresh):
        voicing.answer(voice, by=None, words="ใช่")

    assert list(Voice.objects.read_before(long_ago)) == [old]


def test_who_asks_to_be_forgotten_leaves_no_photograph(django_capture_on_commit_callbacks):
    voice = make.voice(photo=reencode(make.photo()))
    kept = make.voice(photo=reencode(make.photo()))

    with django_capture_on_commit_callbacks(execute=True):
        leaving.forget(voice.person, by=None, reason="asked")

    assert not default_storage.exists(voice.photo.name)
    assert default_storage.exists(kept.photo.name)
    assert list(Voice.objects.all()) == [kept]
    with django_capture_on_commit_callbacks(execute=True):
        voicing.forget(kept, by=None)
    assert not default_storage.exists(kept.photo.name)
    assert Person.objects.filter(pk=kept.person_id).exists()
