"""Who gets an edition, who approves it, and how corrections follow it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from network.models import Organization, Person
from news import distributing, publishing
from news.distributing import Rules, audience
from news.models import ChaseRound, Delivery, Release, Wish
from office import audit
from office.models import Subdistrict
from tests import make

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def chosen(edition, **rules):
    return [each.channel for each in audience(edition, Rules(**rules)).recipients]


def wish(channel, *, topics=(), **fields):
    made = Wish.objects.create(channel=channel, **fields)
    made.topics.set(topics)
    return channel


def accept(release, *, ago=timedelta(0)):
    release.deliveries.update(state="accepted", accepted_at=timezone.now() - ago)
    return release


def corrected(edition, kind="correction", *, ago=timedelta(0)):
    draft = publishing.revise(edition.article, by=None, kind=kind)
    draft.change_note, draft.lead = "เดิมบอกวันผิด", "วันที่ถูกคือวันเสาร์"
    draft.save()
    publishing.publish(draft, by=None, at=timezone.now() - ago)
    return draft


def go_round():
    row = ChaseRound.objects.get_or_create(pk=1)[0]
    distributing.go_round(row)
    return list(Release.objects.exclude(kind__in=["new", "urgent"]).order_by("pk"))


# For whom


def test_places_decide_who_gets_it():
    here, there = make.district(), make.district("1602", "พัฒนานิคม", "Phatthana Nikhom")
    tambon = Subdistrict.objects.create(code="160101", name_th="ท่าหิน", name_en="-", district=here)
    everywhere = make.channel()
    local = make.channel(districts=[here])
    village = make.channel()
    village.subdistricts.set([tambon])
    other = make.channel(districts=[there])

    assert chosen(make.published(districts=[here])) == [everywhere, local, village]
    assert chosen(make.published(districts=[there])) == [everywhere, other]
    assert chosen(make.published()) == [everywhere, local, village, other]
    assert chosen(make.published(districts=[here]), districts=("1602",)) == [everywhere, other]


def test_wishes_narrow_what_a_channel_gets_but_never_urgent_news():
    flood, fair = make.topic("disaster"), make.topic("tourism")
    of_flood = wish(make.channel(), topics=[flood])
    of_fair = wish(make.channel(), topics=[fair])
    announcements = wish(make.channel(), kinds=["announcement"])
    only_urgent = wish(make.channel(), only_urgent=True)
    edition = make.published(topic_slug="disaster")

    assert chosen(edition) == [of_flood]
    assert chosen(edition, is_urgent=True) == [of_flood, of_fair, announcements, only_urgent]
    announced = make.published(topic_slug="tourism", kind="announcement")
    assert chosen(announced) == [of_fair, announcements]


def test_rules_choose_by_way_and_by_partner():
    mailbox, line = make.channel(), make.channel("line")
    Organization.objects.filter(channels=line).update(kind="school")
    volunteer = make.channel(person=Person.objects.create(name="สมศรี"))
    edition = make.published()

    assert chosen(edition, channel_kinds=("line",)) == [line]
    assert chosen(edition, partner_kinds=("school",)) == [line]
    assert chosen(edition, partner_kinds=("school", "person")) == [line, volunteer]
    assert chosen(edition) == [mailbox, line, volunteer]


def test_the_preview_says_form_and_cost():
    make.channel("line", format="script", line_people=40)
    make.channel("line", format="caption")
    make.channel("webhook")

    silent = audience(make.published())
    spoken = audience(make.published(spoken="เรียนพี่น้องประชาชน"))

    assert [each.format for each in silent.recipients] == ["full", "caption", "json"]
    assert [each.format for each in spoken.recipients] == ["script", "caption", "json"]
    assert silent.line_messages == 41


def test_nobody_gets_an_edition_twice_and_samples_stay_among_samples():
    first, sample = make.channel(), make.channel(is_sample=True)
    edition = make.published()
    make.released(edition, [first])
    second = make.channel()

    assert chosen(edition) == [second]
    edition.article.is_sample = True
    assert chosen(edition) == [sample]
    with pytest.raises(ValidationError, match=r"active|ใช้งาน"):
        distributing.prepare(edition, [sample], by=make.user())


# Why not


def test_only_what_readers_see_or_will_see_is_sent():
    draft, shown = make.draft(), make.published()
    to_come = make.published(at=timezone.now() + timedelta(days=1))
    replaced = make.published()
    make.revised(replaced)
    replaced.refresh_from_db()
    withdrawn = make.published()
    publishing.withdraw(withdrawn.article, by=None, reason="ผิดวัน")
    withdrawn.refresh_from_db()

    refused = [len(distributing.obstacles(each)) for each in (draft, replaced, withdrawn)]

    assert refused == [1, 1, 1]
    assert distributing.obstacles(shown) == distributing.obstacles(to_come) == []
    assert len(distributing.obstacles(shown, [])) == 1
    assert len(distributing.obstacles(shown, [make.channel(state="unverified")])) == 1


def test_the_database_refuses_to_release_a_draft():
    with pytest.raises(IntegrityError, match="approved"), transaction.atomic():
        Release.objects.create(edition=make.draft())


# Out


def test_news_for_few_goes_out_at_once_and_keeps_the_choice():
    editor, mailbox, paper = make.user(), make.channel(), make.channel("printed")

    release = distributing.prepare(make.published(), [mailbox, paper], by=editor)

    assert (release.state, release.kind, release.approved_by) == ("released", "new", None)
    assert (release.recipients, release.line_messages) == (2, 0)
    assert [told["name"] for told in release.audience["channels"]] == [
        str(mailbox.owner),
        str(paper.owner),
    ]
    states = dict(release.deliveries.values_list("channel", "state"))
    assert states == {mailbox.pk: "waiting", paper.pk: "ready"}
    assert {step.verb for step in audit.trail(release)} == {"prepare", "release"}


def test_urgent_news_waits_for_somebody_else():
    editor, head = make.user(), make.user()

    release = distributing.prepare(
        make.published(), [make.channel()], by=editor, rules=Rules(is_urgent=True)
    )

    assert (release.state, release.deliveries.count()) == ("prepared", 0)
    with pytest.raises(ValidationError, match=r"Somebody else|ผู้อื่น|คนอื่น"):
        distributing.approve(release, by=editor)
    distributing.approve(release, by=head)
    assert (release.state, release.approved_by) == ("released", head)
    assert release.deliveries.count() == 1
    with pytest.raises(ValidationError):
        distributing.approve(release, by=head)


def test_news_for_many_waits_for_somebody_else(monkeypatch):
    monkeypatch.setattr(distributing, "MANY", 1)

    few = distributing.prepare(make.published(), [make.channel()], by=make.user())
    many = distributing.prepare(make.published(), [make.channel(), make.channel()], by=make.user())

    assert (few.state, many.state) == ("released", "prepared")


@pytest.mark.parametrize("facts", [{"kind": "urgent"}, {"recipients": 201}])
def test_the_database_wants_a_second_person(facts):
    editor = make.user()
    now = timezone.now()
    given = {"state": "released", "released_at": now, "prepared_by": editor} | facts
    edition = make.published()

    for approver in (None, editor):
        with pytest.raises(IntegrityError, match="by_two"), transaction.atomic():
            Release.objects.create(edition=edition, approved_by=approver, **given)
    assert Release.objects.create(edition=edition, approved_by=make.user(), **given)


def test_scheduled_news_leaves_at_its_hour():
    hour = timezone.now() + timedelta(hours=5)

    release = make.released(make.published(at=hour))

    assert release.deliveries.get().due_at == hour


def test_stopping_keeps_what_has_left():
    gone, waiting = make.channel(), make.channel()
    release = make.released(channels=[gone, waiting])
    release.deliveries.filter(channel=gone).update(state="accepted", accepted_at=timezone.now())

    assert distributing.cancel(release, by=make.user()) == 1

    assert release.state == "released"
    assert dict(release.deliveries.values_list("channel", "state")) == {
        gone.pk: "accepted",
        waiting.pk: "cancelled",
    }
    with pytest.raises(ValidationError):
        distributing.cancel(release, by=make.user())
    unsent = make.released()
    distributing.cancel(unsent, by=make.user())
    assert unsent.state == "cancelled"


def test_what_failed_is_tried_again_from_the_beginning():
    release, head = make.released(), make.user()
    release.deliveries.update(
        state="failed", tries=7, error="ล่ม", good_until=timezone.now() - MINUTE
    )

    assert distributing.retry(release, by=head) == 1

    delivery = release.deliveries.get()
    assert (delivery.state, delivery.tries, delivery.error) == ("waiting", 0, "")
    assert delivery.good_until > timezone.now() + timedelta(days=2)
    assert distributing.retry(release, by=head) == 0


def test_paper_is_handed_over_by_a_person_and_once():
    release, officer = make.released(channels=[make.channel("printed")]), make.user()
    delivery = release.deliveries.get()

    distributing.hand_over(delivery, by=officer)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.handed_by) == ("accepted", officer)
    for refused in (delivery, make.released().deliveries.get()):
        with pytest.raises(ValidationError):
            distributing.hand_over(refused, by=officer)


# The correction chase


@pytest.mark.parametrize("kind", ["correction", "clarification", "retraction"])
def test_a_correction_follows_whoever_got_the_wrong_version(kind):
    edition = make.published(ago=timedelta(hours=5))
    got = [make.channel(), make.channel("webhook"), make.channel("printed")]
    accept(make.released(edition, got), ago=timedelta(hours=4))
    make.channel()  # never got it
    newer = corrected(edition, kind)

    (release,) = go_round()

    assert (release.edition, release.kind, release.state) == (newer, "correction", "released")
    assert set(release.deliveries.values_list("channel", flat=True)) == {each.pk for each in got}
    assert release.deliveries.unanswered().count() == 3
    assert go_round() == [release]


@pytest.mark.parametrize("kind", ["update", "minor"])
def test_ordinary_changes_chase_nobody(kind):
    edition = make.published(ago=timedelta(hours=5))
    accept(make.released(edition), ago=timedelta(hours=4))
    draft = publishing.revise(edition.article, by=None, kind=kind)
    draft.change_note = "เพิ่มรูป"
    draft.save()
    publishing.publish(draft, by=None)

    assert go_round() == []


def test_a_scheduled_correction_chases_at_its_hour_and_not_before(travel):
    edition = make.published(ago=timedelta(hours=5))
    accept(make.released(edition), ago=timedelta(hours=4))
    hour = timezone.now() + timedelta(hours=2)
    corrected(edition, ago=-timedelta(hours=2))

    assert go_round() == []
    travel(hour + MINUTE)
    assert [release.kind for release in go_round()] == ["correction"]


def test_who_got_only_the_right_version_is_not_chased():
    edition = make.published(ago=timedelta(hours=5))
    newer = corrected(edition, ago=timedelta(hours=3))
    accept(make.released(newer))

    assert go_round() == []


def test_what_waits_untried_is_not_chased_and_what_may_have_arrived_is():
    edition = make.published(ago=timedelta(hours=5))
    untried = make.released(edition).deliveries.get()
    tried = make.released(edition).deliveries.get()
    Delivery.objects.filter(pk=tried.pk).update(tries=1)
    corrected(edition)

    (release,) = go_round()

    assert [each.channel for each in release.deliveries.all()] == [tried.channel]
    untried.refresh_from_db()
    tried.refresh_from_db()
    assert (untried.state, tried.state) == ("waiting", "cancelled")


@pytest.mark.parametrize("is_merged", [False, True])
def test_a_withdrawal_follows_everybody_who_got_any_version(is_merged):
    edition = make.published(ago=timedelta(hours=5))
    accept(make.released(edition), ago=timedelta(hours=4))
    newer = corrected(edition, ago=timedelta(hours=2))
    go_round()
    accept(make.released(newer), ago=timedelta(hours=1))
    if is_merged:
        publishing.merge(edition.article, make.published().article, by=None, reason="เรื่องเดียวกัน")
    else:
        publishing.withdraw(edition.article, by=None, reason="ไม่มีงานนี้")

    *_, release = go_round()

    assert (release.kind, release.edition) == ("withdrawal", newer)
    assert release.deliveries.count() == 2
    assert len(go_round()) == 2


def test_a_release_starts_the_rounds():
    make.released()

    assert ChaseRound.objects.get().due_at <= timezone.now()


def test_each_confirms_once_by_link_or_by_telephone():
    edition, officer = make.published(ago=timedelta(hours=5)), make.user()
    accept(make.released(edition, [make.channel(), make.channel()]), ago=timedelta(hours=4))
    newer = corrected(edition)
    (release,) = go_round()
    accept(release)
    one, other = release.deliveries.all()

    assert distributing.count_of(edition.article_id) == {"told": 2, "confirmed": 0, "version": 2}
    token = distributing.acknowledgement_token(one)
    assert distributing.acknowledged_by(token) == one
    assert distributing.acknowledge(one)
    assert not distributing.acknowledge(one, by=officer)
    assert distributing.acknowledge(other, by=officer)

    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.acknowledged_by, other.acknowledged_by) == (None, officer)
    assert distributing.count_of(edition.article_id)["confirmed"] == 2
    assert not Delivery.objects.unanswered().exists()
    assert newer.version == 2


def test_news_needs_no_confirmation_and_forged_tokens_open_nothing():
    delivery = make.released().deliveries.get()

    with pytest.raises(ValidationError):
        distributing.acknowledge(delivery)
    assert distributing.acknowledged_by(distributing.acknowledgement_token(delivery)) is None
    assert distributing.acknowledged_by(f"{delivery.pk}.nonsense") is None
    assert distributing.count_of(delivery.release.edition.article_id) == {}
