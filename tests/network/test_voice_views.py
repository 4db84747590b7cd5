"""People of the network tell the office something on their own page, and read what became of it."""

import random
import uuid
from io import BytesIO

import pytest
from django.test import Client
from lxml import html
from PIL import Image

from lopburi_pr import visitors
from lopburi_pr.photographs import reencode
from network import personal_links, voice_views, voicing
from network.models import Voice
from office.models import Subdistrict
from tests import make
from tests.site.test_hostile_input import complaint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
RUMOUR = {"kind": "rumour", "words": "เขื่อนแตกจริงไหม"}


def desk_of(person):
    return f"{make.own_page(person)}voices/"


@pytest.fixture
def volunteer():
    made = make.volunteer()
    made.subdistricts.set(Subdistrict.objects.filter(code="160601"))
    return made


@pytest.fixture
def at(volunteer):
    return desk_of(volunteer)


def test_a_volunteer_sends_and_gets_a_number_without_a_cookie(client, at, volunteer):
    place = Subdistrict.objects.get(code="160601")
    form = client.get(f"{at}send/")
    key = html.document_fromstring(form.text).xpath("//input[@name='key']/@value")[0]

    sent = client.post(
        f"{at}send/", RUMOUR | {"photo": make.photo(), "subdistrict": place.pk, "key": key}
    )
    again = client.post(f"{at}send/", RUMOUR | {"key": key})

    voice = Voice.objects.get()
    assert (sent.status_code, sent.url) == (302, f"{at}{voice.pk}/?new=1")
    assert (again.status_code, again.url) == (302, sent.url)
    assert (voice.person, voice.kind, voice.subdistrict) == (volunteer, "rumour", place)
    page = client.get(sent.url)
    assert voice.reference in page.text
    assert "ขอบคุณ" in page.text
    listed = client.get(at)
    assert voice.reference in listed.text
    assert client.cookies == {}
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_the_photograph_is_a_new_one_without_the_place_it_was_taken(client, at):
    exif = Image.Exif()
    exif[0x010F] = "SECRET-MAKER"
    sent = make.photo(exif=exif.tobytes())

    client.post(f"{at}send/", RUMOUR | {"photo": sent})

    answer = client.get(f"{at}{Voice.objects.get().pk}/photo.jpg")
    content = b"".join(answer.streaming_content)
    assert b"SECRET-MAKER" not in content
    assert Image.open(BytesIO(content)).format == "JPEG"
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_place_one_serves_is_chosen_already_and_first(client, at):
    page = html.document_fromstring(client.get(f"{at}send/").text)

    chosen = page.xpath("//select[@name='subdistrict']//option[@selected]")
    groups = page.xpath("//select[@name='subdistrict']/optgroup/@label")
    assert [option.text for option in chosen] == [Subdistrict.objects.get(code="160601").name_th]
    assert groups[0] == "พื้นที่ที่ท่านดูแล"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"kind": ""}, "เลือกหนึ่งข้อ"),
        ({"kind": "gossip"}, "เลือกหนึ่งข้อ"),
        ({"words": " "}, "กรุณาเขียนสั้น ๆ"),
        ({"words": "ก" * 2001}, "ยาวเกินไป"),
        ({"subdistrict": "999999"}, "เลือกจากรายการ"),
    ],
)
def test_a_mistake_keeps_what_was_typed_and_asks_for_the_photograph_again(client, at, facts, said):
    typed = RUMOUR | {"words": "คำที่พิมพ์ไว้แล้ว"} | facts

    answer = client.post(f"{at}send/", typed | {"photo": make.photo()})

    assert answer.status_code == 400
    assert said in answer.text
    if facts.get("words") is None:
        assert "คำที่พิมพ์ไว้แล้ว" in answer.text
    assert "เลือกภาพอีกครั้ง" in answer.text
    assert not Voice.objects.exists()


def test_who_sends_too_much_waits_and_loses_nothing(client, at, monkeypatch):
    monkeypatch.setattr(voice_views, "VOICES_AN_HOUR", 1)
    key = str(uuid.uuid4())
    client.post(f"{at}send/", RUMOUR | {"key": key})

    refused = client.post(f"{at}send/", RUMOUR | {"words": "เรื่องที่สอง"})
    again = client.post(f"{at}send/", RUMOUR | {"key": key})

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "เรื่องที่สอง" in refused.text
    assert again.status_code == 302
    assert Voice.objects.count() == 1


def test_a_partner_sends_when_signed_in_and_is_protected_against_forgery(sign_in):
    partner = sign_in("partner")
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(partner.user, backend="django.contrib.auth.backends.ModelBackend")

    forged = guarded.post("/network/mine/voices/send/", RUMOUR)
    sent = partner.post("/network/mine/voices/send/", RUMOUR)

    voice = Voice.objects.get()
    assert forged.status_code == 403
    assert sent.url == f"/network/mine/voices/{voice.pk}/?new=1"
    assert voice.organization == partner.user.person.organization
    assert voice.reference in partner.get(sent.url).text


def test_a_link_opens_nothing_of_somebody_else(client, at, sign_in):
    theirs = make.voice(photo=reencode(make.photo()))
    partner = sign_in("partner")

    for address in (f"{theirs.pk}/", f"{theirs.pk}/photo.jpg"):
        assert client.get(f"{at}{address}").status_code == 404
        assert partner.get(f"/network/mine/voices/{address}").status_code == 404
        assert client.get(f"/network/mine/voices/{address}").status_code == 302
        assert client.get(f"/network/me/{'x' * 32}/voices/{address}").status_code == 410
    assert theirs.words not in client.get(at).text
    assert theirs.reference not in client.get(at).text
    assert client.get(f"{desk_of(theirs.person)}{theirs.pk}/").status_code == 200


def test_a_link_that_is_over_opens_nothing(client, at, volunteer):
    voice = make.voice(volunteer)
    assert client.get(f"{at}{voice.pk}/").status_code == 200

    personal_links.revoke(volunteer.links.get(), by=None)

    for address in ("", "send/", f"{voice.pk}/"):
        assert client.get(f"{at}{address}").status_code == 410
    assert client.post(f"{at}send/", RUMOUR).status_code == 410


def test_the_page_tells_the_answer(client, at, volunteer):
    answered, closed = make.voice(volunteer), make.voice(volunteer)
    voicing.hand_on(answered, to="survey", by=None, note="หมายเหตุภายใน")
    voicing.answer(answered, by=None, words="ถนนเสร็จเดือนหน้า")
    voicing.close(closed, by=None, reason="อยู่นอกจังหวัด")

    page = client.get(f"{at}{answered.pk}/")

    assert "ถนนเสร็จเดือนหน้า" in page.text
    assert "หมายเหตุภายใน" not in page.text
    assert "อยู่นอกจังหวัด" in client.get(f"{at}{closed.pk}/").text


@pytest.mark.parametrize("many", [1, 3, 20])
def test_the_list_costs_the_same_however_long(
    client, at, volunteer, many, django_assert_max_num_queries
):
    for _ in range(many):
        make.voice(volunteer)
    client.get(at)

    with django_assert_max_num_queries(8):
        client.get(at)


PIECES = [
    *("", " ", "\x00", "ก" * 2000, "ก" * 2001, "😀" * 600, "\u200b\u202e\ufeff", "\r\n" * 900),
    *("<script>alert(1)</script>", "{{ 7*7 }}", "' OR 1=1--", "%00%ff", "-1", "NaN", "1e999"),
    *("99999999999999999999", "๑๒๓", "½", "true", "[]", "null", str(uuid.uuid4()), "\ud7ff"),
    *("../../etc/passwd", "\x1b[31m", "rumour", "need", "\u0e48\u0e49\u0e31", "a" * 5000),
]
FILES = [
    b"",
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n" + b"\x00" * 60,
    b"GIF89a" + b"\x00" * 20,
    b"%PDF-1.7",
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    b"<html><script>alert(1)</script>",
    b"MZ\x90\x00",
    b"RIFF\xff\xff\xff\xffWEBPVP8 ",
    b"PK\x03\x04" + b"\x00" * 30,
    bytes(range(256)) * 40,
]
NAMES = ["a.jpg", "x.php.jpg", "../../a.jpg", "ก" * 300 + ".jpg", "a\x00.jpg", ".", '"><img>.png']


def test_hundreds_of_hostile_forms_are_refused_or_taken_in_whole(at, monkeypatch):
    monkeypatch.setattr(visitors, "seconds_to_wait", lambda *_, **__: 0)
    visitor, dice, wrong, taken = Client(raise_request_exception=False), random.Random(4), [], 0
    good = make.photo(300, 300).read()
    for n in range(300):
        data = {name: dice.choice(PIECES) for name in ("kind", "words", "subdistrict", "key")}
        if n % 4 == 0:
            data |= {"kind": "rumour", "subdistrict": ""}
        for name in dice.sample(sorted(data), dice.randint(0, 2)):
            del data[name]
        if dice.random() < 0.3:
            data["words"] = [data.get("words", ""), dice.choice(PIECES)]
        if dice.random() < 0.5:
            content = dice.choice([*FILES, good, good[: len(good) // 2], good + b"<?php ?>"])
            kind = dice.choice(["image/jpeg", "text/html", "", "x" * 300])
            data["photo"] = BytesIO(content)  # a file of Django's own would mend its name
            data["photo"].name, data["photo"].content_type = dice.choice(NAMES), kind
        answer = visitor.post(f"{at}send/", data)
        if answer.status_code not in {302, 400} or complaint(answer, "th"):
            wrong.append((answer.status_code, complaint(answer, "th"), str(data)[:200]))
        taken += answer.status_code == 302 and "new=1" in answer.url

    assert wrong == []
    assert 0 < Voice.objects.count() <= taken
    assert {voice.state for voice in Voice.objects.all()} == {"received"}
    page = visitor.get(at)
    assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n--x"),
        ("application/x-www-form-urlencoded; charset=bogus", b"kind=rumour"),
        ("application/x-www-form-urlencoded", b"words=%ff%00&" * 2000),
        ("application/json", b'{"a":' * 500),
        ("text/plain", b"\xff\x00"),
    ],
)
def test_no_body_breaks_the_form(at, content_type, body):
    visitor = Client(raise_request_exception=False)

    answer = visitor.generic("POST", f"{at}send/", body, content_type)

    assert answer.status_code == 400
    assert not Voice.objects.exists()
