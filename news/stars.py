"""Stars that readers give to news, and the news for which nobody is asked to give any."""

import re

from django.db.models import Avg, Count, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from lopburi_pr import visitors
from news.models import Article, StarVote
from office.pulse import remembered

MOST = 5
LAG_SECONDS = 300  # a vote must not empty the memory of every page
# What the office says about a dispute, a danger or a loss is not to be liked or disliked.
KINDS_WITHOUT = {Article.Kind.CLARIFICATION, Article.Kind.STATEMENT}
TOPICS_WITHOUT = {"disaster"}
TAGS_WITHOUT = re.compile(
    "ราชสำนัก|พระราช(?!บัญญัติ|กำหนด|กฤษฎีกา)|พระบาทสมเด็จ|เสด็จ|ถวายพระ|ถวายความ|ทรงพระเจริญ"
    "|สวรรคต|สิ้นพระชนม์|ถึงแก่|เสียชีวิต|เสียใจ|อาลัย|ไว้ทุกข์|ตรวจสอบข่าว|ข่าวปลอม"
    "|royal|condolence|mourning|obituary|fact.?check",
    re.IGNORECASE,
)


def are_on(page) -> bool:
    """Whether readers are asked for stars; ``page`` is that of ``reading.article_page``."""
    topic = page["topic"] or {}
    return (
        page["has_stars"]
        and page["kind"] not in KINDS_WITHOUT
        and topic.get("slug") not in TOPICS_WITHOUT
        and not any(TAGS_WITHOUT.search(tag["name"]) for tag in page["tags"])
    )


def give(request, article_id: int, stars: int) -> None:
    """Count this visitor's vote of today; a second one of the same day replaces the first."""
    vote = StarVote(
        article_id=article_id,
        stars=stars,
        day=timezone.localdate(),
        voter=visitors.mark(request, "stars", article_id),
    )
    StarVote.objects.bulk_create(
        [vote],
        update_conflicts=True,
        unique_fields=["article", "day", "voter"],
        update_fields=["stars"],
    )


def tally(article_id: int) -> dict:
    """``{"average", "votes"}`` as of now; average None without a vote."""
    return StarVote.objects.filter(article=article_id).aggregate(
        average=Avg("stars"), votes=Count("pk")
    )


def columns(article):
    """The same as two columns of a query for pages, counted at this moment."""
    votes = StarVote.objects.filter(article=article).order_by().values("article")
    return {
        "stars_average": Subquery(votes.annotate(found=Avg("stars")).values("found")),
        "stars_votes": Coalesce(Subquery(votes.annotate(found=Count("pk")).values("found")), 0),
    }


def counted(row) -> dict:
    """The tally of a row with ``columns()``, and the span of time for which it is good enough."""
    return {"average": row["stars_average"], "votes": row["stars_votes"], "span": _span()}


def lately(page) -> dict:
    """The tally as of at most five minutes ago: what the page was made with, or a fresh one that
    a rush of readers shares.
    """
    span, article_id = _span(), page["article_id"]
    if page["stars"]["span"] == span:
        return page["stars"]
    return remembered(("stars", article_id), span, lambda: tally(article_id))


def _span():
    return timezone.now().timestamp() // LAG_SECONDS
