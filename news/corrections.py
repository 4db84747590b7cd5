"""What the office had wrong and said so: corrections, clarifications, retractions, withdrawals."""

from datetime import timedelta
from statistics import median

from django.db.models import DateTimeField, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from news.models import Article, Edition

COUNTED_DAYS = 365


def admitted(language, at=None):
    """Rows of everything that was admitted by then in one language, the latest first; two queries.

    ``took`` is the time that readers had the wrong version before them.
    """
    at = at or timezone.now()
    before = Edition.objects.released(at).filter(
        article=OuterRef("article"), version__lt=OuterRef("version")
    )
    editions = (
        Edition.objects.released(at)
        .filter(change_kind__in=Edition.ADMITTED, article__language=language)
        .filter(article__withdrawn_at=None)
        .annotate(
            wrong_version=Subquery(before.order_by("-version").values("version")[:1]),
            wrong_since=Subquery(
                before.order_by("-version").values("shown_from")[:1], output_field=DateTimeField()
            ),
        )
        .select_related("article")
        .only("title", "version", "shown_from", "change_kind", "change_note", "article")
    )
    last = Edition.objects.released(at).filter(article=OuterRef("pk")).order_by("-version")
    withdrawn = Article.objects.filter(withdrawn_at__lte=at, language=language).annotate(
        title=Subquery(last.values("title")[:1]),
        wrong_since=Subquery(last.values("listed_at")[:1], output_field=DateTimeField()),
    )
    rows = [*map(_of_edition, editions), *map(_of_withdrawal, withdrawn)]
    return sorted(rows, key=lambda row: row["at"], reverse=True)


def _of_edition(edition):
    url = edition.get_absolute_url()
    return {
        "at": edition.shown_from,
        "kind": edition.change_kind,
        "label": edition.get_change_kind_display(),
        "title": edition.title,
        "reference": edition.article.reference,
        "version": edition.version,
        "url": url,
        "changes_url": f"{url}v{edition.wrong_version}..v{edition.version}/",
        "note": edition.change_note,
        "took": edition.shown_from - edition.wrong_since,
    }


def _of_withdrawal(article):
    return {
        "at": article.withdrawn_at,
        "kind": "withdrawal",
        "label": _("Merged") if article.merged_into_id else _("Withdrawal"),
        "title": article.title,
        "reference": article.reference,
        "version": None,
        "url": article.get_absolute_url(),
        "changes_url": "",
        "note": article.withdrawal_reason,
        "took": article.withdrawn_at - article.wrong_since,
    }


def median_time(rows, at=None) -> timedelta | None:
    """Half of the corrections and withdrawals of the last 365 days were faster; None without any.

    Counted from the hour at which the version that was wrong appeared.
    """
    since = (at or timezone.now()) - timedelta(days=COUNTED_DAYS)
    took = [row["took"] for row in rows if row["at"] >= since]
    return median(took) if took else None


def end_of(year, number, language):
    """The last edition of an article that readers can't see any more, with its article; the one in
    ``language`` first. None when it was never shown, or still is.
    """
    numbered = Edition.objects.filter(article__year=year, article__number=number)
    if numbered.published().exists():
        return None
    rows = (
        numbered.released().select_related("article__merged_into").order_by("article", "-version")
    )
    found = {edition.article.language: edition for edition in reversed(rows)}
    return found.get(language) or next(iter(found.values()), None)
