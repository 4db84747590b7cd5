"""What is kept for a time only: every rule, its day, and what stays."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

import network.keeping
from lopburi_pr import background, keeping, retention
from network import joining, leaving, lending, notice, personal_links, proposing
from network.models import (
    Application,
    ApplicationLetter,
    ChangeProposal,
    Loan,
    Person,
    PersonalLink,
    Reminder,
)
from news import following
from news.models import Follower, Letter
from office.models import AuditEvent, PurgeRound
from tests import make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def purge(*args):
    out = StringIO()
    call_command("purge_expired", *args, stdout=out)
    return out.getvalue()


def counts():
    """{key of the rule: how many rows are due}."""
    return {rule.key: rule.due(timezone.now()).count() for rule in keeping.RULES}


def later(travel, days, **more):
    travel(timezone.now() + timedelta(days=days, **more))


@pytest.fixture
def applications():
    """A refused one, an approved one, one whose question nobody answered, one that waits."""
    made = [
        make.application(district=make.district(), kind="volunteer", organization_name="")[0]
        for _ in range(4)
    ]
    refused, approved, asked, _waits = made
    joining.reject(refused, by=None, reason="อยู่นอกจังหวัด")
    joining.approve(approved, by=None)
    joining.ask(asked, by=None, question="ออกอากาศเมื่อใด")
    return made


def test_every_rule_has_a_name_of_its_own_and_says_why():
    assert len({rule.key for rule in keeping.RULES}) == len(keeping.RULES)
    assert [rule for rule in keeping.RULES if not (rule.what and rule.why)] == []


def test_the_notice_and_the_public_page_tell_the_same_days(client):
    said = notice.text()
    days = (network.keeping.REFUSED_KEPT.days, network.keeping.APPROVED_KEPT.days)
    assert days == (90, 365)
    assert ("90 วัน" in said, "1 ปี" in said) == (True, True)

    page = client.get("/policies/privacy/").text

    assert [rule.key for rule in keeping.RULES if str(rule.what) not in page] == []
    assert page.count("หลัง 90 วัน") == 1


def test_a_refusal_is_kept_shorter_than_an_approval(applications, travel):
    refused, _approved, asked, waits = applications
    names = lambda: [a.name for a in Application.objects.order_by("pk")]  # noqa: E731
    later(travel, 89)
    purge()
    assert names() == ["สมชาย ใจดี"] * 4

    later(travel, 2)
    purge()
    assert names() == ["ลบข้อมูลแล้ว", *["สมชาย ใจดี"] * 3]

    later(travel, 275)
    purge()
    assert names() == ["ลบข้อมูลแล้ว", "ลบข้อมูลแล้ว", "สมชาย ใจดี"]  # nobody answered the third
    refused.refresh_from_db()
    assert (refused.phone, refused.answer, refused.state) == ("", "ลบข้อมูลแล้ว", "rejected")
    assert waits in Application.objects.waiting()
    assert asked not in Application.objects.all()
    assert Person.objects.get().name == "สมชาย ใจดี"  # a member still


def test_what_is_purged_is_told_without_saying_who(applications, travel):
    later(travel, 91)
    purge()
    purge()

    told = AuditEvent.objects.filter(verb="purge", note__startswith="applications")
    assert [event.note for event in told] == ["applications-refused: 1"]
    assert "สมชาย" not in str(list(AuditEvent.objects.filter(verb="purge").values()))


def test_a_dry_run_says_what_would_go_and_changes_nothing(applications, travel):
    later(travel, 91)
    before = list(Application.objects.values_list("name", flat=True))

    said = purge("--dry-run")

    line = next(line for line in said.splitlines() if "applications-refused" in line)
    assert line.split()[0] == "1"
    assert "90" in line
    assert list(Application.objects.values_list("name", flat=True)) == before
    assert not AuditEvent.objects.filter(verb="purge").exists()


def test_links_letters_proposals_and_sessions_go_on_their_day(applications, travel, client):
    person = Person.objects.get()
    personal_links.issue(person, by=None, days=10)
    proposing.reject(proposing.change(person, {"name": "อื่น"}), by=None, reason="ไม่ตรง")
    waiting = proposing.change(person, {"name": "ใหม่"})
    client.force_login(make.user())
    kept = (PersonalLink, ApplicationLetter, Session)
    assert [model.objects.count() for model in kept] == [1, 7, 1]

    later(travel, 39)
    purge()
    assert [model.objects.count() for model in kept] == [1, 0, 0]

    later(travel, 2)
    purge()
    assert PersonalLink.objects.count() == 0
    later(travel, 330)
    purge()
    assert list(ChangeProposal.objects.all()) == [waiting]


def test_members_are_forgotten_a_year_after_they_left(travel):
    today = timezone.localdate()
    left = make.volunteer(name="ออก", left_on=today)
    stays = make.volunteer(name="อยู่")
    joining.admit(stays, "volunteer", by=None)
    renewed = make.volunteer(name="ต่อ")
    joining.end(joining.admit(renewed, "volunteer", by=None), by=None, reason="พัก")
    joining.admit(renewed, "announcer", by=None)
    lapsed = make.volunteer(name="ขาด")
    joining.admit(lapsed, "volunteer", by=None, until=today)
    ended = make.volunteer(name="จบ")
    joining.end(joining.admit(ended, "volunteer", by=None), by=None, reason="ย้าย")
    never = make.volunteer(name="เพิ่งนำเข้า")
    contact = make.volunteer(name="ผู้ประสาน", organization=make.organization())

    later(travel, 366)
    purge()
    assert set(Person.objects.forgotten()) == {left, ended}

    later(travel, 60)  # the grace of who lapsed counts too
    purge()
    assert set(Person.objects.forgotten()) == {left, ended, lapsed}
    assert set(Person.objects.filter(forgotten_at=None)) == {stays, renewed, never, contact}


def test_borrowers_are_forgotten_and_what_was_lent_stays(
    travel, django_capture_on_commit_callbacks
):
    asset = make.asset()
    lent = make.loan(asset, state="out")
    handover = lent.holds.get().loan.handovers.get()
    handover.photos = [default_storage.save("network/handovers/x.jpg", make.photo())]
    handover.save()
    Loan.objects.filter(pk=lent.pk).update(state="closed")
    refused = make.loan(make.asset())
    lending.refuse(refused, by=None, reason="ไม่ว่าง")

    later(travel, 370)
    purge()
    refused.refresh_from_db()
    lent.refresh_from_db()
    assert (refused.contact, refused.phone, lent.contact) == ("ลบข้อมูลแล้ว", "", "สมศรี ใจดี")

    later(travel, 5 * 365)
    with django_capture_on_commit_callbacks(execute=True):
        purge()
    lent.refresh_from_db()
    signed = lent.handovers.get()
    assert (lent.contact, lent.email, signed.signed_name, signed.photos) == (
        "ลบข้อมูลแล้ว",
        "",
        "ลบข้อมูลแล้ว",
        [],
    )
    assert (lent.agency, lent.holds.get().asset) == ("เทศบาลตำบลท่าศาลา", asset)
    assert not default_storage.exists(handover.photos[0])
    assert Reminder.objects.count() == 0


def test_followers_go_as_their_notice_says(travel):
    following.ask("a@example.org")
    Follower.objects.create(email="b@example.org", language="th", confirmed_at=timezone.now())
    later(travel, 3)
    purge()
    assert [follower.email for follower in Follower.objects.all()] == ["b@example.org"]
    assert Letter.objects.count() == 0


def test_a_second_time_changes_nothing(applications, travel):
    later(travel, 400)
    purge()

    assert {key: count for key, count in counts().items() if count} == {}


def test_a_row_that_fails_keeps_no_other(applications, travel, caplog):
    later(travel, 400)
    failing = retention.Rule(
        key="fails",
        what="x",
        after=DAY,
        why="x",
        rows=lambda before: Application.objects.filter(received_at__lte=before),
        do=lambda row: 1 / (row.pk - applications[0].pk),
    )

    assert retention.carry_out(failing, timezone.now()) == (3, 1)
    assert "fails" in caplog.text


def test_a_failure_ends_the_command_with_an_error(applications, travel, monkeypatch, caplog):
    later(travel, 91)
    monkeypatch.setattr(leaving, "forget_application", lambda *args, **kwargs: 1 / 0)

    with pytest.raises(CommandError, match="1 rows"):
        purge()


def test_batches_treat_everything(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 3)
    keys = [PersonalLink.objects.create(
        person=make.volunteer(), token_hash=str(n), purpose="desk",
        expires_at=timezone.now() - 40 * DAY,
    ).pk for n in range(8)]  # fmt: skip
    rule = next(rule for rule in keeping.RULES if rule.key == "links")

    assert retention.carry_out(rule, timezone.now(), at_most=4) == (4, 0)
    assert [link.pk for link in PersonalLink.objects.order_by("pk")] == keys[4:]
    assert retention.carry_out(rule, timezone.now()) == (4, 0)


def test_the_worker_looks_every_hour(applications, travel):
    keeping.begin()
    later(travel, 91)

    background.run_due()

    assert Application.objects.filter(name="ลบข้อมูลแล้ว").count() == 1
    row = PurgeRound.objects.get()
    assert (row.state, row.tries) == ("waiting", 0)
    assert row.due_at == timezone.now() + timedelta(hours=1)


@pytest.mark.django_db(transaction=True)
def test_a_row_somebody_works_on_is_left_for_the_next_time():
    import threading

    link = PersonalLink.objects.create(
        person=make.volunteer(),
        token_hash="x",
        purpose="desk",
        expires_at=timezone.now() - 40 * DAY,
    )
    rule = next(rule for rule in keeping.RULES if rule.key == "links")
    found = []

    def other():
        found.append(retention.carry_out(rule, timezone.now()))
        connection.close()

    with transaction.atomic():
        PersonalLink.objects.select_for_update().get(pk=link.pk)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(20)

    assert found == [(0, 0)]
    assert retention.carry_out(rule, timezone.now()) == (1, 0)
