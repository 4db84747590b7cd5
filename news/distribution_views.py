"""What the network opens by an address of its own: to confirm, to leave, to fetch.

A token in the address is the proof; it opens nothing else, and no cookie is set.
"""

from datetime import datetime

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_http_methods, require_safe

from lopburi_pr.http import origin_of, secret
from network import channels
from news import delivering, distributing
from news.channel_feed import ChannelFeed, changed_at

may_press = require_http_methods(["GET", "HEAD", "POST"])


@csrf_exempt  # the token is the proof; whoever has it may confirm
@may_press
@secret
def receipt(request, token):
    """A partner confirms a correction: programs that open every link must not, so it is pressed."""
    delivery = distributing.acknowledged_by(token)
    if delivery is None:
        raise Http404
    if request.method == "POST":
        distributing.acknowledge(delivery)
        delivery.refresh_from_db(fields=["acknowledged_at"])
    edition = delivery.release.edition
    context = {"delivery": delivery, "edition": edition, "article": edition.article}
    return render(request, "news/receipt.html", context)


@csrf_exempt  # mail programs press the button for their reader (RFC 8058)
@may_press
@secret
def leave(request, token):
    """A mailbox gets no more news of the network; its owner stays in the directory."""
    channel = delivering.channel_that_leaves(token)
    if channel is None:
        raise Http404
    text = _("No more news comes to this mailbox. Corrections of what it got are told by phone.")
    context = {"title": _("Get no more news by e-mail?"), "text": text, "button": _("Leave")}
    if channel.state == channel.State.DISABLED or request.method == "POST":
        if channel.state != channel.State.DISABLED:
            reason = _("Its owner left by the link in a letter.")
            channels.disable(channel, by=None, reason=reason)
        context |= {"title": _("You have left"), "button": ""}
    return render(request, "news/follow_step.html", context | {"is_guarded": False})


@require_safe
@conditional_page
def feed(request, token):
    """What one partner's machine may fetch, the newest first; JSON Feed 1.1 with an ETag."""
    channel, origin = _channel(token), origin_of(request)
    items = delivering.fetch(channel)
    response = JsonResponse(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": _("News of the Lopburi Provincial Public Relations Office"),
            "home_page_url": origin,
            "feed_url": f"{origin}{request.path}",
            "items": items,
        },
        json_dumps_params={"ensure_ascii": False},
        content_type="application/feed+json; charset=utf-8",
    )
    return _dated(response, items, [])


@require_safe
@conditional_page
def atom(request, token):
    """The same as Atom; what was withdrawn is told as a news of its own and as a deleted entry."""
    channel, origin = _channel(token), origin_of(request)
    items, gone = delivering.fetch(channel), delivering.withdrawn(channel)
    document = ChannelFeed(
        title=_("News of the Lopburi Provincial Public Relations Office"),
        link=origin,
        description="",
        language=get_language(),
        feed_url=f"{origin}{request.path}",
        author_name=_("Lopburi Provincial Public Relations Office"),
        gone=gone,
        since=channel.created_at,
    )
    for item in items:
        facts = item["_lopburi"]
        document.add_item(
            title=item["title"],
            link=item["url"],
            description=item["content_text"],
            unique_id=item["id"],
            pubdate=datetime.fromisoformat(item["date_published"]),
            updateddate=changed_at(item),
            categories=[facts["topic"]] if "topic" in facts else [],
            confirm_url=facts.get("confirm_url", ""),
        )
    response = HttpResponse(document.writeString("utf-8"), content_type=document.content_type)
    return _dated(response, items, gone)


def _channel(token):
    channel = channels.of_feed(token)
    if channel is None:
        raise Http404
    return channel


def _dated(response, items, gone):
    """With the moment of its newest item, for machines that ask what changed since."""
    moments = [changed_at(item) for item in items]
    moments += [each["at"] for each in gone]
    if moments:
        response.headers["Last-Modified"] = http_date(max(moments).timestamp())
    return response
