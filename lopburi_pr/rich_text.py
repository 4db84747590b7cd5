"""The editor and its sanitiser: the one place that knows about rich text.

CKEditor 4 is unmaintained and its clipboard and filters have known holes, so nothing it sends is
believed: text is cleaned on every save and again before it is loaded into the editor. The written
reason is docs/decisions/0004-rich-text.md; replacing the editor means changing this module.
"""

import html
import re
from itertools import pairwise

import nh3
from ckeditor.widgets import CKEditorWidget
from django import forms

TAGS = {
    *(
        "p",
        "br",
        "h2",
        "h3",
        "h4",
        "ul",
        "ol",
        "li",
        "blockquote",
        "a",
        "strong",
        "em",
        "sub",
        "sup",
    ),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
_empty_paragraph = re.compile(r"<p>(\s|&nbsp;|\xa0|<br>)*</p>\s*")
_tag = re.compile(r'<[^<>"]*(?:"[^"]*"[^<>"]*)*>')
_tag_or_entity = re.compile(rf"{_tag.pattern}|&#?\w+;")
_round_block = re.compile(
    r"\s*(</?(?:p|h[234]|ul|ol|li|blockquote|table|caption|thead|tbody|tr|th|td)(?: [^>]*)?>)\s*"
)
_block_start = re.compile(r"<(?:p|h2|h3|h4|li|caption)(?=[ >])")
_block_end = re.compile(r"</(p|h2|h3|h4|li|blockquote|tr|caption)>|<br>")


def clean(text):
    """Safe HTML of our small vocabulary; anything else loses its tags, scripts their content."""
    cleaned = nh3.clean(
        text.replace("\x00", ""),
        tags=TAGS,
        clean_content_tags={"script", "style"},
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
    return _empty_paragraph.sub("", cleaned).strip()


def plain(text):
    """The words of clean HTML, one block on each line. Only for what ``clean`` has seen: there a
    ``<`` always begins a tag.
    """
    bare = _tag.sub("", _block_end.sub("\n", text))
    lines = (line.strip() for line in html.unescape(bare).split("\n"))
    return "\n".join(line for line in lines if line)


def blocks(text):
    """The words of each block that can be cited, in order: those that ``numbered`` marks."""
    starts = [start.start() for start in _block_start.finditer(text)]
    return [
        plain(text[start:end]).replace("\n", " ") for start, end in pairwise([*starts, len(text)])
    ]


def numbered(text, numbers):
    """Clean HTML whose blocks carry ``id="p3"`` of these numbers, one for each of ``blocks``."""
    left = iter(numbers)
    return _block_start.sub(lambda start: f'{start[0]} id="p{next(left)}"', text)


def with_texts(text, change):
    """Clean HTML whose words went through ``change``; tags and entities stay as they are."""
    end, pieces = 0, []
    for kept in _tag_or_entity.finditer(text):
        pieces += change(text[end : kept.start()]), kept[0]
        end = kept.end()
    return "".join((*pieces, change(text[end:])))


def paragraphs(lines):
    """HTML of plain paragraphs, escaped."""
    return "\n".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines)


class Editor(CKEditorWidget):
    """The office's editor: short toolbar, no upload, no source view; shows only clean text."""

    def format_value(self, value):
        return super().format_value(clean(value) if value else value)


def _one_line(text):
    return _round_block.sub(r"\1", clean(text or ""))


class RichTextField(forms.CharField):
    """A form field for rich text, cleaned when it is sent."""

    widget = Editor

    def clean(self, value):
        return clean(super().clean(value))

    def has_changed(self, initial, data):
        """Whether other words or tags were sent: the editor breaks lines its own way."""
        return _one_line(initial) != _one_line(data)
