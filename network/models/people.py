"""People: volunteers who carry the news by themselves, and those who answer for an organisation."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lopburi_pr.thai_text import normalise, thai_sort_key
from network.models.organizations import Means, Organization
from office.models import Subdistrict
from office.models.identity import phone_number

# What stands in place of a name that is kept no longer.
FORGOTTEN = "ลบข้อมูลแล้ว"


class PersonQuerySet(models.QuerySet):
    def active(self):
        """Those who have not left."""
        return self.filter(left_on=None)

    def called(self, words):
        """Active ones in whose name or telephone number these words stand; none without words."""
        words = normalise(words).strip()
        if not words:
            return self.none()
        return self.active().filter(Q(name__icontains=words) | Q(phone__contains=words))

    def shown(self):
        """Whose contact the public may read: they said so, and when."""
        return self.active().filter(visibility=Person.Visibility.PUBLIC, consented_at__isnull=False)

    def asking_to_be_forgotten(self):
        """Who waits for their data to be deleted, the longest wait first."""
        asked = self.filter(asked_to_be_forgotten_at__isnull=False, forgotten_at=None)
        return asked.order_by("asked_to_be_forgotten_at")

    def forgotten(self):
        """Rows that only hold together what was counted."""
        return self.filter(forgotten_at__isnull=False)

    def due_for_review(self, day=None):
        """Who has to confirm their facts by that day, the longest overdue first."""
        day = day or timezone.localdate()
        return self.active().filter(review_by__lte=day).order_by("review_by", "pk")


class Person(models.Model):
    """A volunteer (no organisation) or somebody at one, kept only as long as they agree."""

    class Visibility(models.TextChoices):
        STAFF = "staff", _("The office only")
        PARTNERS = "partners", _("Members of the network")
        PUBLIC = "public", _("Everybody")

    name = models.CharField(_("full name"), max_length=200)
    sort_key = models.CharField(max_length=400, editable=False, db_index=True)
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("organisation"),
        help_text=_("Leave empty for a volunteer."),
    )
    position = models.CharField(_("position"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True, validators=[phone_number])
    email = models.EmailField(_("e-mail"), blank=True)
    subdistricts = models.ManyToManyField(
        Subdistrict, blank=True, verbose_name=_("subdistricts served"), related_name="+"
    )
    village = models.CharField(_("village"), max_length=120, blank=True)
    means = ArrayField(
        models.CharField(max_length=10, choices=Means),
        verbose_name=_("how they carry the news"),
        default=list,
        blank=True,
    )
    visibility = models.CharField(
        _("who sees the contact"), max_length=10, choices=Visibility, default=Visibility.STAFF
    )
    consented_at = models.DateTimeField(_("consent given"), null=True, blank=True)
    consent_text = models.TextField(
        _("what was agreed to"), blank=True, help_text=_("The words as they were read.")
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="person",
        verbose_name=_("account"),
    )
    review_by = models.DateField(_("review by"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    asked_to_be_forgotten_at = models.DateTimeField(
        _("asked for deletion"), null=True, editable=False
    )
    forgotten_at = models.DateTimeField(_("data deleted"), null=True, editable=False)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["sort_key", "pk"]
        permissions = [("forget_person", "Can delete somebody's data for good")]
        constraints = [
            models.CheckConstraint(
                name="network_person_forgotten_is_nobody",
                condition=Q(forgotten_at=None)
                | Q(
                    name=FORGOTTEN,
                    **dict.fromkeys(("phone", "email", "village", "position"), ""),
                    means=[],
                    visibility="staff",
                    user=None,
                    left_on__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="network_person_shown_with_consent",
                condition=Q(visibility="staff") | Q(consented_at__isnull=False),
                violation_error_message=_("Show it to others only with consent, and say when."),
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.pk}" if self.forgotten_at else self.name

    def save(self, *args, **kwargs):
        self.name = normalise(self.name).strip()
        self.sort_key = thai_sort_key(self.name)
        super().save(*args, **kwargs)
