"""The identity of a piece of news: its number, its subject, its places. What it said: Edition."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from taggit.managers import TaggableManager
from taggit.models import ItemBase

from news.models.subjects import Tag, Topic
from office.models import CommunicationIssue, District, Province


def reference(year, number):
    """LPB-2569-00123, as printed and cited; empty until the number is given."""
    return f"LPB-{year}-{number:05}" if number else ""


class TaggedArticle(ItemBase):
    """One tag on one article."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged")
    content_object = models.ForeignKey("Article", models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tag", "content_object"], name="news_tagged_once")
        ]


class ArticleQuerySet(models.QuerySet):
    def about_province(self, code):
        """Articles of the whole province or of one of its districts."""
        return self.filter(
            Q(
                pk__in=Article.provinces.through.objects.filter(province__code=code).values(
                    "article"
                )
            )
            | Q(
                pk__in=Article.districts.through.objects.filter(
                    district__province__code=code
                ).values("article")
            )
        )


class Article(models.Model):
    """One piece of news in one language, cited for ever as year/number.

    A Thai article and its English sibling carry the same year and number; each has its own
    editions and its own approval. The number is given when the first edition is approved, is the
    running number of that Buddhist year, and is never given again.
    """

    class Kind(models.TextChoices):
        NEWS = "news", _("PR news")
        PRESS_RELEASE = "press-release", _("Press release")
        ANNOUNCEMENT = "announcement", _("Announcement")
        STATEMENT = "statement", _("Statement")
        CLARIFICATION = "clarification", _("Clarification")
        PHOTO_NEWS = "photo-news", _("Photo news")
        FEATURE = "feature", _("Feature")

    class Language(models.TextChoices):
        THAI = "th", _("Thai")
        ENGLISH = "en", _("English")

    year = models.PositiveSmallIntegerField(_("year"), null=True, editable=False)
    number = models.PositiveIntegerField(_("number"), null=True, editable=False)
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.THAI
    )
    translation_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="translations",
        verbose_name=_("translation of"),
        help_text=_("The article this one says in another language; it takes the same number."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.NEWS)
    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name=_("topic"))
    districts = models.ManyToManyField(
        District,
        blank=True,
        verbose_name=_("districts"),
        help_text=_(
            "Where it happens or whom it concerns. Readers find news of their district by it."
        ),
    )
    provinces = models.ManyToManyField(
        Province,
        blank=True,
        verbose_name=_("whole provinces"),
        help_text=_("Only when it concerns a whole province."),
    )
    issues = models.ManyToManyField(
        CommunicationIssue, blank=True, verbose_name=_("communication issues")
    )
    tags = TaggableManager(
        _("tags"),
        through=TaggedArticle,
        blank=True,
        help_text=_("Separate with commas, for example น้ำท่วม, ผู้สูงอายุ"),
    )
    is_pinned = models.BooleanField(
        _("pinned"), default=False, help_text=_("Stays the lead story of the home page.")
    )
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)
    imported_from = models.URLField(  # noqa: DJ001 -- null, or two empty ones would not be unique
        _("imported from"), max_length=500, null=True, unique=True, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    headline = ""  # annotated where people choose among articles (news.forms.named_articles)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "number", "language"], name="news_article_number_once"
            ),
            models.CheckConstraint(
                name="news_article_year_with_number",
                # Comparing with NULL refuses nothing, hence the two "isnull".
                condition=Q(year=None, number=None)
                | Q(year__isnull=False, number__isnull=False, year__gte=2400, number__gte=1),
            ),
        ]

    def __str__(self):
        name = self.reference or _("New article %(pk)s") % {"pk": self.pk}
        return f"{name} · {self.headline}" if self.headline else f"{name}"

    def get_absolute_url(self):
        """Its page in its own language, whoever asks."""
        with override(self.language):
            return reverse("news:article", args=[self.year, self.number])

    @property
    def reference(self):
        return reference(self.year, self.number)
