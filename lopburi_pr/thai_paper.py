"""Thai on paper: PDF pages whose letters stand right and whose words are found.

A PDF says of every glyph which letter it stands for. A shaping engine moves marks about and draws
สระอำ in two pieces, and then half of the readers find no น้ำ and no ที่นี่ in the file
(docs/decisions/0018-official-documents.md). Here one letter is always one glyph that stays where it
stands: our cut of Sarabun (``paper_fonts/``, made by ``scripts/paper_fonts.py``) has a glyph ready
for every place that a mark can take, as Thai type always had, under a private character that
never leaves this module.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, TableBordersLayout
from fpdf.fonts import Glyph, SubsetMap

from lopburi_pr import thai_words

FONTS = Path(__file__).parent / "paper_fonts"
STYLES = {"": "Regular", "B": "Bold", "I": "Italic"}
FAMILY = "sarabun"

UPPER, TONES, TALL = "ัิีึื", "่้๊๋", "ปฝฟ"
CUT_BELOW = {"ญ": "less", "ฐ": "less", "ฎ": "short", "ฏ": "short"}
# The places a letter can take: its own, and these. The words are those of the glyphs' names.
BESIDE, ABOVE, ABOVE_BESIDE = "narrow", "small", "small.narrow"
WITH_AM, WITH_AM_BESIDE, WITH_TONE = "am", "am.narrow", "tone"


def _variants():
    """``(letter, place)`` for every glyph beyond the letters themselves, in a fixed order."""
    yield from ((mark, BESIDE) for mark in UPPER + "็" + TONES + "์" + "ำ")
    yield from ((mark, ABOVE) for mark in TONES + "์" + "ุู")
    yield from ((mark, ABOVE_BESIDE) for mark in TONES + "์")
    yield from ((tone, place) for tone in TONES for place in (WITH_AM, WITH_AM_BESIDE))
    yield "ำ", WITH_TONE
    yield from CUT_BELOW.items()


# The private character of each variant, as the font files have it.
VARIANTS = {variant: chr(0xE000 + place) for place, variant in enumerate(_variants())}
LETTERS = {private: letter for (letter, _), private in VARIANTS.items()}
BREAK = "\u200b"  # a line may end here
HEADINGS = ("h2", "h3", "h4", "caption")
LINE_HEIGHT = 1.45  # of the letters' size: marks above and below never touch
LIST_INDENT = 8  # mm

_cluster = re.compile(r"([ก-ฮ])([ัิีึื็]?)([ุู]?)([่้๊๋์]?)(ำ?)")
_stays_with_the_last = re.compile(r"[ๆฯ]")
_spaces = re.compile(r"[ \t\n\r]+")


def set_letters(text: str) -> str:
    """Text with every letter in the shape of its place, as private characters.

    >>> [LETTERS.get(letter, letter) for letter in set_letters("ที่ปี่")] == list("ที่ปี่")
    True
    """
    return _cluster.sub(_set_cluster, text)


def _set_cluster(match):
    base, upper, lower, tone, am = match.groups()
    is_tall = base in TALL
    if lower and base in CUT_BELOW:
        lower = VARIANTS[lower, ABOVE] if CUT_BELOW[base] == "short" else lower
        base = VARIANTS[base, CUT_BELOW[base]]
    if am:
        if tone in TONES and tone:
            tone = VARIANTS[tone, WITH_AM_BESIDE if is_tall else WITH_AM]
            am = VARIANTS[am, WITH_TONE]
        elif is_tall:
            am = VARIANTS[am, BESIDE]
    elif tone and upper and upper in UPPER:
        tone = VARIANTS[tone, ABOVE_BESIDE if is_tall else ABOVE]
    elif tone and is_tall:
        tone = VARIANTS[tone, BESIDE]
    if upper and is_tall:
        upper = VARIANTS[upper, BESIDE]
    return base + upper + lower + tone + am


def with_breaks(text: str) -> str:
    """Text with a mark between Thai words, where a line may end; ๆ and ฯ stay with their word."""
    pieces, end = [], 0
    for start, _ in thai_words.word_spans(text):
        if start and not text[start - 1].isspace() and not _stays_with_the_last.match(text, start):
            pieces += text[end:start], BREAK
            end = start
    return "".join((*pieces, text[end:]))


class _Letters(SubsetMap):
    """The glyphs of one font in one file; a private character tells the letter that it draws.

    Both answers are cached like those of the class, whose caches fpdf empties when the file is
    written; what they wrap is called, or the class would go on holding every file ever made.
    """

    @cache  # noqa: B019
    def pick(self, unicode):
        return None if unicode == ord(BREAK) else SubsetMap.pick.__wrapped__(self, unicode)

    @cache  # noqa: B019
    def get_glyph(self, glyph=None, unicode=None, glyph_name=None, glyph_width=None):
        letter = LETTERS.get(chr(unicode)) if isinstance(unicode, int) else None
        if letter is None:
            ordinary = SubsetMap.get_glyph.__wrapped__
            return ordinary(self, glyph, unicode, glyph_name, glyph_width)
        name, width = self.font.cmap[unicode], int(self.font.cw[unicode])
        return Glyph(self.font.glyph_ids[unicode], (ord(letter),), name, width)


class Paper(FPDF):
    """A4 in Sarabun. Texts are told in ordinary Thai and set here."""

    def __init__(self, *, title: str, author: str, made_at: datetime, language: str):
        super().__init__(format="A4")
        for style, file in STYLES.items():
            self.add_font(FAMILY, style, FONTS / f"Sarabun-Paper-{file}.ttf")
            font = self.fonts[FAMILY + style]
            font.subset = _Letters(font)
            font.cw[ord(BREAK)] = 0
        self.set_title(title)
        self.set_author(author)
        self.set_lang(language)
        self.set_creation_date(made_at)  # the same text gives the same file
        self.set_font(FAMILY, size=16)

    def normalize_text(self, text):
        """What is drawn of ``text``: words that may be parted, letters in place; a box for a sign
        that the font lacks.
        """
        known = self.fonts[FAMILY].cmap
        drawn = (
            letter if ord(letter) in known or letter in "\n" + BREAK else "□"
            for letter in set_letters(with_breaks(text.replace(BREAK, "")))
        )
        return super().normalize_text("".join(drawn))

    def rich(self, text: str, *, indent: float) -> None:
        """Draw clean HTML of ``lopburi_pr.rich_text``; ``indent`` in mm begins each paragraph."""
        for block in _blocks(text):
            if block.rows:
                self._table(block.rows)
            else:
                self._paragraph(block, indent)

    def draw_code(self, rows, address: str, *, left: float, top: float, side: float) -> None:
        """A QR code (``rows`` of modules) as squares, ``side`` mm wide; a reader on a screen may
        press it.
        """
        rows = [*rows]
        module = side / len(rows)
        for y, row in enumerate(rows):
            for x, is_dark in enumerate(row):
                if is_dark:
                    self.rect(left + x * module, top + y * module, module, module, style="F")
        self.link(left, top, side, side, address)

    def _paragraph(self, block, indent):
        size, is_heading = self.font_size_pt, block.tag in HEADINGS
        with self.text_columns(text_align=Align.L, line_height=LINE_HEIGHT) as column:
            paragraph = column.paragraph(
                top_margin=3 if is_heading else 0,
                bottom_margin=1.5,
                indent=LIST_INDENT * block.depth,
                bullet_string=block.marker,
                first_line_indent=indent if block.tag == "p" and not block.depth else 0,
            )
            for text, style, link in block.runs:
                self.set_font(style="B" if is_heading else style, size=size)
                paragraph.write(text, link or None)
            column.end_paragraph()
        self.set_font(style="", size=size)

    def _table(self, rows):
        size = self.font_size_pt
        self.set_font(size=size - 2)
        widest = max(map(len, rows))
        with self.table(
            borders_layout=TableBordersLayout.ALL,
            align="LEFT",
            first_row_as_headings=False,
            line_height=self.font_size * LINE_HEIGHT,
            padding=1,
            text_align=Align.L,
        ) as table:
            for cells in rows:
                row = table.row()
                for cell in cells + [""] * (widest - len(cells)):
                    row.cell(cell)
        self.set_font(size=size)
        self.ln(2)


@dataclass
class _Block:
    """A paragraph, heading or point of a list, in runs of text, style and link; or a table."""

    tag: str = "p"
    depth: int = 0
    marker: str = ""
    runs: list = field(default_factory=list)
    rows: list = field(default_factory=list)


def _blocks(text):
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return [block for block in reader.blocks if block.runs or block.rows]


class _Reader(HTMLParser):
    """Cuts clean HTML into blocks. A cell of a table keeps its words only."""

    def __init__(self):
        super().__init__()
        self.blocks = [_Block()]
        self.styles, self.links, self.lists, self.is_in_table = [], [], [], False

    def handle_starttag(self, tag, attrs):
        if tag in ("p", "li", "h2", "h3", "h4") and not self.is_in_table:
            # The first paragraph inside a point stands behind its mark.
            if not (tag == "p" and self.blocks[-1].tag == "li" and not self.blocks[-1].runs):
                self.blocks.append(
                    _Block(tag, len(self.lists), self._marker() if tag == "li" else "")
                )
        elif tag in ("ul", "ol", "blockquote"):
            self.lists.append(0 if tag == "ol" else None)
        elif tag in ("strong", "em"):
            self.styles.append("B" if tag == "strong" else "I")
        elif tag == "a":
            self.links.append(dict(attrs).get("href", ""))
        elif tag == "br":
            self._say("\n")
        elif tag == "table":
            self.is_in_table = True
        elif tag == "caption":
            self.blocks.append(_Block("caption"))
        elif tag == "tr":
            if self.blocks[-1].tag != "table":
                self.blocks.append(_Block("table"))
            self.blocks[-1].rows.append([])
        elif tag in ("td", "th") and self.blocks[-1].rows:
            self.blocks[-1].rows[-1].append("")

    def handle_endtag(self, tag):
        if tag in ("ul", "ol", "blockquote") and self.lists:
            self.lists.pop()
        elif tag in ("strong", "em") and self.styles:
            self.styles.pop()
        elif tag == "a" and self.links:
            self.links.pop()
        elif tag == "table":
            self.is_in_table = False
        if tag in ("p", "li", "table", "blockquote", *HEADINGS) and not self.is_in_table:
            self.blocks.append(_Block("p", len(self.lists)))

    def handle_data(self, data):
        self._say(_spaces.sub(" ", data))

    def _say(self, words):
        block = self.blocks[-1]
        if block.rows and block.rows[-1]:
            block.rows[-1][-1] += words
        elif block.tag != "table" and (block.runs or words.strip()):
            # Bold italics are bold: the family has three faces.
            style = "B" if "B" in self.styles else "I" if "I" in self.styles else ""
            block.runs.append((words, style, self.links[-1] if self.links else ""))

    def _marker(self):
        if not self.lists or self.lists[-1] is None:
            return "•"
        self.lists[-1] += 1
        return f"{self.lists[-1]}."
