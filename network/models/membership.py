"""Joining the network: who asked to, who belongs to it and until when."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models.organizations import Means, Organization
from network.models.people import Person
from office.models import District, Subdistrict
from office.models.identity import phone_number

GRACE = timedelta(days=60)  # so long a member whose time is over may still renew


class MembershipQuerySet(models.QuerySet):
    def current(self, day=None):
        """Members on that day by the dates agreed on."""
        day = day or timezone.localdate()
        return self.filter(Q(end_on=None) | Q(end_on__gte=day), start_on__lte=day)

    def in_grace(self, day=None):
        """Those whose time is over for at most ``GRACE`` and who were not ended by a decision."""
        day = day or timezone.localdate()
        return self.filter(end_on__lt=day, end_on__gte=day - GRACE, ended_reason="")

    def in_force(self, day=None):
        """Who is treated as a member on that day: current, or in grace."""
        day = day or timezone.localdate()
        return self.current(day) | self.in_grace(day)

    def lapsed(self, day=None):
        """Those whose time ran out without a decision and whose grace is over."""
        day = day or timezone.localdate()
        return self.filter(end_on__lt=day - GRACE, ended_reason="")


class Membership(models.Model):
    """One person or one organisation in the network; where it stands follows from its days."""

    class Kind(models.TextChoices):
        VOLUNTEER = "volunteer", _("Village PR volunteer")
        ANNOUNCER = "announcer", _("Announcer of a broadcast tower")
        CREATOR = "creator", _("Content creator")
        MEDIA = "media", _("Media")
        AGENCY = "agency", _("Agency or local government")
        COMMUNITY = "community", _("School, temple, association or company")

    PERSONAL = (Kind.VOLUNTEER, Kind.ANNOUNCER, Kind.CREATOR)

    person = models.ForeignKey(
        Person,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("person"),
    )
    organization = models.ForeignKey(
        Organization,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("organisation"),
    )
    kind = models.CharField(_("kind of member"), max_length=10, choices=Kind)
    start_on = models.DateField(_("from"))
    end_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("Empty: as long as it lasts.")
    )
    ended_reason = models.CharField(_("why it ended"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-start_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="network_membership_one_party",
                condition=Q(person=None, organization__isnull=False)
                | Q(person__isnull=False, organization=None),
                violation_error_message=_("Choose a person or an organisation, not both."),
            ),
            models.CheckConstraint(
                name="network_membership_days_in_order",
                condition=Q(end_on=None) | Q(end_on__gte=F("start_on")),
                violation_error_message=_("The last day must not come before the first."),
            ),
            models.CheckConstraint(
                name="network_membership_ended_on_a_day",
                condition=Q(ended_reason="") | Q(end_on__isnull=False),
                violation_error_message=_("Say on which day it ended."),
            ),
            models.UniqueConstraint(
                name="network_membership_of_person_once",
                fields=["person", "kind"],
                condition=Q(ended_reason=""),
                violation_error_message=_("This person is such a member already: renew it."),
            ),
            models.UniqueConstraint(
                name="network_membership_of_body_once",
                fields=["organization", "kind"],
                condition=Q(ended_reason=""),
                violation_error_message=_("This organisation is such a member already: renew it."),
            ),
        ]

    def __str__(self):
        return f"{self.party} · {self.get_kind_display()}"

    @property
    def party(self) -> Person | Organization:
        return self.person or self.organization

    def standing(self, day=None) -> str:
        """``coming``, ``current``, ``grace``, ``lapsed`` or ``ended`` on that day."""
        day = day or timezone.localdate()
        if day < self.start_on:
            return "coming"
        if self.end_on is None or day <= self.end_on:
            return "current"
        if self.ended_reason:
            return "ended"
        return "grace" if day <= self.end_on + GRACE else "lapsed"

    STANDINGS = {
        "coming": (_("Begins later"), "info"),
        "current": (_("Member"), "success"),
        "grace": (_("Time to renew"), "warning"),
        "lapsed": (_("Lapsed"), "neutral"),
        "ended": (_("Ended"), "neutral"),
    }

    @property
    def told(self):
        """Words and tone of the status component, as of today."""
        return self.STANDINGS[self.standing()]


class ApplicationQuerySet(models.QuerySet):
    def waiting(self):
        """Those on which the office has to act, the longest wait first."""
        return self.filter(state=Application.State.RECEIVED).order_by("pk")


class Application(models.Model):
    """Somebody asks to join. Its own page opens only with the link they were given once."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        ASKED = "asked", _("Waits for your answer")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Not approved")

    OPEN = (State.RECEIVED, State.ASKED)

    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    number = models.PositiveIntegerField(_("number"), editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    kind = models.CharField(_("kind of member"), max_length=10, choices=Membership.Kind)
    organization_name = models.CharField(_("name of the organisation"), max_length=200, blank=True)
    organization_kind = models.CharField(
        _("kind of organisation"), max_length=20, choices=Organization.Kind, blank=True
    )
    name = models.CharField(_("full name"), max_length=200)
    position = models.CharField(_("position"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=20, validators=[phone_number])
    email = models.EmailField(_("e-mail"), blank=True)
    districts = models.ManyToManyField(District, verbose_name=_("districts"), related_name="+")
    subdistricts = models.ManyToManyField(
        Subdistrict, blank=True, verbose_name=_("subdistricts"), related_name="+"
    )
    village = models.CharField(_("village"), max_length=120, blank=True)
    means = ArrayField(
        models.CharField(max_length=10, choices=Means), verbose_name=_("means"), default=list
    )
    about = models.TextField(_("what they want to tell us"), max_length=1000, blank=True)
    is_listed = models.BooleanField(_("wants to stand in the public directory"), default=False)
    consent_text = models.TextField(_("what was agreed to"))
    received_at = models.DateTimeField(_("received"), default=timezone.now, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED)
    answer = models.TextField(_("answer of the office"), max_length=1000, blank=True)
    reply = models.TextField(_("reply to our question"), max_length=1000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    membership = models.ForeignKey(
        Membership,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("membership"),
    )

    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="network_application_once"),
            models.CheckConstraint(
                name="network_application_answered_with_words",
                condition=Q(state__in=["received", "approved"]) | ~Q(answer=""),
                violation_error_message=_("Write what the applicant is told."),
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def reference(self) -> str:
        """คข.2569/0001, as it is told to the applicant."""
        return f"คข.{self.year}/{self.number:04}"

    @property
    def is_open(self) -> bool:
        """Whether it is not decided yet."""
        return self.state in self.OPEN

    @property
    def is_personal(self) -> bool:
        return self.kind in Membership.PERSONAL

    @property
    def party_name(self) -> str:
        return self.name if self.is_personal else self.organization_name

    @property
    def tone(self) -> str:
        """Of the status component."""
        tones = {self.State.RECEIVED: "info", self.State.ASKED: "warning"}
        return tones.get(self.state, "success" if self.state == "approved" else "neutral")

    def address(self, token: str) -> str:
        """Of its own page; ``token`` is known to the applicant alone."""
        return reverse("network:application", args=[self.year, self.number, token])


class ApplicationLetter(models.Model):
    """One letter to an applicant that waits, was sent or failed.

    The address of the applicant's page is not in it: ``name`` makes it again with the key of this
    site, and goes when the letter is sent.
    """

    class Kind(models.TextChoices):
        RECEIVED = "received", _("We have your application")
        DECIDED = "decided", _("Our answer")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits to be sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    application = models.ForeignKey(
        Application, models.CASCADE, related_name="letters", verbose_name=_("application")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, editable=False)
    name = models.CharField(max_length=40, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(_("next try"), default=timezone.now)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.TextField(_("error"), blank=True)
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("letter to an applicant")
        verbose_name_plural = _("letters to applicants")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="network_application_letter_due",
                condition=Q(state="waiting"),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="network_application_letter_sent_when",
                condition=~Q(state="sent") | Q(sent_at__isnull=False, name=""),
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.application}"
