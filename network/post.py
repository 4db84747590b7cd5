"""E-mail to people of the network: after the transaction, and never in the way of it.

Whatever a letter says stands on a page too, so one that can't be sent is only written in the log.
Nothing is sent while ``OUTBOUND_ENABLED`` is off.
"""

import logging

from django.conf import settings
from django.db import transaction

from office import letters

logger = logging.getLogger(__name__)


def send(email: str, template: str, **context) -> None:
    """Write a letter from templates/network/letters/; its first line is the subject."""
    if not (email and settings.OUTBOUND_ENABLED):
        return
    subject, text = letters.worded(f"network/letters/{template}.txt", **context)
    letter = letters.letter(email, subject, text)
    transaction.on_commit(lambda: _send(letter))


def _send(letter):
    try:
        letter.send()
    except OSError:  # the server is away, refuses, or takes too long (SMTP errors are OSErrors)
        logger.exception("A letter of the network was not sent.")
