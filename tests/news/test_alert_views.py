"""Pages of alerts, the feed that an independent parser reads, and what signboards are told."""

import json
from datetime import timedelta

import feedparser
import pytest
from django.utils import timezone
from lxml import html

from lopburi_pr.http import PUBLIC
from news import alerting
from tests import make

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


def ended(ago, **fields):
    """An alert that expired so long ago."""
    expired_at = timezone.now() - ago
    return make.issued(at=expired_at - HOUR, expires_at=expired_at, **fields)


def follow(alert, step=alerting.update, **named):
    draft = step(alert, by=make.user(), **named)
    alerting.issue(draft, by=make.user())
    return draft


def cancelled(alert):
    return follow(alert, alerting.cancel, reason="น้ำลดแล้ว")


def past(client, path="/alerts/"):
    page = html.document_fromstring(client.get(path).text)
    return [link.text for link in page.xpath("//h3/a")]


# The list


def test_without_alerts_the_page_says_so_and_whom_to_call(client):
    page = client.get("/alerts/").text

    assert "ไม่มีการแจ้งเตือนขณะนี้" in page
    for number in ("1784", "1669", "191", "199"):
        assert f'href="tel:{number}"' in page


def test_numbers_to_call_stand_beside_alerts_too(client):
    make.issued()

    page = client.get("/alerts/").text

    assert "ไม่มีการแจ้งเตือนขณะนี้" not in page
    assert page.count('class="contact-band__call" href="tel:1669"') == 1


def test_what_holds_comes_before_what_is_over(client):
    over, holds = ended(DAY), make.issued()

    page = client.get("/alerts/").text

    assert 0 < page.index(holds.headline_th) < page.index(over.headline_th)
    assert past(client) == [over.headline_th]


def test_the_past_is_a_year_and_the_newest_first(client):
    older, newer = ended(300 * DAY), ended(DAY)
    ended(366 * DAY)

    assert past(client) == [newer.headline_th, older.headline_th]


def test_of_a_chain_the_past_shows_the_last_that_warned(client):
    first = make.issued()
    second = follow(first)
    second_headline = second.headline_th
    cancelled(second)

    page = client.get("/alerts/").text

    assert past(client) == [second_headline]
    assert page.count("ยกเลิกแล้ว") == 1


def test_the_list_costs_the_same_for_one_and_for_many(client, django_assert_max_num_queries):
    make.issued()
    for days in (1, 2, 3, 4):
        ended(days * DAY)

    with django_assert_max_num_queries(8):
        client.get("/alerts/")


# One message


def test_page_of_an_alert_answers_what_where_when_and_who(client):
    alert = make.issued(
        description_th="ฝนตกหนัก", area_th="ริมแม่น้ำลพบุรี", web_url="https://example.org/a"
    )

    page = client.get(f"/alerts/{alert.year}-{alert.number}/").text

    for text in (
        *(alert.headline_th, alert.instruction_th, "ฝนตกหนัก", "ริมแม่น้ำลพบุรี", alert.agency_th),
        *("อำเภอเมืองลพบุรี", "อันตรายร้ายแรง", "LPB-ALERT-", "https://example.org/a"),
        f'href="/alerts/{alert.year}-{alert.number}.cap.xml"',
        'href="tel:1784"',
        "social-plugins.line.me",
    ):
        assert text in page
    assert 'name="robots"' not in page


@pytest.mark.parametrize("path", ["/alerts/2569-999/", "/alerts/2569-999.cap.xml", "/alerts/x/"])
def test_unknown_alert_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_page_of_an_ended_alert_says_so(client):
    page = client.get(ended(DAY).get_absolute_url()).text

    assert "แจ้งเตือนนี้สิ้นสุดแล้ว" in page
    assert 'content="noindex"' in page
    assert "social-plugins.line.me" not in page


def test_pages_of_a_chain_lead_to_each_other(client):
    first = make.issued()
    second = follow(first)
    last = cancelled(second)

    old, middle, new = (
        client.get(alert.get_absolute_url()).text for alert in (first, second, last)
    )

    assert "มีแจ้งเตือนฉบับใหม่กว่า" in old
    assert second.get_absolute_url() in old
    assert "แจ้งเตือนนี้ยกเลิกแล้ว" in middle
    assert "น้ำลดแล้ว" in middle
    assert last.get_absolute_url() in middle
    assert first.get_absolute_url() in middle
    assert new.index(second.get_absolute_url()) < new.index(first.get_absolute_url())


def test_the_strip_of_an_alerts_own_page_tells_the_others(client):
    own, other = make.issued(), make.issued()

    region = client.get(own.get_absolute_url()).text.split("<main")[0]

    assert other.get_absolute_url() in region
    assert own.get_absolute_url() not in region.split('id="alerts"')[1]


# For machines


def read(client, path="/alerts/feed.atom"):
    answer = client.get(path)
    assert answer.status_code == 200
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo
    return parsed


def test_entry_of_the_feed_leads_to_the_page_and_to_the_cap_file(client):
    alert = make.issued(headline_th="น้ำ & <ฝน>")

    parsed = read(client)

    (entry,) = parsed.entries
    address = f"http://testserver/alerts/{alert.year}-{alert.number}"
    assert parsed.version == "atom10"
    assert (entry.title, entry.summary) == ("น้ำ & <ฝน>", alert.instruction_th)
    assert entry.id == f"{address}.cap.xml"
    links = {link.get("type"): link.href for link in entry.links}
    assert links["application/cap+xml"] == f"{address}.cap.xml"
    assert f"{address}/" in links.values()
    assert (entry.author, entry.tags[0].term) == (alert.agency_th, "Met")


def test_feed_tells_updates_and_cancellations_newest_first(client):
    first = make.issued()
    second = follow(first)
    last = cancelled(second)

    assert [entry.title for entry in read(client).entries] == [
        last.headline_th,
        second.headline_th,
        first.headline_th,
    ]


def test_feed_without_alerts_is_valid(client):
    assert read(client, "/en/alerts/feed.atom").entries == []


def test_feed_says_what_is_not_real_before_all_else(client):
    make.issued(status="Exercise", headline_en="Flood")

    (entry,) = read(client, "/en/alerts/feed.atom").entries

    assert entry.title == "Exercise, not a real event: Flood"


def test_signboards_are_told_what_holds_in_both_languages(client):
    alert = make.issued()
    ended(DAY)
    cancelled(make.issued())

    answer = client.get("/alerts/current.json")

    (told,) = json.loads(answer.content)["alerts"]
    assert told["identifier"] == alert.identifier
    assert told["headline"] == {"th": alert.headline_th, "en": alert.headline_en}
    assert told["places"] == {"th": ["อำเภอเมืองลพบุรี"], "en": ["Mueang Lop Buri District"]}
    assert told["codes"] == ["1601"]
    assert (told["status"], told["severity"]) == ("Actual", "Severe")
    assert told["expires"].endswith("+07:00")
    assert told["url"]["en"] == f"http://testserver/en/alerts/{alert.year}-{alert.number}/"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == PUBLIC


def test_a_file_that_has_not_changed_is_not_sent_again(client):
    alert = make.issued()

    for path in ("current.json", "feed.atom", f"{alert.year}-{alert.number}.cap.xml"):
        tag = client.get(f"/alerts/{path}").headers["ETag"]
        again = client.get(f"/alerts/{path}", headers={"if-none-match": tag})

        assert again.status_code == 304


def test_sitemap_names_the_list(client):
    assert "<loc>http://testserver/alerts/</loc>" in client.get("/sitemap-pages.xml").text
