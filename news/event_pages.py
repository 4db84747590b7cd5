"""What pages show of events: lists by month, one event, what is coming about a topic."""

from collections import Counter
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lopburi_pr.bilingual import in_language
from lopburi_pr.paging import PageOf, page_number
from news import reading
from news.models import Edition, Event
from office.pulse import remembered

ON_HUB = 3


@dataclass(frozen=True)
class EventFilters:
    """What a list of events is narrowed to; blank for everything."""

    topic: str = ""
    district: str = ""

    @classmethod
    def of(cls, parameters, stamp):
        """From a query string; what does not exist is dropped."""
        topic, district = parameters.get("topic", ""), parameters.get("district", "")
        slugs = {topic["slug"] for topic in reading.topics_by_id(stamp).values()}
        return cls(
            topic=topic if topic in slugs else "",
            district=district if district in reading.districts_by_code(stamp) else "",
        )

    def query_string(self, **more):
        parts = {"topic": self.topic, "district": self.district} | more
        kept = {name: value for name, value in parts.items() if value}
        return "?" + urlencode(kept) if kept else ""

    def apply(self, events):
        """Narrow a queryset of events."""
        if self.topic:
            events = events.filter(topic__slug=self.topic)
        if self.district:
            events = events.filter(district__code=self.district)
        return events

    def keep(self, cards):
        """Those of the cards that ``apply`` would leave."""
        return [
            card
            for card in cards
            if (not self.topic or (card["topic"] or {}).get("slug") == self.topic)
            and (not self.district or (card["district"] or {}).get("code") == self.district)
        ]


def rows():
    """Events with what a card shows of their topic and district."""
    return Event.objects.select_related("topic", "district")


def coming(stamp):
    """Cards of the published events that are not over, the next one first."""
    # Events begin and end on a minute, so what was read in this one holds until the next.
    minute = timezone.localtime().replace(second=0, microsecond=0)
    return remembered(
        ("events", get_language()),
        (stamp[0], minute),
        lambda: [card(event, stamp) for event in rows().published().coming()],
    )


def coming_about(slug, stamp):
    """The next few events of a topic that do take place."""
    about = EventFilters(topic=slug).keep(coming(stamp))
    return [card for card in about if not card["is_cancelled"]][:ON_HUB]


def card(event, stamp):
    """The dictionary that the event card shows."""
    title, language = event.title, get_language()
    return {
        "pk": event.pk,
        "url": f"{reading.address_prefix()}/events/{event.pk}/",
        "title": title,
        # The whole text is Thai as long as it has no English name.
        "language": language if getattr(event, f"title_{language}") else "th",
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "first_day": event.first_day,
        "last_day": event.last_day,
        "is_all_day": event.is_all_day,
        "place": in_language(event, "place"),
        "district": event.district
        and reading.districts_by_code(stamp).get(event.district.code, None),
        "topic": event.topic and reading.topics_by_id(stamp).get(event.topic_id),
        "is_cancelled": event.cancelled_at is not None,
        "is_sample": event.is_sample,
    }


def list_page(parameters, stamp, base):
    """What templates/news/event_list.html shows, from a query string."""
    filters = EventFilters.of(parameters, stamp)
    is_past = parameters.get("past") == "1"
    past = "1" if is_past else ""
    pagination = None
    if is_past:
        events = filters.apply(rows().published().past())
        total = events.count()
        page = PageOf(page_number(parameters.get("page", ""), total), total)
        cards = [card(event, stamp) for event in events[page.slice]]
        pagination = page.links(
            lambda n: base + filters.query_string(past=past, page=n if n > 1 else "")
        )
    else:
        cards = filters.keep(coming(stamp))
        total = len(cards)
    return {
        "months": _by_month(cards),
        "total": total,
        "is_past": is_past,
        "pagination": pagination,
        "facets": [] if is_past else _facets(filters, stamp, base),
        "applied": _applied(filters, stamp, base, past),
        "clear_url": base + EventFilters().query_string(past=past),
        "past_url": base + filters.query_string(past="1"),
        "coming_url": base + filters.query_string(),
        "calendar_path": f"{base}calendar.ics{filters.query_string()}",
        "is_filtered": filters != EventFilters(),
    }


def _by_month(cards):
    """``[(first of its days, cards)]`` in the order of the cards."""
    months = {}
    for each in cards:
        months.setdefault(each["first_day"].replace(day=1), []).append(each)
    return list(months.items())


def _names(stamp):
    return {
        "topic": {t["slug"]: t["name"] for t in reading.topics_by_id(stamp).values()},
        "district": {c: p["name"] for c, p in reading.districts_by_code(stamp).items()},
    }


def _applied(filters, stamp, base, past):
    return [
        {
            "value": names[value],
            "remove_url": base + replace(filters, **{key: ""}).query_string(past=past),
        }
        for key, names in _names(stamp).items()
        if (value := getattr(filters, key))
    ]


def _facets(filters, stamp, base):
    """The contract of the facets component: what another choice would give."""
    headings, marks = {"topic": _("Topic"), "district": _("District")}, ("slug", "code")
    found = []
    for (key, names), mark in zip(_names(stamp).items(), marks, strict=True):
        chosen = getattr(filters, key)
        others = replace(filters, **{key: ""})
        counts = Counter(
            each[key][mark] for each in others.keep(coming(stamp)) if each[key] is not None
        )
        values = [
            {
                "label": names[value],
                "count": count,
                "url": base
                + replace(filters, **{key: "" if value == chosen else value}).query_string(),
                "is_on": value == chosen,
            }
            for value, count in counts.most_common()
        ]
        if len(values) > 1 or chosen:
            found.append({"key": key, "name": headings[key], "values": values})
    return found


def event_page(event, stamp, origin):
    """What templates/news/event.html shows of one event."""
    found = card(event, stamp)
    shared = quote(f"{origin}{found['url']}", safe="")
    path = f"/events/{event.pk}/"
    own_prefix = "/en" if found["language"] == "en" else ""
    numbers = event.articles.values("pk")
    language = get_language()
    editions = Edition.objects.published().filter(article__in=numbers)
    ids = editions.filter(article__language=language) or editions
    return found | {
        "summary": in_language(event, "summary"),
        "organiser": in_language(event, "organiser"),
        "link": event.link,
        "cancelled_at": event.cancelled_at,
        "reason": event.cancellation_reason,
        "is_over": event.ends_at < timezone.now(),
        "updated_at": event.updated_at,
        "news": reading.cards([edition.pk for edition in ids.newest_first()], stamp),
        "ics_url": f"{found['url'].removesuffix('/')}.ics",
        "canonical_url": f"{origin}{own_prefix}{path}",
        "has_english": bool(event.title_en),
        "share_line_url": f"https://social-plugins.line.me/lineit/share?url={shared}",
        "share_facebook_url": f"https://www.facebook.com/sharer/sharer.php?u={shared}",
        "address": f"{origin}{found['url']}",
    }
