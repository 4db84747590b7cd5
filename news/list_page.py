"""One page of a list of news with its filters: what templates/news/article_list.html shows."""

from dataclasses import fields

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lopburi_pr.paging import PAGE_SIZE, PageOf, page_number
from news import listing, reading
from news.event_pages import coming_about
from news.listing import Filters, facet_counts, ordered_ids
from news.models import Article
from office.models import CommunicationIssue
from office.pulse import remembered

FACET_VALUES = 12


def list_page(filters, *, stamp, page, base, fixed=(), everything=False):
    """The listing dictionary for ``filters``.

    ``base`` is the list's own path and ``fixed`` the filters that path already says. Readers get
    the articles in their language; when there is none, or with ``everything``, those in any.
    """
    extra = {}
    own = filters.without("language") if everything else _in_language(filters)
    ids = ordered_ids(own, stamp)
    is_fallback = not everything and not ids
    if is_fallback:
        own = filters.without("language")
        ids = ordered_ids(own, stamp)
    if everything:
        extra["language"] = "all"

    def address(number):
        more = extra | ({"page": number} if number > 1 else {})
        return base + filters.query_string(fixed, **more)

    current = PageOf(page_number(page, len(ids)), len(ids))
    names = _value_names(stamp)
    return {
        "cards": reading.cards(ids[current.slice], stamp),
        "total": len(ids),
        "page": current.links(address),
        "applied": _applied(filters, names, base, fixed, extra),
        "facets": _facets(own, filters, names, base, fixed, extra, stamp),
        "clear_url": base,
        "query": "",
        "is_language_fallback": is_fallback and bool(ids),
        "everything_url": base + filters.query_string(fixed, language="" if everything else "all"),
        "shows_everything": everything,
    }


def hub(slug, stamp):
    """What stands above the list of a topic: its pinned news and its next events; {} for none."""
    filters = _in_language(Filters(topic=slug))
    pinned = remembered(
        ("pinned", filters),
        stamp,
        lambda: reading.pinned_card(slug, ordered_ids(filters, stamp)[:PAGE_SIZE], stamp),
    )
    found = {"pinned": pinned, "events": coming_about(slug, stamp)}
    return found if any(found.values()) else {}


def _in_language(filters):
    return filters.narrowed("language", get_language())


def facet_names():
    """``(key, heading)`` of the filters offered beside a list."""
    return (
        ("topic", _("Topic")),
        ("district", _("District")),
        ("kind", _("Kind")),
        ("year", _("Year")),
    )


def value_name(key, value, names):
    """What a reader calls a filter's value; None when there is no such value."""
    if key == "year":
        return value if get_language() == "th" else f"{int(value) - 543}"
    if key == "tag":
        tag = listing.tags_in_use().filter(pk=value).first()
        return tag and f"#{tag.name}"
    if key == "issue":
        issue = CommunicationIssue.objects.filter(pk=value).first()
        return issue and issue.name
    return names[key].get(value)


def chosen(filters, stamp):
    """``{key: name}`` of the filters in force; the name is None where there is no such value."""
    names = _value_names(stamp)
    values = {field.name: getattr(filters, field.name) for field in fields(filters)}
    del values["language"]
    return {key: value_name(key, value, names) for key, value in values.items() if value}


def _value_names(stamp):
    districts = reading.districts_by_code(stamp)
    return {
        "topic": {t["slug"]: t["name"] for t in reading.topics_by_id(stamp).values()},
        "kind": dict(Article.Kind.choices),
        "district": {code: place["name"] for code, place in districts.items()},
        "province": reading.provinces_by_code(stamp),
    }


def _applied(filters, names, base, fixed, extra):
    headings = dict(facet_names()) | {
        "province": _("Province"),
        "issue": _("Communication issue"),
        "tag": _("Tag"),
    }
    applied = []
    for key, heading in headings.items():
        value = getattr(filters, key)
        if value and key not in fixed:
            applied.append(
                {
                    "label": heading,
                    "value": value_name(key, value, names) or value,
                    "remove_url": base + filters.without(key).query_string(fixed, **extra),
                }
            )
    return applied


def _facets(counted, filters, names, base, fixed, extra, stamp):
    counts = facet_counts(counted, stamp)
    facets = []
    for key, heading in facet_names():
        if key in fixed:
            continue
        chosen = getattr(filters, key)
        values = []
        for value, count in counts[key].most_common():
            name = value_name(key, value, names)
            if name is None or (len(values) >= FACET_VALUES and value != chosen):
                continue
            target = filters.without(key) if value == chosen else filters.narrowed(key, value)
            values.append(
                {
                    "label": name,
                    "count": count,
                    "url": base + target.query_string(fixed, **extra),
                    "is_on": value == chosen,
                }
            )
        if key == "year":
            values.sort(key=lambda choice: choice["label"], reverse=True)
        if len(values) > 1 or chosen:
            facets.append({"key": key, "name": heading, "values": values})
    return facets
