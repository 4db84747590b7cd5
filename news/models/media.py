"""Pictures and files of editions. Private until an edition that uses them is published."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.models.claims import Verdict
from news.models.edition import Edition


def picture_path(picture, filename):
    """Never the uploader's file name: nothing of it reaches the disk."""
    return f"pictures/{uuid.uuid4().hex}.jpg"


def attachment_path(attachment, filename):
    return f"attachments/{uuid.uuid4().hex}"


class PictureQuerySet(models.QuerySet):
    def published(self, at=None):
        """Pictures that a published edition or verdict shows."""
        verdicts = Verdict.objects.published(at).exclude(picture_alt="")
        return self.filter(
            Q(
                pk__in=EditionPicture.objects.filter(
                    edition__in=Edition.objects.published(at)
                ).values("picture")
            )
            | Q(pk__in=verdicts.values("claim__picture"))
        )


class Picture(models.Model):
    """A photograph or drawing, stored as our own re-encoding without any metadata."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for its sizes")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    file = models.ImageField(
        _("picture"), upload_to=picture_path, width_field="width", height_field="height"
    )
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    title = models.CharField(
        _("title"), max_length=200, help_text=_("To find it again, for example งานวัดพระนารายณ์ 2569")
    )
    credit = models.CharField(
        _("credit"), max_length=200, help_text=_("Who took it, and that we may use it.")
    )
    focal_x = models.FloatField(
        _("subject from the left"),
        default=0.5,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=_("0 is the left edge, 1 the right: crops keep this point in view."),
    )
    focal_y = models.FloatField(
        _("subject from the top"),
        default=0.5,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    # The worker's ledger: no queue beside the rows themselves.
    state = models.CharField(
        _("sizes"), max_length=10, choices=State, default=State.WAITING, editable=False
    )
    widths = ArrayField(models.PositiveSmallIntegerField(), default=list, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    due_at = models.DateTimeField(default=timezone.now, editable=False)
    error = models.TextField(blank=True, editable=False)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["due_at"], name="news_picture_waiting", condition=Q(state="waiting")
            )
        ]

    def __str__(self):
        return self.title


class EditionPicture(models.Model):
    """A picture's place in an edition: the cover, or one of the gallery."""

    class Role(models.TextChoices):
        COVER = "cover", _("Cover")
        GALLERY = "gallery", _("Gallery")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="placements")
    picture = models.ForeignKey(
        Picture, models.PROTECT, related_name="placements", verbose_name=_("picture")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.COVER)
    alt = models.CharField(
        _("alt text"),
        max_length=250,
        blank=True,
        help_text=_("What a person who can't see it needs to know: who, doing what, where."),
    )
    is_decorative = models.BooleanField(
        _("decorative"), default=False, help_text=_("It says nothing that the text does not say.")
    )
    caption = models.CharField(_("caption"), max_length=400, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("picture in the edition")
        verbose_name_plural = _("pictures in the edition")
        ordering = ["role", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition"],
                condition=Q(role="cover"),
                name="news_edition_one_cover",
                violation_error_message=_("An edition has one cover picture."),
            ),
            models.CheckConstraint(
                name="news_picture_alt_or_decorative",
                condition=Q(is_decorative=True, alt="") | (Q(is_decorative=False) & ~Q(alt="")),
                violation_error_message=_(
                    "Describe the picture in the alt text, or tick “decorative”; one of the two."
                ),
            ),
        ]

    def __str__(self):
        return self.alt or self.picture.title


class AttachmentQuerySet(models.QuerySet):
    def published(self, at=None):
        """Files of editions that the public sees."""
        return self.filter(edition__in=Edition.objects.published(at))


class Attachment(models.Model):
    """A document to download with an edition."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="attachments")
    file = models.FileField(_("file"), upload_to=attachment_path)
    title = models.CharField(_("title"), max_length=200)
    format = models.CharField(_("format"), max_length=10, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.title
