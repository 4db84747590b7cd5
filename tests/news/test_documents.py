"""Official documents: the three shapes, their numbers, what can be searched and checked on them."""

from datetime import date, timedelta
from io import BytesIO

import pypdf
import pypdfium2
import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from news import publishing, register
from news.models import LedgerEntry
from news.models.edition import DOCUMENT_FACTS
from office.models import OfficeIdentity
from tests import make

OFFICE = "สำนักงานประชาสัมพันธ์จังหวัดลพบุรี"
pytestmark = pytest.mark.django_db


def address(edition, tail):
    return f"/news/{edition.article.year}/{edition.article.number}/{tail}"


def said(data):
    pages = pypdf.PdfReader(BytesIO(data)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\n", "")


def announcement(**fields):
    defaults = {
        "kind": "announcement",
        "title": "ปิดถนนหน้าศาลากลาง 3 วัน",
        "must_know": "เลี่ยงถนนหน้าศาลากลางถึง 27 พ.ย.",
        "lead": "เพื่อซ่อมท่อน้ำ",
        "body": "<p>ดูแผนที่ที่ https://example.org/3 หรือโทร 1784</p>",
        "saraban_number": "ลบ 0017/ว 123",
        "series_number": "2/2569",
        "dated_on": date(2026, 11, 24),
        "signed_by": "นางสาวใจดี มีสุข",
        "signer_position": "ประชาสัมพันธ์จังหวัดลพบุรี",
    }
    return make.published(**defaults | fields)


# What stands on the paper


@pytest.mark.parametrize("form", ["print/", "print.pdf"])
def test_an_announcement_is_dated_and_signed_at_its_end(client, form):
    edition = announcement()

    answer = client.get(address(edition, form))
    text = said(answer.content) if form.endswith("pdf") else answer.text
    order = ["ลบ 0017/ว 123", f"ประกาศ{OFFICE}", "เรื่อง ปิดถนนหน้าศาลากลาง 3 วัน", "ฉบับที่ 2/2569"]
    order += ["เลี่ยงถนน", "เพื่อซ่อมท่อน้ำ", "ดูแผนที่", "ประกาศ ณ วันที่ 24 พฤศจิกายน พ.ศ. 2569"]
    order += ["(นางสาวใจดี มีสุข)", "ประชาสัมพันธ์จังหวัดลพบุรี", "เลขอ้างอิง " + edition.article.reference]

    places = [text.rfind(word) if word == order[9] else text.find(word) for word in order]
    assert -1 not in places, list(zip(order, places, strict=True))
    if form == "print/":
        assert places == sorted(places)


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        ("statement", "แถลงการณ์"),
        ("news", "ข่าว"),
        ("clarification", "ข่าว"),
        ("press-release", "ข่าว"),
    ],
)
def test_statements_and_news_end_with_who_issued_them_and_when(client, kind, heading):
    edition = announcement(kind=kind, dated_on=None, signed_by="", signer_position="")

    text = said(client.get(address(edition, "print.pdf")).content)

    assert text.find(heading + OFFICE) < text.find("เพื่อซ่อมท่อน้ำ") < text.rfind(OFFICE)
    assert "ประกาศ ณ วันที่" not in text
    assert "()" not in text


def test_a_headline_that_names_its_shape_is_not_said_twice(client):
    edition = announcement(title="ประกาศจังหวัดลพบุรี เรื่อง ปิดถนนหน้าศาลากลาง")

    assert "เรื่อง ปิดถนนหน้าศาลากลาง" in said(client.get(address(edition, "print.pdf")).content)
    assert "ประกาศจังหวัดลพบุรี เรื่อง" not in said(client.get(address(edition, "print.pdf")).content)


def test_thai_digits_are_for_words_and_not_for_addresses(client):
    edition = announcement()

    for form in ("print/", "print.pdf"):
        answer = client.get(address(edition, f"{form}?digits=thai"))
        text = said(answer.content) if "pdf" in form else answer.text
        for words in (
            "ลบ ๐๐๑๗/ว ๑๒๓",
            "โทร ๑๗๘๔",
            "๓ วัน",
            "๒๔ พฤศจิกายน พ.ศ. ๒๕๖๙",
            "https://example.org/3",
        ):
            assert words in text, words
        assert edition.article.reference in text
    plain = said(client.get(address(edition, "print.pdf?digits=roman")).content)
    assert "โทร 1784" in plain


def test_an_english_document_speaks_english_to_every_reader(client):
    thai = announcement()
    english = make.published(
        language="en",
        translation_of=thai.article,
        kind="announcement",
        title="Road closed for 3 days",
        lead="Pipes are mended.",
        body="<p>Call 1784</p>",
        dated_on=date(2026, 11, 24),
        signed_by="Jaidee Meesuk",
    )

    for start in ("/en", ""):
        text = said(client.get(start + address(english, "print.pdf")).content)
        if start:
            assert "Announcement of the" in text
            assert "Announced on 24 November 2026" in text
            assert "พ.ศ." not in text
        else:
            assert "ประกาศ ณ วันที่" in text


# Numbers, checking


def test_the_code_leads_to_the_version_that_stands_beside_it(client):
    edition = announcement()
    answer = client.get(address(edition, "print.pdf"))

    (page,) = pypdfium2.PdfDocument(answer.content)
    (code,) = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    assert code.text == f"http://testserver/verify/{edition.article.reference}.1/"
    assert client.get(code.text).status_code == 200


def test_the_file_has_a_name_a_title_and_a_language_and_stays_out_of_search_engines(client):
    edition = announcement()
    answer = client.get(address(edition, "print.pdf"))

    assert answer["Content-Type"] == "application/pdf"
    assert f'inline; filename="{edition.article.reference}-v1.pdf"' == answer["Content-Disposition"]
    assert answer["X-Robots-Tag"] == "noindex"
    reader = pypdf.PdfReader(BytesIO(answer.content))
    assert reader.metadata.title == edition.title
    assert reader.metadata.author == OFFICE
    assert reader.trailer["/Root"]["/Lang"] == "th"


def test_the_emblem_of_the_office_stands_on_top(client):
    edition = announcement()
    without = client.get(address(edition, "print.pdf")).content
    row = OfficeIdentity.current()
    row.emblem = SimpleUploadedFile("krut.png", make.photo(60, 90, "PNG").read())
    row.save()

    data = client.get(address(edition, "print.pdf")).content

    assert len(pypdf.PdfReader(BytesIO(without)).pages[0].images) == 0
    assert len(pypdf.PdfReader(BytesIO(data)).pages[0].images) == 1


def test_a_new_version_says_its_number_and_copies_what_stood_on_the_first(client):
    edition = announcement()
    newer = publishing.revise(edition.article, by=None)
    newer.title, newer.change_note = "ปิดถนนหน้าศาลากลาง 5 วัน", "ขยายเวลา"
    newer.save()
    make.publish(newer)

    text = said(client.get(address(edition, "print.pdf")).content)

    assert "ฉบับที่ 2" in text
    assert "ปิดถนนหน้าศาลากลาง 5 วัน" in text
    assert "ลบ 0017/ว 123" in text


def test_what_stands_on_the_paper_is_registered_and_nothing_new_where_it_is_empty():
    edition = announcement()
    plain = make.published()
    contents = register.contents([edition.pk, plain.pk])

    assert contents[edition.pk]["saraban_number"] == "ลบ 0017/ว 123"
    assert contents[edition.pk]["dated_on"] == "2026-11-24"
    # As before these facts existed, so earlier editions keep their hash.
    assert not set(DOCUMENT_FACTS) & set(contents[plain.pk])
    entry = LedgerEntry.objects.get(edition=edition)
    assert register.digest(contents[edition.pk]) == entry.sha256


def test_a_changed_letter_number_is_no_small_change():
    edition = announcement()
    newer = publishing.revise(edition.article, by=None)
    newer.saraban_number, newer.change_kind = "ลบ 0017/ว 124", "minor"
    newer.save()

    assert any(
        "minor" in str(found) or "เล็กน้อย" in str(found) for found in publishing.obstacles(newer)
    )


# Before and after


def test_staff_print_a_draft_that_says_so_and_nobody_else(client):
    draft = make.draft(kind="announcement", title="ร่างประกาศ", lead="เนื้อความ")
    preview = f"/news/preview/{draft.pk}/print.pdf"

    assert client.get(preview).status_code == 302
    client.force_login(make.editor())
    text = said(client.get(preview).content)
    assert "ร่าง ยังไม่ได้รับอนุมัติ" in text
    assert "ตรวจสอบเอกสารนี้" not in text


def test_what_was_withdrawn_or_is_unknown_has_no_paper(client):
    edition = announcement()
    publishing.withdraw(edition.article, by=None, reason="ผิดวัน")

    assert client.get(address(edition, "print.pdf")).status_code == 410
    assert client.get("/news/2569/99999/print.pdf").status_code == 404


def test_an_update_is_on_paper_at_its_hour(client, travel):
    edition = announcement()
    newer = publishing.revise(edition.article, by=None)
    newer.title, newer.change_note = "เปิดถนนแล้ว", "ซ่อมเสร็จ"
    newer.save()
    hour = timezone.now() + timedelta(hours=2)
    make.publish(newer, at=hour)

    travel(hour - timedelta(seconds=1))
    assert "เปิดถนนแล้ว" not in said(client.get(address(edition, "print.pdf")).content)
    travel(hour)
    assert "เปิดถนนแล้ว" in said(client.get(address(edition, "print.pdf")).content)
