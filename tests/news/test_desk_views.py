"""The desk shows a party its own news and its own work, by a link or signed in, and no other's."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from network import accounts, personal_links
from network.models import PersonalLink
from news import broadcasting, distributing, publishing
from news.models import Broadcast, ChaseRound, Delivery, Pickup
from office.roles import PARTNER
from tests import make

pytestmark = pytest.mark.django_db
SPOKEN = "เรียนพี่น้องประชาชนที่เคารพ\nขอให้ยกของขึ้นที่สูง\nขอทวนอีกครั้ง"
HOUR = timedelta(hours=1)


@pytest.fixture
def volunteer():
    return make.volunteer(name="สมใจ ใจดี", means=["tower", "line"])


@pytest.fixture
def station():
    """A station, and somebody there who signed in."""
    made = make.organization(kind="online", name_th="เพจข่าวลพบุรี")
    person = make.volunteer(name="บรรณาธิการ", organization=made, email="a@example.org")
    client = Client()
    client.force_login(
        accounts.open_account(person, by=None), "django.contrib.auth.backends.ModelBackend"
    )
    made.client = client
    return made


def today(**fields):
    """News of a moment ago, so that it is of today at whatever hour the test runs."""
    return make.published(ago=timedelta(seconds=1), **fields)


def key():
    return {"key": str(uuid4())}


# Who comes in


def test_a_link_leads_to_the_desk_and_a_link_for_another_purpose_does_not(client, volunteer):
    assert make.desk(volunteer).endswith("/today/")
    review = personal_links.issue(volunteer, by=None, purpose=PersonalLink.Purpose.REVIEW)

    assert not review.endswith("/today/")
    assert client.get(f"{review}today/").status_code == 410
    assert "/today/" not in client.get(review).text
    assert "/today/" in client.get(make.own_page(volunteer)).text


def test_a_link_that_is_over_opens_nothing_of_the_desk(client, volunteer):
    edition, address = today(), make.desk(volunteer)
    personal_links.revoke(volunteer.links.get(), by=None)

    for page in ("", f"{edition.pk}/", "reports/"):
        assert client.get(address + page).status_code == 410
    assert client.post(f"{address}{edition.pk}/aired/", key()).status_code == 410
    assert not Broadcast.objects.exists()


def test_the_fixed_address_is_for_partners_who_signed_in(client, station):
    assert client.get("/network/desk/")["Location"] == "/accounts/login/?next=/network/desk/"
    client.force_login(make.user(is_staff=True), "django.contrib.auth.backends.ModelBackend")
    assert client.get("/network/desk/").status_code == 403

    page = station.client.get("/network/desk/")

    assert page.status_code == 200
    assert "เพจข่าวลพบุรี" in page.text
    assert accounts.is_partner(station.people.get().user), PARTNER


def test_a_forged_press_is_refused_to_those_who_signed_in(station):
    edition = today()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = station.client.cookies

    assert strict.post(f"/network/desk/{edition.pk}/aired/", key()).status_code == 403
    assert not Broadcast.objects.exists()


# What it shows


def test_the_link_itself_shows_the_script_and_notes_that_it_was_taken(client, volunteer):
    edition = today(spoken=SPOKEN)
    address = make.desk(volunteer)
    client.head(address)
    assert not Pickup.objects.exists()

    page = client.get(address)
    client.get(address)

    assert "ขอให้ยกของขึ้นที่สูง" in page.text
    assert "วินาที" in page.text
    assert not page.cookies
    (pickup,) = Pickup.objects.all()
    assert (pickup.edition, pickup.party) == (edition, volunteer)


def test_its_places_and_scripts_come_first_and_what_is_urgent_before_all(client, volunteer):
    own, far = make.district(), make.district("1602", "พัฒนานิคม", "Phatthana Nikhom")
    volunteer.subdistricts.add(own.subdistricts.create(code="160101", name_th="ก", name_en="A"))
    editions = {
        "far": today(districts=[far], spoken=SPOKEN),
        "own": today(districts=[own], spoken=SPOKEN),
        "silent": today(districts=[own]),
        "everywhere": today(spoken=SPOKEN),
        "urgent": today(),
    }
    make.released(editions["urgent"], is_urgent=True)

    context = client.get(make.desk(volunteer)).context

    shown = [context["kit"]["edition"], *(row["edition"] for row in context["others"])]
    order = ["urgent", "own", "everywhere", "silent", "far"]
    assert shown == [editions[name] for name in order]


def test_each_gets_its_own_form_first(client, volunteer, station):
    today(spoken=SPOKEN, title="หัวข้อ", must_know="ยกของขึ้นที่สูง")
    forms = {}
    for name, page in (
        ("volunteer", client.get(make.desk(volunteer))),
        ("station", station.client.get("/network/desk/")),
    ):
        forms[name] = [form["form"] for form in page.context["kit"]["forms"]]

    assert forms == {
        "volunteer": ["script", "caption", "full"],
        "station": ["full", "script", "caption"],
    }


def test_without_news_of_today_it_says_so_and_shows_the_latest(client, volunteer):
    assert "ยังไม่มีข่าวให้ออกอากาศ" in client.get(make.desk(volunteer)).text
    make.published(ago=timedelta(days=3), title="ข่าวสามวันก่อน")

    page = client.get(make.desk(volunteer))

    assert "วันนี้ยังไม่มีข่าวใหม่" in page.text
    assert page.context["kit"]["edition"].title == "ข่าวสามวันก่อน"


def test_a_photograph_comes_as_a_file_with_a_name(client, volunteer):
    edition = today(pictures=[{}])
    address = make.desk(volunteer)
    placement = edition.placements.get()

    answer = client.get(f"{address}{edition.pk}/photo/{placement.pk}.jpg")

    assert answer.headers["Content-Type"] == "image/jpeg"
    assert f"{edition.article.reference} 1.jpg" in answer.headers["Content-Disposition"]
    assert placement.picture.credit in client.get(f"{address}{edition.pk}/").text


# What nobody may see


def test_what_is_to_come_is_for_organisations_that_are_trusted(client, volunteer, station):
    to_come = make.draft(title="ลับจนถึงเวลา", spoken=SPOKEN)
    make.placement(to_come)
    make.publish(to_come, at=timezone.now() + HOUR)
    link, photo = make.desk(volunteer), f"photo/{to_come.placements.get().pk}.jpg"
    for ask, base in ((client, link), (station.client, "/network/desk/")):
        assert "ลับจนถึงเวลา" not in ask.get(base).text
        for page in ("", photo, "report/"):
            assert ask.get(f"{base}{to_come.pk}/{page}").status_code == 404
        assert ask.post(f"{base}{to_come.pk}/aired/", key()).status_code == 404

    accounts.trust(station, is_trusted=True, by=None)
    page = station.client.get("/network/desk/")
    opened = station.client.get(f"/network/desk/{to_come.pk}/")

    assert "ลับจนถึงเวลา" in page.text
    assert "ห้ามเผยแพร่ก่อน" in page.text
    assert "ห้ามเผยแพร่ก่อน" in opened.text
    assert "ออกอากาศแล้ว</button>" not in opened.text
    assert station.client.get(f"/network/desk/{to_come.pk}/{photo}").status_code == 200
    assert station.client.post(f"/network/desk/{to_come.pk}/aired/", key()).status_code == 404
    assert "ลับจนถึงเวลา" not in client.get(link).text


def test_drafts_withdrawn_and_sample_news_are_on_no_desk(station):
    accounts.trust(station, is_trusted=True, by=None)
    draft, withdrawn, expired = make.draft(), today(), today(expires_at=timezone.now())
    publishing.withdraw(withdrawn.article, by=None, reason="ผิด")
    sample = today()
    type(sample.article).objects.filter(pk=sample.article_id).update(is_sample=True)

    page = station.client.get("/network/desk/")

    for edition in (draft, withdrawn, expired, sample):
        assert edition.title not in page.text
        assert station.client.get(f"/network/desk/{edition.pk}/").status_code == 404
    assert not Pickup.objects.exists()


def test_an_old_page_leads_to_the_words_that_hold_now(client, volunteer):
    edition = make.published(ago=HOUR)
    newer = make.revised(edition)

    answer = client.get(make.desk(volunteer, f"{edition.pk}/"))

    assert answer["Location"].endswith(f"/today/{newer.pk}/")


def test_a_link_shows_nothing_of_anybody_else(client, volunteer, station):
    edition = make.published(ago=HOUR)
    other = make.volunteer(name="คนอื่น")
    theirs = broadcasting.report(edition, other, note="ของคนอื่น")
    broadcasting.report(edition, station, note="ของสถานี")
    make.revised(edition, change_kind="correction", change_note="แก้วันที่")
    distributing.go_round(ChaseRound.objects.get())
    (delivery,) = distributing.unanswered_by(other)
    link = make.desk(volunteer)

    seen = "".join(client.get(link + page).text for page in ("", "reports/"))
    assert "ของคนอื่น" not in seen
    assert "ของสถานี" not in seen
    assert "แก้ข่าวแล้ว" not in seen
    assert client.get(f"{link}reports/{theirs.pk}/").status_code == 404
    assert client.post(f"{link}reports/{theirs.pk}/", {"times": 9}).status_code == 404
    client.post(f"{link}reports/{theirs.pk}/undo/")
    assert client.post(f"{link}corrections/{delivery.pk}/").status_code == 404
    delivery.refresh_from_db()
    assert delivery.acknowledged_at is None
    assert Broadcast.objects.filter(pk=theirs.pk).exists()


# What they report


def test_one_press_is_a_receipt_and_twice_the_same(client, volunteer):
    edition = today(spoken=SPOKEN)
    link, sent = make.desk(volunteer), key()
    client.get(link)

    answers = [client.post(f"{link}{edition.pk}/aired/", sent) for _ in range(2)]

    (made,) = Broadcast.objects.all()
    assert {answer["Location"] for answer in answers} == {f"{link}reports/{made.pk}/?new=1"}
    page = client.get(answers[0]["Location"])
    assert "จดไว้แล้ว ขอบคุณ" in page.text
    assert "ท่านแจ้งไว้แล้ว" in client.get(link).text
    assert not page.cookies

    assert client.post(f"{link}reports/{made.pk}/undo/")["Location"].endswith("?undone=1")
    assert not Broadcast.objects.exists()


def test_a_press_without_its_key_leads_to_the_form(client, volunteer):
    edition, link = today(), make.desk(volunteer)

    for asked in (client.get, client.post):
        answer = asked(f"{link}{edition.pk}/aired/")
        assert answer["Location"].endswith(f"{edition.pk}/report/")
    assert not Broadcast.objects.exists()


def test_a_key_that_is_somebody_elses_says_what_to_do(client, volunteer):
    edition, sent = today(), key()
    broadcasting.report(edition, make.volunteer(), **sent)

    page = client.post(make.desk(volunteer, f"{edition.pk}/aired/"), sent)

    assert page.status_code == 409
    assert "โปรดเปิดหน้านี้ใหม่" in page.text


def told(**fields):
    now = timezone.localtime()
    facts = {"means": "website", "aired_on": f"{now:%d/%m}/{now.year + 543}"}
    return facts | {"aired_hour": f"{now:%H:%M}", "times": "1"} | fields


def test_a_report_says_where_on_the_web_and_how_many(station):
    edition, address = today(), "https://example.org/post/1"
    sent = key() | told(url=address, title="พาดหัว", audience="1200", basis="measured")

    answer = station.client.post(f"/network/desk/{edition.pk}/report/", sent)

    made = Broadcast.objects.get()
    assert answer["Location"] == f"/network/desk/reports/{made.pk}/?new=1"
    assert (made.organization, made.url, made.title) == (station, address, "พาดหัว")
    assert (made.audience, made.basis) == (1200, "measured")
    broadcasting.reject(made, by=make.user(), reason="เปิดลิงก์ไม่ได้")
    assert "เปิดลิงก์ไม่ได้" in station.client.get("/network/desk/reports/").text
    again = key() | told(url=address)
    page = station.client.post(f"/network/desk/{edition.pk}/report/", again)
    assert page.status_code == 400
    assert "ที่อยู่เว็บนี้รายงานไว้แล้ว" in page.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"audience": "90"},
        {"aired_on": "31/2/2569"},
        {"aired_hour": "25:00"},
        {"times": "0"},
        {"url": "javascript:alert(1)"},
        {"means": "telepathy"},
        {"sound": SimpleUploadedFile("a.mp3", b"<html>")},
        {"photo": SimpleUploadedFile("a.jpg", b"MZ")},
    ],
)
def test_what_cannot_be_is_said_and_kept(client, volunteer, wrong):
    edition = today()

    page = client.post(make.desk(volunteer, f"{edition.pk}/report/"), told(note="คงอยู่") | wrong)

    assert page.status_code == 400
    assert "คงอยู่" in page.text
    assert not Broadcast.objects.exists()


def test_a_photograph_and_a_sound_are_added_afterwards_and_only_the_office_has_them(
    client, volunteer, admin_client
):
    made, link = broadcasting.report(today(), volunteer), make.desk(volunteer)
    files = {
        "photo": make.photo(),
        "sound": SimpleUploadedFile("a.html", b"OggS" + b"\x00" * 99),
    }

    answer = client.post(f"{link}reports/{made.pk}/", told(means="line", times="3") | files)

    made.refresh_from_db()
    assert answer["Location"].endswith("?changed=1")
    assert (made.means, made.times) == ("line", 3)
    assert made.sound.name.endswith(".ogg")
    base = f"/admin/news/broadcast/{made.pk}/"
    for name, kind in (("photo.jpg", "image/jpeg"), ("sound", "audio/ogg")):
        assert client.get(base + name).status_code == 302
        served = admin_client.get(base + name)
        assert served.headers["Content-Type"] == kind
        assert "no-store" in served.headers["Cache-Control"]


# What was corrected


def test_a_correction_stands_on_top_until_they_say_that_they_know(client, volunteer):
    edition, link = make.published(ago=HOUR, title="งานวันเสาร์"), make.desk(volunteer)
    client.get(f"{link}{edition.pk}/")
    make.revised(edition, change_kind="correction", change_note="เดิมบอกวันผิด")
    distributing.go_round(ChaseRound.objects.get())

    page = client.get(link)
    assert "เดิมบอกวันผิด" in page.text
    delivery = Delivery.objects.get()
    assert delivery.state == "accepted"

    answer = client.post(f"{link}corrections/{delivery.pk}/", follow=True)
    assert "จดไว้แล้วว่าท่านรับทราบ" in answer.text
    assert "เดิมบอกวันผิด" not in client.get(link).text
    assert not Delivery.objects.unanswered().exists()


def test_the_desk_costs_the_same_with_few_pieces_of_news_and_with_many(client, volunteer):
    counts, link = [], make.desk(volunteer)
    for _ in range(2):
        today(spoken=SPOKEN)
    client.get(link)
    for n in (0, 6):
        for _ in range(n):
            make.published(ago=timedelta(seconds=3), topic_slug="disaster")
        client.get(link)
        with CaptureQueriesContext(connection) as asked:
            client.get(link)
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 30
