"""The steps of an alert's life: what each changes, what it refuses, and what the clock decides."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import override

from news import alerting
from news.models import Alert, Occasion
from office.models import OfficeIdentity
from tests import make

NINE = datetime(2026, 11, 24, 2, tzinfo=UTC)  # in Bangkok
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def head(db):
    return make.user("head")


def sentences(step, *arguments, **named):
    with pytest.raises(ValidationError) as refused:
        step(*arguments, **named)
    return refused.value.messages


def active(at=None):
    return list(Alert.objects.active(at))


# Issuing


def test_issue_warns_at_once_and_says_who_sent_it(head):
    OfficeIdentity(email="office@example.go.th").save()
    alert = make.alert()
    before = timezone.now()

    alerting.issue(alert, by=head)

    alert = Alert.objects.get()
    assert before <= alert.sent_at == alert.shown_from <= timezone.now()
    assert alert.shown_until == alert.expires_at
    assert (alert.approved_by, alert.is_emergency) == (head, False)
    assert alert.sender == "office@example.go.th"
    assert active() == [alert]


def test_numbers_run_by_buddhist_year(head):
    # Half past midnight in Bangkok, when it is still last year in Greenwich.
    new_year = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)

    told = [make.issued(at=at, expires_at=at + HOUR) for at in (NINE, NINE, new_year)]

    assert [alert.identifier for alert in told] == [
        "LPB-ALERT-2569-0001",
        "LPB-ALERT-2569-0002",
        "LPB-ALERT-2570-0001",
    ]


def test_an_alert_needs_no_office_to_have_a_sender(head):
    assert make.issued().sender == alerting.SENDER


def test_who_wrote_it_issues_it_only_alone_and_it_waits_for_a_second_person(head):
    alert = make.alert(written_by=head)

    refused = sentences(alerting.issue, alert, by=head)
    hidden = active()
    alerting.issue(alert, by=head, alone=True)

    assert refused == ["You wrote these words. Somebody else issues them, or you issue them alone."]
    assert hidden == []
    assert list(Alert.objects.unconfirmed()) == active() == [alert]


def test_alone_is_not_said_of_an_alert_that_two_people_saw(head):
    alert = make.alert()

    alerting.issue(alert, by=head, alone=True)

    assert Alert.objects.get().is_emergency is False


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"event_th": " "}, "Say what the danger is."),
        ({"headline_th": ""}, "Write a headline."),
        ({"instruction_th": ""}, "Say what people should do."),
        ({"agency_th": ""}, "Name the issuing agency."),
        ({"districts": []}, "Choose the districts, or a whole province."),
        ({"expires_at": NINE}, "It would end before it begins: change until when it holds."),
        (
            {"expires_at": NINE + 7 * DAY + SECOND},
            "It may hold for seven days at most; update it later if need be.",
        ),
    ],
)
def test_an_incomplete_alert_is_not_issued(head, fields, sentence):
    alert = make.alert(**({"expires_at": NINE + HOUR} | fields))

    assert alerting.obstacles(alert, NINE) == [sentence]
    assert sentences(alerting.issue, alert, by=head, at=NINE) == [sentence]
    assert not Alert.objects.sent().exists()


def test_a_whole_province_is_a_place(head):
    alert = make.alert(districts=[], provinces=[make.province()])

    assert alerting.obstacles(alert) == []


def test_an_alert_is_issued_once(head):
    alert = make.issued()

    assert sentences(alerting.issue, alert, by=head) == [
        "This alert is already issued. Update or cancel it."
    ]


@pytest.mark.django_db(transaction=True)
def test_two_heads_at_once_issue_it_once():
    alert, both = make.alert(), Barrier(2)
    heads = [make.user(), make.user()]

    def press(head):
        both.wait()
        try:
            alerting.issue(Alert.objects.get(pk=alert.pk), by=head)
        except ValidationError:
            return "refused"
        finally:
            connection.close()
        return "issued"

    with ThreadPoolExecutor() as people:
        outcomes = sorted(people.map(press, heads))

    assert outcomes == ["issued", "refused"]
    assert Alert.objects.get().number == 1


# The clock


def test_the_clock_alone_shows_and_ends_an_alert(head):
    alert = make.issued(at=NINE - HOUR, shown_from=NINE, expires_at=NINE + HOUR)

    assert active(NINE - SECOND) == []
    assert list(Alert.objects.sent(NINE - SECOND)) == []
    assert active(NINE) == active(NINE + HOUR - SECOND) == [alert]
    assert active(NINE + HOUR) == []
    assert list(Alert.objects.ended(NINE + HOUR)) == [alert]


def test_a_moment_that_has_passed_means_at_once(head):
    alert = make.issued(at=NINE, shown_from=NINE - DAY, expires_at=NINE + HOUR)

    assert alert.shown_from == NINE


# Submitting


def test_submitted_alert_waits_and_is_told_to_nobody(editor):
    alert = make.alert(written_by=editor)

    alerting.submit(alert, by=editor)

    assert list(Alert.objects.waiting()) == [alert]
    assert not Alert.objects.drafts().exists()
    assert not Alert.objects.sent(timezone.now() + DAY).exists()


def test_incomplete_alert_is_not_submitted(editor):
    alert = make.alert(instruction_th="")

    assert sentences(alerting.submit, alert, by=editor) == ["Say what people should do."]


def test_sent_back_alert_is_a_draft_with_a_reason(head):
    alert = make.alert()
    alerting.submit(alert, by=head)

    without = sentences(alerting.send_back, alert, by=head, reason=" ")
    alerting.send_back(alert, by=head, reason="Which bridge?")

    assert without == ["Say what should be changed."]
    assert list(Alert.objects.drafts()) == [alert]
    assert Alert.objects.get().sent_back_reason == "Which bridge?"
    assert sentences(alerting.send_back, alert, by=head, reason="Again") == [
        "Only an alert that waits can be sent back."
    ]


def test_submitting_again_forgets_the_reason(head):
    alert = make.alert(sent_back_reason="Which bridge?")

    alerting.submit(alert, by=head)

    assert Alert.objects.get().sent_back_reason == ""


# Confirming


def test_somebody_else_confirms(head, editor):
    alert = make.alert(written_by=head)
    alerting.issue(alert, by=head, alone=True)

    by_the_same = sentences(alerting.confirm, alert, by=head)
    alerting.confirm(alert, by=editor)

    assert by_the_same == ["Somebody else confirms what one person issued alone."]
    assert Alert.objects.get().confirmed_by == editor
    assert not Alert.objects.unconfirmed().exists()
    assert sentences(alerting.confirm, alert, by=editor) == ["There is nothing to confirm."]


def test_what_two_people_saw_needs_no_confirmation(head):
    assert sentences(alerting.confirm, make.issued(), by=head) == ["There is nothing to confirm."]


# Taking back


def test_what_nobody_has_seen_becomes_a_draft_again_and_keeps_its_number(head):
    later = timezone.now() + HOUR
    alert = make.issued(shown_from=later)

    alerting.take_back(alert, by=head)
    alert.districts.set([])

    assert list(Alert.objects.drafts()) == [alert]
    assert not Alert.objects.sent(later).exists()
    assert Alert.objects.get().identifier == f"LPB-ALERT-{alert.year}-0001"


def test_what_was_seen_is_not_taken_back(head):
    assert sentences(alerting.take_back, make.issued(), by=head) == [
        "Only an alert that nobody has seen yet can be taken back."
    ]


# Updating and cancelling


def test_update_replaces_the_alert_only_when_it_is_issued(head, editor):
    alert = make.issued()

    draft = alerting.update(alert, by=editor)
    while_drafted = active()
    draft.severity = "Extreme"
    draft.save()
    alerting.issue(draft, by=head)

    assert while_drafted == [alert]
    assert active() == [draft]
    assert active(draft.sent_at - SECOND) == [alert]
    assert draft.updates == alert
    assert draft.written_by == editor
    assert list(draft.districts.all()) == list(alert.districts.all())
    assert draft.headline_th == alert.headline_th


def test_there_is_one_draft_of_an_update(head):
    alert = make.issued()

    assert alerting.update(alert, by=head) == alerting.update(alert, by=head)


def test_cancelling_ends_the_alert_and_warns_of_nothing(head, editor):
    alert = make.issued()

    cancellation = alerting.cancel(alert, by=editor, reason="น้ำลดแล้ว")
    while_drafted = active()
    alerting.issue(cancellation, by=head)

    assert while_drafted == [alert]
    assert active() == []
    assert list(Alert.objects.sent().order_by("pk")) == [alert, cancellation]
    assert (cancellation.msg_type, cancellation.urgency) == ("Cancel", "Past")
    assert cancellation.description_th == "น้ำลดแล้ว"
    assert cancellation.headline_th == f"ยกเลิกการแจ้งเตือน: {alert.headline_th}"


def test_cancelling_needs_a_reason(head):
    assert sentences(alerting.cancel, make.issued(), by=head, reason=" ") == [
        "Say why it is cancelled."
    ]


def test_cancelling_wins_over_an_update_that_was_begun(head):
    alert = make.issued()
    alerting.update(alert, by=head)

    cancellation = alerting.cancel(alert, by=head, reason="น้ำลดแล้ว")

    assert list(Alert.objects.filter(updates=alert)) == [cancellation]


@pytest.mark.parametrize(
    "step", [alerting.update, lambda alert, by: alerting.cancel(alert, by=by, reason="x")]
)
def test_only_what_is_in_force_is_updated_or_cancelled(head, step):
    over = make.issued(at=NINE, expires_at=NINE + HOUR)
    later = make.issued(shown_from=timezone.now() + HOUR)

    for alert in (over, later, make.alert()):
        assert sentences(step, alert, by=head) == [
            "Only an alert that is in force can be updated or cancelled."
        ]


def test_an_update_of_what_is_over_is_not_issued(head, editor, travel):
    alert = make.issued()
    draft = alerting.update(alert, by=editor)
    draft.expires_at += DAY
    draft.save()

    travel(alert.expires_at)

    assert sentences(alerting.issue, draft, by=head) == [
        "The alert that it replaces is over. Write a new one."
    ]


def test_an_update_holds_at_once(head, editor):
    draft = alerting.update(make.issued(), by=editor)
    draft.shown_from = timezone.now() + HOUR
    draft.save()

    assert sentences(alerting.issue, draft, by=head) == [
        "An update holds at once: leave “shown from” empty."
    ]


# What the database refuses


REWORDINGS = {
    "headline_th": "อื่น",
    "severity": "Minor",
    "expires_at": NINE + 9 * HOUR,
    "shown_until": NINE + 9 * HOUR,
    "shown_from": NINE - HOUR,
    "sent_at": None,
    "agency_th": "อื่น",
    "is_sample": True,
    "number": 99,
}


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.parametrize("change", REWORDINGS.items(), ids=REWORDINGS)
def test_what_was_sent_is_never_changed(db, change):
    make.issued(at=NINE, expires_at=NINE + 8 * HOUR)
    as_sent = Alert.objects.values().get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.update(**dict([change]))

    assert Alert.objects.values().get() == as_sent


def test_what_was_sent_is_never_deleted(db):
    alert = make.issued()

    with refused("never changed"), transaction.atomic():
        Alert.objects.filter(pk=alert.pk)._raw_delete("default")

    assert Alert.objects.exists()


def test_the_places_of_what_was_sent_never_change(db):
    alert = make.issued(provinces=[make.province()])

    for change in (
        alert.districts.clear,
        lambda: alert.districts.add(make.district("1605", "ท่าวุ้ง", "Tha Wung")),
        alert.provinces.clear,
        lambda: Alert.districts.through.objects.update(district=make.district("1606", "ก", "B")),
    ):
        with refused("places"), transaction.atomic():
            change()

    assert [place.code for place in alert.districts.all()] == ["1601"]


def test_the_end_may_come_earlier_and_never_later(db):
    alert = make.issued()
    earlier = timezone.now()

    Alert.objects.update(shown_until=earlier)

    with refused("never changed"), transaction.atomic():
        Alert.objects.update(shown_until=alert.expires_at)
    assert Alert.objects.get().shown_until == earlier


def test_a_confirmation_is_given_once(head, editor):
    alert = make.alert(written_by=head)
    alerting.issue(alert, by=head, alone=True)
    alerting.confirm(alert, by=editor)

    with refused("never changed"), transaction.atomic():
        Alert.objects.update(confirmed_by=None, confirmed_at=None)


def sent_row(**fields):
    """A row as issue() would leave it, unless the fields say otherwise."""
    facts = {"year": 2569, "number": 1, "sender": "x", "sent_at": NINE, "shown_from": NINE}
    facts |= {"shown_until": NINE + HOUR, "expires_at": NINE + HOUR, "approved_by": make.user()}
    return make.alert(**(facts | fields))


def test_database_refuses_an_alert_issued_by_its_writer(head):
    with refused("news_alert_two_people"), transaction.atomic():
        sent_row(written_by=head, approved_by=head, districts=[])


def test_database_refuses_a_confirmation_by_who_issued_it(head):
    facts = {"written_by": head, "approved_by": head, "is_emergency": True, "districts": []}

    with refused("news_alert_confirmed_by_another"), transaction.atomic():
        sent_row(**facts, confirmed_by=head, confirmed_at=NINE)


@pytest.mark.parametrize(
    "lacking",
    [
        {"sender": ""},
        {"agency_th": ""},
        {"approved_by": None},
        {"number": None},
        {"shown_until": None},
    ],
    ids=str,
)
def test_database_refuses_an_incomplete_alert(db, lacking):
    with refused("news_alert_sent_is_complete"), transaction.atomic():
        sent_row(**lacking, districts=[])


def test_database_refuses_an_alert_without_end(db):
    with refused("expires_at"), transaction.atomic():
        make.alert(expires_at=None)


def test_database_refuses_two_successors(db):
    alert = make.issued()
    make.alert(msg_type="Update", updates=alert)

    with refused("updates"), transaction.atomic():
        make.alert(msg_type="Cancel", updates=alert)


@pytest.mark.parametrize("kind", ["Update", "Cancel"])
def test_database_refuses_a_successor_of_nothing(db, kind):
    with refused("news_alert_chain"), transaction.atomic():
        make.alert(msg_type=kind)


def test_sample_alerts_may_go(db):
    alert = make.issued(is_sample=True)

    alert.delete()

    assert not Alert.objects.exists()


def test_thai_is_stored_repaired(db):
    alert = make.alert(headline_th=" น้ํา เเล้ง ")

    assert alert.headline_th == "น้ำ แล้ง"


# Occasions


def test_an_occasion_is_shown_by_the_clock(db):
    occasion = Occasion.objects.create(
        title_th="ทรงพระเจริญ", shown_from=NINE, shown_until=NINE + DAY
    )

    shown = [
        list(Occasion.objects.shown(at))
        for at in (NINE - SECOND, NINE, NINE + DAY - SECOND, NINE + DAY)
    ]

    assert shown == [[], [occasion], [occasion], []]


def test_an_occasion_ends_after_it_begins(db):
    with refused("news_occasion_ends_after_it_begins"), transaction.atomic():
        Occasion.objects.create(title_th="ก", shown_from=NINE, shown_until=NINE)
