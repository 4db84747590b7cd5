"""How a channel is proved to be its owner's, and what LINE tells the office's account."""

import hmac
import secrets

from django.conf import settings
from django.core.signing import Signer
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models.channels import Channel
from network.models.people import Person

CONFIRMING = Signer(salt="network.confirmation", sep=".")
# What nobody mixes up on a small screen: neither 0 and O, nor 1, I and L.
LETTERS, DIGITS = "ABCDEFGHJKMNPQRSTUVWXYZ", "23456789"
CODE_LETTERS = 6


def _nonce():
    return secrets.token_urlsafe(24)


class ConfirmationQuerySet(models.QuerySet):
    def open(self, at=None):
        """Those that can still be answered: neither answered nor over."""
        return self.filter(
            state__in=[Confirmation.State.WAITING, Confirmation.State.ASKED],
            expires_at__gt=at or timezone.now(),
        )


class Confirmation(models.Model):
    """The one question to whoever is at the end of a channel: is it yours, and do you want this?

    ``secret`` is a random name. The address of the page, the challenge of a machine and the code
    for LINE are made from it with the key of this site: a copy of the database confirms nothing.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Is being asked")
        ASKED = "asked", _("Waits for the answer")
        CONFIRMED = "confirmed", _("Confirmed")
        FAILED = "failed", _("Not confirmed")
        REFUSED = "refused", _("Refused by its owner")

    channel = models.OneToOneField(
        Channel, models.CASCADE, related_name="confirmation", verbose_name=_("channel")
    )
    asked_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("partner who asked for it"),
    )
    secret = models.CharField(max_length=40, unique=True, default=_nonce, editable=False)
    code_digest = models.CharField(max_length=64, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(_("next try"), default=timezone.now)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.TextField(_("what happened"), blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation of a channel")
        verbose_name_plural = _("confirmations of channels")
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="network_confirmation_due",
                condition=Q(state="waiting"),
            ),
            models.Index(
                fields=["code_digest"],
                name="network_confirmation_code",
                condition=Q(state="asked"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="network_confirmation_confirmed_at_a_moment",
                condition=Q(state="confirmed", confirmed_at__isnull=False)
                | ~Q(state="confirmed") & Q(confirmed_at=None),
            ),
        ]

    def __str__(self):
        return f"{self.channel} · {self.get_state_display()}"

    @property
    def is_over(self) -> bool:
        """Whether its time ran out before it was answered."""
        is_open = self.state in {self.State.WAITING, self.State.ASKED}
        return is_open and self.expires_at <= timezone.now()

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.WAITING, self.State.ASKED} and not self.is_over

    def token(self) -> str:
        """What stands in the address of the page that confirms."""
        return CONFIRMING.sign(self.secret)

    def challenge(self) -> str:
        """What a partner's machine has to send back."""
        return _digest("challenge", self.secret)

    def code(self) -> str:
        """What is typed to the office's LINE account; at least one digit, so that no word is it."""
        number = int(_digest("code", self.secret), 16)
        found = ""
        for place in range(CODE_LETTERS):
            letters = DIGITS if place == CODE_LETTERS - 1 else LETTERS + DIGITS
            number, rest = divmod(number, len(letters))
            found += letters[rest]
        return found


def code_digest(code: str) -> str:
    """By what a code is looked up."""
    return _digest("code digest", code)


class LineEvent(models.Model):
    """What LINE told the office's account and had to be acted on, once; no words, no names.

    It stands so that nothing told twice is done twice and nobody guesses codes; its answer is sent
    by the worker. ``sender`` is a keyed digest.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    event_id = models.CharField(max_length=64, unique=True)
    kind = models.CharField(_("what happened"), max_length=20)
    sender = models.CharField(max_length=64)
    is_wrong = models.BooleanField(_("a code that is none"), default=False)
    reply_token = models.CharField(max_length=100, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DONE)
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("event of LINE")
        verbose_name_plural = _("events of LINE")
        indexes = [
            models.Index(fields=["sender", "at"], name="network_line_event_of_sender"),
            models.Index(fields=["at"], name="network_line_event_at"),
        ]

    def __str__(self):
        return f"{self.kind} {self.at}"


def _digest(what, name):
    key = settings.SECRET_KEY.encode()
    text = f"network.confirmation.{what}.{name}".encode("utf-8", "replace")
    return hmac.digest(key, text, "sha256").hex()
