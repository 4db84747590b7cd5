"""E-mail to people of the network: after the transaction, and never in the way of it.

Whatever a letter says stands on a page too, so one that can't be sent is only written in the log.
Nothing is sent while ``OUTBOUND_ENABLED`` is off.
"""

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from office.models import OfficeIdentity

logger = logging.getLogger(__name__)


def send(email: str, template: str, **context) -> None:
    """Write a letter from templates/network/letters/; its first line is the subject."""
    if not (email and settings.OUTBOUND_ENABLED):
        return
    office = OfficeIdentity.current()
    text = render_to_string(f"network/letters/{template}.txt", {**context, "office": office})
    heading, _line, body = text.strip().partition("\n")
    letter = EmailMessage(
        subject=" ".join(heading.split()),
        body=body.strip() + "\n",
        from_email=f'"{office.name}" <{office.email or settings.DEFAULT_FROM_EMAIL}>',
        to=[email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    transaction.on_commit(lambda: _send(letter))


def _send(letter):
    try:
        letter.send()
    except OSError:  # the server is away, refuses, or takes too long (SMTP errors are OSErrors)
        logger.exception("A letter of the network was not sent.")
