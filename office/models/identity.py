"""Who the office is: one row of identity and contacts, and the pages that stand."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lopburi_pr import rich_text
from lopburi_pr.bilingual import BilingualName, in_language

phone_number = RegexValidator(
    r"^\+?[\d ()-]{3,20}$", _("Digits, spaces and dashes only."), code="phone"
)


class OfficeIdentity(BilingualName, models.Model):
    """The one row that every page of the portal shows."""

    name_th = models.CharField(_("name (Thai)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200)
    abbreviation_th = models.CharField(
        _("abbreviation (Thai)"), max_length=40, help_text=_("For example ส.ปชส.ลพบุรี")
    )
    address_th = models.TextField(_("address (Thai)"))
    address_en = models.TextField(_("address (English)"))
    phone = models.CharField(_("telephone"), max_length=20, validators=[phone_number])
    fax = models.CharField(_("fax"), max_length=20, blank=True, validators=[phone_number])
    email = models.EmailField(_("e-mail"))
    line_id = models.CharField(_("LINE official account"), max_length=40, blank=True)
    hours_th = models.CharField(_("office hours (Thai)"), max_length=120)
    hours_en = models.CharField(_("office hours (English)"), max_length=120)
    emblem = models.ImageField(
        _("emblem"),
        upload_to="public/identity/",
        blank=True,
        help_text=_("The official emblem, if the office wants it beside its name. PNG or JPEG."),
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("identity and contacts")
        verbose_name_plural = _("identity and contacts")
        constraints = [
            models.CheckConstraint(
                name="office_identity_one_row",
                condition=Q(pk=1),
                violation_error_message=_("There is one office; change its row instead."),
            ),
        ]

    def save(self, *args, **kwargs):
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def current(cls):
        """The row; the names alone before it is loaded."""
        return cls.objects.first() or cls(
            name_th="สำนักงานประชาสัมพันธ์จังหวัดลพบุรี",
            name_en="Lopburi Provincial Public Relations Office",
        )

    @property
    def address(self):
        return in_language(self, "address")

    @property
    def hours(self):
        return in_language(self, "hours")


class StandingPage(models.Model):
    """A page the office keeps up to date: about, contact, policies."""

    key = models.SlugField(_("address"), max_length=60, unique=True)
    title_th = models.CharField(_("title (Thai)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    body_th = models.TextField(_("text (Thai)"))
    body_en = models.TextField(_("text (English)"), blank=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("standing page")
        verbose_name_plural = _("standing pages")
        ordering = ["key"]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        self.body_th = rich_text.clean(self.body_th)
        self.body_en = rich_text.clean(self.body_en)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse(self.key)

    @property
    def title(self):
        return in_language(self, "title")

    @property
    def body(self):
        return in_language(self, "body")
