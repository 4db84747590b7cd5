"""Asking a partner's machine whether it is theirs: it has to send a challenge back, once."""

import hmac
import json
from datetime import timedelta
from http.client import HTTPException

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from lopburi_pr import background
from network import confirming
from network.models import Confirmation
from news import outside
from news.delivering import READ_AT_MOST, TIMEOUT_SECONDS, signature

EVENT = "channel.confirm"
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
State = Confirmation.State


class Echo(background.OutboundWork):
    """Questions to machines; ``network`` asks mailboxes."""

    max_tries = len(PAUSES) + 1

    def waiting(self):
        return super().waiting().filter(channel__kind="webhook")

    def pause_after(self, tries):
        return PAUSES[min(tries, len(PAUSES)) - 1]


def send(confirmation: Confirmation) -> None:
    """Send the challenge, signed like news; the channel is active when it comes back."""
    with override(settings.LANGUAGE_CODE):
        error = _wrong(confirmation)
        if not error:
            try:
                confirming.confirm(confirmation)
            except ValidationError as refused:
                error = " ".join(refused.messages)
        if not error:
            return
    confirmation.error = error
    if confirmation.tries >= Echo.max_tries or confirmation.is_over:
        confirmation.state = State.FAILED
    confirmation.save(update_fields=["state", "error"])


def _wrong(confirmation):
    """Why the machine's answer proves nothing; empty when it is the challenge."""
    try:
        answer = _asked(confirmation)
    except outside.ForbiddenError:
        return _("This address is not on the public internet: nothing is sent there.")
    except TimeoutError:
        return _("The other end did not answer in time.")
    except (OSError, HTTPException, ValueError) as error:
        return _("The other end can't be reached (%(error)s).") % {"error": error}
    if answer.status >= 300:
        return _("It answered with %(status)s instead of the challenge.") % {
            "status": answer.status
        }
    if not hmac.compare_digest(_said(answer.text).encode(), confirmation.challenge().encode()):
        return _("It answered, but not with the challenge.")
    return ""


def _asked(confirmation):
    channel, key = confirmation.channel, f"confirm_{confirmation.secret}"
    stamp = str(int(timezone.now().timestamp()))
    facts = {"challenge": confirmation.challenge()}
    told = {"type": EVENT, "timestamp": timezone.now().isoformat(), "data": facts}
    body = json.dumps(told).encode()
    return outside.ask(
        "POST",
        channel.address,
        timeout=TIMEOUT_SECONDS,
        longest=TIMEOUT_SECONDS,
        headers={
            "Content-Type": "application/json",
            "User-Agent": "LopburiPR-Webhook/1.0",
            "webhook-id": key,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(channel, key, stamp, body),
        },
        body=body,
        schemes=("https", "http") if settings.WEBHOOKS_MAY_STAY_HERE else ("https",),
        read=READ_AT_MOST,
        may_be_here=settings.WEBHOOKS_MAY_STAY_HERE,
    )


def _said(text):
    """The challenge in an answer: ``{"challenge": "…"}``, or nothing but it."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        told = text
    if isinstance(told, dict):
        told = told.get("challenge")
    return told.strip() if isinstance(told, str) else ""
