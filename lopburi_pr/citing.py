"""One version of what the office published as a citation: Thai academic style, APA 7, RIS, BibTeX
and CSL-JSON.

Every form says which version is cited, and points to the address where that version stays.
"""

import json
import re
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from lopburi_pr.thai_calendar import thai_date

_special = re.compile(r"[\\{}&%$#_~^]")
_written = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


@dataclass(frozen=True)
class Citation:
    """What a citation is made of. Days are days in Bangkok."""

    author_th: str
    author_en: str
    title: str
    language: str
    reference: str
    version: int
    published: date
    version_of: date
    url: str
    accessed: date
    title_en: str = ""  # where it has one beside its own
    is_data: bool = False  # results of a survey, not a text


def thai(c: Citation) -> str:
    """As Thai universities ask for it: years of the Buddhist Era, the day of access at the end."""
    day, year = thai_date(c.published, "long").rsplit(" ", 1)
    version = f"ฉบับที่ {c.version}, {thai_date(c.version_of, 'long')}"
    accessed = thai_date(c.accessed, "long")
    return (
        f"{c.author_th}. ({year}, {day}). {c.title} [{c.reference}, {version}]. "
        f"สืบค้นเมื่อ {accessed}, จาก {c.url}"
    )


def apa(c: Citation) -> str:
    """APA 7 (news on a website of a group author), in the Common Era."""
    version = f"{c.reference}, Version {c.version}, {c.version_of:%B} {c.version_of.day}, "
    title = f"{c.title_en or c.title} ({version}{c.version_of.year})"
    published = f"{c.published.year}, {c.published:%B} {c.published.day}"
    return f"{c.author_en}. ({published}). {title}. {c.url}"


def txt(c: Citation) -> str:
    return f"{thai(c)}\n\n{apa(c)}\n"


def ris(c: Citation) -> str:
    """RIS as Zotero, EndNote and Mendeley read it: two letters, two spaces, a dash, CRLF."""
    fields = (
        ("TY", "DATA" if c.is_data else "NEWS"),
        ("AU", c.author_th if c.language == "th" else c.author_en),
        ("TI", c.title),
        ("PY", f"{c.published:%Y/%m/%d}/"),
        ("DA", f"{c.published:%Y/%m/%d}"),
        ("ET", str(c.version)),
        ("M1", c.reference),
        ("PB", c.author_en),
        ("LA", c.language),
        ("UR", c.url),
        ("Y2", f"{c.accessed:%Y/%m/%d}"),
        ("ER", ""),
    )
    return "".join(f"{key}  - {value}\r\n" for key, value in fields)


def bib(c: Citation) -> str:
    fields = {
        "author": "{" + _tex(c.author_th if c.language == "th" else c.author_en) + "}",
        "title": "{" + _tex(c.title) + "}",
        "year": str(c.published.year),
        "month": str(c.published.month),
        "day": str(c.published.day),
        "version": str(c.version),
        "number": c.reference,
        "language": "thai" if c.language == "th" else "english",
        "url": c.url,
        "urldate": c.accessed.isoformat(),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@online{{{c.reference}-v{c.version},\n{lines}}}\n"


def _tex(text):
    return _special.sub(lambda match: _written.get(match[0], f"\\{match[0]}"), text)


def csl(c: Citation) -> str:
    """CSL-JSON, one item in a list (citationstyles.org, schema 1.0.2)."""
    item = {
        "id": f"{c.reference}-v{c.version}",
        "type": "dataset" if c.is_data else "article-newspaper",
        "title": c.title,
        "author": [{"literal": c.author_th if c.language == "th" else c.author_en}],
        "publisher": c.author_en,
        "issued": _parts(c.published),
        "accessed": _parts(c.accessed),
        "version": str(c.version),
        "number": c.reference,
        "language": c.language,
        "URL": c.url,
    }
    return json.dumps([item], ensure_ascii=False, indent=1)


def _parts(day):
    return {"date-parts": [[day.year, day.month, day.day]]}


# What stands in the address, the form, and what browsers are told it is.
FORMATS = {
    "ris": (ris, "application/x-research-info-systems"),
    "bib": (bib, "application/x-bibtex"),
    "csl.json": (csl, "application/vnd.citationstyles.csl+json"),
    "txt": (txt, "text/plain"),
}


def download(c: Citation, form: str) -> HttpResponse:
    """The citation in one of ``FORMATS``, as a file to keep; plain text opens in the browser."""
    write, content_type = FORMATS[form]
    name = f"{c.reference}-v{c.version}.{form}"
    return HttpResponse(
        write(c),
        content_type=f"{content_type}; charset=utf-8",
        headers={
            "Content-Disposition": content_disposition_header(form != "txt", name),
            "X-Robots-Tag": "noindex",
        },
    )
