"""What the network opens by an address of its own: to confirm, to leave, to fetch.

A token in the address is the proof; it opens nothing else, and no cookie is set.
"""

from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import conditional_page, require_http_methods, require_safe

from lopburi_pr.http import origin_of, secret
from network import channels
from news import delivering, distributing

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
    channel = channels.of_feed(token)
    if channel is None:
        raise Http404
    origin = origin_of(request)
    return JsonResponse(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": _("News of the Lopburi Provincial Public Relations Office"),
            "home_page_url": origin,
            "feed_url": f"{origin}{request.path}",
            "items": delivering.fetch(channel),
        },
        json_dumps_params={"ensure_ascii": False},
        content_type="application/feed+json; charset=utf-8",
    )
