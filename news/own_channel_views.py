"""Partners see how they get the news, ask for another way, change it and leave."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from lopburi_pr.http import origin_of
from network import asking, confirming
from network.models import Channel
from network.own_views import own
from news.models import Delivery, Wish
from news.own_channel_forms import CONSENT, OwnChannelForm
from office.models import OfficeIdentity

TONES = {"active": "success", "unverified": "warning", "disabled": "neutral"}


@own
def channels(request, visitor):
    """Every channel of theirs, and how it fares."""
    rows = list(asking.of(visitor.party))
    arrived = Delivery.objects.filter(channel__in=rows, accepted_at__isnull=False)
    latest = dict(
        arrived.order_by("channel", "-accepted_at")
        .distinct("channel")
        .values_list("channel", "accepted_at")
    )
    cards = [
        {
            "channel": row,
            "tone": TONES[row.state],
            "latest": latest.get(row.pk),
            "url": visitor.address("news:own-channel", row.pk),
        }
        for row in rows
    ]
    context = {
        "visitor": visitor,
        "cards": cards,
        "obstacles": asking.obstacles(visitor.party),
        "add_url": visitor.address("news:own-channel-add"),
    }
    return render(request, "news/own_channels.html", context)


@own
def add(request, visitor):
    """Ask for a channel; what it needs to be confirmed stands on its page then."""
    sentences = asking.obstacles(visitor.party)
    form = OwnChannelForm(None if sentences else request.POST or None, visitor=visitor)
    if form.is_valid() and (channel := form.save()):
        return redirect(visitor.address("news:own-channel", channel.pk))
    status = 400 if form.is_bound else 403 if sentences else 200
    return _form(request, visitor, form, status, sentences=sentences, consent=CONSENT)


@own
def channel(request, visitor, pk):
    """One channel: how it is confirmed, how it fares; asking again and leaving take a press."""
    found = _theirs(visitor, pk)
    sentences = []
    if request.method == "POST":
        try:
            if "leave" in request.POST:
                asking.leave(found, person=visitor.person)
            elif "again" in request.POST:
                confirming.ask(found, by=visitor.person.user, person=visitor.person)
        except ValidationError as refused:
            sentences = refused.messages
        else:
            return redirect(visitor.address("news:own-channel", pk))
    confirmation = getattr(found, "confirmation", None)
    origin = origin_of(request)
    is_feed = found.kind == Channel.Kind.FEED and found.state == Channel.State.ACTIVE
    feeds = ("channel-feed", "channel-atom") if is_feed else ()
    context = {
        "visitor": visitor,
        "channel": found,
        "tone": TONES[found.state],
        "topics": [
            topic for wish in Wish.objects.filter(channel=found) for topic in wish.topics.all()
        ],
        "confirmation": confirmation,
        "code": _code(found, confirmation),
        "line_id": OfficeIdentity.current().line_id,
        "feeds": [f"{origin}{reverse(name, args=[found.feed_token()])}" for name in feeds],
        "latest": found.deliveries.filter(accepted_at__isnull=False).order_by("-accepted_at")[:5],
        "waiting": found.deliveries.filter(state="waiting").count(),
        "may_ask": not confirming.obstacles(found, by_partner=True),
        "sentences": sentences,
        "back": visitor.address("news:own-channels"),
        "change_url": visitor.address("news:own-channel-change", pk),
    }
    status = 409 if sentences else 200
    return render(request, "news/own_channel.html", context, status=status)


@own
def change(request, visitor, pk):
    """Another form, other places and topics, other hours; they hold at once."""
    found = _theirs(visitor, pk)
    form = OwnChannelForm(request.POST or None, visitor=visitor, channel=found)
    if form.is_valid() and form.save():
        return redirect(visitor.address("news:own-channel", pk))
    return _form(request, visitor, form, 400 if form.is_bound else 200, channel=found)


def _form(request, visitor, form, status, **more):
    back = visitor.address("news:own-channels")
    if "channel" in more:
        back = visitor.address("news:own-channel", more["channel"].pk)
    context = {"visitor": visitor, "form": form, "back": back, **more}
    return render(request, "news/own_channel_form.html", context, status=status)


def _theirs(visitor, pk):
    found = asking.of(visitor.party).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _code(channel, confirmation):
    is_asked = confirmation and confirmation.is_open and channel.kind == Channel.Kind.LINE
    return confirmation.code() if is_asked else ""
