"""Pages of events: what readers find, and what they never see."""

import json
from datetime import UTC, datetime, timedelta

import extruct
import pytest
from lxml import html

from tests import make

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 12, 5, 2, tzinfo=UTC)


def test_the_list_shows_coming_events_by_month(client, travel):
    travel(datetime(2026, 11, 25, 2, tzinfo=UTC))
    later = make.event(starts_at=NINE + timedelta(days=60), title_th="งานพระนารายณ์")
    soon = make.event(starts_at=NINE, title_th="งานวัด")
    make.event(starts_at=NINE - timedelta(days=30), title_th="งานที่จบแล้ว")
    make.event(is_shown=False, title_th="ยังไม่เผยแพร่")

    tree = html.document_fromstring(client.get("/events/").text)

    assert tree.xpath("//section[@class='months']/h2/text()") == ["ธันวาคม 2569", "กุมภาพันธ์ 2570"]
    titles = tree.xpath("//*[@class='event-card__title']/a/text()")
    assert titles == [soon.title_th, later.title_th]


def test_an_event_leaves_the_list_when_it_is_over(client, travel):
    event = make.event(starts_at=NINE, lasts=timedelta(hours=3))

    travel(event.ends_at)
    assert event.title_th in client.get("/events/").text
    travel(event.ends_at + timedelta(minutes=1))
    assert event.title_th not in client.get("/events/").text
    assert event.title_th in client.get("/events/?past=1").text


def test_the_list_is_narrowed_to_a_district_and_a_topic(client):
    here, topic = make.district(), make.topic("tourism")
    both = make.event(district=here, topic=topic)
    elsewhere, other = make.event(topic=topic), make.event(district=here)

    for address in ("?district=1601&topic=tourism", "?past=&topic=tourism&district=1601"):
        text = client.get(f"/events/{address}").text
        assert both.title_th in text
        assert elsewhere.title_th not in text
        assert other.title_th not in text
    assert elsewhere.title_th in client.get("/events/?topic=tourism").text


def test_an_empty_list_says_what_to_do(client):
    text = client.get("/events/?topic=nonsense&district=<b>").text

    assert "ยังไม่มีงานในรายการนี้" in text
    assert "<b>" not in text.split("<main")[1].split("results-head")[0]


def test_readers_subscribe_to_the_list_they_see(client):
    make.event(district=make.district(), topic=make.topic("tourism"))

    tree = html.document_fromstring(client.get("/events/?topic=tourism").text)

    assert "webcal://testserver/events/calendar.ics?topic=tourism" in tree.xpath("//a/@href")
    assert "/events/calendar.ics?topic=tourism" in tree.xpath("//a/@href")


def test_past_events_come_page_by_page(client):
    for days in range(-30, -5):
        make.event(days=days)

    first, second = (client.get(f"/events/?past=1&page={n}").text for n in (1, 2))

    assert [page.count('class="event-card"') for page in (first, second)] == [20, 5]


def test_the_page_says_when_where_and_who(client):
    event = make.event(starts_at=NINE, district=make.district(), link="https://example.org/join")

    text = client.get(f"/events/{event.pk}/").text

    assert "วันเสาร์ที่ 5 ธันวาคม พ.ศ. 2569 เวลา 09:00–12:00 น." in text
    for told in (
        event.title_th,
        event.place_th,
        event.organiser_th,
        event.link,
        "/districts/1601/",
    ):
        assert told in text
    assert f'href="/events/{event.pk}.ics"' in text


def test_what_is_not_shown_is_not_there(client, desk):
    draft = make.event(is_shown=False)

    assert desk.get(f"/events/{draft.pk}/").status_code == 404
    preview = desk.get(f"/events/preview/{draft.pk}/")
    assert draft.title_th in preview.text
    assert "no-store" in preview["Cache-Control"]
    desk.logout()
    assert desk.get(f"/events/preview/{draft.pk}/").status_code == 302


def test_a_cancelled_event_stays_readable_and_says_why(client):
    event = make.event(cancelled="น้ำท่วมสนาม")

    page = client.get(f"/events/{event.pk}/")

    assert page.status_code == 200
    assert "งานนี้ยกเลิกแล้ว" in page.text
    assert "น้ำท่วมสนาม" in page.text
    assert f"/events/{event.pk}.ics" not in page.text


def test_only_published_news_stands_below_the_event(client):
    event = make.event()
    shown, draft = make.published(), make.draft(language="en", title="Not yet")
    event.articles.add(shown.article, draft.article)

    for address in (f"/events/{event.pk}/", f"/en/events/{event.pk}/"):
        text = client.get(address).text
        assert shown.title in text
        assert draft.title not in text


def test_without_english_the_thai_text_is_marked(client):
    thai, both = make.event(), make.event(title_en="Palace fair", summary_en="Free of charge.")

    tree = html.document_fromstring(client.get(f"/en/events/{thai.pk}/").text)

    assert tree.xpath("//h1/@lang") == ["th"]
    assert "not described in English yet" in tree.text_content()
    (canonical,) = tree.xpath("//link[@rel='canonical']/@href")
    assert canonical == f"http://testserver/events/{thai.pk}/"
    assert "Palace fair" in client.get(f"/en/events/{both.pk}/").text


@pytest.mark.parametrize(
    ("cancelled", "status"), [("", "EventScheduled"), ("ฝนตก </script>", "EventCancelled")]
)
def test_machines_read_the_event(client, cancelled, status):
    event = make.event(starts_at=NINE, cancelled=cancelled, title_th="งาน </script> วัด")

    page = client.get(f"/events/{event.pk}/").text

    (found,) = extruct.extract(page, syntaxes=["json-ld"], errors="strict")["json-ld"]
    assert found["@type"] == "Event"
    assert found["name"] == "งาน </script> วัด"
    assert found["startDate"] == "2026-12-05T09:00:00+07:00"
    assert found["endDate"] == "2026-12-05T12:00:00+07:00"
    assert found["eventStatus"] == f"https://schema.org/{status}"
    assert found["location"]["name"] == event.place_th
    assert json.dumps(found)


def test_the_list_costs_no_more_for_more_events(client, django_assert_max_num_queries):
    make.event()
    client.get("/events/")  # what other pages remember too
    for _ in range(5):
        make.event(district=make.district(), topic=make.topic("tourism"))

    with django_assert_max_num_queries(6):
        client.get("/events/")
    with django_assert_max_num_queries(2):
        client.get("/events/")
