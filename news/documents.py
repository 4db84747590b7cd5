"""An edition as an official document: ประกาศ, แถลงการณ์ or ข่าว on paper and as PDF.

The three shapes are those of หนังสือประชาสัมพันธ์ in ระเบียบสำนักนายกรัฐมนตรีว่าด้วยงานสารบรรณ
พ.ศ. 2526: who speaks, of what, which one of a series, the text, who issued it and when; a ประกาศ
is dated and signed at its end. The office's own number and version stand below it, with the way to
check them.
"""

import re

from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, override

from lopburi_pr import qr_codes, rich_text, thai_text
from lopburi_pr.bilingual import in_language
from lopburi_pr.thai_calendar import BANGKOK, english_date, thai_date
from lopburi_pr.thai_paper import FAMILY, LINE_HEIGHT, Paper
from news.models import Article
from office.models import OfficeIdentity
from office.pulse import remembered

ANNOUNCEMENT, STATEMENT, NEWS = "announcement", "statement", "news"
SHAPES = {Article.Kind.ANNOUNCEMENT: ANNOUNCEMENT, Article.Kind.STATEMENT: STATEMENT}
# In mm, as the regulation has its paper: 3 cm on the left, 2 cm on the right, emblem 3 cm high.
LEFT, TOP, RIGHT, BOTTOM, EMBLEM, INDENT, CODE = 30, 20, 20, 22, 30, 25, 26
SIZE, SMALL = 16, 11  # points

# A headline may say for itself what the heading says already.
_said_above = re.compile(r"^(?:ประกาศ|แถลงการณ์|ข่าว)\S*\s+(?:ฉบับที่ \S+\s+)?เรื่อง\s+")
_address = re.compile(r"\S*(?:://|@|www\.)\S*")


def document(page: dict, at_stamp, *, thai_digits: bool = False) -> dict:
    """What stands on the paper of an article's page data (``reading.article_page``).

    Everything is in the language of the article. Thai digits are for Thai texts, and digits of
    addresses on the web stay as they are.
    """
    thai_digits = thai_digits and page["language"] == "th"
    digits = _thai if thai_digits else str
    identity = remembered("identity", at_stamp, OfficeIdentity.current)
    shape = SHAPES.get(page["kind"], NEWS)
    with override(page["language"]):
        office = in_language(identity, "name")
        heading = {
            ANNOUNCEMENT: gettext("Announcement of the %(office)s"),
            STATEMENT: gettext("Statement of the %(office)s"),
            NEWS: gettext("News from the %(office)s"),
        }[shape] % {"office": office}
        day = page["dated_on"] or timezone.localtime(page["shown_from"] or timezone.now(), BANGKOK)
        dated = thai_date(day, "long") if page["language"] == "th" else english_date(day, "long")
        if shape == ANNOUNCEMENT:
            on, _space, year = dated.rpartition(" ")
            # Thai puts พ.ศ. between the two.
            dated = gettext("Announced on %(day)s %(year)s") % {"day": on, "year": year}
        title = _said_above.sub("", page["title"], count=1)
        told = {
            "heading": heading,
            "subject": gettext("Subject: %(title)s") % {"title": title},
            "series": _if(gettext("No. %(fact)s"), page["series_number"]),
            "saraban": _if(gettext("Ref. %(fact)s"), page["saraban_number"]),
            "source": _if(gettext("Source: %(fact)s"), page["source_agency"]),
            "must_know": page["must_know"],
            "lead": page["lead_full"],
            "dated": dated,
            "signed_by": page["signed_by"],
            "signer_position": page["signer_position"],
        }
        # What is looked up stays as it is typed.
        number = gettext("Draft, not approved yet")
        if page["reference"]:
            number = gettext("Reference %(reference)s, version %(version)s") % {
                "reference": page["reference"],
                "version": page["version"],
            }
        check = gettext("Check this document at %(address)s") % {
            "address": page["verify_url"].partition("://")[2]
        }
    body = rich_text.with_texts(page["body_html"], digits) if thai_digits else page["body_html"]
    return {name: digits(text) for name, text in told.items()} | {
        "issuer": office,
        "emblem": identity.emblem,
        "is_signed": shape == ANNOUNCEMENT,
        "language": page["language"],
        "body_html": mark_safe(body),  # noqa: S308 -- cleaned by rich_text on every save
        "number": number,
        "check": check,
        "verify_url": page["verify_url"] if page["reference"] else "",
        "made_at": page["shown_from"] or timezone.now(),
        "is_sample": page["is_sample"],
        "file_name": f"{page['reference'] or 'draft'}-v{page['version']}.pdf",
        "title": page["title"],
    }


def _if(words, fact):
    """Words round a fact; blank without one."""
    return words % {"fact": fact} if fact else ""


def pdf(told: dict) -> bytes:
    """The document as A4 pages. The same document gives the same bytes."""
    paper = _Sheet(told)
    paper.add_page()
    _head(paper, told)
    if told["must_know"]:
        paper.block(told["must_know"], style="B", indent=INDENT)
    if told["lead"]:
        paper.block(told["lead"], indent=INDENT)
    paper.rich(told["body_html"], indent=INDENT)
    _end(paper, told)
    return bytes(paper.output())


class _Sheet(Paper):
    """Pages that all say which document they belong to."""

    def __init__(self, told):
        super().__init__(
            title=told["title"],
            author=told["issuer"],
            made_at=told["made_at"],
            language=told["language"],
        )
        self.told = told
        self.set_margins(LEFT, TOP, RIGHT)
        self.set_auto_page_break(auto=True, margin=BOTTOM)

    def footer(self):
        marks = [self.told["number"]]
        with override(self.told["language"]):
            if self.told["is_sample"]:
                marks.append(gettext("Sample data"))
            marks.append(gettext("Page %(number)s") % {"number": self.page_no()})
        self.set_y(-15)
        self.set_font(FAMILY, size=SMALL)
        self.cell(text=" · ".join(marks), w=self.epw, align="C")

    def block(self, text, *, style="", align="L", indent=0, left=0, after=1.5):
        """A paragraph in one style, ``left`` mm further in."""
        self.set_font(FAMILY, style, SIZE)
        with self.text_columns(
            text_align=align, line_height=LINE_HEIGHT, l_margin=self.l_margin + left
        ) as column:
            column.paragraph(first_line_indent=indent, bottom_margin=after).write(text)
            column.end_paragraph()
        self.set_font(FAMILY, size=SIZE)


def _head(paper, told):
    if told["emblem"]:
        with told["emblem"].open("rb") as file:
            paper.image(file, x="C", h=EMBLEM, keep_aspect_ratio=True)
        paper.ln(2)
    if told["saraban"]:
        paper.block(told["saraban"])
    for line in (told["heading"], told["subject"], told["series"]):
        if line:
            paper.block(line, style="B", align="C", after=0)
    y = paper.get_y() + 3
    paper.line(paper.w / 2 - 20, y, paper.w / 2 + 20, y)
    paper.set_y(y + 4)


def _end(paper, told):
    """Day, signature and the way to check it, together on one page."""
    middle = paper.epw * 0.4  # the names stand in the middle of what is right of here
    needed = 60 if told["signed_by"] else 40
    if paper.get_y() + needed > paper.h - BOTTOM:
        paper.add_page()
    paper.ln(4)
    if told["is_signed"]:
        paper.block(told["dated"], left=INDENT)
    code_top = paper.get_y()
    if told["signed_by"]:
        paper.ln(14)  # where the signature goes
        paper.block(f"({told['signed_by']})", align="C", left=middle, after=0)
        if told["signer_position"]:
            paper.block(told["signer_position"], align="C", left=middle, after=0)
    if not told["is_signed"]:
        paper.block(told["issuer"], align="C", left=middle, after=0)
        paper.block(told["dated"], align="C", left=middle, after=0)
    if told["verify_url"]:
        url = told["verify_url"]
        rows = qr_codes.code(url).matrix
        paper.draw_code(rows, url, left=paper.l_margin, top=code_top, side=CODE)
        paper.set_y(max(paper.get_y(), code_top + CODE + 2))
        paper.set_font(FAMILY, size=SMALL)
        paper.multi_cell(w=0, text=told["check"], align="L")


def _thai(text):
    """Thai digits, except inside addresses."""
    end, pieces = 0, []
    for address in _address.finditer(text):
        pieces += thai_text.to_thai_digits(text[end : address.start()]), address[0]
        end = address.end()
    return "".join((*pieces, thai_text.to_thai_digits(text[end:])))
