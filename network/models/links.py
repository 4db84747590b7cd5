"""Personal links, and the changes that people propose to what is kept about them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.models.organizations import Organization
from network.models.people import Person


class PersonalLinkQuerySet(models.QuerySet):
    def open(self, at=None):
        """Links that still open something: neither over nor revoked, of somebody who is here."""
        at = at or timezone.now()
        return self.filter(revoked_at=None, expires_at__gt=at, person__left_on=None)


class PersonalLink(models.Model):
    """A secret address that stands for one person and one purpose; only its hash is kept."""

    class Purpose(models.TextChoices):
        DESK = "desk", _("Own page and today's scripts")
        REVIEW = "review", _("Check one's own facts")

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="links", verbose_name=_("person")
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("given by"),
    )
    created_at = models.DateTimeField(_("given"), auto_now_add=True)
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    last_used_on = models.DateField(_("last used on"), null=True)

    objects = PersonalLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("personal link")
        verbose_name_plural = _("personal links")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="network_link_one_per_purpose",
                fields=["person", "purpose"],
                condition=Q(revoked_at=None),
            ),
        ]

    def __str__(self):
        return f"{self.person} · {self.get_purpose_display()}"


class ChangeProposalQuerySet(models.QuerySet):
    def waiting(self):
        """Not decided yet, the longest wait first."""
        return self.filter(state=ChangeProposal.State.WAITING).order_by("pk")


class ChangeProposal(models.Model):
    """What somebody wants changed about themselves or their organisation.

    ``before`` and ``after`` hold the proposed fields alone, as plain values; many-to-many fields as
    sorted keys.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a decision")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Rejected")
        REPLACED = "replaced", _("Replaced by a newer one")

    person = models.ForeignKey(
        Person, models.CASCADE, null=True, related_name="proposals", verbose_name=_("person")
    )
    organization = models.ForeignKey(
        Organization,
        models.CASCADE,
        null=True,
        related_name="proposals",
        verbose_name=_("organisation"),
    )
    proposed_by = models.ForeignKey(
        Person, models.CASCADE, related_name="+", verbose_name=_("proposed by")
    )
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))
    proposed_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.TextField(_("answer of the office"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = ChangeProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="network_proposal_one_subject",
                condition=Q(person=None, organization__isnull=False)
                | Q(person__isnull=False, organization=None),
            ),
            models.UniqueConstraint(
                name="network_proposal_one_waiting_person",
                fields=["person"],
                condition=Q(state="waiting"),
            ),
            models.UniqueConstraint(
                name="network_proposal_one_waiting_body",
                fields=["organization"],
                condition=Q(state="waiting"),
            ),
        ]

    def __str__(self):
        return str(self.subject)

    @property
    def subject(self) -> Person | Organization:
        return self.person or self.organization

    @property
    def is_open(self) -> bool:
        """Whether it is not decided yet."""
        return self.state == self.State.WAITING
