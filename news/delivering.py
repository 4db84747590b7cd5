"""Sending what was released, delivery by delivery, from the worker: e-mail, LINE and webhooks.

A delivery counts as accepted after the other end has taken it, so a worker that dies in between
sends it once more, under the same key: LINE and webhooks know it again, mail programs show one
Message-ID once. Why something did not arrive is kept as a sentence for the office.
"""

import base64
import hmac
import json
import smtplib
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from http.client import HTTPException

from django.conf import settings
from django.core.mail import get_connection
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from lopburi_pr import background
from lopburi_pr.thai_calendar import BANGKOK
from network import channels
from network.models import Channel
from news import outside
from news.distributing import acknowledgement_token, form_of
from news.models import Delivery, Edition, Release
from office import letters
from office.letters import own_origin

PAUSES = (
    *(timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30)),
    *(timedelta(hours=2), timedelta(hours=8), timedelta(hours=24)),
)
TIMEOUT_SECONDS = 10
LINE_AT_MOST = 5000  # letters of one text message
READ_AT_MOST = 2000  # bytes of an answer: enough for its number or its complaint
MAIL_LINE_KEPT_SECONDS = 10  # mail servers hang up on who says nothing
LATER = timedelta(hours=1)
FEED_ITEMS = 50
LATEST = timedelta(hours=24)
LEAVING = Signer(salt="news.delivering.leave", sep=".")
EVENTS = {
    Release.Kind.NEW: "news.released",
    Release.Kind.URGENT: "news.released",
    Release.Kind.CORRECTION: "news.corrected",
    Release.Kind.WITHDRAWAL: "news.withdrawn",
}
State = Delivery.State


class Dispatch(background.OutboundWork):
    """Deliveries, with pauses that end before news is old."""

    max_tries = len(PAUSES) + 1
    at_once = 20  # all together they take less than the first pause, unless nobody answers

    def pause_after(self, tries):
        return PAUSES[min(tries, len(PAUSES)) - 1]


class RefusedError(Exception):
    """The other end will never take it: another try would only annoy."""


class FailedError(Exception):
    """It did not work this time."""


class LaterError(Exception):
    """Nothing failed, only the hour is wrong; no try is counted."""

    def __init__(self, sentence, until):
        super().__init__(sentence)
        self.until = until


@dataclass(frozen=True)
class Told:
    """What all who get a release in one form are told, in the language of its news."""

    language: str
    subject: str
    text: str
    data: dict
    sender: str


def send(delivery: Delivery) -> None:
    """Hand a delivery over and write down how it went."""
    now = timezone.now()
    release = _release(delivery.release_id)
    channel = Channel.objects.get(pk=delivery.channel_id)
    shown = _shown_lately(release.pk, int(now.timestamp()))
    with override(settings.LANGUAGE_CODE):
        if shown is None:
            delivery.state = State.CANCELLED
            delivery.error = _("Readers did not see this text any more when it was to be sent.")
        else:
            _try(delivery, release, channel, shown, now)
    delivery.save(update_fields=["state", "due_at", "tries", "error", "accepted_at", "provider_id"])


def _try(delivery, release, channel, shown, now):
    try:
        _check(delivery, release, channel, now)
        delivery.provider_id = SENDERS[channel.kind](delivery, release, channel, shown)[:200]
    except LaterError as later:
        delivery.error = str(later)
        if delivery.good_until and later.until > delivery.good_until:
            delivery.state = State.FAILED
            delivery.error = _("%(why)s By then it would be too late.") % {"why": later}
        delivery.due_at, delivery.tries = later.until, delivery.tries - 1
    except (RefusedError, outside.ForbiddenError) as refused:
        delivery.state, delivery.error = State.FAILED, _sentence(refused)
        channels.refused(channel, delivery.error)
    except (FailedError, OSError, HTTPException, ValueError) as failed:
        delivery.error = _sentence(failed)
        if delivery.tries >= Dispatch.max_tries:
            delivery.state = State.FAILED
    else:
        delivery.state, delivery.accepted_at, delivery.error = State.ACCEPTED, now, ""
        channels.accepted(channel)


def _sentence(error):
    if isinstance(error, outside.ForbiddenError):
        return _("This address is not on the public internet: nothing is sent there.")
    if isinstance(error, RefusedError | FailedError):
        return str(error)
    if isinstance(error, TimeoutError):
        return _("The other end did not answer in time.")
    return _("The other end can't be reached (%(error)s).") % {"error": error}


@lru_cache(maxsize=256)
def _release(pk):
    """What never changes in a release, once for all of its deliveries."""
    return Release.objects.select_related("edition__article").get(pk=pk)


def _shown(release, now):
    """Key of the edition to send; None when there is nothing left to say.

    The words may have been put right while the delivery waited. A correction is told as it was
    said, unless it never came to be or another one follows.
    """
    article = release.edition.article_id
    if release.kind in {Release.Kind.NEW, Release.Kind.URGENT}:
        found = Edition.objects.published(now).filter(article=article)
    else:
        found = Edition.objects.released(now).filter(pk=release.edition_id)
        if release.kind == Release.Kind.CORRECTION:
            later = Release.objects.filter(kind__in=Release.CHASED, pk__gt=release.pk)
            found = found.exclude(article__in=later.values("edition__article"))
    return found.values_list("pk", flat=True).first()


@lru_cache(maxsize=64)
def _shown_lately(release_pk, _second):
    """The same, found out once in a second for all who get it."""
    return _shown(_release(release_pk), timezone.now())


def _check(delivery, release, channel, now):
    """Whether this channel may get anything at this hour. Raises what stands in the way."""
    if channel.state != Channel.State.ACTIVE:
        raise FailedError(
            _("The channel is not active: %(why)s") % {"why": channel.disabled_reason}
        )
    if delivery.good_until and now > delivery.good_until:
        raise LaterError(_("It waited too long."), now)
    if release.kind == Release.Kind.URGENT:
        return
    if end := channel.quiet_end(now):
        raise LaterError(_("The partner's quiet hours."), end)
    if channel.daily_limit is not None and release.kind == Release.Kind.NEW:
        _check_limit(channel, now)


def _check_limit(channel, now):
    # Two workers would both be the last of the day without this lock.
    Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    midnight = now.astimezone(BANGKOK).replace(hour=0, minute=0, second=0, microsecond=0)
    today = channel.deliveries.filter(accepted_at__gte=midnight, release__kind="new")
    if today.count() >= channel.daily_limit:
        raise LaterError(_("The partner's limit of the day."), midnight + timedelta(days=1))


# What is said


def told(release: Release, shown: int, wanted: str) -> Told:
    """The words of a release, those of the edition ``shown``, in the form a channel wants."""
    return _told(release.pk, shown, wanted, int(time.monotonic() // 60))


@lru_cache(maxsize=64)
def _told(release_pk, shown, wanted, _minute):
    release = _release(release_pk)
    edition = Edition.objects.select_related("article__topic").get(pk=shown)
    edition.article.refresh_from_db()  # why it was withdrawn
    with override(edition.article.language):
        url = own_origin() + edition.get_absolute_url()
        subject, text = letters.worded(
            "news/releases/words.txt",
            release=release,
            edition=edition,
            article=edition.article,
            format=form_of(edition, wanted),
            body=edition.plain_body,
            url=url,
        )
        facts = data(release, edition, url)
        return Told(edition.article.language, subject, text, facts, letters.sender())


def data(release: Release, edition: Edition, url: str) -> dict:
    """What machines are told: identity for all kinds, the words unless they were withdrawn."""
    article = edition.article
    identity = {
        "kind": release.kind,
        "reference": article.reference,
        "version": edition.version,
        "language": article.language,
        "url": url,
    }
    if release.kind == Release.Kind.WITHDRAWAL:
        return identity | {
            "withdrawn_at": article.withdrawn_at.isoformat(),
            "reason": article.withdrawal_reason,
        }
    return identity | {
        "shown_from": edition.shown_from.isoformat(),
        "change_kind": edition.change_kind,
        "change_note": edition.change_note,
        "title": edition.title,
        "must_know": edition.must_know,
        "lead": edition.lead,
        "body_html": edition.body,
        "body_text": edition.plain_body,
        "script": edition.spoken,
        "source_agency": edition.source_agency,
        "topic": article.topic.slug,
    }


def confirm_url(delivery: Delivery, language: str) -> str:
    """Where a partner confirms that a correction was read."""
    with override(language):
        return own_origin() + reverse("news:receipt", args=[acknowledgement_token(delivery)])


def _leave_url(channel, language):
    with override(language):
        return own_origin() + reverse("news:channel-leave", args=[LEAVING.sign(channel.pk)])


# How it is sent: each returns the number that the other end gave it


def _by_mail(delivery, release, channel, shown):
    said = told(release, shown, channel.format)
    origin, leave = own_origin(), _leave_url(channel, said.language)
    with override(said.language):
        asked = _asked(delivery, release, said.language)
        left = _("To get no more news by e-mail:")
        text = f"{said.text}\n{asked}\n-- \n{left}\n{leave}"
    letter = letters.letter(
        channel.address,
        said.subject,
        text,
        from_email=said.sender,
        Message_ID=f"<{delivery.key}@{origin.rpartition('/')[2]}>",
        List_Unsubscribe=f"<{leave}>",  # RFC 2369, one click: RFC 8058
        List_Unsubscribe_Post="List-Unsubscribe=One-Click",
    )
    try:
        _mail_line().send_messages([letter])
    except smtplib.SMTPRecipientsRefused as refused:
        hang_up()
        code, answer = next(iter(refused.recipients.values()))
        kind, sentence = (
            (RefusedError, _("The mailbox does not exist or refuses our mail (%(answer)s)."))
            if code >= 500
            else (FailedError, _("The mailbox takes nothing at the moment (%(answer)s)."))
        )
        raise kind(sentence % {"answer": f"{code} {_text(answer)}"}) from None
    except smtplib.SMTPResponseException as refused:
        hang_up()
        answer = f"{refused.smtp_code} {_text(refused.smtp_error)}"
        sentence = _("The mail server did not take the letter (%(answer)s).")
        raise FailedError(sentence % {"answer": answer}) from None
    except (OSError, smtplib.SMTPException):
        hang_up()
        raise
    return ""


def _asked(delivery, release, language):
    """The request to confirm a correction; empty for news."""
    if not release.is_chase:
        return ""
    please = _("Please confirm with one press that you have read this and put it right:")
    return f"\n{please}\n{confirm_url(delivery, language)}\n"


def _text(answer):
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)


_mail = {"connection": None, "used": 0.0, "to": None}


def _mail_line():
    """The line to the mail server, kept while there is something to say: most of the time that a
    letter takes would go into opening it.
    """
    to = (settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT)
    if time.monotonic() - _mail["used"] > MAIL_LINE_KEPT_SECONDS or _mail["to"] != to:
        hang_up()
    if _mail["connection"] is None:
        connection = get_connection()
        connection.open()
        _mail["connection"], _mail["to"] = connection, to
    _mail["used"] = time.monotonic()
    return _mail["connection"]


def hang_up() -> None:
    """Close the line to the mail server; the next letter opens another one."""
    connection, _mail["connection"] = _mail["connection"], None
    if connection is not None:
        with suppress(OSError, smtplib.SMTPException):
            connection.close()


def _by_line(delivery, release, channel, shown):
    """LINE Messaging API, push; 409 says that this retry key was taken before."""
    if not settings.LINE_CHANNEL_TOKEN:
        raise LaterError(_("LINE_CHANNEL_TOKEN is not set on this site."), _in(LATER))
    said = told(release, shown, channel.format)
    with override(said.language):
        asked = _asked(delivery, release, said.language)
    text = f"{said.subject}\n{said.text}"[: LINE_AT_MOST - len(asked) - 1] + f"\n{asked}"
    answer = outside.ask(
        "POST",
        f"{settings.LINE_API_URL}/v2/bot/message/push",
        timeout=TIMEOUT_SECONDS,
        longest=TIMEOUT_SECONDS,
        headers={
            "Authorization": f"Bearer {settings.LINE_CHANNEL_TOKEN}",
            "Content-Type": "application/json",
            "X-Line-Retry-Key": str(delivery.key),
        },
        body=_json({"to": channel.address, "messages": [{"type": "text", "text": text.strip()}]}),
        read=READ_AT_MOST,
        may_be_here=True,  # the office's own setting names the address, nobody else
    )
    if answer.status in {200, 409}:
        return answer.header("X-Line-Accepted-Request-Id") or answer.header("X-Line-Request-Id")
    if answer.status == 429:
        raise LaterError(_("LINE's quota is used up for now."), _retry_after(answer))
    said_so = {"answer": f"{answer.status} {answer.text[:200]}"}
    if answer.status == 400:
        raise RefusedError(_("LINE does not know this recipient (%(answer)s).") % said_so)
    raise FailedError(_("LINE did not take the message (%(answer)s).") % said_so)


def _by_webhook(delivery, release, channel, shown):
    """Standard Webhooks: signed with every secret that is good now; 409 means “I have it”."""
    said = told(release, shown, channel.format)
    facts = said.data
    if release.is_chase:
        facts = facts | {"confirm_url": confirm_url(delivery, said.language)}
    body = _json(
        {
            "type": EVENTS[release.kind],
            "timestamp": release.released_at.isoformat(),
            "data": facts,
        }
    )
    stamp = str(int(timezone.now().timestamp()))
    answer = outside.ask(
        "POST",
        channel.address,
        timeout=TIMEOUT_SECONDS,
        longest=TIMEOUT_SECONDS,
        headers={
            "Content-Type": "application/json",
            "User-Agent": "LopburiPR-Webhook/1.0",
            "webhook-id": str(delivery.key),
            "webhook-timestamp": stamp,
            "webhook-signature": signature(channel, str(delivery.key), stamp, body),
        },
        body=body,
        schemes=("https", "http") if settings.WEBHOOKS_MAY_STAY_HERE else ("https",),
        read=READ_AT_MOST,
        may_be_here=settings.WEBHOOKS_MAY_STAY_HERE,
    )
    if answer.status < 300 or answer.status == 409:
        return answer.header("X-Request-Id")
    if answer.status == 410:
        reason = _("Its own machine says that this address is gone for good (410).")
        channels.disable(channel, by=None, reason=reason)
        raise RefusedError(reason)
    if answer.status == 429:
        raise LaterError(_("The partner's machine asks to wait (429)."), _retry_after(answer))
    if answer.status < 400:
        raise RefusedError(
            _("The partner's address leads elsewhere (%(status)s); we don't follow.")
            % {"status": answer.status}
        )
    raise FailedError(
        _("The partner's machine answered with an error (%(status)s).") % {"status": answer.status}
    )


SENDERS = {
    Channel.Kind.EMAIL: _by_mail,
    Channel.Kind.LINE: _by_line,
    Channel.Kind.WEBHOOK: _by_webhook,
}


def signature(channel: Channel, key: str, stamp: str, body: bytes) -> str:
    """``v1,… v1,…`` over id, time and body, one for each secret (standardwebhooks.com)."""
    signed = f"{key}.{stamp}.".encode() + body
    found = []
    for secret in channel.signing_secrets():
        digest = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, "sha256")
        found.append(f"v1,{base64.b64encode(digest).decode()}")
    return " ".join(found)


def _json(value):
    return json.dumps(value, ensure_ascii=False).encode()


def _in(span: timedelta) -> datetime:
    return timezone.now() + span


def _retry_after(answer):
    """When we were asked to come back, within reason; in an hour when nobody said."""
    said = answer.header("Retry-After")
    if not said.isascii() or not said.isdecimal():
        return _in(LATER)
    return _in(min(max(timedelta(seconds=int(said[:6])), PAUSES[0]), LATEST))


# What is fetched


def fetch(channel: Channel) -> list[dict]:
    """The items of a channel's feed, the newest first; what was ready counts as accepted now."""
    now = timezone.now()
    rows = channel.deliveries.filter(due_at__lte=now, state__in=[State.READY, State.ACCEPTED])
    items, fetched = [], []
    for delivery in rows.order_by("-pk")[:FEED_ITEMS]:
        release = _release(delivery.release_id)
        shown = _shown(release, now)
        if shown is None:
            continue
        said = told(release, shown, channel.format)
        facts = said.data
        if release.is_chase:
            facts = facts | {"confirm_url": confirm_url(delivery, said.language)}
        items.append(
            {
                "id": f"urn:uuid:{delivery.key}",
                "url": facts["url"],
                "title": said.subject,
                "content_text": said.text,
                "date_published": max(release.released_at, release.edition.shown_from).isoformat(),
                "language": said.language,
                "_lopburi": facts,
            }
        )
        if delivery.state == State.READY:
            fetched.append(delivery.pk)
    if fetched:
        ready = Delivery.objects.filter(pk__in=fetched, state=State.READY)
        ready.update(state=State.ACCEPTED, accepted_at=now)
    return items


def withdrawn(channel: Channel) -> list[dict]:
    """What stood in a channel's feed and was withdrawn since: its id, when and why."""
    rows = channel.deliveries.filter(
        state=State.ACCEPTED, release__edition__article__withdrawn_at__lte=timezone.now()
    ).exclude(release__kind=Release.Kind.WITHDRAWAL)
    return [
        {
            "id": f"urn:uuid:{delivery.key}",
            "at": delivery.release.edition.article.withdrawn_at,
            "reason": delivery.release.edition.article.withdrawal_reason,
        }
        for delivery in rows.select_related("release__edition__article").order_by("-pk")[
            :FEED_ITEMS
        ]
    ]


def channel_that_leaves(token: str) -> Channel | None:
    """The mailbox that leaves with this token; None when it is not ours."""
    try:
        key = LEAVING.unsign(token)
    except BadSignature:
        return None
    return Channel.objects.filter(pk=key).first()


# What is printed


def sheets(release: Release, deliveries) -> list[dict]:
    """One sheet for each form: its words, and the deliveries that get it; none when readers do not
    see the text any more.
    """
    shown = _shown(release, timezone.now())
    if shown is None:
        return []
    found = {}
    for delivery in deliveries.select_related("channel__organization", "channel__person"):
        found.setdefault(delivery.channel.format, []).append(delivery)
    return [
        {
            "format": Channel.Format(wanted).label,
            "told": told(release, shown, wanted),
            "deliveries": rows,
        }
        for wanted, rows in found.items()
    ]
