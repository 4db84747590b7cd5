"""The identity of a piece of news: its number, its subject, its places. What it said: Edition."""

import re

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import migrations, models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from taggit.managers import TaggableManager
from taggit.models import ItemBase

from lopburi_pr.thai_text import to_arabic_digits
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


_referred = re.compile(r"\s*(?:LPB)?[-\s/]*(2[4-6]\d\d)[-\s/]+0*(\d{1,9})\s*", re.IGNORECASE)


class ArticleQuerySet(models.QuerySet):
    def referred_to(self, text):
        """Those with this reference as people type it: LPB-2569-00123, lpb 2569/123, ๒๕๖๙-๑๒๓."""
        found = _referred.fullmatch(to_arabic_digits(text))
        return self.filter(year=found[1], number=found[2]) if found else self.none()

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
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, verbose_name=_("topic"))
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
    review_by = models.DateField(
        _("review by"),
        null=True,
        blank=True,
        help_text=_("Somebody reads it again by this day. Leave empty for news of the day."),
    )
    has_stars = models.BooleanField(
        _("readers give stars"),
        default=True,
        help_text=_("Never for royal news, condolences, disasters, statements and fact-checks."),
    )
    # Once said, this stays: others may have cited the article.
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    withdrawal_reason = models.TextField(_("why it is withdrawn"), blank=True, editable=False)
    withdrawal_next = models.CharField(
        _("where readers go instead"),
        max_length=500,
        blank=True,
        editable=False,
        validators=[
            RegexValidator(
                r"^(/(?![/\\])|https?://)\S*$", _("Give an address that begins with / or https://.")
            )
        ],
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+"
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
            models.CheckConstraint(
                name="news_article_number_after_topic",
                condition=Q(number=None) | Q(topic__isnull=False),
                violation_error_message=_("Choose a topic."),
            ),
            models.CheckConstraint(
                name="news_article_withdrawal_has_reason",
                condition=Q(withdrawn_at=None, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason="")),
                violation_error_message=_("Say why it is withdrawn."),
            ),
            models.CheckConstraint(
                name="news_article_merged_is_withdrawn",
                condition=Q(merged_into=None)
                | (Q(withdrawn_at__isnull=False) & ~Q(merged_into=F("pk"))),
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


# Migration operation: what others have cited by its number keeps it, and what was withdrawn is.
STAYS = migrations.RunSQL(
    """
    CREATE FUNCTION news_article_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (OLD.number IS NOT NULL AND (NEW.year, NEW.number, NEW.language)
                IS DISTINCT FROM (OLD.year, OLD.number, OLD.language))
            OR (OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at, NEW.withdrawal_reason,
                    NEW.withdrawal_next, NEW.merged_into_id)
                IS DISTINCT FROM (OLD.withdrawn_at, OLD.withdrawal_reason,
                    OLD.withdrawal_next, OLD.merged_into_id)) THEN
            RAISE EXCEPTION 'A number once given and a withdrawal once said stay.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'news_article_stays';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER news_article_stays BEFORE UPDATE ON news_article
        FOR EACH ROW EXECUTE FUNCTION news_article_stays();
    """,
    "DROP FUNCTION news_article_stays() CASCADE",
)
