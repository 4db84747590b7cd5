"""Atom, RSS and JSON feeds of any list of news."""

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from lopburi_pr.http import origin_of, public
from news import listing, reading, rumours
from news.corrections import admitted
from news.list_page import chosen
from news.listing import Filters
from office.pulse import remembered

ITEMS = 30
WRITERS = {"atom": Atom1Feed, "rss": Rss201rev2Feed}


@require_safe
@conditional_page
@public
def feed(request, format, **fixed):  # noqa: A002 -- the word of the address
    """The newest articles of a list in the reader's language, narrowed like the list itself."""
    stamp = listing.stamp(request)
    everything = request.GET.get("language") == "all"
    filters = Filters.of(request.GET, **fixed, language="" if everything else get_language())
    names = chosen(filters, stamp)
    if None in map(names.get, fixed):
        raise Http404
    cards = reading.cards(listing.ordered_ids(filters, stamp)[:ITEMS], stamp)
    origin = origin_of(request)
    title = _("News of the Lopburi Provincial Public Relations Office")
    query = filters.query_string(tuple(fixed), language="all" if everything else "")
    about = {
        "title": " · ".join([title, *(str(name) for name in names.values() if name)]),
        "home": f"{origin}{request.path.rsplit('feed.', 1)[0]}{query}",
        "self": f"{origin}{request.path}{query}",
        "origin": origin,
        "language": get_language(),
    }
    return _json(about, cards) if format == "json" else _xml(WRITERS[format], about, cards)


@require_safe
@conditional_page
@public
def corrections(request, format):  # noqa: A002 -- the word of the address
    """What the office had wrong and said so, the latest first."""
    stamp, language, origin = listing.stamp(request), get_language(), origin_of(request)
    rows = remembered(("admitted", language), stamp, lambda: admitted(language))
    about = {
        "title": _("Corrections of the Lopburi Provincial Public Relations Office"),
        "home": f"{origin}{reverse('news:corrections')}",
        "self": f"{origin}{request.path}",
        "origin": origin,
        "language": language,
    }
    cards = [
        {
            # A correction is an item of its own, not the news that it corrects.
            "url": row["changes_url"] or row["url"],
            "title": f"{row['label']}: {row['title']}",
            "must_know": row["note"],
            "lead": row["note"],
            "listed_at": row["at"],
            "updated": None,
            "source_agency": _("Lopburi Provincial Public Relations Office"),
            "topic": None,
            "picture": None,
            "language": language,
        }
        for row in rows[:ITEMS]
    ]
    return _json(about, cards) if format == "json" else _xml(WRITERS[format], about, cards)


@require_safe
@conditional_page
@public
def verdicts(request, format):  # noqa: A002 -- the word of the address
    """What was found out about rumours, the latest first."""
    language, origin = get_language(), origin_of(request)
    about = {
        "title": _("Fact-check by the Lopburi Provincial Public Relations Office"),
        "home": f"{origin}{reverse('news:claims')}",
        "self": f"{origin}{request.path}",
        "origin": origin,
        "language": language,
    }
    cards = [
        {
            # Another verdict on the same claim is an item of its own.
            "url": f"{card['url']}#v{card['version']}",
            "title": f"{card['label_text']}: {card['claim_text']}",
            "must_know": card["short_answer"],
            "lead": card["short_answer"],
            "listed_at": card["shown_from"],
            "updated": None,
            "source_agency": _("Lopburi Provincial Public Relations Office"),
            "topic": None,
            "picture": None,
            "language": language,
        }
        for card in rumours.cards(rumours.listed(listing.stamp(request))[:ITEMS])
    ]
    return _json(about, cards) if format == "json" else _xml(WRITERS[format], about, cards)


def _xml(writer, about, cards):
    document = writer(
        title=about["title"],
        link=about["home"],
        description=about["title"],
        language=about["language"],
        feed_url=about["self"],
        author_name=_("Lopburi Provincial Public Relations Office"),
    )
    for card in cards:
        url = f"{about['origin']}{card['url']}"
        document.add_item(
            title=card["title"],
            link=url,
            description=card["must_know"] or card["lead"],
            unique_id=url,
            unique_id_is_permalink=True,
            pubdate=card["listed_at"],
            updateddate=card["updated"] or card["listed_at"],
            author_name=card["source_agency"],
            categories=[card["topic"]["name"]] if card["topic"] else [],
        )
    return HttpResponse(document.writeString("utf-8"), content_type=document.content_type)


def _json(about, cards):
    """JSON Feed 1.1 (jsonfeed.org/version/1.1)."""
    return JsonResponse(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": about["title"],
            "home_page_url": about["home"],
            "feed_url": about["self"],
            "language": about["language"],
            "items": [
                {
                    "id": f"{about['origin']}{card['url']}",
                    "url": f"{about['origin']}{card['url']}",
                    "title": card["title"],
                    "summary": card["must_know"] or card["lead"],
                    "content_text": card["lead"],
                    "date_published": card["listed_at"].isoformat(),
                    "date_modified": (card["updated"] or card["listed_at"]).isoformat(),
                    "language": card["language"],
                    "authors": [{"name": card["source_agency"]}],
                    "tags": [card["topic"]["name"]] if card["topic"] else [],
                    **(
                        {"image": f"{about['origin']}/pictures/{card['picture']['id']}/share.jpg"}
                        if card["picture"]
                        else {}
                    ),
                }
                for card in cards
            ],
        },
        json_dumps_params={"ensure_ascii": False},
        content_type="application/feed+json; charset=utf-8",
    )
