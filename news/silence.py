"""The silence map: about which communication issue each district has heard nothing."""

from collections import Counter
from datetime import timedelta

from django.utils import timezone

from lopburi_pr.thai_calendar import fiscal_year
from news.models import Edition
from office.models import CommunicationIssue, District

DAYS = 90


def silence_map(province: str, days: int = DAYS, at=None) -> dict:
    """How many articles the last ``days`` brought for each district of a province and each issue of
    the fiscal year; an article about the whole province counts for every district. Five queries.

    Gives ``{"issues", "rows": [{"district", "counts", "total"}], "silent"}``, where ``silent``
    counts the empty fields. Articles in two languages are counted once, in Thai.
    """
    at = at or timezone.now()
    issues = list(CommunicationIssue.objects.filter(fiscal_year=fiscal_year(at)))
    districts = list(District.objects.filter(province__code=province))
    told = (
        Edition.objects.published(at)
        .filter(article__language="th", listed_at__gt=at - timedelta(days=days))
        .exclude(article__issues=None)
    )
    cells = Counter(
        told.filter(article__districts__in=districts).values_list(
            "article__districts", "article__issues"
        )
    )
    for_all = Counter(
        told.filter(article__provinces__code=province).values_list("article__issues", flat=True)
    )
    rows = []
    for district in districts:
        counts = [cells[district.pk, issue.pk] + for_all[issue.pk] for issue in issues]
        rows.append({"district": district, "counts": counts, "total": sum(counts)})
    silent = sum(count == 0 for row in rows for count in row["counts"])
    return {"issues": issues, "rows": rows, "silent": silent}
