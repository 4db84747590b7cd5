"""The feed of one partner as Atom: news, corrections to confirm, tombstones, what is new since."""

from xml.etree import ElementTree

import pytest

from news import distributing, publishing
from news.models import ChaseRound, Delivery
from tests import make

pytestmark = pytest.mark.django_db
ATOM, AT = "{http://www.w3.org/2005/Atom}", "{http://purl.org/atompub/tombstones/1.0}"


def get(client, channel, **headers):
    return client.get(f"/network/feed/{channel.feed_token()}.atom", headers=headers)


def read(client, channel):
    answer = get(client, channel)
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)  # noqa: S314 -- our own


def chase():
    distributing.go_round(ChaseRound.objects.get_or_create(pk=1)[0])


def test_what_is_fetched_as_atom_counts_as_accepted(client):
    channel = make.channel("feed")
    edition = make.published()
    make.released(edition, [channel])
    assert Delivery.objects.get().state == "ready"

    (entry,) = read(client, channel).findall(f"{ATOM}entry")

    delivery = Delivery.objects.get()
    assert delivery.state == "accepted"
    assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{delivery.key}"
    assert entry.findtext(f"{ATOM}title") == edition.title
    assert edition.must_know in entry.findtext(f"{ATOM}summary")


def test_a_correction_stands_beside_with_a_link_to_confirm_it(client):
    channel = make.channel("feed")
    edition = make.published()
    make.received(edition, [channel])
    draft = publishing.revise(edition.article, by=None, kind="correction")
    draft.change_note, draft.lead = "เดิมบอกวันผิด", "วันที่ถูกคือวันเสาร์"
    draft.save()
    publishing.publish(draft, by=None)
    chase()

    newest, _older = read(client, channel).findall(f"{ATOM}entry")

    related = [link for link in newest.findall(f"{ATOM}link") if link.get("rel") == "related"]
    assert "/network/receipt/" in related[0].get("href")


def test_what_was_withdrawn_is_a_deleted_entry_with_its_reason(client):
    channel = make.channel("feed")
    edition = make.published()
    release = make.received(edition, [channel])
    publishing.withdraw(edition.article, by=None, reason="ไม่มีงานนี้")
    chase()

    feed = read(client, channel)

    (gone,) = feed.findall(f"{AT}deleted-entry")
    assert gone.get("ref") == f"urn:uuid:{release.deliveries.get().key}"
    assert gone.findtext(f"{AT}comment") == "ไม่มีงานนี้"
    (entry,) = feed.findall(f"{ATOM}entry")  # the withdrawal itself, to be confirmed
    assert entry.findtext(f"{ATOM}id") != gone.get("ref")


@pytest.mark.parametrize("ending", ["json", "atom"])
def test_what_did_not_change_is_not_sent_again(client, ending):
    channel = make.channel("feed")
    make.released(make.published(), [channel])
    address = f"/network/feed/{channel.feed_token()}.{ending}"
    first = client.get(address)

    for name, value in (("if-none-match", "ETag"), ("if-modified-since", "Last-Modified")):
        assert client.get(address, headers={name: first[value]}).status_code == 304
    make.released(make.published(), [channel])
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_an_empty_feed_is_one_and_stays_the_same(client):
    channel = make.channel("feed")

    first = get(client, channel)

    document = ElementTree.fromstring(first.content)  # noqa: S314 -- our own
    assert document.findall(f"{ATOM}entry") == []
    assert get(client, channel, **{"if-none-match": first["ETag"]}).status_code == 304


def test_a_channel_that_is_not_used_has_no_feed(client):
    channel = make.channel("feed", state="unverified")

    assert get(client, channel).status_code == 404
