"""What readers see of editions: cards for lists, and the whole page of one article.

Pages are fed plain dictionaries, filled by one query for all cards and few for an article, so that
templates never reach into the database.
"""

from datetime import UTC, datetime
from functools import cache
from urllib.parse import quote

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from lopburi_pr import rich_text
from lopburi_pr.thai_text import excerpt
from news import anchors, distributing, stars
from news.models import Article, Attachment, Edition, EditionPicture, TaggedArticle, Topic
from news.models.article import reference
from news.models.edition import DOCUMENT_FACTS
from news.prepared import Prepared
from office.models import CommunicationIssue, District, Province
from office.pulse import recalled, remembered

CARD_LEAD_LETTERS = 160
RELATED = 4


def _cover():
    return Subquery(
        EditionPicture.objects.filter(
            edition=OuterRef("pk"), role=EditionPicture.Role.COVER
        ).values(data=_picture_json())[:1]
    )


def _picture_json():
    return JSONObject(
        id="picture_id",
        alt="alt",
        is_decorative="is_decorative",
        caption="caption",
        credit="picture__credit",
        width="picture__width",
        height="picture__height",
        focal_x="picture__focal_x",
        focal_y="picture__focal_y",
        widths="picture__widths",
    )


def _district_codes():
    return ArraySubquery(
        Article.districts.through.objects.filter(article=OuterRef("article_id"))
        .order_by("district__code")
        .values("district__code")
    )


CARD_FIELDS = (
    *("pk", "title", "must_know", "lead", "version", "source_agency", "listed_at", "shown_from"),
)
PAGE_FIELDS = (
    *DOCUMENT_FACTS,
    *("body", "event_on", "event_place", "presided_by", "source_url", "expires_at", "article_id"),
    *("change_kind", "change_note", "anchors", "spoken"),
)


def _card_columns():
    return {
        "year": F("article__year"),
        "number": F("article__number"),
        "kind": F("article__kind"),
        "language": F("article__language"),
        "topic_id": F("article__topic_id"),
        "is_sample": F("article__is_sample"),
        "cover": _cover(),
        "district_codes": _district_codes(),
    }


@cache
def card_rows():
    """Queryset of the columns a card needs, one row per edition."""
    return Edition.objects.values(*CARD_FIELDS, **_card_columns())


def cards(ids, at_stamp):
    """Cards of these editions in this order, those that are published; one query at most."""
    ids, language = list(ids), get_language()
    found = recalled([("card", pk, language) for pk in ids], at_stamp)
    if missing := [pk for pk in ids if ("card", pk, language) not in found]:
        places, topics = districts_by_code(at_stamp), topics_by_id(at_stamp)
        for row in card_rows().published().filter(pk__in=missing):
            key = ("card", row["pk"], language)
            found[key] = remembered(key, at_stamp, lambda row=row: card(row, topics, places))
    return [found["card", pk, language] for pk in ids if ("card", pk, language) in found]


def pinned_card(slug, ids, at_stamp):
    """Card of a topic's latest pinned news in the reader's language, or None.

    The same query reads the cards of ``ids``, which the page is going to ask for.
    """
    language = get_language()
    topics, places = topics_by_id(at_stamp), districts_by_code(at_stamp)
    pinned = Q(article__topic__slug=slug, article__is_pinned=True, article__language=language)
    rows = card_rows().published().newest_first().annotate(is_pinned=pinned)
    found = [
        (row["is_pinned"], card(row, topics, places)) for row in rows.filter(Q(pk__in=ids) | pinned)
    ]
    for _is_pinned, each in found:
        remembered(("card", each["pk"], language), at_stamp, lambda each=each: each)
    return next((each for is_pinned, each in found if is_pinned), None)


def card(row, topics, places):
    """One card from a row of ``card_rows()``: the dictionary that the card component shows."""
    prefix = address_prefix()
    return {
        "pk": row["pk"],
        # A draft that staff preview has no number yet.
        "url": f"{prefix}/news/{row['year']}/{row['number']}/" if row["number"] else "",
        "title": row["title"],
        "must_know": row["must_know"],
        "lead": excerpt(row["lead"], CARD_LEAD_LETTERS),
        "kind": row["kind"],
        "kind_label": Article.Kind(row["kind"]).label,
        "topic": topics.get(row["topic_id"]),
        "districts": [places[code] for code in row["district_codes"][:3] if code in places],
        "listed_at": row["listed_at"],
        "updated": row["shown_from"] if row["shown_from"] != row["listed_at"] else None,
        "source_agency": row["source_agency"],
        "language": row["language"],
        "is_sample": row["is_sample"],
        "picture": picture(row["cover"]),
        "reference": reference(row["year"], row["number"]),
        "version": row["version"],
    }


def picture(data):
    """What the picture component shows, from the JSON of a placement; None stays None."""
    if not data:
        return None
    data = dict(data)
    # The focal point becomes one of eleven classes: the pages allow no inline styles.
    data["focal_x"], data["focal_y"] = round(data["focal_x"] * 10), round(data["focal_y"] * 10)
    data["fallback_src"] = f"/pictures/{data['id']}/original.jpg"
    return data


def address_prefix():
    """What stands before every path in the reader's language."""
    return "/en" if get_language() == "en" else ""


def topics_by_id(at_stamp):
    """``{pk: {"url", "name", "slug"}}`` in the order of the menu, in the reader's language."""
    return remembered(
        ("topics", get_language()),
        at_stamp[0],
        lambda: {
            topic.pk: {"url": topic.get_absolute_url(), "name": topic.name, "slug": topic.slug}
            for topic in Topic.objects.all()
        },
    )


def districts_by_code(at_stamp):
    """``{code: {"url", "name", "code", "province"}}`` in Thai order, in the reader's language."""
    return _places(at_stamp)[0]


def provinces_by_code(at_stamp):
    """``{code: name}`` of the provinces that have districts here, in the reader's language."""
    return _places(at_stamp)[1]


def _places(at_stamp):
    return remembered(("places", get_language()), at_stamp[0], _read_places)


def _read_places():
    districts = list(District.objects.select_related("province"))
    provinces = {district.province_id: district.province for district in districts}
    in_order = sorted(provinces.values(), key=lambda province: province.sort_key)
    return (
        {
            district.code: {
                "url": district.get_absolute_url(),
                "name": district.name,
                "code": district.code,
                "province": district.province.code,
            }
            for district in districts
        },
        {province.code: province.name for province in in_order},
    )


@cache
def page_rows():
    """Queryset of everything an article's page shows, one row per edition."""
    edition = OuterRef("pk")
    article = OuterRef("article_id")
    issues = CommunicationIssue.objects.filter(article=article)
    return Edition.objects.values(
        *CARD_FIELDS,
        *PAGE_FIELDS,
        **_card_columns(),
        has_stars=F("article__has_stars"),
        **stars.columns(article),
        **distributing.columns(article),
        original_changed=_original_changed(),
        province_codes=ArraySubquery(
            Province.objects.filter(article=article).order_by("code").values("code")
        ),
        tags=ArraySubquery(
            TaggedArticle.objects.filter(content_object=article)
            .order_by("tag__sort_key")
            .values(data=JSONObject(id="tag_id", name="tag__name"))
        ),
        issues=ArraySubquery(issues.values(data=JSONObject(th="name_th", en="name_en"))),
        gallery=ArraySubquery(
            EditionPicture.objects.filter(edition=edition, role=EditionPicture.Role.GALLERY)
            .order_by("order", "pk")
            .values(data=_picture_json())
        ),
        files=ArraySubquery(
            Attachment.objects.filter(edition=edition)
            .order_by("order", "pk")
            .values(data=JSONObject(id="pk", title="title", format="format", size="size"))
        ),
    )


_found = Prepared(
    lambda year, number, at: (
        page_rows().published(at).filter(article__year=year, article__number=number)
    ),
    year=31_999,
    number=2_147_480_000,
    at=datetime(1, 1, 1, tzinfo=UTC),
)


def find(year, number, language):
    """Rows of the editions shown at /news/year/number/, the one in ``language`` first."""
    rows = _found.rows(year=year, number=number, at=timezone.now())
    return sorted(rows, key=lambda row: row["language"] != language)


def article_page(rows, at_stamp, origin):
    """What the article's templates show, from the rows of ``find()``.

    ``origin`` is scheme and host for addresses that leave the site (sharing, citing).
    """
    row, *siblings = rows
    body, paragraphs = _numbered(row)
    places = districts_by_code(at_stamp)
    page = card(row, topics_by_id(at_stamp), places)
    language = get_language()
    prefix = address_prefix()
    path = f"/news/{row['year']}/{row['number']}/" if row["number"] else ""
    shared = quote(f"{origin}{prefix}{path}", safe="")
    page |= {
        "lead_full": row["lead"],
        "body_html": mark_safe(body),  # noqa: S308 -- cleaned by rich_text on every save
        "paragraphs": paragraphs,
        "has_stars": row["has_stars"],
        "stars": stars.counted(row),
        "chase": distributing.counted(row),
        "event_on": row["event_on"],
        "event_place": row["event_place"],
        "presided_by": row["presided_by"],
        "source_url": row["source_url"],
        **{name: row[name] for name in DOCUMENT_FACTS},
        "change": _change(row),
        "original_changed": row["original_changed"],
        "is_stale": bool(row["original_changed"] and row["original_changed"] <= timezone.now()),
        "article_id": row["article_id"],
        "shown_from": row["shown_from"],
        "path": f"{prefix}{path}",
        "first_published": row["listed_at"],
        "expires": row["expires_at"],
        "districts": [places[code] for code in row["district_codes"] if code in places],
        "provinces": [
            name
            for code, name in provinces_by_code(at_stamp).items()
            if code in row["province_codes"]
        ],
        "tags": [
            {"url": f"{prefix}/tags/{tag['id']}/", "name": tag["name"]} for tag in row["tags"]
        ],
        "issues": [issue[language] or issue["th"] for issue in row["issues"]],
        "cover": page["picture"],
        "gallery": [picture(data) for data in row["gallery"]],
        "attachments": [
            {
                "url": f"/files/{file['id']}/",
                "title": file["title"],
                "format": file["format"].upper(),
                "size": file["size"],
            }
            for file in row["files"]
        ],
        "share_line_url": f"https://social-plugins.line.me/lineit/share?url={shared}",
        "share_facebook_url": f"https://www.facebook.com/sharer/sharer.php?u={shared}",
        "print_url": f"{prefix}{path}print/" if path else "",
        "pdf_url": f"{prefix}{path}print.pdf" if path else "",
        "script_url": f"{prefix}{path}script/" if path and has_script(row) else "",
        "short_url": f"{origin}/n/{row['year']}-{row['number']}" if path else "",
        # Text shown for want of a translation belongs to the page in its own language.
        "canonical_url": f"{origin}{'/en' if row['language'] == 'en' else ''}{path}",
        "verify_url": verify_url(origin, row["language"], f"{page['reference']}.{page['version']}"),
    }
    page["related"] = related(row, at_stamp)
    page["other_edition"] = None
    for sibling in siblings:
        there = "/en" if sibling["language"] == "en" else ""
        page["other_edition"] = {"url": f"{there}{path}", "language": sibling["language"]}
    page["language_notice"] = row["language"] != language
    return page


def _numbered(row):
    """The body with its paragraphs' numbers, and ``{"anchor", "text"}`` of each paragraph."""
    texts = rich_text.blocks(row["body"])
    numbers = anchors.numbers(len(texts), row["anchors"])
    paragraphs = [
        {"anchor": f"p{number}", "text": text}
        for number, text in zip(numbers, texts, strict=True)
        if text
    ]
    lead = {"anchor": "lead", "text": row["lead"]}
    return rich_text.numbered(row["body"], numbers), [lead, *paragraphs]


def _original_changed():
    """The hour from which the text that this one translates is another one; decided by the reader
    of the row, because it may be still to come.
    """
    newer = (
        Edition.objects.filter(
            article=OuterRef("article__translation_of"), version__gt=OuterRef("translates_version")
        )
        .exclude(change_kind=Edition.ChangeKind.MINOR)
        .exclude(shown_from=None)
        .exclude(shown_until=F("shown_from"))
        .order_by("shown_from")
    )
    return Subquery(newer.values("shown_from")[:1])


def _change(row):
    """What the note of a changed edition says; None for a first or minor one."""
    if row["change_kind"] in Edition.SELF_EXPLAINING:
        return None
    return {
        "label": Edition.ChangeKind(row["change_kind"]).label,
        "note": row["change_note"],
        "at": row["shown_from"],
        "is_admitted": row["change_kind"] in Edition.ADMITTED,
    }


def verify_url(origin, language, version_reference):
    """Where anybody can check one version; what QR codes on paper hold."""
    return f"{origin}{'/en' if language == 'en' else ''}/verify/{version_reference}/"


def has_script(row):
    """Loudspeakers speak Thai."""
    return bool(row["spoken"]) and row["language"] == Article.Language.THAI


def related(row, at_stamp):
    """Cards of the latest editions of the same topic in the same language, without this one."""
    topic, language = row["topic_id"], row["language"]
    latest = remembered(
        ("related", topic, language, get_language()),
        at_stamp,
        lambda: _latest_cards(at_stamp, article__topic=topic, article__language=language),
    )
    return [card for card in latest if card["pk"] != row["pk"]][:RELATED]


def _latest_cards(at_stamp, **facts):
    rows = card_rows().published().filter(**facts).newest_first()[: RELATED + 1]
    topics, places = topics_by_id(at_stamp), districts_by_code(at_stamp)
    return [card(row, topics, places) for row in rows]
