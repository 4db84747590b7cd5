"""Every body the office has to do with: the project's only table of organisations."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lopburi_pr.bilingual import BilingualName
from lopburi_pr.thai_text import fold, normalise, thai_sort_key
from office.models import District, Subdistrict
from office.models.identity import phone_number


class Means(models.TextChoices):
    """By what somebody carries the news further."""

    TOWER = "tower", _("Village loudspeaker")
    RADIO = "radio", _("Radio")
    PRINT = "print", _("Newspaper, notice board")
    TV = "tv", _("Television, screens")
    WEBSITE = "website", _("Website")
    FACEBOOK = "facebook", _("Facebook, TikTok, other social media")
    LINE = "line", _("LINE group")
    VEHICLE = "vehicle", _("Loudspeaker vehicle")
    IN_PERSON = "in-person", _("By word of mouth, at meetings")


class OrganizationQuerySet(models.QuerySet):
    def at_work(self):
        """Those that still exist and were not merged into another row."""
        return self.filter(closed_on=None, merged_into=None)

    def listed(self):
        """What the public directory shows."""
        return self.at_work().filter(is_listed=True)

    def named(self, words: str):
        """Whose name, or any other name, has these words in it; spaces and capitals don't count."""
        return self.filter(search_key__contains=search_key(words))

    def known_as(self, name: str):
        """At work under this very name, or another of theirs."""
        same = Q(name_th=name) | Q(name_en=name) | Q(aliases__contains=[name])
        return self.at_work().filter(same) if name else self.none()

    def due_for_review(self, day=None):
        """Whose facts somebody has to confirm by that day, the longest overdue first."""
        day = day or timezone.localdate()
        return self.at_work().filter(review_by__lte=day).order_by("review_by", "pk")


def search_key(*names: str) -> str:
    """Names as they are compared: folded, without spaces, one a line."""
    return "\n".join("".join(fold(name).split()) for name in names if name)


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

    class Shown(models.TextChoices):
        """What a body may agree to show beside its name, its kind and the places it serves."""

        ADDRESS = "address", _("postal address")
        PHONE = "phone", _("telephone")
        EMAIL = "email", _("e-mail")
        WEBSITE = "website", _("website")
        MEANS = "means", _("how it carries the news")

    kind = models.CharField(_("kind of organisation"), max_length=20, choices=Kind)
    name_th = models.CharField(_("name (Thai)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    # The server may have no Thai collation, so the order of names is stored.
    sort_key = models.CharField(max_length=400, editable=False, db_index=True)
    search_key = models.TextField(default="", editable=False)
    aliases = ArrayField(
        models.CharField(max_length=200),
        verbose_name=_("other names"),
        default=list,
        blank=True,
        help_text=_("Short and former names, with commas between them."),
    )
    address = models.TextField(_("postal address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True, validators=[phone_number])
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    districts = models.ManyToManyField(
        District, blank=True, verbose_name=_("districts served"), related_name="+"
    )
    subdistricts = models.ManyToManyField(
        Subdistrict, blank=True, verbose_name=_("subdistricts served"), related_name="+"
    )
    means = ArrayField(
        models.CharField(max_length=10, choices=Means),
        verbose_name=_("how it carries the news"),
        default=list,
        blank=True,
    )
    is_listed = models.BooleanField(
        _("in the public directory"),
        default=False,
        help_text=_("Only with its consent, and only what it agreed to show."),
    )
    shown_fields = ArrayField(
        models.CharField(max_length=10, choices=Shown),
        verbose_name=_("what the directory shows"),
        default=list,
        blank=True,
        help_text=_("Name, kind and places always; of the rest only what is ticked."),
    )
    may_see_embargoed = models.BooleanField(
        _("may see news before its hour"),
        default=False,
        help_text=_("Trusted to keep it until then. Its desk shows what is approved and to come."),
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
        self.name_th = normalise(self.name_th).strip()
        self.sort_key = thai_sort_key(self.name_th)
        self.search_key = search_key(self.name_th, self.name_en, *self.aliases)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("network:partner", args=[self.pk])

    @property
    def shown(self) -> dict:
        """What the public may read beside name, kind and places; blank ones are left out."""
        agreed = {name: getattr(self, name) for name in self.shown_fields}
        if "means" in agreed:
            agreed["means"] = [Means(each).label for each in self.means]
        return {name: value for name, value in agreed.items() if value}
