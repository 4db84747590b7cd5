"""The search page, and suggestions while a reader types."""

import time

from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lopburi_pr import rich_text, search_blocks, thai_words
from lopburi_pr.http import public
from lopburi_pr.paging import PageOf, page_number
from lopburi_pr.thai_text import excerpt, excerpt_around, find_spans
from news import listing, reading, rumours, searching
from news.list_page import FACET_VALUES, facet_names, value_name
from news.listing import Filters
from news.models import Article, Edition
from office.pulse import recalled, remembered

EXCERPT_LETTERS = 220
WINDOW_BEFORE, WINDOW = 300, 900
SUGGESTED_WORDS, SUGGESTED_TITLES, SUGGESTED_PLACES = 6, 5, 3


@require_safe
@public
def search(request):
    began = time.perf_counter()
    context = _search_page(request)
    context["took_ms"] = round((time.perf_counter() - began) * 1000)
    response = render(request, "search.html", {"search": context})
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _search_page(request):
    stamp = listing.stamp(request)
    filters = Filters.of(request.GET)
    result = searching.search(
        request.GET.get("q", ""), stamp=stamp, language=get_language(), filters=filters
    )
    text, base = result.query.text, reverse("search")

    def address(changed=filters, **more):
        return base + changed.query_string(q=text, **more)

    current = PageOf(page_number(request.GET.get("page", ""), result.total), result.total)
    names = _value_names(stamp)
    return {
        "query": text,
        "is_empty": not text,
        "is_truncated": result.query.is_cut,
        "blocks": search_blocks.blocks(text, stamp),
        "is_loose": result.is_loose,
        "verdict": rumours.asked_for(text, stamp) if text else None,
        "cards": _cards(result, current.slice, stamp),
        "total": result.total,
        "is_capped": result.is_capped,
        "suggestion": {
            "query": result.suggestion,
            "url": f"{base}?{urlencode({'q': result.suggestion})}",
        }
        if result.suggestion
        else None,
        "facets": _facets(result, filters, names, address, stamp),
        "applied": _applied(filters, names, address),
        "page": current.links(lambda number: address(**({"page": number} if number > 1 else {}))),
        "clear_url": f"{base}?{urlencode({'q': text})}" if text else base,
    }


def _cards(result, wanted, stamp):
    """Cards of one page with an excerpt round the words, those of published editions only."""
    cards, terms = reading.cards(result.ids[wanted], stamp), tuple(result.terms)
    keys = {card["pk"]: ("excerpt", card["pk"], terms) for card in cards}
    excerpts = recalled(keys.values(), stamp)
    missing = [pk for pk, key in keys.items() if key not in excerpts]
    if missing:
        texts = Edition.objects.published().filter(pk__in=missing)
        for pk, lead, must_know, body in texts.values_list("pk", "lead", "must_know", "body"):
            text = "\n".join((lead, must_know, rich_text.plain(body)))
            excerpts[keys[pk]] = remembered(
                keys[pk], stamp, lambda text=text: _excerpt(text, terms)
            )
    return [{**card, "excerpt_html": excerpts.get(keys[card["pk"]], "")} for card in cards]


def _excerpt(text, terms):
    # Texts are stored normalised, so a plain look finds nearly every word and spares folding all.
    lowered = text.lower()
    places = [place for place in map(lowered.find, terms) if place >= 0]
    start = max(min(places, default=0) - WINDOW_BEFORE, 0)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    near = text[start : start + WINDOW]
    shown = excerpt_around(near, terms, EXCERPT_LETTERS, thai_words.word_spans)
    return marked(shown, terms)


def marked(text, terms):
    """HTML of plain ``text`` with <mark> round the words a reader searched for."""
    parts, done = [], 0
    for start, end in find_spans(text, terms):
        parts += (escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>")
        done = end
    parts.append(escape(text[done:]))
    return mark_safe("".join(parts))  # noqa: S308 -- every part of the text is escaped


def _value_names(stamp):
    districts = reading.districts_by_code(stamp)
    return {
        "topic": {topic["slug"]: topic["name"] for topic in reading.topics_by_id(stamp).values()},
        "kind": dict(Article.Kind.choices),
        "district": {code: place["name"] for code, place in districts.items()},
        "province": reading.provinces_by_code(stamp),
    }


def _applied(filters, names, address):
    headings = dict(facet_names()) | {
        "province": _("Province"),
        "issue": _("Communication issue"),
        "tag": _("Tag"),
    }
    return [
        {
            "label": heading,
            "value": value_name(key, getattr(filters, key), names) or getattr(filters, key),
            "remove_url": address(filters.without(key)),
        }
        for key, heading in headings.items()
        if getattr(filters, key)
    ]


def _facets(result, filters, names, address, stamp):
    """Counts over the articles found; when there are more than that, over the best of them."""
    topics = reading.topics_by_id(stamp)
    facets = []
    for key, heading in facet_names():
        chosen = getattr(filters, key)
        values = []
        for value, count in result.facets.get(key, {}).items():
            found = topics[value]["slug"] if key == "topic" and value in topics else str(value)
            name = value_name(key, found, names)
            if name is None:
                continue
            target = filters.without(key) if found == chosen else filters.narrowed(key, found)
            values.append(
                {"label": name, "count": count, "url": address(target), "is_on": found == chosen}
            )
        if key == "year":
            values.sort(key=lambda choice: choice["label"], reverse=True)
        else:
            values.sort(key=lambda choice: -choice["count"])
        if len(values) > 1 or chosen:
            facets.append({"key": key, "name": heading, "values": values[:FACET_VALUES]})
    return facets


@require_safe
@public
def suggest(request):
    """JSON ``{"suggestions": [{"text", "url", "kind"}]}`` for what is typed so far."""
    stamp = listing.stamp(request)
    text = request.GET.get("q", "")[: searching.MOST_LETTERS]
    query = searching.parse(text, stamp)
    *before, last = query.text.split() or [""]
    base, prefix = reverse("search"), reading.address_prefix()
    words = searching.suggested_words(last, SUGGESTED_WORDS, stamp)
    found = [
        {
            "text": " ".join((*before, word)),
            "url": f"{base}?{urlencode({'q': ' '.join((*before, word))})}",
            "kind": "word",
        }
        for word in words
    ]
    if len(last) > 1:
        earlier = searching.parse(" ".join(before), stamp)
        titles = searching.suggested_titles([last, *words[:3]], earlier, SUGGESTED_TITLES)
        found += (
            {
                "text": excerpt(row["title"], 100),
                "url": f"{prefix}/news/{row['article__year']}/{row['article__number']}/",
                "kind": "news",
            }
            for row in titles
        )
        found += _named(query.text, stamp)
    response = JsonResponse({"suggestions": found})
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _named(text, stamp):
    """Topics and districts whose name contains what is typed."""
    known = [("topic", thing) for thing in reading.topics_by_id(stamp).values()]
    known += [("district", place) for place in reading.districts_by_code(stamp).values()]
    wanted = text.casefold()
    found = [
        {"text": thing["name"], "url": thing["url"], "kind": kind}
        for kind, thing in known
        if wanted in thing["name"].casefold()
    ]
    return found[:SUGGESTED_PLACES]
