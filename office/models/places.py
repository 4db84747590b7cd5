"""Where the office works: provinces, districts, subdistricts, and the clusters they belonged to."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Func, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lopburi_pr.bilingual import BilingualName
from lopburi_pr.thai_text import thai_sort_key

HOME_PROVINCE = "16"  # Lopburi, whose office this is


class Place(BilingualName, models.Model):
    """What province, district and subdistrict share: an official code and names."""

    code = models.CharField(_("official code"), max_length=6, unique=True)
    name_th = models.CharField(_("name (Thai)"), max_length=80)
    name_en = models.CharField(_("name (English)"), max_length=80)
    # The server may have no Thai collation, so the order of names is stored.
    sort_key = models.CharField(max_length=200, editable=False, db_index=True)

    class Meta:
        abstract = True
        ordering = ["sort_key"]

    def save(self, *args, **kwargs):
        self.sort_key = thai_sort_key(self.name_th)
        super().save(*args, **kwargs)


class Province(Place):
    name_rtgs = models.CharField(
        _("name (Royal Institute spelling)"), max_length=80, help_text=_("For example Lop Buri")
    )

    class Meta(Place.Meta):
        verbose_name = _("province")
        verbose_name_plural = _("provinces")


class District(Place):
    province = models.ForeignKey(
        Province, models.PROTECT, related_name="districts", verbose_name=_("province")
    )

    class Meta(Place.Meta):
        verbose_name = _("district")
        verbose_name_plural = _("districts")

    def get_absolute_url(self):
        return reverse("news:district", args=[self.code])


class Subdistrict(Place):
    district = models.ForeignKey(
        District, models.PROTECT, related_name="subdistricts", verbose_name=_("district")
    )
    postal_code = models.CharField(_("postal code"), max_length=5, blank=True)

    class Meta(Place.Meta):
        verbose_name = _("subdistrict")
        verbose_name_plural = _("subdistricts")


class ProvincialCluster(BilingualName, models.Model):
    """A group of provinces that plans and asks for its budget together."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name_th = models.CharField(_("name (Thai)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120)
    source_note = models.TextField(_("source"), blank=True)

    class Meta:
        verbose_name = _("provincial cluster")
        verbose_name_plural = _("provincial clusters")
        ordering = ["key"]


class ClusterMembershipQuerySet(models.QuerySet):
    def in_force(self, day):
        """Memberships that hold on ``day``."""
        return self.filter(valid__contains=day)


class ClusterMembership(models.Model):
    """One province's stay in a cluster; government moves provinces between clusters by notice."""

    cluster = models.ForeignKey(
        ProvincialCluster, models.CASCADE, related_name="memberships", verbose_name=_("cluster")
    )
    province = models.ForeignKey(
        Province, models.PROTECT, related_name="memberships", verbose_name=_("province")
    )
    valid = DateRangeField(_("in force"), help_text=_("Last day open: still in force."))
    is_operating_centre = models.BooleanField(_("operating centre"), default=False)

    objects = ClusterMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("cluster membership")
        verbose_name_plural = _("cluster memberships")
        constraints = [
            ExclusionConstraint(
                name="office_membership_one_at_a_time",
                # A number as a one-point range needs no extension, unlike plain equality in GiST.
                expressions=[
                    (
                        Func("cluster_id", "cluster_id", models.Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            "province_id", "province_id", models.Value("[]"), function="int8range"
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The province is already in this cluster on these days."),
            ),
            models.CheckConstraint(
                name="office_membership_has_days",
                condition=Q(valid__isempty=False),
                violation_error_message=_("The first day must come before the last."),
            ),
        ]

    def __str__(self):
        return f"{self.cluster} · {self.province}"
