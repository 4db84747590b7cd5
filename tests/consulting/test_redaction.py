import zipfile
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter

from consulting import editing, redaction
from consulting.models import Topic
from consulting.redaction import Kind
from tests import make

FONTS = settings.BASE_DIR / "lopburi_pr" / "paper_fonts"
KNOWN = (
    "สมศรี ตัวอย่าง",
    "สมศรี",
    "เทศบาลตำบลป่าตาล",
    "หัวหน้าสำนักปลัดเทศบาล",
    "ลบ 52301/118",
)
# What must not become public, each with what it is.
LEAKS = [
    (Kind.CITIZEN_ID, "เลขบัตร 1101700203450 ของผู้ร้อง"),
    (Kind.CITIZEN_ID, "เลขประจำตัว 1-1017-00203-45-0"),
    (Kind.CITIZEN_ID, "๑ ๑๐๑๗ ๐๐๒๐๓ ๔๕ ๐"),
    (Kind.PHONE, "โทร 081-234-5678"),
    (Kind.PHONE, "โทร.0812345678 เวลาราชการ"),
    (Kind.PHONE, "ติดต่อ ๐๘๑ ๒๓๔ ๕๖๗๘"),
    (Kind.PHONE, "0-3641-1234 ต่อ 12"),
    (Kind.PHONE, "036 411 234"),
    (Kind.PHONE, "โทรศัพท์ (036) 411234"),
    (Kind.PHONE, "call +66 81 234 5678"),
    (Kind.PHONE, "มือถือ 08-1234-5678"),
    (Kind.PHONE, "เบอร์ 0 8 1 2 3 4 5 6 7 8"),
    (Kind.EMAIL, "ส่งมาที่ somsri.p@example.go.th ภายในวันศุกร์"),
    (Kind.EMAIL, "somsri (at) gmail.com"),
    (Kind.LINE, "LINE ID: somsripr"),
    (Kind.LINE, "ไอดีไลน์ somsri99"),
    (Kind.LINE, "ไลน์ @patan-news"),
    (Kind.LINE, "แอดมาที่ https://line.me/ti/p/AbC123xyz"),
    (Kind.LINE, "line: somsri.pr"),
    (Kind.REQUESTER, "ตามที่ สมศรี ตัวอย่าง สอบถาม"),
    (Kind.REQUESTER, "คุณสมศรีแจ้งว่าแผ่นพับหมดแล้ว"),
    (Kind.REQUESTER, "เทศบาลตำบล ป่าตาล มีแผงค้า 120 แผง"),
    (Kind.REQUESTER, "มอบหมายหัวหน้าสำนักปลัดเทศบาลเป็นผู้แถลง"),
    (Kind.REQUESTER, "ตามหนังสือ ลบ ๕๒๓๐๑/๑๑๘"),
    (Kind.LETTER, "อ้างถึงหนังสือที่ ลบ 0017.2/1234 ลงวันที่ 3 พ.ย. 2569"),
    (Kind.LETTER, "หนังสือ มท 0810.6/ว 1234"),
    (Kind.LETTER, "คำขอ ปช.2570/0012"),
    (Kind.ACCOUNT, "โอนเข้าบัญชี 123-4-56789-0"),
    (Kind.ACCOUNT, "เลขที่บัญชีธนาคารกรุงไทย 9876543210"),
    (Kind.ACCOUNT, "พร้อมเพย์ 0812345678"),
    (Kind.PLACE, "จุดนัด 14.799512, 100.653411"),
    (Kind.PLACE, "พิกัด 14°47'58.2\"N 100°39'12.3\"E"),
    (Kind.PLACE, "ดูที่ https://maps.app.goo.gl/abc123XYZ"),
    (Kind.PLACE, "พิกัด 47P 671234 1637123"),
    (Kind.NAME, "โดยนายสมชาย ใจดี เป็นผู้ประสาน"),
    (Kind.NAME, "ผู้ร้องคือ นาง มาลี รักบ้าน"),
    (Kind.NAME, "นางสาวกมลวรรณ สุขใจ"),
    (Kind.NAME, "น.ส.พิมพ์ใจ ทองดี"),
    (Kind.NAME, "ด.ช.ต้นกล้า นาดี อายุ 12 ปี"),
    (Kind.NAME, "ภาพเด็กหญิงน้ำฝน"),
    (Kind.NAME, "นายกมล ตั้งใจ ผู้ใหญ่บ้าน"),
    (Kind.NAME, "Contact Mr. Somchai Jaidee"),
    (Kind.NAME, "นพ.วิชัย แสงทอง"),
]
# What the office says every day, about nobody.
CLEAN = [
    "โทร 191 หรือ 1669 เมื่อมีอันตรายต่อชีวิต สายด่วน 1784 และ 1567",
    "แถลงข่าววันที่ 12 มกราคม 2570 เวลา 10.00-11.30 น.",
    "งบประมาณ 1,250,000 บาท ต่อปี 2569-2571",
    "พ.ร.บ.ข้อมูลข่าวสารของราชการ พ.ศ. 2540 มาตรา 7",
    "ให้นายอำเภอหรือนายกเทศมนตรีเป็นผู้พูดคนเดียว",
    "นายก อบต. และนายกรัฐมนตรีไม่ต้องแถลงเรื่องเดียวกัน",
    "พัฒนางานประชาสัมพันธ์ตามแนวทางของกรม",
    "คำนำหน้า นาย/นาง/นางสาว ในแบบฟอร์ม",
    "ใช้ LINE Official Account และ LINE group ของหมู่บ้าน",
    "ส่งข้อความใน LINE: ไม่เกิน 3 บรรทัด",
    "ผู้ฟังราว 45,000 คน ใน 11 อำเภอ 121 ตำบล",
    "ดูที่ https://www.prd.go.th/th/content/page/index/id/12345",
    "มาตรา 32 วรรค 2 แห่งพระราชบัญญัติลิขสิทธิ์ พ.ศ. 2537",
    "ขนาดภาพ 1920x1080 พิกเซล ไม่เกิน 5.5 MB",
    "ติดประกาศ ณ 02-03-2569 10.30 น. ที่ศาลากลาง",
    "เจ้านายและลูกจ้างอ่านประกาศของนายจ้าง",
    "ประกวดนางสาวไทยและนางนพมาศเป็นงานของท้องถิ่น",
    "The office answers within 5 working days, 08.30-16.30.",
    "ISBN 978-616-123-456-7 และ ISO 9001:2015",
    "ระดับน้ำ 4.20 เมตร สูงกว่าตลิ่ง 21 เซนติเมตร",
    "เปิดตลอด 24/7 ครั้งที่ 3/2569",
    "ขอบคุณนางพยาบาลและนายทหารที่มาช่วยงาน",
]


@pytest.fixture(autouse=True)
def _speaks_english(settings):
    settings.LANGUAGE_CODE = "en"


def kinds(text):
    return [finding.kind for finding in redaction.in_text(text, "text", known=KNOWN)]


def test_planted_leaks_are_found_and_ordinary_texts_are_left_alone():
    missed = [(kind, text, kinds(text)) for kind, text in LEAKS if kind not in kinds(text)]
    disturbed = [(text, redaction.in_text(text, "text")) for text in CLEAN]
    disturbed = [pair for pair in disturbed if pair[1]]

    recall = f"{len(LEAKS) - len(missed)} of {len(LEAKS)} leaks found"
    wrong = f"{len(disturbed)} of {len(CLEAN)} clean texts disturbed"
    assert (recall, wrong, missed, disturbed) == (
        "43 of 43 leaks found",
        "0 of 22 clean texts disturbed",
        [],
        [],
    )


def test_a_citizen_id_is_told_from_any_thirteen_digits():
    assert redaction.is_citizen_id("1101700203450")
    assert not redaction.is_citizen_id("1101700203451")
    assert kinds("รหัสสินค้า 8850123456789") == []


def test_what_is_found_twice_is_told_once_and_says_where():
    found = redaction.in_text("เรียน\nโอนเข้าพร้อมเพย์ 0812345678 ภายในวันนี้", "text (Thai)")

    assert [(row.kind, row.where, row.excerpt) for row in found] == [
        (Kind.ACCOUNT, "text (Thai)", "โอนเข้าพร้อมเพย์ 0812345678 ภายในวันนี้")
    ]


def test_the_telephone_of_the_office_itself_is_no_secret(db):
    make.office_phone("0 3641 1111")

    edition = editing.begin("guide", topic(), by=make.user(), body_th="<p>โทร 0 3641 1111</p>")

    assert redaction.check(edition) == []


def topic():
    make.advisory_request()
    return Topic.objects.get(key="write-news")


# Files


def office_file(**parts):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as document:
        for name, content in parts.items():
            document.writestr(name.replace("__", "/"), content)
    buffer.seek(0)
    return buffer


def paper(*pages, **facts):
    made = FPDF()
    made.add_font("Sarabun", fname=FONTS / "Sarabun-Paper-Regular.ttf")
    made.set_font("Sarabun")
    for text in pages:
        made.add_page()
        if text:
            made.cell(text=text)
    if author := facts.get("author"):
        made.set_author(author)
    return BytesIO(bytes(made.output()))


def told(file, format_):
    return {(row.kind, row.excerpt) for row in redaction.in_file(file, format_, known=KNOWN)}


def test_a_pdf_is_read_page_by_page_with_its_author():
    found = redaction.in_file(paper("one", "Call 081-234-5678", author="Somsri"), "pdf")

    assert [(row.kind, row.excerpt) for row in found] == [
        (Kind.PROPERTY, "Somsri"),
        (Kind.PHONE, "Call 081-234-5678"),
    ]
    assert "2" in found[1].where


def test_thai_in_a_pdf_is_read_with_its_vowels_and_digits():
    found = told(paper("ผู้ร้องคือ นายน้ำเพชร ใจดี", "โทร ๐๘๑-๒๓๔-๕๖๗๘"), "pdf")

    assert found == {(Kind.NAME, "ผู้ร้องคือ นายน้ำเพชร ใจดี"), (Kind.PHONE, "โทร 081-234-5678")}


def test_a_scan_and_a_locked_pdf_have_to_be_looked_at():
    locked = PdfWriter(clone_from=PdfReader(paper("secret")))
    locked.encrypt("word")
    buffer = BytesIO()
    locked.write(buffer)

    assert {kind for kind, _ in told(paper(""), "pdf")} == {Kind.UNREAD}
    assert {kind for kind, _ in told(buffer, "pdf")} == {Kind.UNREAD}
    assert {kind for kind, _ in told(BytesIO(b"%PDF-1.7\nnonsense"), "pdf")} == {Kind.UNREAD}


def test_a_word_is_found_where_it_is_cut_into_runs_in_comments_and_in_properties():
    document = office_file(
        **{
            "word/document.xml": "<w:p><w:t>โทร 081-2</w:t><w:t>34-5678</w:t></w:p>",
            "word/comments.xml": '<w:comment w:author="Wanna"><w:p><w:t>ถาม a@b.co.th</w:t></w:p>'
            "</w:comment>",
            "docProps/core.xml": "<dc:creator>Somchai</dc:creator>",
            "word/media/บัตร นายสมชาย ใจดี.png": b"png",
            "word/_rels/document.xml.rels": '<Relationship Target="mailto:x@y.go.th"/>',
        },
    )

    assert told(document, "docx") == {
        (Kind.PHONE, "โทร 081-234-5678"),
        (Kind.PROPERTY, "Wanna"),
        (Kind.EMAIL, "ถาม a@b.co.th"),
        (Kind.PROPERTY, "Somchai"),
        (Kind.NAME, "word/media/บัตร นายสมชาย ใจดี.png"),
        (Kind.EMAIL, "mailto:x@y.go.th"),
    }


def test_hidden_sheets_and_speaker_notes_are_read():
    sheet = office_file(
        **{"xl/worksheets/sheet9.xml": "<row><c><v>1101700203450</v></c><c><v>2</v></c></row>"}
    )
    slides = office_file(**{"ppt/notesSlides/n1.xml": "<a:p><a:t>ถามคุณสมศรี</a:t></a:p>"})

    assert told(sheet, "xlsx") == {(Kind.CITIZEN_ID, "1101700203450")}
    assert told(slides, "pptx") == {(Kind.REQUESTER, "ถามคุณสมศรี")}


def test_a_part_that_is_too_large_has_to_be_looked_at(monkeypatch):
    monkeypatch.setattr(redaction, "MOST_PART_BYTES", 100)

    found = told(office_file(**{"word/document.xml": "ก" * 200}), "docx")

    assert {kind for kind, _ in found} == {Kind.UNREAD}


def test_tables_of_text_are_read_in_either_encoding():
    assert told(BytesIO("ชื่อ,นายสมชาย ใจดี".encode("cp874")), "csv") == {
        (Kind.NAME, "ชื่อ,นายสมชาย ใจดี")
    }
    assert {kind for kind, _ in told(BytesIO(b"\xff\xd8\xff"), "jpg")} == {Kind.UNREAD}


def test_an_edition_is_read_whole_with_links_the_name_of_its_file_and_its_requester(db):
    request = make.advisory_request(agency="เทศบาลตำบลป่าตาล", contact="สมศรี ป่าสัก")
    edition = editing.begin(
        "answer",
        request.topic,
        by=make.user(),
        sources=[request],
        title_th="เทศบาลตำบลป่าตาลทำอย่างไร",
        body_th='<p>ถาม<a href="mailto:pr@patan.go.th">ผู้ประสาน</a></p>',
        file_title="แผนของคุณสมศรี",
        format="txt",
    )
    edition.file.save("x", ContentFile("โทร 0812345678".encode()))

    assert [finding.kind for finding in redaction.check(edition)] == [
        Kind.REQUESTER,
        Kind.REQUESTER,
        Kind.EMAIL,
        Kind.PHONE,
    ]


def test_people_are_known_by_each_of_their_names_but_not_by_ordinary_words(db):
    request = make.advisory_request(contact="นางสาวสมศรี ตัวอย่าง", agency="ก", email="")

    known = [*redaction.facts_of([request])]
    texts = ("ถามสมศรี", "เพิ่มตัวอย่าง", "คุณตัวอย่างแจ้ง", request.reference)

    found = [[row.kind for row in redaction.in_text(text, "", known=known)] for text in texts]
    assert found == [[Kind.REQUESTER], [], [Kind.REQUESTER], [Kind.REQUESTER]]


def test_cells_of_a_table_are_read_one_by_one(db):
    body = "<table><tr><td>12</td><td>0812345678</td><td>9</td></tr></table>"

    edition = editing.begin("guide", topic(), by=make.user(), body_th=body)

    assert [finding.excerpt for finding in redaction.check(edition)] == ["0812345678"]


@pytest.mark.parametrize(
    "piece",
    ["a", "<", "<creator ", "1.1111 ", " ", "0", "แพทย์หญิง", "นาย", "line ", "@", "ก", "081-"],
)
def test_any_text_is_read_to_its_end(piece):
    """What takes the square of its length never ends here."""
    text = piece * 20_000

    redaction.in_text(f"{text}\nโทร 081-234-5678", "text", known=KNOWN)
    found = told(office_file(**{"word/a.xml": text, "docProps/core.xml": text}), "docx")

    assert found is not None
