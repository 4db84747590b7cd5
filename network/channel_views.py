"""The page on which whoever has a mailbox says that the news of a channel may come there."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from lopburi_pr.http import secret
from network import confirming


@csrf_exempt  # the token is the proof, and the page needs no cookie
@require_http_methods(["GET", "HEAD", "POST"])
@secret
def confirm(request, token):
    """Who wants to send what here. Programs open every link, so it takes a press."""
    confirmation = confirming.by_token(token)
    if confirmation is None:
        raise Http404
    sentences = []
    if request.method == "POST":
        try:
            if "refuse" in request.POST:
                confirming.refuse(confirmation)
            else:
                confirming.confirm(confirmation)
        except ValidationError as refused:
            sentences = refused.messages
        confirmation.refresh_from_db()
    channel = confirmation.channel
    context = {
        "confirmation": confirmation,
        "channel": channel,
        "districts": list(channel.districts.all()),
        "sentences": sentences,
    }
    is_gone = confirmation.is_over or confirmation.state == confirmation.State.FAILED
    status = 410 if is_gone else 409 if sentences else 200
    return render(request, "network/confirm_channel.html", context, status=status)
