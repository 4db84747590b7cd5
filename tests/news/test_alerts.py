"""Alerts and occasions on every page: to the second, in both languages, nothing before its time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override
from lxml import html

from news import alerting, alerts, listing
from news.models import Alert, Occasion
from office.models import District
from tests import make

NINE = datetime(2026, 11, 24, 2, tzinfo=UTC)  # in Bangkok
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
SECRET = "ความลับก่อนเวลา"
EVERYWHERE = (
    *("/", "/en/", "/news/", "/districts/1601/", "/search/?q=x", "/about/", "/contact/"),
    *("/alerts/", "/en/alerts/", "/alerts/feed.atom", "/en/alerts/feed.atom"),
    *("/alerts/current.json", "/nothing/", "/sitemap-pages.xml"),
)

pytestmark = pytest.mark.django_db


def strip(client, path="/"):
    """The headlines of the strip; empty when there is no strip."""
    page = html.document_fromstring(client.get(path).text)
    return [
        link.text_content()
        for link in page.xpath("//section[@id='alerts']//*[@class='alert__headline']")
    ]


@pytest.fixture
def places(db):
    """Four districts of our province, and one of the next."""
    make.district()
    for code, name in (("1602", "พัฒนานิคม"), ("1605", "ท่าวุ้ง"), ("1606", "บ้านหมี่")):
        make.district(code, name, f"District {code}")
    sing_buri = make.province("17", "สิงห์บุรี", "Sing Buri", "Sing Buri")
    District.objects.create(code="1701", name_th="เมืองสิงห์บุรี", name_en="X", province=sing_buri)
    return {district.code: district for district in District.objects.all()}


# To the second


def test_the_request_after_the_approval_shows_it(client):
    alert = make.alert(headline_th="น้ำหลากเข้าเมือง")
    before = strip(client)

    alerting.issue(alert, by=make.user())

    assert before == []
    assert strip(client) == strip(client, "/news/") == ["น้ำหลากเข้าเมือง"]


def test_the_clock_alone_shows_and_ends_it_on_every_page(client, travel):
    """No write, no worker: the pages were remembered a second before."""
    make.district()
    travel(NINE - HOUR)
    make.issued(at=NINE - HOUR, shown_from=NINE, expires_at=NINE + HOUR, headline_th=SECRET)
    seen = {}

    for moment in (NINE - SECOND, NINE, NINE + HOUR - SECOND, NINE + HOUR):
        travel(moment)
        seen[moment] = [strip(client, path) for path in ("/", "/districts/1601/", "/contact/x")]

    assert list(seen.values()) == [[[]] * 3, [[SECRET]] * 3, [[SECRET]] * 3, [[]] * 3]


def test_the_request_after_a_cancellation_shows_nothing(client):
    alert = make.issued()
    before = strip(client)

    alerting.issue(alerting.cancel(alert, by=make.user(), reason="น้ำลดแล้ว"), by=make.user())

    assert before == [alert.headline_th]
    assert strip(client) == []


def test_the_request_after_an_update_shows_the_new_words(client):
    draft = alerting.update(make.issued(), by=make.user())
    strip(client)
    draft.headline_th = "น้ำขึ้นอีก"
    draft.save()

    alerting.issue(draft, by=make.user())

    assert strip(client) == ["น้ำขึ้นอีก"]


def test_the_stamp_says_what_the_words_of_the_queryset_say(travel):
    make.issued(at=NINE - HOUR, shown_from=NINE, expires_at=NINE + HOUR)
    cancelled = make.issued(at=NINE - HOUR, expires_at=NINE + HOUR)
    travel(NINE - SECOND)
    alerting.issue(alerting.cancel(cancelled, by=make.user(), reason="x"), by=make.user())
    make.alert()
    Occasion.objects.create(title_th="ก", shown_from=NINE, shown_until=NINE + HOUR)

    for moment in (NINE - 2 * SECOND, NINE - SECOND, NINE, NINE + HOUR - SECOND, NINE + HOUR):
        travel(moment)
        stamp = listing.stamp()

        assert set(stamp.alerts) == set(Alert.objects.active().values_list("pk", flat=True))
        assert bool(stamp.occasion) == Occasion.objects.shown().exists()


# Nothing before its time


@pytest.mark.parametrize("path", EVERYWHERE)
def test_what_is_not_issued_or_not_yet_shown_leaks_nowhere(client, path):
    secret = {"headline_th": SECRET, "headline_en": SECRET, "event_th": SECRET, "event_en": SECRET}
    secret |= {"instruction_th": SECRET, "instruction_en": SECRET}
    shown = make.issued()
    make.alert(**secret)
    waiting = make.alert(**secret)
    alerting.submit(waiting, by=make.user())
    make.issued(shown_from=timezone.now() + HOUR, **secret)
    update = alerting.update(shown, by=make.user())
    Alert.objects.filter(pk=update.pk).update(**secret)

    answer = client.get(path)

    assert Alert.objects.filter(headline_th=SECRET).count() == 4
    assert SECRET not in answer.text


def test_their_pages_and_files_do_not_exist(client):
    later = make.issued(shown_from=timezone.now() + HOUR)
    taken_back = make.issued(shown_from=timezone.now() + HOUR)
    alerting.take_back(taken_back, by=make.user())

    for alert in (later, taken_back):
        address = f"/alerts/{alert.year}-{alert.number}"
        assert alert.number
        assert client.get(f"{address}/").status_code == 404
        assert client.get(f"{address}.cap.xml").status_code == 404


def test_a_draft_of_an_update_changes_nothing_on_the_page_of_the_alert(client):
    alert = make.issued()
    before = client.get(alert.get_absolute_url()).text

    alerting.update(alert, by=make.user())

    assert client.get(alert.get_absolute_url()).text == before


# What is told where


def test_front_page_tells_what_to_do_of_the_gravest_alone(client):
    make.issued(severity="Minor", instruction_th="ปิดหน้าต่าง")
    make.issued(severity="Extreme", instruction_th="อพยพทันที")

    home, news = client.get("/").text, client.get("/news/").text

    assert "อพยพทันที" in home
    assert "ปิดหน้าต่าง" not in home
    assert "อพยพทันที" not in news


def test_a_district_tells_what_to_do_there_and_mentions_the_rest(client, places):
    make.issued(
        districts=[places["1602"]], severity="Extreme", headline_th="พัฒนา", instruction_th="หนีไฟ"
    )
    make.issued(
        districts=[places["1601"]], severity="Minor", headline_th="เมือง", instruction_th="ปิดหน้าต่าง"
    )

    assert strip(client, "/districts/1601/") == ["เมือง", "พัฒนา"]
    page = client.get("/districts/1601/").text
    assert "ปิดหน้าต่าง" in page
    assert "หนีไฟ" not in page


def test_an_alert_of_a_province_concerns_each_of_its_districts_and_no_other(client, places):
    make.issued(districts=[], provinces=[places["1601"].province], instruction_th="งดออกนอกบ้าน")

    assert "งดออกนอกบ้าน" in client.get("/districts/1605/").text
    assert "งดออกนอกบ้าน" not in client.get("/districts/1701/").text


def test_the_gravest_comes_first_and_exercises_last(client):
    for severity in ("Minor", "Extreme", "Unknown", "Severe"):
        make.issued(severity=severity, headline_th=severity)
    make.issued(status="Exercise", severity="Extreme", headline_th="ฝึก")

    stamp = listing.stamp()

    told = [alert["headline"] for alert in alerts.active(stamp)]
    assert told[:2] == ["Extreme", "Severe"]
    assert told[-1] == "ฝึก"
    assert strip(client, "/news/") == told[:3]
    assert 'href="/alerts/"' in client.get("/news/").text.split("</section>")[0]


@pytest.mark.parametrize(
    ("status", "label"),
    [("Exercise", "การฝึกซ้อม ไม่ใช่เหตุการณ์จริง"), ("Test", "การทดสอบระบบ ไม่ใช่เหตุการณ์จริง")],
)
def test_what_is_not_real_says_so_before_all_else(client, status, label):
    alert = make.issued(status=status, severity="Extreme")

    home, own = client.get("/").text, client.get(alert.get_absolute_url()).text

    region = home[home.index('id="alerts"') :]
    assert region.index(label) < region.index(alert.headline_th)
    assert "alert--extreme" not in home
    assert alert.instruction_th not in home
    assert label in own


def test_one_of_the_first_links_tells_the_alert_and_leads_to_it(client):
    alert = make.issued(severity="Severe")

    page = html.document_fromstring(client.get("/news/").text)

    skip, told = page.xpath("//a")[:2]
    assert (skip.get("href"), told.get("href")) == ("#content", "#alerts")
    assert told.text_content() == f"แจ้งเตือนภัย: อันตรายร้ายแรง, {alert.headline_th}"
    (region,) = page.xpath("//section[@id='alerts']")
    assert region.get("aria-label") == "แจ้งเตือนภัยที่มีผลอยู่"
    assert region.get("data-nosnippet") is not None
    assert region.get("role") is None


def test_the_strip_names_danger_and_places_that_the_headline_does_not(client, places):
    make.issued(
        headline_th="น้ำหลากจากเขา",
        districts=[places[code] for code in ("1601", "1602", "1605", "1606")],
    )
    make.issued(headline_th="น้ำท่วมฉับพลันที่เมืองลพบุรี", districts=[places["1601"]])

    first, second = reversed(alerts.active(listing.stamp()))

    with override("th"):
        assert first["kicker"] == "น้ำท่วมฉับพลัน"
        assert first["where"].endswith("และอีก 1 แห่ง")
        assert first["where"].count("อำเภอ") == 3
        assert (second["kicker"], second["where"]) == ("", "")


def test_english_readers_get_english_and_thai_marked_as_such(client):
    alert = make.issued()
    thai_only = make.issued(headline_en="", event_en="", instruction_en="", agency_en="")

    page = html.document_fromstring(client.get("/en/alerts/").text)

    by_words = {link.text: link.getparent().get("lang") for link in page.xpath("//h2/a")}
    assert by_words == {alert.headline_en: None, thai_only.headline_th: "th"}


def test_an_alert_in_force_costs_one_query_in_its_whole_life(django_assert_num_queries):
    make.issued()
    alerts.active(listing.stamp())
    make.published()  # the pulse moves

    stamp = listing.stamp()
    with django_assert_num_queries(1):  # the names of the places
        assert len(alerts.active(stamp)) == 1
    with django_assert_num_queries(0):
        alerts.active(stamp)


def test_without_alerts_and_occasions_nothing_is_asked(django_assert_num_queries):
    stamp = listing.stamp()

    with django_assert_num_queries(0):
        assert alerts.active(stamp) == []
        assert alerts.occasion(stamp) == {}


def test_what_is_in_force_costs_no_more_queries_than_its_count(
    client, django_assert_max_num_queries
):
    make.published()
    for _ in range(3):
        make.issued()

    with django_assert_max_num_queries(8):
        client.get("/news/")
    with django_assert_max_num_queries(1):
        client.get("/news/?page=1")


# Occasions


def occasion(**fields):
    facts = {"title_th": "ทรงพระเจริญ", "title_en": "Long live the King", "text_en": "A royal day"}
    return Occasion.objects.create(
        **({"shown_from": NINE, "shown_until": NINE + HOUR} | facts | fields)
    )


def test_the_clock_alone_shows_and_ends_the_band_of_an_occasion(client, travel):
    occasion()

    told = []
    for moment in (NINE - SECOND, NINE, NINE + HOUR - SECOND, NINE + HOUR):
        travel(moment)
        told.append("ทรงพระเจริญ" in client.get("/news/").text)

    assert told == [False, True, True, False]


@pytest.mark.parametrize("is_muted", [True, False])
def test_muted_colours_are_asked_for_by_one_class(client, travel, is_muted):
    occasion(is_muted=is_muted)
    travel(NINE)

    assert ('<body class="muted">' in client.get("/").text) is is_muted


def test_the_band_speaks_the_readers_language(client, travel):
    occasion(kind="mourning")
    travel(NINE)

    page = client.get("/en/").text

    assert "Long live the King" in page
    assert "A royal day" in page
    assert 'class="occasion occasion--mourning"' in page


def test_a_changed_occasion_is_seen_at_once(client, travel):
    row = occasion()
    travel(NINE)
    client.get("/")
    row.title_th = "วันแม่แห่งชาติ"
    row.save()

    assert "วันแม่แห่งชาติ" in client.get("/").text


def test_of_two_occasions_the_one_begun_last_is_shown(client, travel):
    occasion()
    occasion(title_th="ลอยกระทง", shown_from=NINE + SECOND)
    travel(NINE + SECOND)

    page = client.get("/").text

    assert "ลอยกระทง" in page
    assert "ทรงพระเจริญ" not in page
