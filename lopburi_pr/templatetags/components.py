"""The design system as tags. One component, one template in templates/components, one CSS file.

Components get ready values: they ask no database and know no request. What they cost is paid on
every page, so the arithmetic is done here and their templates stay flat. Those that stand on a
page many times are drawn once for the same values (``_drawn``).
"""

from django import template
from django.conf import settings
from django.forms import CheckboxInput
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from lopburi_pr import qr_codes, thai_calendar
from lopburi_pr.templatetags.thai import day

register = template.Library()

# Widest rendition worth sending, and how wide the picture stands, for each place.
PICTURE_PLACES = {
    "full": (1280, "(min-width: 45em) 43rem, 100vw"),
    "lead": (960, "(min-width: 77em) 44rem, (min-width: 48em) 58vw, 96vw"),
    "second": (640, "(min-width: 62em) 17rem, (min-width: 48em) 46vw, 6rem"),
    "row": (320, "(min-width: 48em) 12rem, 6rem"),
    "gallery": (960, "(min-width: 48em) 21rem, 96vw"),
}
# JPEG is left for browsers so old that one width will do.
PICTURE_FORMATS = ("avif", "webp")
JPEG_WIDTH = 640
KEPT_AT_MOST = 100
ALERTS_AT_MOST = 3
DRAWN_AT_MOST = 3000
TILE_STEP = 100, 92  # from one tile of a map to the next
SHORT_WEEKDAYS = ("จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส.", "อา.")

_drawings = {}


def _rendered(name, context):
    return mark_safe(get_template(f"components/{name}.html").render(context))  # noqa: S308


def _drawn(name, given, fill=None):
    """The same component given the same values in the same language is rendered only once.

    ``fill()`` makes the template's context; without it the given dictionary is the context.
    """
    key = (name, get_language(), _frozen(given))
    text = _drawings.get(key)
    if text is None or settings.DEBUG:
        if len(_drawings) >= DRAWN_AT_MOST:
            _drawings.clear()
        text = _drawings[key] = _rendered(name, fill() if fill else given)
    return text


def _frozen(value):
    """A hashable copy; text that is safe to show as HTML never equals the same text that is not."""
    if isinstance(value, dict):
        return tuple([_frozen(part) for part in value.values()])
    if isinstance(value, list):
        return tuple([_frozen(part) for part in value])
    return (SafeString, value) if isinstance(value, SafeString) else value


@register.inclusion_tag("components/button.html")
def button(text, url="", kind="primary", name="", value="", is_disabled=False):
    return {
        "text": text,
        "url": url,
        "kind": kind,
        "name": name,
        "value": value,
        "is_disabled": is_disabled,
    }


@register.simple_tag
def card_lead(card):
    """The one story above all others."""
    return _card(card, "lead")


@register.simple_tag
def card_second(card):
    """One of the few stories below the lead."""
    return _card(card, "second")


@register.simple_tag
def card_row(card):
    """One of many in a list."""
    return _card(card, "row")


@register.simple_tag
def card_mini(card):
    """Headline and date, for narrow columns."""
    return _card(card, "mini")


def _card(card, size):
    return _drawn(f"card_{size}", card, lambda: _card_context(card, size))


def _card_context(card, size):
    picture = card["picture"]
    language = card["language"]
    return {
        **card,
        "photo": _photo(picture, size) if picture and size in PICTURE_PLACES else "",
        # Said only where it differs from the page, for screen readers and line breaking.
        "foreign": language if language != get_language() else "",
        "kind_label": card["kind_label"] if card["kind"] != "news" else "",
        "excerpt_html": card.get("excerpt_html", ""),
    }


@register.simple_tag
def event_card(event):
    """One event in a list, led by its first day."""
    return _drawn("event_card", event, lambda: _event_card_context(event))


def _event_card_context(event):
    language, district = event["language"], event["district"]
    return {
        **event,
        "foreign": language if language != get_language() else "",
        "day": event["first_day"].day,
        "month": day(event["first_day"]).split(" ")[1],
        "district_name": district
        and gettext("%(district)s District") % {"district": district["name"]},
    }


@register.inclusion_tag("components/picture.html")
def picture(picture, place="full", is_first=False):
    """A picture with caption and credit. ``is_first``: the page's main picture, loaded at once."""
    return {
        "photo": _photo(picture, place, is_first=is_first),
        "caption": picture["caption"],
        "credit": picture["credit"],
    }


def _photo(picture, place, *, is_first=False):
    given = {"picture": picture, "place": place, "is_first": is_first or place == "lead"}
    return _drawn("photo", given, lambda: _photo_context(**given))


def _photo_context(picture, place, is_first):
    """The <picture> element, offered in the widths and formats that exist."""
    widest, sizes = PICTURE_PLACES[place]
    widths = picture["widths"]
    widths = [width for width in widths if width <= widest] or widths[:1]
    base = f"/pictures/{picture['id']}/"
    sets = {
        form: ", ".join([f"{base}{width}.{form} {width}w" for width in widths])
        for form in PICTURE_FORMATS
    }
    return {
        **sets,
        "src": f"{base}{_nearest(widths)}.jpg" if widths else picture["fallback_src"],
        "sizes": sizes,
        "alt": "" if picture["is_decorative"] else picture["alt"],
        "width": str(picture["width"]),
        "height": str(picture["height"]),
        "x": str(picture["focal_x"]),
        "y": str(picture["focal_y"]),
        "is_first": is_first,
    }


def _nearest(widths):
    return min(widths, key=lambda width: abs(width - JPEG_WIDTH))


@register.simple_block_tag
def notice(content, tone="info", title=""):
    return _rendered("notice", {"content": content, "tone": tone, "title": title})


@register.inclusion_tag("components/must_know.html")
def must_know(text, language=""):
    """What a reader must know or do, before everything else."""
    return {"text": text, "language": language}


@register.simple_block_tag
def empty(content, title):
    """What to do where there is nothing to show."""
    return _rendered("empty", {"content": content, "title": title})


@register.inclusion_tag("components/field.html")
def field(bound):
    """A form field, or a group of choices, with label, hint and errors, from a bound field."""
    pk, is_group = _id_of(bound), bound.field.widget.use_fieldset
    described = []
    if bound.help_text:
        described.append(f"{pk}-hint")
    if bound.errors:
        described.append(f"{pk}-error")
    attributes = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {
        # Of a group of choices the fieldset says it, once.
        "widget": bound.as_widget(attrs={} if is_group else attributes),
        "label": bound.label,
        "hint": bound.help_text,
        "errors": bound.errors,
        "pk": pk,
        "is_optional": not bound.field.required,
        "is_group": is_group,
        "is_tick": isinstance(bound.field.widget, CheckboxInput),
        "described": " ".join(described),
    }


def _id_of(bound):
    """Of the input; of a group of choices the element round them."""
    return bound.id_for_label or bound.auto_id


@register.inclusion_tag("components/error_summary.html")
def error_summary(form, takes_focus=False):
    """Every error of a form at its top, each a link to its field. ``takes_focus`` where the page
    came back because of it: keyboards and screen readers begin there, without scripts too.
    """
    return {
        "takes_focus": takes_focus,
        "general": form.non_field_errors(),
        "fields": [(_id_of(bound), bound.label, bound.errors) for bound in form if bound.errors],
    }


@register.inclusion_tag("components/data_table.html")
def data_table(caption, headings, rows):
    """``rows`` are lists of cells: the first names its row, numbers align right."""
    marked = [[(cell, isinstance(cell, (int, float))) for cell in row] for row in rows]
    first = [is_number for _, is_number in marked[0]] if marked else [False] * len(headings)
    return {
        "caption": caption,
        "headings": list(zip(headings, first, strict=True)),
        "rows": marked,
    }


@register.simple_tag
def alerts(alerts, full="", without=0):
    """What is in force, the gravest first, each on a few lines and at most three of them.

    ``full`` says which are told with what to do: of the real ones the ``first``, or those of a
    district by its code; or ``all``, which leaves none out. ``without`` is the number of the alert
    that the page itself is about.
    """
    shown = [alert for alert in alerts if alert["pk"] != without]
    if not shown:
        return ""
    items = [
        {
            **alert,
            "is_full": full == "all"
            or (alert["is_real"] and (full in alert["codes"] or (full == "first" and place == 0))),
        }
        for place, alert in enumerate(shown)
    ]
    # What concerns the reader's own place comes first.
    items.sort(key=lambda alert: not alert["is_full"])
    most = len(items) if full == "all" else ALERTS_AT_MOST
    given = {"items": items[:most], "more": len(items) - most, "url": _all_alerts()}
    return _drawn("alerts", given)


def _all_alerts():
    return "/en/alerts/" if get_language() == "en" else "/alerts/"


@register.simple_tag
def tag_chip(text, url, label="", is_removable=False):
    """A tag, a district, or a filter that can be taken away. ``label`` stands before the text."""
    return _drawn(
        "tag_chip", {"text": text, "url": url, "label": label, "is_removable": is_removable}
    )


@register.simple_tag
def status(text, tone="neutral"):
    return _drawn("status", {"text": text, "tone": tone})


@register.simple_tag
def verdict(label, text, is_big=False):
    """True, distorted, false or not proven: by colour, by the shape of its mark, and in words."""
    return _drawn("verdict", {"label": label, "text": text, "is_big": is_big})


@register.simple_tag
def card_verdict(card):
    """What was found out about a rumour, one of many in a list."""
    return _drawn("card_verdict", card)


@register.simple_tag
def sample_label():
    return _drawn("sample_label", {})


@register.inclusion_tag("components/date_line.html")
def date_line(source, published, updated=None, version=1):
    """Who says so and since when."""
    return {
        "source": source,
        "published": published,
        "updated": updated,
        "version": version,
    }


@register.simple_block_tag
def finding(content, title, tone="info"):
    """The answer to a question, before everything else: a mark and words, not colour alone."""
    return _rendered("finding", {"content": content, "title": title, "tone": tone})


@register.simple_tag
def qr(url, text):
    """A QR code that leads to ``url``; for those who hold no camera ``text`` is a link too."""
    return _drawn("qr", {"url": url, "text": text}, lambda: {**_qr_context(url), "text": text})


def _qr_context(url):
    # Dark on light whatever the theme, or cameras don't read it.
    return {"url": url, "svg": qr_codes.svg(url, light="#fff")}


@register.inclusion_tag("components/changes.html")
def changes(pieces, language=""):
    """What went and what came, from ``news.differences.pieces``."""
    return {"pieces": pieces, "language": language}


@register.inclusion_tag("components/pagination.html")
def pagination(page):
    return {**page}


@register.simple_tag
def breadcrumbs(*steps):
    """``{% breadcrumbs url name url name %}``: from the home page down to the page above."""
    return _drawn("breadcrumbs", {"steps": list(zip(steps[::2], steps[1::2], strict=True))})


@register.inclusion_tag("components/share.html")
def share(line_url, facebook_url, address, print_url="", pdf_url=""):
    """Plain links; only copying the address needs a script and is hidden without."""
    return {
        "line_url": line_url,
        "facebook_url": facebook_url,
        "address": address,
        "print_url": print_url,
        "pdf_url": pdf_url,
    }


@register.inclusion_tag("components/script.html")
def script(script):
    """A loudspeaker script, large, and the numbers in it as digits (news.loudspeaker.script)."""
    return {"lines": script["lines"], "telephones": script["telephones"]}


@register.inclusion_tag("components/timeline.html")
def timeline(steps):
    """What happened, the earliest first: each ``at`` (None while it goes on), ``title``, ``text``,
    ``url``, ``link`` (its words), ``is_answer``.
    """
    return {"steps": steps}


@register.simple_tag
def facets(facets):
    """Filters as links with counts. They stand after the list, where phones jump to them."""
    return _drawn("facets", {"facets": facets})


@register.simple_tag
def calendar(caption, weeks, today):
    """A month in which some days are taken: ``weeks`` from Sunday on, of days with ``day``,
    ``is_busy`` and ``is_past``, None for days of other months.
    """
    is_english = get_language() == "en"
    names = thai_calendar.ENGLISH_WEEKDAYS if is_english else thai_calendar.WEEKDAYS
    short = [name[:2] for name in names] if is_english else SHORT_WEEKDAYS
    heads = list(zip(short, names, strict=True))
    given = {"caption": caption, "heads": heads[-1:] + heads[:-1], "weeks": weeks, "today": today}
    return _rendered("calendar", given)


@register.simple_tag
def tile_map(caption, tiles, unit):
    """Districts as tiles in the places of a map, each with how much of it counts: by its number,
    and by how dark it is.

    ``tiles`` have ``name``, ``count`` of ``total``, ``column`` and ``row``; ``unit`` is what is
    counted, in the plural. The page shows the same figures as a table.
    """
    drawn = [
        {
            **tile,
            "x": tile["column"] * TILE_STEP[0] + 1,
            "y": tile["row"] * TILE_STEP[1] + 1,
            # English names are long and break; Thai ones have no spaces.
            "lines": list(enumerate(tile["name"].split(" ", 1))),
            "level": _level(tile["count"], tile["total"]),
        }
        for tile in tiles
    ]
    width = max((tile["x"] for tile in drawn), default=0) + TILE_STEP[0]
    height = max((tile["y"] for tile in drawn), default=0) + TILE_STEP[1]
    given = {"caption": caption, "unit": unit, "tiles": drawn, "width": width, "height": height}
    return _rendered("tile_map", given)


def _level(count, total):
    """0 for none, 4 for all, and three between: below a third, below two thirds, the rest."""
    if not count or not total:
        return 0
    return 4 if count >= total else 1 + 3 * count // total


@register.inclusion_tag("components/attachments.html")
def attachments(items):
    return {"items": items}


@register.simple_tag
def places(province, is_open=False):
    """The districts of one province."""
    return _drawn("places", {"province": province, "is_open": is_open})


@register.tag
def kept(parser, token):
    """``{% kept owner key … %}…{% endkept %}``: rendered once, kept as long as the owner.

    For the frame of every page. The owner is a value that is made anew when what stands inside may
    have changed (``frame.office`` follows the pulse and the language); the keys say what else it
    depends on. Nothing of a single request may stand inside.
    """
    _, *variables = token.split_contents()
    nodes = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodes, [parser.compile_filter(variable) for variable in variables])


class KeptNode(template.Node):
    """Keeps texts in the compiled template itself, so a changed template forgets them too."""

    child_nodelists = ()  # no blocks inside: {% extends %} need not look for any

    def __init__(self, nodelist, variables):
        self.nodelist = nodelist
        self.variables = variables
        self.texts = {}

    def render(self, context):
        owner, *key = [
            variable.resolve(context, ignore_failures=True) for variable in self.variables
        ]
        key = (get_language(), *key)
        found = self.texts.get(key)
        if found is not None and found[0] is owner:
            return found[1]
        text = self.nodelist.render(context)
        if owner is not None:
            if len(self.texts) >= KEPT_AT_MOST:
                self.texts.clear()
            self.texts[key] = (owner, text)
        return text
