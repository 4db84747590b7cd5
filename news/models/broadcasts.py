"""What the network did with the news: who took a version along, and who has carried it further."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models import Means, Organization, Person
from news.models.edition import Edition
from office.models import Subdistrict


class OfParty(models.Model):
    """Of one volunteer or one organisation, never of both."""

    person = models.ForeignKey(
        Person,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("person"),
        help_text=_("Either an organisation or a person."),
    )
    organization = models.ForeignKey(
        Organization,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("organisation"),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="news_%(class)s_of_one_party",
                condition=Q(person=None, organization__isnull=False)
                | Q(person__isnull=False, organization=None),
                violation_error_message=_("Choose either an organisation or a person."),
            ),
        ]

    @property
    def party(self) -> Person | Organization:
        return self.person or self.organization


class Pickup(OfParty):
    """One version of the news that somebody of the network took from their desk to use it."""

    ONCE_FOR_EACH = "edition"  # for each party; see network.merging

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="pickups", verbose_name=_("edition")
    )
    picked_up_at = models.DateTimeField(_("picked up"), default=timezone.now)

    class Meta(OfParty.Meta):
        verbose_name = _("pickup")
        verbose_name_plural = _("pickups")
        constraints = [
            *OfParty.Meta.constraints,
            models.UniqueConstraint(
                fields=["edition", "person"], name="news_pickup_of_person_once"
            ),
            models.UniqueConstraint(
                fields=["edition", "organization"], name="news_pickup_of_organization_once"
            ),
        ]

    def __str__(self):
        return f"{self.party} · {self.edition}"


class BroadcastQuerySet(models.QuerySet):
    def waiting(self):
        """Reported and not looked at by the office yet, the longest wait first."""
        return self.filter(state=Broadcast.State.REPORTED).order_by("reported_at", "pk")

    def verified(self):
        """Those that the office has checked: the only ones that count as reach."""
        return self.filter(state=Broadcast.State.VERIFIED)

    def told(self):
        """What may have reached people: all but what the office refused."""
        return self.exclude(state=Broadcast.State.REJECTED)


def _photo_name(broadcast, _filename):
    return f"broadcasts/{uuid.uuid4().hex}.jpg"


def _sound_name(broadcast, filename):
    return f"broadcasts/{uuid.uuid4().hex}.{filename.rpartition('.')[2].lower()}"


class Broadcast(OfParty):
    """One piece of news carried further, as its partner reported it and as the office found it.

    ``audience`` is a number of people for this partner alone, with the basis on which it stands;
    people who hear two partners are in both numbers.
    """

    class State(models.TextChoices):
        REPORTED = "reported", _("Waits for a check")
        VERIFIED = "verified", _("Verified")
        REJECTED = "rejected", _("Not counted")

    class Basis(models.TextChoices):
        MEASURED = "measured", _("measured")
        ESTIMATE = "estimate", _("partner's estimate")
        DEFAULT = "default", _("the office's assumption")

    # Names a report to its sender: whatever is sent twice is noted once.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="broadcasts", verbose_name=_("edition")
    )
    means = models.CharField(_("by what"), max_length=10, choices=Means)
    aired_at = models.DateTimeField(_("when"), default=timezone.now)
    times = models.PositiveSmallIntegerField(_("how many times"), default=1)
    url = models.URLField(_("address on the web"), max_length=1000, blank=True)
    url_key = models.CharField(max_length=1000, blank=True, editable=False)
    title = models.CharField(
        _("headline there"), max_length=300, blank=True, help_text=_("As the partner wrote it.")
    )
    subdistricts = models.ManyToManyField(
        Subdistrict, blank=True, related_name="+", verbose_name=_("subdistricts reached")
    )
    audience = models.PositiveIntegerField(_("people reached"), null=True, blank=True)
    basis = models.CharField(
        _("where the number comes from"), max_length=10, choices=Basis, blank=True
    )
    photo = models.FileField(_("photograph"), upload_to=_photo_name, blank=True)
    sound = models.FileField(_("sound"), upload_to=_sound_name, blank=True)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.REPORTED, editable=False
    )
    reported_at = models.DateTimeField(_("reported"), default=timezone.now, editable=False)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("noted by"),
        help_text=_("Empty: by the partner itself."),
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(_("checked"), null=True, editable=False)
    reason = models.TextField(_("why it does not count"), max_length=500, blank=True)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)

    objects = BroadcastQuerySet.as_manager()

    class Meta(OfParty.Meta):
        verbose_name = _("broadcast")
        verbose_name_plural = _("broadcasts")
        ordering = ["-aired_at", "-pk"]
        permissions = [("verify_broadcast", "Can verify what partners report")]
        indexes = [models.Index(fields=["edition", "state"], name="news_broadcast_of_edition")]
        constraints = [
            *OfParty.Meta.constraints,
            models.CheckConstraint(
                name="news_broadcast_audience_has_basis",
                condition=Q(audience=None, basis="") | Q(audience__isnull=False) & ~Q(basis=""),
                violation_error_message=_("Say where the number of people comes from."),
            ),
            models.CheckConstraint(
                name="news_broadcast_at_least_once",
                condition=Q(times__gte=1),
                violation_error_message=_("It was on air at least once."),
            ),
            models.CheckConstraint(
                name="news_broadcast_checked_with_reason",
                condition=Q(state="reported", checked_at=None)
                | Q(state="verified", checked_at__isnull=False)
                | Q(state="rejected", checked_at__isnull=False) & ~Q(reason=""),
                violation_error_message=_("Say why it does not count."),
            ),
            *(
                models.UniqueConstraint(
                    fields=["edition", party, "url_key"],
                    condition=~Q(url_key=""),
                    name=f"news_broadcast_address_of_{party}_once",
                    violation_error_message=_("This address has been reported already."),
                )
                for party in ("person", "organization")
            ),
        ]

    def __str__(self):
        return f"{self.party} · {self.edition}"

    @property
    def tone(self):
        """Of the status component."""
        return {"verified": "success", "rejected": "danger"}.get(self.state, "info")
