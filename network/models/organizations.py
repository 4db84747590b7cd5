"""Every body the office has to do with: the project's only table of organisations."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lopburi_pr.bilingual import BilingualName
from lopburi_pr.thai_text import thai_sort_key
from office.models import District, Subdistrict
from office.models.identity import phone_number


class OrganizationQuerySet(models.QuerySet):
    def at_work(self):
        """Those that still exist and were not merged into another row."""
        return self.filter(closed_on=None, merged_into=None)

    def listed(self):
        """What the public directory shows."""
        return self.at_work().filter(is_listed=True)


class Organization(BilingualName, models.Model):
    """A partner, requester, borrower or unit of a plan: one body, one row, whatever it does."""

    class Kind(models.TextChoices):
        PRINT = "print", _("Newspaper")
        ONLINE = "online", _("Online media")
        TV = "tv", _("Television")
        RADIO = "radio", _("Radio station")
        COMMUNITY_RADIO = "community-radio", _("Community radio")
        TOWER = "tower", _("Village broadcast tower")
        AGENCY = "agency", _("Government agency")
        LOCAL_GOVERNMENT = "local-government", _("Local government")
        SCHOOL = "school", _("School")
        TEMPLE = "temple", _("Temple")
        ASSOCIATION = "association", _("Association")
        COMPANY = "company", _("Company")
        OTHER = "other", _("Other")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name_th = models.CharField(_("name (Thai)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    # The server may have no Thai collation, so the order of names is stored.
    sort_key = models.CharField(max_length=400, editable=False, db_index=True)
    aliases = ArrayField(
        models.CharField(max_length=200),
        verbose_name=_("other names"),
        default=list,
        blank=True,
        help_text=_("Short and former names, with commas between them."),
    )
    address = models.TextField(_("address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True, validators=[phone_number])
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    districts = models.ManyToManyField(
        District, blank=True, verbose_name=_("districts served"), related_name="+"
    )
    subdistricts = models.ManyToManyField(
        Subdistrict, blank=True, verbose_name=_("subdistricts served"), related_name="+"
    )
    is_listed = models.BooleanField(
        _("in the public directory"),
        default=False,
        help_text=_("Only with its consent, and only what it agreed to show."),
    )
    review_by = models.DateField(_("review by"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+"
    )
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.CheckConstraint(
                name="network_organization_merged_elsewhere",
                condition=Q(merged_into=None) | ~Q(merged_into=F("pk")),
                violation_error_message=_("It can't be merged into itself."),
            ),
        ]

    def save(self, *args, **kwargs):
        self.sort_key = thai_sort_key(self.name_th)
        super().save(*args, **kwargs)
