"""What LINE tells the office's account: codes that are typed to it, rooms it enters and leaves.

Nothing is believed that LINE did not sign. What people write is read for a code and not kept.
"""

import base64
import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from lopburi_pr import background
from lopburi_pr.thai_text import normalise, to_arabic_digits
from network import channels, confirming
from network.models import Channel, Confirmation, LineEvent
from network.models.confirmations import CODE_LETTERS, DIGITS, LETTERS
from news import outside
from news.delivering import READ_AT_MOST, TIMEOUT_SECONDS

EVENTS_AT_MOST = 100
WRONG_AT_MOST, WRONG_SPAN = 5, timedelta(hours=1)
ANSWERED_WITHIN = timedelta(seconds=50)  # LINE takes an answer for a minute
KEPT = timedelta(days=7)  # LINE tells again what was not taken for less than that
PLACE = re.compile(r"[UCR][0-9a-f]{32}", re.ASCII)
CODE = re.compile(rf"(?=.*\d)[{LETTERS}{DIGITS}]{{{CODE_LETTERS}}}", re.ASCII)
State = LineEvent.State


class Answers(background.OutboundWork):
    max_tries = 2


@dataclass(frozen=True)
class Told:
    """One event as far as it matters here; blank what was missing or of another kind."""

    event_id: str
    kind: str
    place: str  # the room, group or person to whom news would go
    sender: str
    at: datetime | None
    text: str
    reply_token: str

    @classmethod
    def of(cls, event):
        source, message = _dict(event, "source"), _dict(event, "message")
        ids = [_text(source, name) for name in ("groupId", "roomId", "userId")]
        places = [each for each in ids if PLACE.fullmatch(each)]
        return cls(
            event_id=_text(event, "webhookEventId", 64),
            kind=_text(event, "type", 20),
            place=places[0] if places else "",
            sender=_text(source, "userId") or (places[0] if places else ""),
            at=_moment(event.get("timestamp")),
            text=_text(message, "text", 200) if message.get("type") == "text" else "",
            reply_token=_text(event, "replyToken", 100),
        )

    @property
    def code(self):
        """The code that was typed, and nothing beside it; blank for all that people talk of."""
        typed = "".join(to_arabic_digits(normalise(self.text)).upper().split())
        return typed if CODE.fullmatch(typed) else ""


def is_genuine(body: bytes, signature: str) -> bool:
    """Whether LINE signed this body with the secret of the office's account."""
    if not settings.LINE_CHANNEL_SECRET:
        return False
    digest = hmac.digest(settings.LINE_CHANNEL_SECRET.encode(), body, "sha256")
    return hmac.compare_digest(base64.b64encode(digest), signature.encode("utf-8", "replace"))


def read(body: bytes) -> list[Told]:
    """The events of a body. Raises ValueError for what is no message of LINE at all."""
    try:
        told = json.loads(body)
    except RecursionError:
        raise ValueError("Too deep.") from None
    events = _list(told, "events")
    if events is None:
        raise ValueError("No events.")
    return [Told.of(event) for event in events[:EVENTS_AT_MOST] if isinstance(event, dict)]


def receive(told: Told) -> None:
    """Act on an event, once however often it is told."""
    if not (told.event_id and told.place and (told.kind in _ACTS or told.code)):
        return
    with transaction.atomic(), override(settings.LANGUAGE_CODE):
        event, is_new = LineEvent.objects.get_or_create(
            event_id=told.event_id,
            defaults={"kind": told.kind, "sender": _digest(told.sender)},
        )
        if not is_new:
            return
        LineEvent.objects.filter(at__lt=timezone.now() - KEPT).delete()
        event.answer = _ACTS.get(told.kind, _typed)(told, event)
        if event.answer and told.reply_token and settings.OUTBOUND_ENABLED:
            event.state, event.reply_token = State.WAITING, told.reply_token
        event.save()


# What is done


def _typed(told, event):
    now = timezone.now()
    wrong = LineEvent.objects.filter(sender=event.sender, is_wrong=True, at__gt=now - WRONG_SPAN)
    if wrong.count() >= WRONG_AT_MOST:
        return _("Too many wrong codes. Please try again in an hour, or call the office.")
    confirmation = confirming.by_code(told.code)
    if confirmation is None:
        if _is_done(told):
            return ""
        event.is_wrong = True
        return _("This code is not right, or it is over. Please look at your page again.")
    try:
        with transaction.atomic():
            confirming.confirm(confirmation, address=told.place)
    except ValidationError as refused:
        return " ".join(refused.messages)
    return _("Confirmed. News of the office for %(name)s comes here from now on.") % {
        "name": confirmation.channel.owner.name
    }


def _is_done(told):
    """Whether the same code was taken from the same room before: typed twice is not wrong."""
    rows = Confirmation.objects.filter(channel__address=told.place, channel__kind="line")
    return any(row.code() == told.code for row in rows)


def _entered(told, event):
    return _("Hello. To get news of the office here, type the code from your own page.")


def _left(told, event):
    """The office's account can't write there any more."""
    rows = Channel.objects.filter(kind=Channel.Kind.LINE, address=told.place)
    for channel in rows.exclude(state=Channel.State.DISABLED):
        confirmation = Confirmation.objects.filter(channel=channel).first()
        since = confirmation.confirmed_at if confirmation else None
        if since and (told.at is None or told.at < since):
            continue  # told late: it was confirmed anew since then
        reason = (
            _("The office's LINE account was blocked there.")
            if told.kind == "unfollow"
            else _("The office's LINE account was removed from the room.")
        )
        channels.disable(channel, by=None, reason=reason)
    return ""


_ACTS = {"join": _entered, "follow": _entered, "leave": _left, "unfollow": _left}


# What is answered


def answer(event: LineEvent) -> None:
    """Say it in the room where it was asked, while LINE takes an answer."""
    error = ""
    with override(settings.LANGUAGE_CODE):
        if timezone.now() > event.at + ANSWERED_WITHIN:
            error = _("It waited too long.")
        elif not settings.LINE_CHANNEL_TOKEN:
            error = _("LINE_CHANNEL_TOKEN is not set on this site.")
        else:
            found = _reply(event)
            if found.status != 200:
                said = {"answer": f"{found.status} {found.text[:200]}"}
                error = _("LINE did not take the message (%(answer)s).") % said
    event.state, event.error = (State.FAILED if error else State.DONE), error
    event.reply_token = ""
    event.save(update_fields=["state", "error", "reply_token"])


def _reply(event):
    message = {"type": "text", "text": event.answer}
    told = {"replyToken": event.reply_token, "messages": [message]}
    return outside.ask(
        "POST",
        f"{settings.LINE_API_URL}/v2/bot/message/reply",
        timeout=TIMEOUT_SECONDS,
        longest=TIMEOUT_SECONDS,
        headers={
            "Authorization": f"Bearer {settings.LINE_CHANNEL_TOKEN}",
            "Content-Type": "application/json",
        },
        body=json.dumps(told, ensure_ascii=False).encode(),
        read=READ_AT_MOST,
        may_be_here=True,  # the office's own setting names the address, nobody else
    )


def _digest(sender):
    key = settings.SECRET_KEY.encode()
    return hmac.digest(key, f"news.line.{sender}".encode("utf-8", "replace"), "sha256").hex()


def _dict(value, name):
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _list(value, name):
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, list) else None


def _text(value, name, longest=64):
    found = value.get(name)
    if not isinstance(found, str) or len(found) > longest or "\x00" in found:
        return ""
    return found.encode("utf-8", "ignore").decode()  # no half characters: no table takes them


def _moment(milliseconds):
    if not isinstance(milliseconds, int) or not 0 < milliseconds < 10**14:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
