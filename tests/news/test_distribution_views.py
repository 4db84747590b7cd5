"""What partners open by an address of their own, and what readers are told of a correction."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from network.models import Channel
from news import delivering, distributing, publishing
from news.models import ChaseRound, Delivery, Release
from tests import make

pytestmark = pytest.mark.django_db


def corrected(count, *, withdrawn=False):
    """A correction or withdrawal that so many partners were told of: its deliveries."""
    edition = make.published()
    make.received(edition, [make.channel() for _ in range(count)])
    if withdrawn:
        publishing.withdraw(edition.article, by=None, reason="ไม่มีงานนี้")
    else:
        draft = publishing.revise(edition.article, by=None, kind="correction")
        draft.change_note, draft.lead = "เดิมบอกวันผิด", "วันที่ถูกคือวันเสาร์"
        draft.save()
        publishing.publish(draft, by=None)
    distributing.go_round(ChaseRound.objects.get_or_create(pk=1)[0])
    told = Delivery.objects.filter(
        release__kind__in=Release.CHASED, release__edition__article=edition.article
    )
    told.update(state="accepted", accepted_at=timezone.now())
    return told


def told_on(client, delivery):
    page = client.get(delivery.release.edition.get_absolute_url())
    found = re.search(r"แจ้งเครือข่ายแล้ว (\d+) ราย ยืนยันแล้ว (\d+) ราย", page.text)
    return page.status_code, found and tuple(map(int, found.groups()))


def test_readers_see_how_many_were_told_and_have_confirmed(client, django_assert_max_num_queries):
    told = corrected(3)
    for delivery in told[:2]:
        distributing.acknowledge(delivery)

    address = told[0].release.edition.get_absolute_url()

    with django_assert_max_num_queries(6):
        page = client.get(address)

    assert "แจ้งเครือข่ายแล้ว 3 ราย ยืนยันแล้ว 2 ราย" in page.text


def test_the_count_is_not_older_than_five_minutes(client, travel):
    told = corrected(2)
    assert told_on(client, told[0]) == (200, (2, 0))
    distributing.acknowledge(told[0])

    travel(timezone.now() + timedelta(minutes=5))

    assert told_on(client, told[0]) == (200, (2, 1))


def test_what_was_not_accepted_is_not_counted_as_told_until_somebody_called(client):
    told = corrected(2)
    Delivery.objects.filter(pk=told[0].pk).update(state="failed", accepted_at=None)
    assert distributing.count_of(told[0].release.edition.article_id)["told"] == 1

    distributing.acknowledge(told[0], by=make.user())

    count = distributing.count_of(told[0].release.edition.article_id)
    assert (count["told"], count["confirmed"]) == (2, 1)


def test_a_withdrawn_news_says_it_too_and_others_say_nothing(client):
    told = corrected(2, withdrawn=True)
    plain = make.released().deliveries.get()

    assert told_on(client, told[0]) == (410, (2, 0))
    assert told_on(client, plain) == (200, None)


@pytest.mark.parametrize("token", ["1", "1.forged", "%E0%B8%81", "…"])
@pytest.mark.parametrize("page", ["receipt", "leave"])
def test_forged_tokens_open_nothing(client, page, token):
    make.channel()

    assert client.get(f"/network/{page}/{token}/").status_code == 404
    assert client.post(f"/network/{page}/{token}/").status_code == 404
    assert client.get(f"/network/feed/{token}.json").status_code == 404


def test_a_token_opens_its_own_page_and_no_other(client):
    (delivery,) = corrected(1)
    receipt = distributing.acknowledgement_token(delivery)
    way_out = delivering.LEAVING.sign(delivery.channel_id)

    assert client.get(f"/network/leave/{receipt}/").status_code == 404
    assert client.get(f"/network/receipt/{way_out}/").status_code == 404
    assert client.get(f"/network/receipt/{receipt}/").status_code == 200


def test_leaving_takes_a_press_and_can_be_pressed_twice(client):
    channel = make.channel()
    address = f"/network/leave/{delivering.LEAVING.sign(channel.pk)}/"

    asked = client.get(address)
    assert Channel.objects.get().state == "active"
    gone = [client.post(address) for _ in range(2)]

    assert "<form" in asked.text
    assert [answer.status_code for answer in gone] == [200, 200]
    assert asked.cookies == gone[0].cookies == {}
    assert Channel.objects.get().state == "disabled"
