"""Whatever the editor sends, what is kept is our small vocabulary and every Thai letter."""

import html
import re

import pytest

from lopburi_pr import rich_text
from lopburi_pr.rich_text import clean, paragraphs, plain

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' srcset='x 1x' onload=alert(1)//",
    "<svg onload=alert(1)><animate onbegin=alert(1)>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math href='javascript:alert(1)'>x</math>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object><embed src=x>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='vbscript:x'>x</a><a href='data:text/html,x'>y</a>",
    "<a href='https://ok.example' onclick='alert(1)' style='color:red' target=_top>x</a>",
    "<p style=\"background:url('javascript:alert(1)')\">x</p>",
    "<p onmouseover=alert(1) id=content class=notice>x</p>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<link rel=stylesheet href=//evil.example><meta http-equiv=refresh content='0;url=//evil'>",
    "<base href=//evil.example/><form action=//evil.example><button>x</button></form>",
    "<table background='javascript:alert(1)'><td background=x onclick=y>x</td></table>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><img src=x onerror=alert(1)></template><details open ontoggle=alert(1)>x</details>",
    "<!--><img src=x onerror=alert(1)>--><!-- x --!><script>alert(1)</script>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<a\x00 href='java\x00script:alert(1)'>x\x00</a>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<p>ซ่อน <div style='display:none'><a href='https://slot.example'>สล็อต</a></div></p>",
    "<" * 2000 + "b>",
    "<p>" * 3000 + "x",
]
THAI = "ประชาชนต้องรู้: น้ำท่วม 4 อำเภอ “ท่าวุ้ง” ฯลฯ ๒๕๖๙ ก็ต้องเตรียม เป็นต้น ฿500 & ก < ข"


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:40])
def test_hostile_text_keeps_only_the_vocabulary(text):
    cleaned = clean(text)

    tags = {tag.lower() for tag in re.findall(r"</?([a-zA-Z][\w:-]*)", cleaned)}
    attributes = set(re.findall(r"\s([\w:-]+)=\"", cleaned))
    addresses = re.findall(r'href="([^"]*)"', cleaned)
    assert tags <= rich_text.TAGS
    assert attributes <= {"href", "title", "scope", "colspan", "rowspan", "rel"}
    assert [it for it in addresses if not re.match(r"(https?|mailto|tel):|[/#]", it)] == []
    assert "<!--" not in cleaned
    assert "\x00" not in cleaned


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:40])
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)


def test_script_and_style_go_with_their_content():
    assert clean("<p>ก</p><script>steal()</script><style>p{}</style>") == "<p>ก</p>"


def test_unknown_tags_go_but_their_words_stay():
    assert clean("<section><p>น้ำ<font color=red>ท่วม</font></p></section>") == "<p>น้ำท่วม</p>"


def test_every_thai_letter_is_kept():
    written = f"<p>{html.escape(THAI, quote=False)}</p>"

    assert clean(written) == written
    assert plain(clean(written)) == THAI


def test_what_an_editor_may_write_is_kept_as_it_is():
    written = (
        "<h2>หัวข้อ</h2>\n<ul><li><strong>หนา</strong> <em>เอน</em></li></ul>\n"
        "<ol><li>หนึ่ง</li></ol>\n<blockquote><p>คำพูด</p></blockquote>\n"
        '<table><caption>ระดับน้ำ</caption><tbody><tr><th scope="row">ก</th>'
        '<td colspan="2">1</td></tr></tbody></table>\n<p>H<sub>2</sub>O ม<sup>2</sup><br>จบ</p>'
    )

    assert clean(written) == written


def test_links_lead_where_they_say_and_tell_nothing_of_the_reader():
    written = '<p><a href="tel:1784">1784</a> <a href="/news/">ข่าว</a></p>'

    cleaned = clean(written)

    assert cleaned.count('rel="noopener noreferrer"') == 2
    assert 'href="tel:1784"' in cleaned
    assert 'href="/news/"' in cleaned


def test_paragraphs_without_words_are_dropped():
    assert clean("<p>&nbsp;</p>\n<p> <br></p><p>\xa0</p><p>ข่าว</p>") == "<p>ข่าว</p>"


def test_plain_text_keeps_one_block_on_a_line():
    text = "<h2>ก</h2><p>ข &amp; ค<br>ง</p><ul><li>จ</li><li>ฉ</li></ul>"

    assert plain(text) == "ก\nข & ค\nง\nจ\nฉ"


def test_paragraphs_escape_what_they_are_given():
    assert paragraphs(["ก < ข", "<b>"]) == "<p>ก &lt; ข</p>\n<p>&lt;b&gt;</p>"


def test_form_field_cleans_what_is_sent():
    assert rich_text.RichTextField().clean("<p onclick=x>ก</p><script>x</script>") == "<p>ก</p>"


def test_editor_loads_only_clean_text():
    widget = rich_text.Editor()

    assert widget.format_value("<p>ก</p><img src=x onerror=alert(1)>") == "<p>ก</p>"
    assert widget.format_value(None) is None
    assert "onerror" not in widget.render("body", "<img src=x onerror=alert(1)>", {"id": "id_body"})


def test_what_the_editor_only_breaks_into_lines_is_no_change():
    field = rich_text.RichTextField(required=False)
    stored = "<p>น้ำขึ้น</p><ul><li>ยกของ</li><li>โทร 1784</li></ul>"
    sent = "<p>น้ำขึ้น</p>\r\n\r\n<ul>\r\n\t<li>ยกของ</li>\r\n\t<li>โทร 1784</li>\r\n</ul>\r\n"

    assert not field.has_changed(stored, sent)
    assert not field.has_changed(None, "")
    assert field.has_changed("<p>ก <strong>ข</strong></p>", "<p>ก<strong>ข</strong></p>")
    assert field.has_changed(stored, sent.replace("1784", "191"))
    assert field.has_changed(stored, sent.replace("<p>", "<h2>").replace("</p>", "</h2>"))
