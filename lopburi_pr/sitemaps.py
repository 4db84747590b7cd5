"""The sitemap: every public page in both languages."""

from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.urls import reverse

from news.models import Edition, Tag, Topic, Verdict
from office.models import District


class Articles(Sitemap):
    limit = 5000

    def items(self):
        return (
            Edition.objects.published()
            .newest_first()
            .values_list("article__year", "article__number", "article__language", "shown_from")
        )

    def location(self, item):
        year, number, language, _ = item
        return f"{'/en' if language == 'en' else ''}/news/{year}/{number}/"

    def lastmod(self, item):
        return item[3]

    def get_latest_lastmod(self):
        return Edition.objects.published().aggregate(latest=Max("shown_from"))["latest"]


class Subjects(Sitemap):
    i18n = True
    alternates = True

    def items(self):
        return [*Topic.objects.all(), *District.objects.all(), *Tag.objects.all()]


class Verdicts(Sitemap):
    i18n = True
    alternates = True

    def items(self):
        return list(Verdict.objects.published().newest_first().select_related("claim"))

    def lastmod(self, verdict):
        return verdict.shown_from


class Standing(Sitemap):
    i18n = True
    alternates = True

    def items(self):
        return [
            "home",
            "news:articles",
            "news:alerts",
            "news:corrections",
            "news:claims",
            "verify",
            "news:bulletin",
            "about",
            "contact",
            "accessibility",
        ]

    def location(self, name):
        return reverse(name)


SITEMAPS = {"articles": Articles, "subjects": Subjects, "verdicts": Verdicts, "pages": Standing}
