"""What volunteers and partners tell the office, where it went, and what became of it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models.organizations import Organization
from network.models.people import Person
from office.models import Subdistrict


@dataclass(frozen=True)
class Step:
    """Something that happened to a voice, in words for its sender; ``url`` leads to more."""

    at: datetime | None
    title: str
    text: str = ""
    url: str = ""
    link: str = ""
    is_answer: bool = False  # the sender has what they asked for


def photo_name(voice, filename):
    return f"network/voices/{uuid.uuid4().hex}.jpg"


class VoiceQuerySet(models.QuerySet):
    def waiting(self):
        """Read by nobody yet, the longest wait first."""
        return self.filter(state=Voice.State.RECEIVED).order_by("received_at", "pk")

    def handed_to(self, *desks):
        """Handed to one of these desks, settled since or not."""
        return self.filter(handed_to__in=desks)

    def on_the_way(self):
        """Handed on and not settled by the office itself, the longest wait first."""
        return self.filter(state=Voice.State.HANDED_ON).order_by("handed_at", "pk")

    def read_before(self, at):
        """Sent by then and not waiting any more: what need not be kept since."""
        return self.filter(received_at__lte=at).exclude(state=Voice.State.RECEIVED)


class Voice(models.Model):
    """A rumour, a need, a tip or a question from somebody of the network; never public.

    Who sent it is known to those who answer it, and goes nowhere with the words.
    """

    class Kind(models.TextChoices):
        RUMOUR = "rumour", _("A rumour to be checked")
        NEED = "need", _("A need or a trouble of the people here")
        TIP = "tip", _("A tip, something that should be news")
        QUESTION = "question", _("A question to the office")

    class State(models.TextChoices):
        RECEIVED = "received", _("Waits to be read")
        HANDED_ON = "handed-on", _("Handed on")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed without more")

    class Desk(models.TextChoices):
        FACT_CHECK = "fact-check", _("Fact-check")
        NEWS = "news", _("News idea")
        SURVEY = "survey", _("Survey question")
        ADVICE = "advice", _("Advice to agencies")

    # What the sender reads about each.
    HANDED = {
        Desk.FACT_CHECK: _("Handed to those who check rumours"),
        Desk.NEWS: _("Handed to the editors as an idea for news"),
        Desk.SURVEY: _("Noted as a question for a survey of opinions"),
        Desk.ADVICE: _("Handed to those who advise agencies"),
    }
    SETTLED = (State.ANSWERED, State.CLOSED)

    # Names a message to its sender: whatever is sent twice is noted once.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    number = models.PositiveIntegerField(_("number"), editable=False)
    person = models.ForeignKey(
        Person, models.CASCADE, related_name="voices", verbose_name=_("sender")
    )
    organization = models.ForeignKey(
        Organization,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="voices",
        verbose_name=_("organisation"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    words = models.TextField(_("what they say"), max_length=2000)
    photo = models.FileField(_("photograph"), upload_to=photo_name, blank=True)
    subdistrict = models.ForeignKey(
        Subdistrict,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("subdistrict"),
    )
    received_at = models.DateTimeField(_("received"), default=timezone.now, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.RECEIVED, editable=False
    )
    handed_to = models.CharField(
        _("handed to"), max_length=10, choices=Desk, blank=True, editable=False
    )
    handed_at = models.DateTimeField(_("handed on"), null=True, editable=False)
    note = models.TextField(
        _("note for the desk"),
        max_length=1000,
        blank=True,
        editable=False,
        help_text=_("Read by staff only."),
    )
    answer = models.TextField(
        _("answer to the sender"),
        max_length=2000,
        blank=True,
        editable=False,
        help_text=_("Or why nothing more is done."),
    )
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)

    objects = VoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("voice from the network")
        verbose_name_plural = _("voices from the network")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["received_at"], name="network_voice_waiting", condition=Q(state="received")
            ),
            models.Index(fields=["handed_to", "state"], name="network_voice_handed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="network_voice_once"),
            models.CheckConstraint(
                name="network_voice_says_something",
                condition=~Q(words=""),
                violation_error_message=_("Write what it is about."),
            ),
            models.CheckConstraint(
                name="network_voice_handed_to_a_desk",
                condition=Q(handed_to="", handed_at=None)
                | ~Q(handed_to="") & Q(handed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="network_voice_state_with_facts",
                condition=Q(state="received", handed_to="", settled_at=None, answer="")
                | Q(state="handed-on", settled_at=None, answer="") & ~Q(handed_to="")
                | Q(state__in=["answered", "closed"], settled_at__isnull=False) & ~Q(answer=""),
                violation_error_message=_("Write what the sender is told."),
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def reference(self) -> str:
        """รค.2569/0001, as it is told on the telephone."""
        return f"รค.{self.year}/{self.number:04}"

    @property
    def is_settled(self) -> bool:
        return self.state in self.SETTLED

    @property
    def handed(self) -> str:
        """Where it went, for its sender."""
        return self.HANDED[self.handed_to] if self.handed_to else ""


class UseOfVoiceQuerySet(models.QuerySet):
    def telling(self):
        """With everything that ``outcome`` reads."""
        return self


class UseOfVoice(models.Model):
    """What an app above made of a voice. Each has a table of its own, from which
    ``network.voicing`` reads what became of it: nothing is copied here, so nothing grows stale.
    """

    voice = models.ForeignKey(
        Voice, models.CASCADE, related_name="%(app_label)s_uses", verbose_name=_("voice")
    )
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("used by"),
    )
    used_at = models.DateTimeField(_("used"), default=timezone.now, editable=False)

    objects = UseOfVoiceQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def outcome(self) -> Step | None:
        """What the sender may know of it by now; None while there is nothing to tell."""
        raise NotImplementedError
