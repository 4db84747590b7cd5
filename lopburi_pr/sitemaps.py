"""The sitemap: every public page in both languages."""

from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.urls import reverse

from consulting.models import ResourceEdition
from news.models import Edition, Event, Tag, Topic, Verdict
from office.models import District
from surveys.models import Survey


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


class Events(Sitemap):
    def items(self):
        return Event.objects.published().order_by("-starts_at", "-pk")

    def lastmod(self, event):
        return event.updated_at


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


class Advice(Sitemap):
    """Answers and resources of the advisers."""

    i18n = True
    alternates = True

    def items(self):
        rows = ResourceEdition.objects.published().select_related("resource")
        return list(rows.order_by("-published_at"))

    def location(self, edition):
        return edition.resource.get_absolute_url()

    def get_languages_for_item(self, edition):
        return ["th", "en"] if edition.body_en else ["th"]

    def lastmod(self, edition):
        return edition.published_at


class Surveys(Sitemap):
    i18n = True
    alternates = True

    def items(self):
        return list(Survey.objects.public())


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
            "news:events",
            "verify",
            "news:bulletin",
            "network:equipment",
            "consulting:front",
            "consulting:begin",
            "consulting:answers",
            "consulting:resources",
            "surveys:surveys",
            "about",
            "contact",
            "accessibility",
            "privacy",
        ]

    def location(self, name):
        return reverse(name)


SITEMAPS = {
    "articles": Articles,
    "events": Events,
    "subjects": Subjects,
    "verdicts": Verdicts,
    "advice": Advice,
    "surveys": Surveys,
    "pages": Standing,
}
