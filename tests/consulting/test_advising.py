"""Voices from the network that become requests for advice."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from consulting import advising, casework
from consulting.models import AdvisoryRequest, VoiceAdvice
from network import voicing
from tests import make
from tests.consulting.conftest import signed_in


@pytest.fixture
def voice(officer):
    make.advisory_request()
    found = make.voice(make.volunteer(phone="081 000 0000"), kind="need", words="ขอคนช่วยวางแผน")
    voicing.hand_on(found, to="advice", by=officer)
    return found


def test_a_voice_becomes_one_request_in_its_senders_name(voice, officer):
    request = advising.take_up(voice, by=officer)

    assert advising.take_up(voice, by=officer) == request
    assert request.contact == voice.person.name
    assert request.phone == "081 000 0000"
    assert request.detail == "ขอคนช่วยวางแผน"
    assert VoiceAdvice.objects.count() == 1
    assert not advising.waiting().exists()


def test_the_sender_reads_what_became_of_it(voice, officer, head):
    request = advising.take_up(voice, by=officer)
    begun = voicing.outcomes([voice])[voice.pk]

    casework.take(request, by=officer)
    answer = casework.write_answer(request, "เริ่มจากกลุ่มเล็ก", by=officer)
    casework.submit_answer(answer, by=officer)
    casework.send_answer(answer, by=head)

    assert [step.text for step in begun] == [request.reference]
    assert voicing.outcomes([voice])[voice.pk][0].is_answer


@pytest.mark.parametrize("desk", ["news", "survey"])
def test_only_what_was_handed_to_advice_becomes_a_request(officer, desk):
    make.advisory_request()
    voice = make.voice(make.volunteer(phone="081 000 0000"))
    voicing.hand_on(voice, to=desk, by=officer)

    with pytest.raises(ValidationError):
        advising.take_up(voice, by=officer)


def test_a_sender_who_can_not_be_reached_is_refused_with_a_sentence(officer):
    make.advisory_request()
    voice = make.voice(make.volunteer(phone="", email=""))
    voicing.hand_on(voice, to="advice", by=officer)

    with pytest.raises(ValidationError, match="หมายเลขโทรศัพท์"):
        advising.take_up(voice, by=officer)


def test_one_press_at_the_desk_makes_a_request(voice, desk):
    address = reverse("admin:network_voice_change", args=[voice.pk])

    before, front = desk.get(address), desk.get("/admin/")
    answer = desk.post(reverse("admin:voice_step", args=[voice.pk, "advise"]))

    request = AdvisoryRequest.objects.get(detail="ขอคนช่วยวางแผน")
    assert "ทำเป็นคำขอรับคำปรึกษา" in before.text
    assert "ขอคนช่วยวางแผน" in front.text
    assert answer.url == request.get_admin_url()
    after = desk.get(address)
    assert "ทำเป็นคำขอรับคำปรึกษา" not in after.context["original"].words
    assert request.reference in after.text
    assert voice.reference in desk.get(request.get_admin_url()).text


def test_editors_do_not_make_requests_of_voices(voice):
    editor = signed_in(make.officer("ed", "editor"))

    editor.post(reverse("admin:voice_step", args=[voice.pk, "advise"]))

    assert not VoiceAdvice.objects.exists()
