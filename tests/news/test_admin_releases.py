"""Sending to the network from the back office, and following what became of it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone

from network.models import Channel
from news import distributing, publishing
from news.models import ChaseRound, Delivery, Release
from office import roles
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(client):
    """``sign_in("editor")``: a client signed in as somebody of that role."""
    roles.sync()

    def as_role(role):
        person = make.user(is_staff=True)
        person.groups.set(Group.objects.filter(name=role))
        client.force_login(User.objects.get(pk=person.pk))
        client.person = person
        return client

    return as_role


def page(client, name, *args, **query):
    return client.get(reverse(f"admin:{name}", args=args), query)


def press(client, name, *args, **given):
    return client.post(reverse(f"admin:{name}", args=args), given, follow=True)


def corrected(edition):
    Delivery.objects.update(state="accepted", accepted_at=timezone.now() - timedelta(minutes=5))
    draft = publishing.revise(edition.article, by=None, kind="correction")
    draft.change_note, draft.lead = "เดิมบอกวันผิด", "วันที่ถูกคือวันเสาร์"
    draft.save()
    publishing.publish(draft, by=None)
    distributing.go_round(ChaseRound.objects.get())
    return Release.objects.get(kind="correction")


@pytest.mark.parametrize("role", ["editor", "officer"])
def test_who_gets_what_is_seen_before_it_is_sent(sign_in, role):
    desk = sign_in(role)
    line = make.channel("line", line_people=40)
    other = make.channel()
    edition = make.published()
    edit_page = page(desk, "news_edition_change", edition.pk)
    assert reverse("admin:news_distribute", args=[edition.pk]) in edit_page.text

    preview = page(desk, "news_distribute", edition.pk)

    for said in (str(line.owner), line.address, str(other.owner), other.address, "40"):
        assert said in preview.text
    assert Release.objects.count() == 0
    seen = distributing.audience(edition).mark
    assert seen in preview.text
    press(desk, "news_distribute", edition.pk, seen=seen, left_out=[other.pk])
    release = Release.objects.get()
    assert [each.channel for each in release.deliveries.all()] == [line]
    assert (release.state, release.prepared_by) == ("released", desk.person)


def test_rules_of_the_address_narrow_the_preview_and_the_sending(sign_in):
    desk = sign_in("officer")
    line, mailbox = make.channel("line"), make.channel()
    edition = make.published()

    preview = page(desk, "news_distribute", edition.pk, channels="line")
    address = reverse("admin:news_distribute", args=[edition.pk]) + "?channels=line"

    assert str(line.owner) in preview.text
    assert str(mailbox.owner) not in preview.text
    seen = distributing.audience(edition, distributing.Rules(channel_kinds=("line",))).mark
    desk.post(f"{address}&urgent=on", {"seen": seen})
    release = Release.objects.get()
    assert (release.kind, release.state, release.recipients) == ("urgent", "prepared", 1)
    assert str(line.owner) in page(desk, "news_release_change", release.pk).text


def test_who_came_after_the_preview_gets_nothing_unseen(sign_in):
    desk, edition = sign_in("officer"), make.published()
    make.channel()
    seen = distributing.audience(edition).mark
    make.channel()

    refused = press(desk, "news_distribute", edition.pk, seen=seen)

    assert "errorlist" in refused.text
    assert Release.objects.count() == 0


@pytest.mark.parametrize("query", ["districts=zzzz", "channels=pigeon", "partners=%FF", "urgent=x"])
def test_rules_that_cannot_be_break_nothing(sign_in, query):
    edition = make.published()
    make.channel()

    address = reverse("admin:news_distribute", args=[edition.pk])

    assert sign_in("editor").get(f"{address}?{query}").status_code == 200


def test_everybody_left_out_is_said(sign_in):
    only, edition = make.channel(), make.published()
    seen = distributing.audience(edition).mark

    answer = press(sign_in("editor"), "news_distribute", edition.pk, seen=seen, left_out=[only.pk])

    assert "errorlist" in answer.text
    assert Release.objects.count() == 0


def test_the_head_approves_what_is_urgent(sign_in):
    editor = make.user()
    release = distributing.prepare(
        make.published(),
        [make.channel()],
        by=editor,
        rules=distributing.Rules(is_urgent=True),
    )
    assert press(sign_in("editor"), "news_release_step", release.pk, "approve").status_code == 403

    head = sign_in("head")
    assert str(release.edition) in page(head, "index").text
    press(head, "news_release_step", release.pk, "approve")

    release.refresh_from_db()
    assert (release.state, release.approved_by) == ("released", head.person)


def test_a_release_shows_what_failed_whom_to_call_and_what_waits(sign_in):
    desk = sign_in("officer")
    edition = make.published(ago=timedelta(hours=1))
    made = [make.channel(), make.channel("printed"), make.channel("line")]
    make.released(edition, made)
    release = corrected(edition)
    failed = release.deliveries.get(channel=made[0])
    Delivery.objects.filter(pk=failed.pk).update(state="failed", error="กล่องเต็ม")

    shown = page(desk, "news_release_change", release.pk)

    assert "กล่องเต็ม" in shown.text
    assert shown.text.count("0 3641 0000") == 3
    assert "OUTBOUND_ENABLED" in shown.text
    press(desk, "news_delivery_step", release.pk, failed.pk, "call")
    failed.refresh_from_db()
    assert failed.acknowledged_by == desk.person
    press(desk, "news_release_step", release.pk, "retry")
    failed.refresh_from_db()
    assert failed.state == "waiting"


def test_paper_is_printed_and_handed_over(sign_in):
    desk = sign_in("officer")
    edition = make.published(spoken="เรียนพี่น้องประชาชน")
    release = make.released(edition, [make.channel("printed", format="script")])
    delivery = release.deliveries.get()

    printed = page(desk, "news_release_print", release.pk)
    press(desk, "news_delivery_step", release.pk, delivery.pk, "hand-over")

    assert "เรียนพี่น้องประชาชน" in printed.text
    assert str(delivery.channel.owner) in printed.text
    delivery.refresh_from_db()
    assert (delivery.state, delivery.handed_by) == ("accepted", desk.person)


def test_a_release_is_stopped(sign_in):
    desk = sign_in("editor")
    release = make.released()

    press(desk, "news_release_step", release.pk, "cancel")

    release.refresh_from_db()
    assert release.state == "cancelled"


def test_the_front_page_counts_what_needs_somebody(sign_in):
    edition = make.published(ago=timedelta(hours=1))
    make.released(edition, [make.channel(), make.channel()])
    release = corrected(edition)
    Delivery.objects.filter(pk=release.deliveries.first().pk).update(state="failed")

    front = page(sign_in("editor"), "index")

    for stage in ("failed", "unanswered", "waiting"):
        address = f"{reverse('admin:news_release_changelist')}?stage={stage}"
        assert address in front.text
        assert str(edition) in front.client.get(address).text


@pytest.mark.parametrize("count", [1, 4])
def test_lists_cost_the_same_for_one_and_for_many(sign_in, django_assert_num_queries, count):
    desk = sign_in("officer")
    for _ in range(count):
        make.released()
    release = make.released(channels=[make.channel() for _ in range(count)])
    page(desk, "news_release_changelist")

    with django_assert_num_queries(7):
        page(desk, "news_release_changelist")
    with django_assert_num_queries(13):
        page(desk, "news_release_change", release.pk)


# Channels


def test_an_officer_writes_down_a_channel_and_makes_it_active(sign_in):
    desk = sign_in("officer")
    given = {"organization": make.organization().pk, "kind": "email", "format": "caption"}
    given |= {"address": "tambon@example.org", "line_people": 1}
    given |= {"wish-TOTAL_FORMS": 1, "wish-INITIAL_FORMS": 0, "wish-0-only_urgent": "on"}
    given |= {"wish-0-kinds": ["announcement"]}

    press(desk, "network_channel_add", **given)

    channel = Channel.objects.get()
    assert (channel.state, channel.wish.only_urgent) == ("unverified", True)
    assert channel.wish.kinds == ["announcement"]
    press(desk, "network_channel_step", channel.pk, "activate", reason=" ")
    channel.refresh_from_db()
    assert channel.state == "unverified"
    press(desk, "network_channel_step", channel.pk, "activate", reason="โทรถามแล้ว")
    press(desk, "network_channel_step", channel.pk, "disable", reason=" ")
    channel.refresh_from_db()
    assert channel.state == "active"
    press(desk, "network_channel_step", channel.pk, "disable", reason="เลิกกิจการ")
    channel.refresh_from_db()
    assert (channel.state, channel.disabled_reason) == ("disabled", "เลิกกิจการ")


@pytest.mark.parametrize("kind", ["webhook", "feed"])
def test_a_secret_is_shown_once(sign_in, kind):
    desk = sign_in("officer")
    channel = make.channel(kind)

    shown = press(desk, "network_channel_secret", channel.pk)

    channel.refresh_from_db()
    secret = channel.signing_secrets()[0] if kind == "webhook" else channel.feed_token()
    assert secret in shown.text
    assert secret not in page(desk, "network_channel_change", channel.pk).text
    assert page(desk, "network_channel_secret", channel.pk).status_code == 405


def test_editors_see_channels_and_change_none(sign_in):
    desk, channel = sign_in("editor"), make.channel("webhook")

    assert page(desk, "network_channel_change", channel.pk).status_code == 200
    for name in ("network_channel_secret", "network_channel_step"):
        args = [channel.pk, "disable"] if name.endswith("step") else [channel.pk]
        assert press(desk, name, *args, reason="x").status_code == 403


def test_planners_and_partners_see_no_deliveries(sign_in):
    release = make.released()

    for role in ("planner", "partner"):
        desk = sign_in(role)
        for name, args in (
            ("news_release_changelist", []),
            ("news_release_change", [release.pk]),
            ("news_release_print", [release.pk]),
            ("news_distribute", [release.edition_id]),
        ):
            assert page(desk, name, *args).status_code in {302, 403}, (role, name)
