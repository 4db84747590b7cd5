"""CAP files against the schema of the standard (tests/data/CAP-v1.2.xsd), and what they say."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from news import alerting
from news.models import Alert
from office.models import OfficeIdentity
from tests import make

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent.parent / "data" / "CAP-v1.2.xsd"))
CAP = {"cap": "urn:oasis:names:tc:emergency:cap:1.2"}
NINE = datetime(2026, 11, 24, 2, 0, 0, 999, tzinfo=UTC)  # in Bangkok
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _office():
    OfficeIdentity(email="office@example.go.th", name_th="สำนักงาน", name_en="Office").save()


@pytest.fixture
def read(client):
    """The root of an alert's file, which the schema must find valid."""

    def root(alert):
        answer = client.get(f"/alerts/{alert.year}-{alert.number}.cap.xml")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/cap+xml")
        found = etree.fromstring(answer.content)
        SCHEMA.assertValid(found)
        return found

    return root


def told(root, name):
    """Texts of every element of that name."""
    return [element.text for element in root.iterfind(f".//cap:{name}", CAP)]


def names(element):
    return [etree.QName(child).localname for child in element]


def test_alert_is_told_in_thai_and_english(read, travel):
    travel(NINE)
    alert = make.issued(
        at=NINE,
        expires_at=NINE + 6 * HOUR,
        onset_at=NINE + HOUR,
        description_th="ฝนตกหนัก & น้ำ <หลาก>",
        description_en="Heavy rain",
        area_th="ริมแม่น้ำลพบุรี",
        web_url="https://example.org/flood",
    )

    root = read(alert)

    assert told(root, "identifier") == ["LPB-ALERT-2569-0001"]
    assert told(root, "sender") == ["office@example.go.th"]
    assert told(root, "sent") == ["2026-11-24T09:00:00+07:00"]
    assert told(root, "status") == ["Actual"]
    assert told(root, "msgType") == ["Alert"]
    assert told(root, "scope") == ["Public"]
    assert told(root, "language") == ["th-TH", "en-US"]
    assert told(root, "event") == ["น้ำท่วมฉับพลัน", "Flash flood"]
    assert told(root, "headline") == [alert.headline_th, alert.headline_en]
    assert told(root, "description") == ["ฝนตกหนัก & น้ำ <หลาก>", "Heavy rain"]
    assert told(root, "instruction") == [alert.instruction_th, alert.instruction_en]
    assert told(root, "senderName") == [alert.agency_th, alert.agency_en]
    assert told(root, "category") == ["Met"] * 2
    assert told(root, "severity") == ["Severe"] * 2
    assert told(root, "effective") == ["2026-11-24T09:00:00+07:00"] * 2
    assert told(root, "onset") == ["2026-11-24T10:00:00+07:00"] * 2
    assert told(root, "expires") == ["2026-11-24T15:00:00+07:00"] * 2
    assert told(root, "contact") == ["1784"] * 2
    assert told(root, "web") == ["https://example.org/flood"] * 2
    assert told(root, "areaDesc")[0] == "อำเภอเมืองลพบุรี (ริมแม่น้ำลพบุรี)"
    assert told(root, "note") == told(root, "references") == told(root, "polygon") == []


def test_places_are_official_codes(read):
    root = read(make.issued(provinces=[make.province()]))

    assert told(root, "valueName") == ["DOPA"] * 4
    assert told(root, "value") == ["16", "1601"] * 2
    assert told(root, "areaDesc")[1] == "all of Lopburi Province, Mueang Lop Buri District"


def test_the_page_is_where_people_read_more(read):
    alert = make.issued()

    assert told(read(alert), "web") == [
        f"http://testserver/alerts/{alert.year}-1/",
        f"http://testserver/en/alerts/{alert.year}-1/",
    ]


def test_thai_alone_is_told_in_thai_alone(read):
    root = read(make.issued(event_en="", headline_en="", instruction_en="Run"))

    assert told(root, "language") == ["th-TH"]


def test_what_is_not_written_is_left_out(read):
    root = read(make.issued(phone="", instruction_en=""))

    assert told(root, "contact") == told(root, "description") == told(root, "onset") == []
    assert len(told(root, "instruction")) == 1


def test_chain_refers_to_every_message_before_it(read):
    first = make.issued()
    second = alerting.update(first, by=make.user())
    alerting.issue(second, by=make.user())
    last = alerting.cancel(second, by=make.user(), reason="น้ำลดแล้ว")
    alerting.issue(last, by=make.user())

    update, cancellation = read(second), read(last)

    sent = [told(read(alert), "sent")[0] for alert in (first, second)]
    year = first.year
    references = [
        f"office@example.go.th,LPB-ALERT-{year}-0001,{sent[0]}",
        f"office@example.go.th,LPB-ALERT-{year}-0002,{sent[1]}",
    ]
    assert told(update, "msgType") == ["Update"]
    assert told(update, "references") == references[:1]
    assert told(cancellation, "msgType") == ["Cancel"]
    assert told(cancellation, "references") == [" ".join(references)]
    assert told(cancellation, "responseType") == ["AllClear"] * 2
    assert told(cancellation, "urgency") == ["Past"] * 2
    assert told(cancellation, "description") == ["น้ำลดแล้ว"]


def test_a_long_chain_costs_no_more_queries(client, django_assert_max_num_queries):
    alert = make.issued()
    for _ in range(6):
        alert = alerting.update(alert, by=make.user())
        alerting.issue(alert, by=make.user())

    with django_assert_max_num_queries(6):
        answer = client.get(f"/alerts/{alert.year}-{alert.number}.cap.xml")

    assert answer.text.count("LPB-ALERT") == 7


def test_references_stay_when_the_office_changes_its_address(read):
    first = make.issued()
    OfficeIdentity(email="new@example.go.th").save()
    second = alerting.update(first, by=make.user())
    alerting.issue(second, by=make.user())

    root = read(second)

    assert told(root, "sender") == ["new@example.go.th"]
    assert told(root, "references")[0].startswith("office@example.go.th,")


@pytest.mark.parametrize("status", ["Exercise", "Test"])
def test_what_is_not_real_carries_a_note(read, status):
    root = read(make.issued(status=status))

    assert told(root, "status") == [status]
    assert "not a real event" in told(root, "note")[0]


def test_sample_is_a_test_for_machines(read):
    root = read(make.issued(is_sample=True))

    assert told(root, "status") == ["Test"]
    assert told(root, "note")


@pytest.mark.parametrize("field", ["status", "category", "urgency", "severity", "certainty"])
def test_every_choice_is_a_code_of_the_standard(read, field):
    for code in Alert._meta.get_field(field).get_choices(include_blank=False):
        assert told(read(make.issued(**{field: code[0]})), field)[0] == code[0]


def test_the_schema_finds_what_is_wrong(read):
    root = read(make.issued())
    root.find("cap:status", CAP).text = "Real"

    assert not SCHEMA.validate(root)
