"""What the home page shows: one lead, a few seconds, columns by topic, the districts."""

from django.db.models import F, Q, Value, Window
from django.db.models.functions import RowNumber
from django.utils.translation import get_language

from news.models import Edition, EditionPicture
from news.reading import cards, districts_by_code, provinces_by_code, topics_by_id
from office.models.places import HOME_PROVINCE
from office.pulse import remembered

SECONDS = 4
COLUMN = 4
LATEST = 6
FRESH = 60  # the lead is looked for among the newest


def front_page(stamp):
    """Context of home.html. One query when nothing changed since the last reader."""
    lead, seconds, columns, latest = remembered(("front", get_language()), stamp, _choose)
    wanted = [pk for pk in (lead, *seconds, *latest) if pk]
    wanted += [pk for column in columns.values() for pk in column]
    found = {card["pk"]: card for card in cards(dict.fromkeys(wanted), stamp)}

    def shown(ids):
        return [found[pk] for pk in ids if pk in found]

    topics = topics_by_id(stamp)
    return {
        "lead": found.get(lead),
        "seconds": shown(seconds),
        "latest": shown(latest),
        "columns": [
            {"topic": topic, "cards": shown(columns[pk])}
            for pk, topic in topics.items()
            if columns.get(pk)
        ],
        "provinces": _districts_by_province(stamp),
    }


def _editions():
    """Published editions in the reader's language; while they are few, also the others that have
    no edition in it beside them.
    """
    published, language = Edition.objects.published(), get_language()
    own = published.filter(article__language=language)
    numbers = list(own.values_list("article__year", "article__number")[: SECONDS + 1])
    if len(numbers) > SECONDS:
        return own
    translated = Q(pk__in=[])
    for year, number in numbers:
        translated |= Q(article__year=year, article__number=number)
    return published.exclude(translated & ~Q(article__language=language))


def _choose():
    """Numbers of the editions for each place of the page."""
    editions = _editions()
    ids, pinned = _newest_and_pinned(editions)
    pictured = set(
        EditionPicture.objects.filter(edition__in=ids, role="cover").values_list(
            "edition", flat=True
        )
    )
    lead = pinned or next((pk for pk in ids if pk in pictured), ids[0] if ids else None)
    rest = [pk for pk in ids if pk != lead]
    # Pictures first, but only among what is really new.
    seconds = sorted(rest[: SECONDS * 3], key=lambda pk: pk not in pictured)[:SECONDS]
    latest = [pk for pk in rest if pk not in seconds][:LATEST]
    used = {lead, *seconds, *latest}
    columns = {}
    for topic, pk in _newest_by_topic(editions):
        if pk not in used and len(columns.setdefault(topic, [])) < COLUMN:
            columns[topic].append(pk)
    return lead, seconds, columns, latest


def _newest_and_pinned(editions):
    """Keys of the newest, and of the newest that is pinned, if any; in one query."""
    told = ("pk", "listed_at", "is_pinned")
    newest = editions.newest_first().annotate(is_pinned=Value(False)).values_list(*told)[:FRESH]
    pinned = editions.filter(article__is_pinned=True).newest_first()
    pinned = pinned.annotate(is_pinned=Value(True)).values_list(*told)[:1]
    rows = list(newest.union(pinned, all=True))
    fresh = sorted(((at, pk) for pk, at, is_pinned in rows if not is_pinned), reverse=True)
    return [pk for _at, pk in fresh], next((pk for pk, _at, is_pinned in rows if is_pinned), None)


def _newest_by_topic(editions):
    place = Window(
        RowNumber(),
        partition_by=F("article__topic"),
        order_by=[F("listed_at").desc(), F("pk").desc()],
    )
    enough = COLUMN + 1 + SECONDS + LATEST
    return (
        editions.annotate(place=place)
        .filter(place__lte=enough)
        .order_by("place")
        .values_list("article__topic", "pk")
    )


def _districts_by_province(stamp):
    districts = districts_by_code(stamp).values()
    groups = [
        {
            "code": code,
            "name": name,
            "districts": [place for place in districts if place["province"] == code],
        }
        for code, name in provinces_by_code(stamp).items()
    ]
    # Our own province first.
    return sorted(groups, key=lambda group: group["code"] != HOME_PROVINCE)
