"""Partners ask for channels on their own page, by a personal link or signed in."""

from datetime import time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from network import asking, channels, confirming, joining, personal_links
from network.models import Channel, Organization, Person
from news import distributing
from news.models import Wish
from office.models import District
from tests import make
from tests.network.conftest import places, sign_in  # noqa: F401 -- fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]
MAIL = {"kind": "email", "address": "tower@example.org", "format": "script"}


@pytest.fixture
def volunteer():
    made = make.volunteer()
    joining.admit(made, "volunteer", by=None)
    return made


@pytest.fixture
def at(volunteer):
    """The address of the volunteer's channels."""
    return f"{make.own_page(volunteer)}channels/"


@pytest.fixture
def partner(sign_in):  # noqa: F811
    made = sign_in("partner")
    body = made.user.person.organization
    joining.admit(body, "media", by=None)
    return made


def asked(party, **facts):
    person = party if isinstance(party, Person) else party.people.first()
    return asking.begin(
        party, {"kind": "line", "format": "full"} | facts, person=person, consent="x"
    )


def test_a_volunteer_asks_for_news_by_mail_and_gets_none_before_they_confirm(client, at, volunteer):
    place, topic = District.objects.get(code="1601"), make.topic("disaster")
    hours = {"quiet_from": "21.00", "quiet_until": "06:00"}

    sent = client.post(f"{at}add/", MAIL | hours | {"districts": [place.pk], "topics": [topic.pk]})

    made = Channel.objects.get()
    assert (sent.status_code, sent.url) == (302, f"{at}{made.pk}/")
    assert (made.person, made.kind, made.address) == (volunteer, "email", "tower@example.org")
    assert (made.format, made.quiet_from, made.quiet_until) == ("script", time(21), time(6))
    assert list(made.districts.all()) == [place]
    assert list(made.wish.topics.all()) == [topic]
    volunteer.refresh_from_db()
    assert "สำนักงานเก็บที่อยู่นี้" in volunteer.consent_text
    assert distributing.audience(make.published(topic_slug="disaster")).recipients == []
    client.post(f"/network/confirm/{made.confirmation.token()}/")
    edition = make.published(topic_slug="disaster")
    assert [each.channel for each in distributing.audience(edition).recipients] == [made]
    assert client.cookies == {}


def test_a_partner_asks_for_the_organisation(partner):
    answer = partner.post("/network/mine/channels/add/", {"kind": "line", "format": "caption"})

    made = Channel.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/network/mine/channels/{made.pk}/")
    assert made.organization == partner.user.person.organization
    page = partner.get(answer.url)
    assert made.confirmation.code() in page.text


def test_both_addresses_are_guarded(client, partner, at, volunteer):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(partner.user)
    wanted = {"kind": "line", "format": "full"}

    assert strict.post("/network/mine/channels/add/", wanted).status_code == 403
    assert client.get("/network/mine/channels/").url.startswith("/accounts/login/?next=")
    assert Client(enforce_csrf_checks=True).post(f"{at}add/", wanted).status_code == 302
    personal_links.revoke(volunteer.links.get(), by=None)
    for page in ("", "add/", f"{Channel.objects.get().pk}/"):
        assert client.get(f"{at}{page}").status_code == 410
    officer = make.officer()
    client.force_login(officer)
    assert client.get("/network/mine/channels/").status_code == 403


def test_nobody_sees_or_ends_the_channel_of_another(client, at):
    other = make.channel(organization=make.organization())

    for page in ("", "change/"):
        assert client.get(f"{at}{other.pk}/{page}").status_code == 404
        assert client.post(f"{at}{other.pk}/{page}", {"leave": "1"}).status_code == 404
    assert Channel.objects.get().state == "active"
    assert client.get(f"{at}999999999/").status_code == 404


def test_only_members_ask(client):
    stranger = make.volunteer()
    at = f"{make.own_page(stranger)}channels/"

    assert client.get(f"{at}add/").status_code == 403
    assert client.post(f"{at}add/", MAIL).status_code == 403
    assert Channel.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": ""}, "โปรดเลือก"),
        ({"kind": "printed"}, ""),
        ({"kind": "webhook"}, ""),
        ({"address": ""}, "โปรดกรอกอีเมลที่ต้องการรับข่าว"),
        ({"address": "tower"}, ""),
        ({"address": f"{'x' * 500}@example.org"}, ""),
        ({"format": "json"}, ""),
        ({"districts": ["0", "x"]}, ""),
        ({"topics": ["999999"]}, ""),
        ({"quiet_from": "25:00"}, ""),
        ({"quiet_from": "21:00"}, "เวลาเริ่ม"),
        ({"address": "taken@example.org"}, "ช่องทางอื่น"),
    ],
)
def test_what_can_not_be_is_explained_and_nothing_kept(client, at, wrong, said):
    make.channel(address="taken@example.org")

    answer = client.post(f"{at}add/", MAIL | wrong)

    assert answer.status_code == 400
    assert said in answer.text
    if "address" in wrong and len(wrong["address"]) < 99:
        assert f'value="{wrong["address"]}"' in answer.text or not wrong["address"]
    assert Channel.objects.count() == 1


def test_a_mailbox_that_nobody_confirmed_is_free_again(client, at, volunteer, travel):
    squatter = make.volunteer()
    joining.admit(squatter, "volunteer", by=None)
    asked(squatter, kind="email", address="tower@example.org")
    assert client.post(f"{at}add/", MAIL).status_code == 400

    travel(timezone.now() + timedelta(days=4))

    assert client.post(f"{at}add/", MAIL).status_code == 302
    assert Channel.objects.get().person == volunteer


def test_eight_channels_are_enough(client, at, volunteer):
    for _ in range(asking.CHANNELS_AT_MOST):
        asked(volunteer)

    assert client.get(f"{at}add/").status_code == 403
    assert "8" in client.get(at).text


def test_a_channel_is_changed_at_once(client, at, volunteer):
    made = asked(volunteer)
    Wish.objects.create(channel=made)
    topic = make.topic("tourism")

    page = client.get(f"{at}{made.pk}/change/")
    assert 'name="kind"' not in page.text
    client.post(f"{at}{made.pk}/change/", {"format": "caption", "topics": [topic.pk]})

    made.refresh_from_db()
    assert (made.format, list(made.wish.topics.all())) == ("caption", [topic])


def test_a_feed_waits_for_an_officer_and_then_shows_its_addresses(client, at, volunteer):
    client.post(f"{at}add/", {"kind": "feed"})
    made = Channel.objects.get()
    page = f"{at}{made.pk}/"
    assert "/network/feed/" not in client.get(page).text

    channels.activate(made, by=make.user(), reason="ถามทางโทรศัพท์แล้ว")

    text = client.get(page).text
    for ending in ("json", "atom"):
        assert f"/network/feed/{made.feed_token()}.{ending}" in text


def test_its_page_tells_how_it_fares(client, at, volunteer):
    made = asked(volunteer)
    Channel.objects.filter(pk=made.pk).update(state="active", address="C" + "0" * 32)
    assert "ยังไม่เคยส่ง" in client.get(f"{at}{made.pk}/").text
    make.received(make.published(), [made])
    assert "ปกติ" in client.get(f"{at}{made.pk}/").text

    Channel.objects.filter(pk=made.pk).update(failures=2)

    assert "โปรดตรวจสอบที่อยู่" in client.get(f"{at}{made.pk}/").text
    assert "โปรดตรวจสอบที่อยู่" in client.get(at).text


def test_who_left_can_come_back_unless_the_office_closed_it(client, at, volunteer):
    made = asked(volunteer)
    page = f"{at}{made.pk}/"

    assert client.post(page, {"leave": "1"}).status_code == 302
    assert Channel.objects.get().state == "disabled"
    assert client.post(page, {"again": "1"}).status_code == 302
    assert Channel.objects.get().state == "unverified"
    channels.disable(Channel.objects.get(), by=make.officer(), reason="ส่งต่อผิดห้อง")
    refused = client.post(page, {"again": "1"})

    assert refused.status_code == 409
    assert "โทรหาสำนักงาน" in refused.text
    assert Channel.objects.get().state == "disabled"


def test_asking_again_is_limited_and_a_stray_post_changes_nothing(client, at, volunteer):
    made = asked(volunteer, kind="email", address="tower@example.org")
    page = f"{at}{made.pk}/"

    assert client.post(page, {"again": "1"}).status_code == 409
    assert client.post(page, {"x": "1"}).status_code == 302
    assert Channel.objects.get().confirmation.pk == made.confirmation.pk


def test_an_officer_asks_from_the_back_office_and_sees_the_code(client, volunteer):
    client.force_login(make.officer())
    made = make.channel("line", state="unverified", address="")
    page = f"/admin/network/channel/{made.pk}/"

    client.post(f"{page}steps/ask/")

    code = Channel.objects.get().confirmation.code()
    assert code in client.get(f"{page}change/").text


def test_another_address_typed_by_an_officer_has_to_be_confirmed(client):
    client.force_login(make.officer())
    made = make.channel(address="old@example.org")
    wanted = {"organization": made.organization_id, "kind": "email", "format": "full"}
    wanted |= {"address": "new@example.org", "line_people": "1"}
    wanted |= {"wish-TOTAL_FORMS": "0", "wish-INITIAL_FORMS": "0"}

    assert client.post(f"/admin/network/channel/{made.pk}/change/", wanted).status_code == 302

    made.refresh_from_db()
    assert (made.address, made.state) == ("new@example.org", "unverified")


def test_the_channel_of_a_sample_is_a_sample(partner):
    Organization.objects.filter(pk=partner.user.person.organization_id).update(is_sample=True)

    partner.post("/network/mine/channels/add/", {"kind": "line"})

    assert Channel.objects.get().is_sample is True
    assert confirming.by_code(Channel.objects.get().confirmation.code())
