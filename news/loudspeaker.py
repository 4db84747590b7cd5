"""The spoken edition: scripts that are read out over village loudspeakers, alone and day by day.

Scripts are Thai whatever language the page round them has, and are told word for word as they were
approved.
"""

from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from lopburi_pr import qr_codes, thai_speech
from lopburi_pr.thai_calendar import BANGKOK, thai_date
from lopburi_pr.thai_numbers import (
    spelled_out,
    telephone_groups,
    telephone_in_words,
    with_groups,
)
from lopburi_pr.thai_speech import seconds, spoken_form, warnings
from news import reading
from news.models import Article, Edition
from office.models import OfficeIdentity
from office.pulse import remembered

STUMBLES = {
    thai_speech.NUMBER: _("digits"),
    thai_speech.ABBREVIATION: _("abbreviation"),
    thai_speech.ADDRESS: _("address nobody can write down"),
    thai_speech.FOREIGN: _("foreign letters"),
    thai_speech.SYMBOL: _("sign that has no sound"),
    thai_speech.BREATH: _("too long for one breath: put a space or a new line"),
}
QUIET = 4  # modules of white round a QR code, as its standard asks
# Letters up to which a text of the poster is written huge, large, and so on down.
HEADLINE_STEPS, TEXT_STEPS = (30, 60, 100, 170), (100, 180, 300, 450)


def sheet(rows, at_stamp, origin):
    """What the pages of one script show, from the rows of ``reading.find()``; None without one."""
    row = next(filter(reading.has_script, rows), None)
    if row is None:
        return None
    path = f"/news/{row['year']}/{row['number']}/"
    page = reading.card(row, reading.topics_by_id(at_stamp), reading.districts_by_code(at_stamp))
    short_url = f"{origin}/n/{row['year']}-{row['number']}"
    return page | {
        **script(row["spoken"]),
        "shown_from": row["shown_from"],
        "canonical_url": f"{origin}{path}",
        "short_url": short_url,
        "qr_code": qr_codes.svg(short_url, border=QUIET),
        "headline_step": _step(page["title"], HEADLINE_STEPS),
        "text_step": _step(page["must_know"], TEXT_STEPS),
    }


def script(text):
    """A script as its lines (in pieces, see ``with_groups``), its seconds and the telephone numbers
    in it as words and digits.
    """
    return {
        "lines": [with_groups(line.strip()) for line in text.splitlines() if line.strip()],
        "text": text,
        "seconds": seconds(text),
        "telephones": [
            {
                "words": telephone_in_words(digits),
                "digits": " ".join(telephone_groups(digits)),
                "href": f"tel:+66{digits[1:]}" if digits.startswith("0") else f"tel:{digits}",
            }
            for digits in spelled_out(text)
        ],
    }


def _step(text, steps):
    return sum(len(text) > step for step in steps)


def report(text, budget):
    """What the editor is told below a script. Nothing of it keeps a script from being published."""
    needed, budget = seconds(text), int(budget)
    return {
        "seconds": needed,
        "budget": budget,
        "is_over": needed > budget,
        "stumbles": [
            {"kind": STUMBLES[kind], "words": words, "proposal": proposal}
            for kind, words, proposal in warnings(text)
        ],
    }


def draft(*, title: str, must_know: str, lead: str) -> str:
    """A first script from the texts of the article, in the order of the office's own scripts:
    greeting, subject, what to do, whom to call, once more.
    """
    told = must_know.strip() or lead.strip()
    phone = OfficeIdentity.current().phone
    lines = (
        "เรียนพี่น้องประชาชนที่เคารพ",
        title.strip(),
        told,
        f"สอบถามเพิ่มเติมโทร {phone}" if phone and not spelled_out(spoken_form(told)) else "",
        f"ขอทวนอีกครั้ง {told}" if told else "",
    )
    return spoken_form("\n".join(filter(None, lines)))


def bulletin(day: date, code, at_stamp):
    """Everything to be read out on one day in Bangkok: an opening, the scripts, a closing.

    The scripts in force now that were first shown or replaced on that day, what is pinned first,
    then by topic. ``code`` is the district whose people they concern; blank for all of them.
    """
    return remembered(
        ("bulletin", day, code, get_language()), at_stamp, lambda: _bulletin(day, code, at_stamp)
    )


def _bulletin(day, code, at_stamp):
    rows = _of_day(_scripts(code, at_stamp), day).order_by(
        "-article__is_pinned", "article__topic__order", "listed_at", "pk"
    )
    office, prefix = OfficeIdentity.current(), reading.address_prefix()
    items = [
        script(spoken)
        | {"title": title, "url": f"{prefix}/news/{year}/{number}/script/", "is_sample": is_sample}
        for title, spoken, year, number, is_sample in rows.values_list(
            "title", "spoken", "article__year", "article__number", "article__is_sample"
        )
    ]
    opening = script(_opening(day, code, len(items), office, at_stamp))
    closing = script(_closing(office))
    text = "\n\n".join(told["text"] for told in (opening, *items, closing))
    return {
        "items": items,
        "opening": opening,
        "closing": closing,
        "text": text,
        "seconds": seconds(text),
    }


def latest_day(code, at_stamp):
    """The latest day on which a script still in force was shown; None when there is none."""
    shown = _scripts(code, at_stamp).order_by("-shown_from").values_list("shown_from", flat=True)
    newest = shown.first()
    return newest and timezone.localtime(newest, BANGKOK).date()


def _scripts(code, at_stamp):
    """Published editions with a script; of a district those that concern it: by its own name, by
    its whole province, or because they name no place at all.
    """
    editions = Edition.objects.published().filter(article__language="th").exclude(spoken="")
    if not code:
        return editions
    province = reading.districts_by_code(at_stamp)[code]["province"]
    article = OuterRef("article")
    in_districts = Article.districts.through.objects.filter(article=article)
    in_provinces = Article.provinces.through.objects.filter(article=article)
    return editions.filter(
        Exists(in_districts.filter(district__code=code))
        | Exists(in_provinces.filter(province__code=province))
        | ~(Exists(in_districts) | Exists(in_provinces))
    )


def _of_day(editions, day):
    begin = datetime.combine(day, time.min, BANGKOK)
    end = begin + timedelta(days=1)
    return editions.filter(
        Q(listed_at__gte=begin, listed_at__lt=end) | Q(shown_from__gte=begin, shown_from__lt=end)
    )


def _opening(day, code, count, office, at_stamp):
    whose = ""
    if code:
        with override("th"):
            whose = f"อำเภอ{reading.districts_by_code(at_stamp)[code]['name']}"
    return spoken_form(
        f"เรียนพี่น้องประชาชน{whose}ที่เคารพ\n"
        f"ต่อไปนี้เป็นข่าวจาก{office.name_th} ประจำ{thai_date(day, 'full')}\n"
        f"มีทั้งหมด {count} เรื่อง"
    )


def _closing(office):
    contact = f"สอบถามเพิ่มเติมได้ที่{office.name_th} โทร {office.phone}\n" if office.phone else ""
    return spoken_form(f"{contact}ขอบคุณที่รับฟัง สวัสดี")
