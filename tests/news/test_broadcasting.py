"""What the network did with the news is noted once, checked by the office, and never forgotten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from network import merging
from network.models import Channel
from news import broadcasting, distributing, publishing
from news.models import Broadcast, ChaseRound, Delivery, Pickup, Release
from office import audit
from tests import make

MINUTE = timedelta(minutes=1)


@pytest.fixture
def volunteer(db):
    made = make.volunteer(means=["radio", "line"])
    made.subdistricts.add(
        make.district().subdistricts.create(code="160101", name_th="ทะเลชุบศร", name_en="Thale")
    )
    return made


def go_round():
    distributing.go_round(ChaseRound.objects.get(pk=1))
    return list(Release.objects.filter(kind__in=Release.CHASED).order_by("pk"))


def corrected(edition, kind="correction", ago=MINUTE):
    draft = publishing.revise(edition.article, by=None, kind=kind)
    draft.change_note, draft.lead = "เดิมบอกวันผิด", "วันที่ถูกคือวันเสาร์"
    draft.save()
    make.publish(draft, at=timezone.now() - ago)
    return draft


# Reported


def test_one_press_notes_what_is_likely(volunteer):
    edition = make.published()

    made = broadcasting.report(edition, volunteer)

    assert (made.party, made.edition, made.means, made.times) == (volunteer, edition, "radio", 1)
    assert timezone.now() - made.aired_at < MINUTE
    assert list(made.subdistricts.all()) == list(volunteer.subdistricts.all())
    assert made.state == "reported"
    assert list(Broadcast.objects.waiting()) == [made]
    assert not Broadcast.objects.verified().exists()


@pytest.mark.parametrize(
    ("kind", "means"), [("tower", "tower"), ("community-radio", "radio"), ("other", "in-person")]
)
def test_what_is_likely_follows_the_kind_of_who_said_nothing_else(db, kind, means):
    assert broadcasting.means_of(make.organization(kind=kind)) == [means]


def test_a_station_that_names_no_subdistrict_reaches_those_of_its_districts(db):
    station, place = make.organization(), make.district()
    station.districts.add(place)
    subdistrict = place.subdistricts.create(code="160101", name_th="ทะเลชุบศร", name_en="Thale")

    assert list(broadcasting.report(make.published(), station).subdistricts.all()) == [subdistrict]


def test_the_same_key_leaves_one_row(volunteer):
    edition, key = make.published(), uuid4()

    first = broadcasting.report(edition, volunteer, key=key)
    again = broadcasting.report(edition, volunteer, key=key)

    assert first == again
    assert Broadcast.objects.count() == 1


def test_a_key_of_somebody_else_tells_nothing_and_notes_nothing(volunteer):
    edition, key = make.published(), uuid4()
    broadcasting.report(edition, make.volunteer(), key=key)

    with pytest.raises(ValidationError):
        broadcasting.report(edition, volunteer, key=key)
    assert Broadcast.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_presses_at_one_moment_leave_one_row():
    edition, party, key = make.published(), make.volunteer(), uuid4()

    def press(_n):
        try:
            return broadcasting.report(edition, party, key=key).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(press, range(20)))

    assert found == {Broadcast.objects.get().pk}


def test_nothing_was_on_air_before_its_hour_or_after_now(volunteer):
    to_come = make.published(at=timezone.now() + timedelta(hours=1))
    shown = make.published(ago=timedelta(hours=2))
    for edition, aired_at in (
        (to_come, timezone.now()),
        (make.draft(), timezone.now()),
        (shown, timezone.now() + timedelta(hours=1)),
        (shown, timezone.now() - timedelta(hours=3)),
    ):
        with pytest.raises(ValidationError):
            broadcasting.report(edition, volunteer, aired_at=aired_at)

    assert not Broadcast.objects.exists()


def test_one_address_is_reported_once_whatever_sharing_added(volunteer):
    edition = make.published()
    broadcasting.report(edition, volunteer, url="https://www.example.org/a/?fbclid=1&page=2")

    with pytest.raises(ValidationError, match=r"."):
        broadcasting.report(edition, volunteer, url="http://EXAMPLE.org/a?page=2#top")
    broadcasting.report(edition, volunteer, url="https://example.org/a?page=3")
    broadcasting.report(edition, make.volunteer(), url="https://example.org/a?page=2")

    assert Broadcast.objects.count() == 3


def test_a_number_of_people_says_where_it_comes_from(volunteer):
    with pytest.raises(ValidationError):
        broadcasting.report(make.published(), volunteer, audience=900)
    assert broadcasting.report(make.published(), volunteer, audience=900, basis="estimate")


def test_a_slip_is_taken_back_for_some_minutes_with_its_files(volunteer, travel):
    edition = make.published()
    made = broadcasting.report(edition, volunteer, photo=ContentFile(b"x", "picture.jpg"))
    late = broadcasting.report(edition, volunteer)
    name = made.photo.name

    broadcasting.undo(made)
    travel(timezone.now() + broadcasting.UNDO + MINUTE)
    with pytest.raises(ValidationError):
        broadcasting.undo(late)

    assert list(Broadcast.objects.all()) == [late]
    assert name.startswith("broadcasts/")


def test_it_is_corrected_until_the_office_has_looked(volunteer):
    made = broadcasting.report(make.published(), volunteer)

    broadcasting.correct(made, times=3, note="สามรอบ")
    broadcasting.verify(made, by=make.user())

    made.refresh_from_db()
    assert (made.times, made.note, made.means) == (3, "สามรอบ", "radio")
    with pytest.raises(ValidationError):
        broadcasting.correct(made, times=9)
    with pytest.raises(ValidationError):
        broadcasting.undo(made)


@pytest.mark.django_db(transaction=True)
def test_a_new_photograph_takes_the_place_of_the_former():
    made = make.broadcast(photo=ContentFile(b"x", "picture.jpg"))
    former = made.photo.name

    broadcasting.correct(made, photo=ContentFile(b"y", "picture.jpg"))
    broadcasting.correct(made, photo=None, times=2)

    assert not default_storage.exists(former)
    assert default_storage.exists(made.photo.name)


# Checked


def test_the_office_verifies_or_rejects_with_a_reason_and_may_change_its_mind(volunteer):
    made, officer = broadcasting.report(make.published(), volunteer), make.user()

    with pytest.raises(ValidationError):
        broadcasting.reject(made, by=officer, reason=" ")
    broadcasting.reject(made, by=officer, reason="หอเสีย")
    assert (made.state, made.reason, made.checked_by) == ("rejected", "หอเสีย", officer)
    assert not Broadcast.objects.told().exists()
    broadcasting.verify(made, by=officer)
    with pytest.raises(ValidationError):
        broadcasting.verify(made, by=officer)

    assert list(Broadcast.objects.verified()) == [made]
    assert (made.state, made.reason) == ("verified", "")
    assert [event.verb for event in audit.trail(made)] == ["verify", "reject"]


# Corrections chase whoever used the earlier words


@pytest.mark.parametrize("use", [broadcasting.pick_up, broadcasting.report])
def test_a_correction_meets_on_their_desk_whoever_used_the_earlier_words(volunteer, use):
    edition, stranger = make.published(), make.volunteer()
    use(edition, volunteer)
    use(make.published(), stranger)
    newer = corrected(edition)

    (release,) = go_round()

    assert (release.edition, release.recipients) == (newer, 1)
    (delivery,) = release.deliveries.all()
    assert (delivery.channel.kind, delivery.channel.owner) == ("desk", volunteer)
    assert delivery.state == "ready"
    assert list(Delivery.objects.unanswered()) == [delivery]
    assert distributing.unanswered_by(stranger) == []
    assert go_round() == [release]


def test_who_gets_it_by_another_way_is_not_asked_twice(db):
    station, edition = make.organization(), make.published(ago=timedelta(hours=3))
    mailbox = make.channel(organization=station)
    make.received(edition, [mailbox])
    broadcasting.report(edition, station)
    corrected(edition)

    (release,) = go_round()

    assert [each.channel for each in release.deliveries.all()] == [mailbox]
    assert [each.channel for each in distributing.unanswered_by(station)] == [mailbox]


def test_who_reports_the_earlier_words_afterwards_is_told_at_once(volunteer):
    edition = make.published()
    make.received(edition, [make.channel()])
    ChaseRound.objects.get_or_create(pk=1)
    newer = corrected(edition)
    (release,) = go_round()

    broadcasting.report(edition, volunteer, aired_at=newer.shown_from - 5 * MINUTE)
    broadcasting.report(edition, volunteer, aired_at=newer.shown_from - 4 * MINUTE)
    broadcasting.pick_up(newer, make.volunteer())

    (told,) = distributing.unanswered_by(volunteer)
    assert (told.release, told.state) == (release, "ready")
    told.refresh_from_db()
    assert told.state == "accepted"
    release.refresh_from_db()
    assert release.recipients == release.deliveries.count() == 2


def test_what_the_office_refused_chases_nobody(volunteer):
    edition = make.published()
    made = broadcasting.report(edition, volunteer)
    Pickup.objects.all().delete()
    broadcasting.reject(made, by=make.user(), reason="ไม่ได้ออกอากาศ")
    corrected(edition)

    assert go_round() == []


def test_a_withdrawal_meets_whoever_used_any_version(volunteer):
    edition = make.published()
    broadcasting.pick_up(edition, volunteer)
    publishing.withdraw(edition.article, by=None, reason="ไม่มีงานนี้")

    (release,) = go_round()

    assert release.kind == "withdrawal"
    assert [each.release for each in distributing.unanswered_by(volunteer)] == [release]


def test_only_the_last_correction_is_asked_for_and_confirms_those_before(volunteer):
    edition = make.published(ago=timedelta(hours=3))
    broadcasting.pick_up(edition, volunteer)
    for kind, ago in (("correction", timedelta(hours=2)), ("clarification", MINUTE)):
        corrected(edition, kind, ago)
        go_round()

    (told,) = distributing.unanswered_by(volunteer)
    assert told.release.edition.version == 3
    assert distributing.acknowledge(told)

    assert not Delivery.objects.unanswered().exists()


def test_the_public_count_knows_partners_and_not_ways(volunteer):
    station, edition = make.organization(), make.published(ago=timedelta(hours=3))
    ways = [make.channel(organization=station), make.channel("line", organization=station)]
    make.received(edition, ways)
    broadcasting.pick_up(edition, volunteer)
    corrected(edition)
    (release,) = go_round()
    release.deliveries.filter(channel__in=ways).update(state="accepted", accepted_at=timezone.now())
    article = edition.article_id

    # On a page that nobody has opened yet it has told nobody.
    assert distributing.count_of(article) == {"told": 1, "confirmed": 0, "version": 2}
    distributing.unanswered_by(volunteer)
    assert distributing.count_of(article) == {"told": 2, "confirmed": 0, "version": 2}
    distributing.acknowledge(distributing.unanswered_by(station)[0])
    assert distributing.count_of(article) == {"told": 2, "confirmed": 1, "version": 2}
    assert [each.channel.owner for each in Delivery.objects.unanswered()] == [volunteer]


def test_desks_are_in_no_audience(volunteer):
    edition = make.published()
    broadcasting.pick_up(edition, volunteer)
    corrected(edition)
    go_round()

    assert Channel.objects.get().kind == "desk"
    assert distributing.audience(make.published()).recipients == []


def test_two_rows_of_one_body_become_one_with_both_their_desks(db):
    one, other, edition = make.organization(), make.organization(), make.published()
    for body in (one, other):
        broadcasting.report(edition, body)
    corrected(edition)
    go_round()

    merging.merge(one, into=other, by=make.user())

    assert [pickup.party for pickup in Pickup.objects.all()] == [other]
    assert [each.party for each in Broadcast.objects.all()] == [other, other]
    assert Channel.objects.get(kind="desk").owner == other
    assert len(distributing.unanswered_by(other)) == Delivery.objects.count() == 1
