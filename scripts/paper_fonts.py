"""``scripts/paper_fonts.py FOLDER``: cut the fonts of ``lopburi_pr.thai_paper`` from Sarabun's own.

FOLDER is the unpacked npm package ``@expo-google-fonts/sarabun`` (0.4.1; licence OFL, kept beside
the fonts). Every variant of a letter gets its private character; two kinds of glyph that Sarabun
makes while it sets a text, a mark pulled left and สระอำ beside a tall stem, are drawn ready. The
tables for shaping go: nothing is shaped any more.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from lopburi_pr.thai_paper import ABOVE, ABOVE_BESIDE, BESIDE, FONTS, VARIANTS, WITH_TONE

FILES = {
    "Regular": "400Regular/Sarabun_400Regular.ttf",
    "Bold": "700Bold/Sarabun_700Bold.ttf",
    "Italic": "400Regular_Italic/Sarabun_400Regular_Italic.ttf",
}
PULLED = -150  # units by which HarfBuzz moves a mark above a vowel beside the stem of ป ฝ ฟ
CUT = {"ญ": "yoYingthai.less", "ฐ": "thoThanthai.less"}
CUT |= {"ฎ": "doChadathai.short", "ฏ": "toPatakthai.short"}
KEPT = [*range(0x20, 0x180), *range(0xE00, 0xE60), *range(0x2010, 0x2040), 0x20AC, 0x2122, 0x25A1]


def main(folder):
    FONTS.mkdir(exist_ok=True)
    for style, file in FILES.items():
        font = TTFont(Path(folder) / file)
        names = font.getBestCmap()
        for (letter, place), private in VARIANTS.items():
            name = glyph_of(font, names[ord(letter)], letter, place)
            for table in font["cmap"].tables:
                if table.isUnicode():
                    table.cmap[ord(private)] = name
        box(font)
        rename(font, style)
        options = subset.Options(
            layout_features=[], name_IDs=["*"], hinting=False, notdef_outline=True
        )
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=KEPT + [ord(private) for private in VARIANTS.values()])
        cutter.subset(font)
        for table in ("GSUB", "GPOS", "GDEF", "DSIG"):
            if table in font:
                del font[table]
        font.save(FONTS / f"Sarabun-Paper-{style}.ttf")


def glyph_of(font, name, letter, place):
    if letter in CUT:
        return CUT[letter]
    if place.startswith("am"):
        return name.replace("uni", "uni0E4D") + place.removeprefix("am")
    if place == WITH_TONE:
        return "uni0E32"
    if place == ABOVE_BESIDE:
        return drawn(font, f"{name}.{place}", [(f"{name}.{ABOVE}", PULLED)], 0)
    if letter == "ำ" and place == BESIDE:
        return drawn(font, f"{name}.{place}", [("uni0E4D.narrow", 0), ("uni0E32", 0)], "uni0E32")
    return f"{name}.{place}"


def drawn(font, name, pieces, width):
    """A new glyph of others, each moved by so many units; its name."""
    pen = TTGlyphPen(font.getGlyphSet())
    for piece, across in pieces:
        font.getGlyphSet()[piece].draw(TransformPen(pen, (1, 0, 0, 1, across, 0)))
    add(font, name, pen, font["hmtx"][width][0] if width else 0)
    return name


def box(font):
    """□ for signs that the font lacks."""
    pen = TTGlyphPen(font.getGlyphSet())
    for left, low, right, high in ((60, 0, 540, 600), (110, 50, 490, 550)):
        corners = [(left, low), (left, high), (right, high), (right, low)]
        pen.moveTo(corners[0])
        for corner in corners[1:] if left == 60 else corners[:0:-1]:
            pen.lineTo(corner)
        pen.closePath()
    add(font, "uni25A1", pen, 600)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[0x25A1] = "uni25A1"


def add(font, name, pen, width):
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"][name] = glyph = pen.glyph()
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (width, glyph.xMin)


def rename(font, style):
    for record in font["name"].names:
        if record.nameID in (1, 16):
            record.string = "Sarabun Paper"
        elif record.nameID == 4:
            record.string = f"Sarabun Paper {style}"
        elif record.nameID == 6:
            record.string = f"SarabunPaper-{style}"


if __name__ == "__main__":
    main(*sys.argv[1:])
