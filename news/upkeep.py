"""Keeping what is published true: reading it again in time."""

from calendar import monthrange
from datetime import date

from django.db import transaction
from django.utils import timezone

from news.models import Article, Edition
from office import audit

REVIEWED_FOR_MONTHS = 6


def due(day: date | None = None):
    """Published editions that somebody has to read again by that day, the longest overdue first."""
    day = day or timezone.localdate()
    return (
        Edition.objects.published()
        .filter(article__review_by__lte=day)
        .select_related("article")
        .order_by("article__review_by", "pk")
    )


@transaction.atomic
def review(article: Article, *, by) -> date:
    """Take note that somebody read it and it still holds; the day by which it is read next."""
    article = Article.objects.select_for_update().get(pk=article.pk)
    before = article.review_by
    article.review_by = months_after(timezone.localdate(), REVIEWED_FOR_MONTHS)
    article.save(update_fields=["review_by"])
    audit.record(
        article,
        "review",
        by=by,
        before=before.isoformat() if before else "",
        after=article.review_by.isoformat(),
    )
    return article.review_by


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where there is no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
