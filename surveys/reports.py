"""Results on paper: a summary on one A4 page, and everything, as PDF and as a Word file.

Both are made from one version of the published results, so they hold nothing that the page does
not. Reports are in Thai: they go to offices.
"""

from io import BytesIO

from django.utils import timezone
from docx import Document
from docx.shared import Mm, Pt

from lopburi_pr import qr_codes
from lopburi_pr.thai_calendar import thai_date
from lopburi_pr.thai_paper import FAMILY, LINE_HEIGHT, Paper
from office.models import OfficeIdentity
from surveys.models import Publication

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
MARGIN, BOTTOM, CODE, BAR, BAR_HEIGHT = 20, 18, 20, 60, 3.2  # mm
LARGE, SIZE, SMALL = 18, 13, 10  # points
INDIGO, TRACK = (43, 46, 110), (236, 235, 247)
MOST_HEADLINES = 12  # what one page holds
HIDDEN = "–"
NOTE = "“–” คือจำนวนที่ไม่เปิดเผยเพื่อไม่ให้ระบุตัวผู้ตอบได้ ร้อยละปัดเศษ ผลรวมอาจไม่เท่ากับ 100 พอดี"


def told(publication: Publication, address: str, *, is_full: bool) -> dict:
    """What stands on the paper; ``address`` is where this version stays."""
    snapshot, card, survey = publication.snapshot, publication.card, publication.survey
    office = OfficeIdentity.current()
    published = publication.published_at or publication.prepared_at
    return {
        "title": snapshot["title"]["th"],
        "kind": "รายงานผลการสำรวจ" if is_full else "สรุปผลการสำรวจสำหรับผู้บริหาร",
        "office": office.name_th,
        "day": thai_date(published, "long"),
        "version": publication.version,
        "made_at": published,
        "is_draft": publication.state != Publication.State.PUBLISHED,
        "is_sample": survey.is_sample,
        "address": address,
        "sentence": card["sentence"]["th"],
        "caution": card["caution"]["th"],
        "method": [(item["title"]["th"], item["text"]["th"]) for item in card["items"]],
        "questions": [_question(question, snapshot) for question in snapshot["questions"]],
        "findings": [
            (finding.text_th, str(finding.agency), finding.reply_th)
            for finding in survey.findings.public().select_related("agency")
        ],
        "is_full": is_full,
    }


def _question(question, snapshot):
    labels = {each["name"]: each["label"]["th"] for each in snapshot["breakdowns"]}
    whole = question["tables"][0]["groups"][0]
    of = question.get("of_label", {}).get("th", "")
    return {
        "label": f"{of}: {question['label']['th']}" if of else question["label"]["th"],
        "headline": question["headline"]["th"],
        "differences": [each["th"] for each in question["differences"]],
        "base": _number(whole["base"]),
        "answers": [
            (choice["label"]["th"], cell["percent"], _cell(cell))
            for choice, cell in zip(question["choices"], whole["cells"], strict=True)
        ],
        "tables": [
            _table(question, table, labels[table["by"]]) for table in question["tables"][1:]
        ],
    }


def _table(question, table, by):
    groups = table["groups"]
    rows = [[f"จำแนกตาม{by}", *(group["label"]["th"] for group in groups)]]
    for place, choice in enumerate(question["choices"]):
        rows.append([choice["label"]["th"], *(_percent(g["cells"][place]) for g in groups)])
    if any("mean" in group for group in groups):
        means = (group.get("mean", {}).get("value") for group in groups)
        rows.append(["ค่าเฉลี่ย", *(HIDDEN if m is None else f"{m:.2f}" for m in means)])
    rows.append(["จำนวนผู้ตอบ", *(_number(group["base"]) for group in groups)])
    return rows


def _number(number):
    return HIDDEN if number is None else f"{number:,}"


def _percent(cell):
    return HIDDEN if cell["percent"] is None else f"{cell['percent']:.1f}"


def _cell(cell):
    if cell["percent"] is None:
        return HIDDEN
    text = f"{cell['percent']:.1f}%"
    return f"{text} ({cell['low']:.1f}–{cell['high']:.1f})" if "low" in cell else text


# PDF


def pdf(told: dict) -> bytes:
    """The report as A4 pages; the same report gives the same bytes."""
    paper = _Report(told)
    paper.add_page()
    paper.words(told["kind"], style="B", align="C")
    paper.words(told["title"], style="B", size=LARGE, align="C")
    paper.words(f"{told['office']} · {told['day']}", align="C", size=SMALL)
    paper.ln(2)
    paper.words(told["sentence"])
    if told["caution"]:
        paper.words(told["caution"], style="B")
    if told["is_full"]:
        _whole(paper, told)
    else:
        _summary(paper, told)
    return bytes(paper.output())


def _summary(paper, told):
    """What fits on one page: sentences, and what was done about them."""
    limit = paper.h - BOTTOM - CODE - 8
    left = len(told["questions"])
    for question in told["questions"][:MOST_HEADLINES]:
        height = paper.height_of(f"{question['label']}  {question['headline']}", SIZE - 1)
        if paper.get_y() + 2 * height > limit:
            break
        left -= 1
        paper.words(question["label"], style="B", size=SIZE - 1, after=0)
        paper.words(f"{question['headline']} (n = {question['base']})", size=SIZE - 1)
    if left:
        paper.words(f"อีก {left} ข้ออยู่ในรายงานฉบับเต็ม", size=SMALL)
    _end(paper, told)


def _whole(paper, told):
    for question in told["questions"]:
        needed = 24 + 6 * len(question["answers"])
        if paper.get_y() + min(needed, 120) > paper.h - BOTTOM:
            paper.add_page()
        paper.ln(3)
        paper.words(question["label"], style="B", after=0)
        paper.words(f"{question['headline']} (n = {question['base']})")
        for label, percent, text in question["answers"]:
            paper.bar(label, percent, text)
        for sentence in question["differences"]:
            paper.words(sentence, size=SMALL)
        for rows in question["tables"]:
            paper.grid(rows)
    if told["findings"]:
        paper.words("ข้อค้นพบและการตอบกลับ", style="B")
        for text, agency, reply in told["findings"]:
            paper.words(f"{text} — {agency}: {reply or 'รอคำตอบ'}")
    paper.ln(3)
    paper.words("วิธีการสำรวจ", style="B")
    for title, text in told["method"]:
        paper.words(f"{title}: {text}", size=SIZE - 2)
    paper.words(NOTE, size=SMALL)
    _end(paper, told)


def _end(paper, told):
    if paper.get_y() > paper.h - BOTTOM - CODE - 4:
        paper.add_page()
    top = paper.h - BOTTOM - CODE - 2
    rows = qr_codes.code(told["address"]).matrix
    paper.draw_code(rows, told["address"], left=MARGIN, top=top, side=CODE)
    paper.set_xy(MARGIN + CODE + 4, top + 4)
    paper.set_font(FAMILY, size=SMALL)
    paper.multi_cell(w=0, text=f"{NOTE}\nผลฉบับเต็ม: {told['address']}", align="L")


class _Report(Paper):
    def __init__(self, told):
        made = timezone.localtime(told["made_at"])
        super().__init__(title=told["title"], author=told["office"], made_at=made, language="th")
        self.told = told
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=BOTTOM)

    def footer(self):
        marks = [f"ฉบับที่ {self.told['version']}", f"หน้า {self.page_no()}"]
        if self.told["is_draft"]:
            marks.insert(0, "ฉบับร่าง ยังไม่เผยแพร่")
        if self.told["is_sample"]:
            marks.insert(0, "ข้อมูลตัวอย่าง")
        self.set_y(-12)
        self.set_font(FAMILY, size=SMALL)
        self.cell(text=" · ".join(marks), w=self.epw, align="C")

    def words(self, text, *, style="", size=SIZE, align="L", after=1):
        """A paragraph."""
        self.set_font(FAMILY, style, size)
        self.multi_cell(
            w=0,
            text=text,
            align=align,
            h=self.font_size * LINE_HEIGHT,
            new_x="LMARGIN",
            new_y="NEXT",
        )
        self.ln(after)

    def height_of(self, text, size):
        self.set_font(FAMILY, size=size)
        height = self.font_size * LINE_HEIGHT
        return self.multi_cell(w=0, text=text, h=height, dry_run=True, output="HEIGHT")

    def bar(self, label, percent, text):
        """One answer: its words, a bar, its number."""
        self.set_font(FAMILY, size=SIZE - 2)
        line, width = self.font_size * LINE_HEIGHT, self.epw - BAR - 38
        height = self.multi_cell(w=width, text=label, h=line, dry_run=True, output="HEIGHT")
        if self.get_y() + height > self.h - BOTTOM:
            self.add_page()
        y = self.get_y()
        self.multi_cell(w=width, text=label, h=line, align="L", new_x="LMARGIN", new_y="NEXT")
        left, middle = MARGIN + width + 2, y + (line - BAR_HEIGHT) / 2
        self.set_fill_color(*TRACK)
        self.rect(left, middle, BAR, BAR_HEIGHT, style="F")
        self.set_fill_color(*INDIGO)
        if percent:
            self.rect(left, middle, BAR * percent / 100, BAR_HEIGHT, style="F")
        self.set_fill_color(0)
        self.set_xy(left + BAR + 2, y)
        self.cell(w=34, h=line, text=text)
        self.set_xy(MARGIN, y + height + 0.5)

    def grid(self, rows):
        """A table; one with many groups is turned, groups going down."""
        if len(rows[0]) > len(rows):
            rows = [list(row) for row in zip(*rows, strict=True)]
        self.set_font(FAMILY, size=SMALL)
        with self.table(
            line_height=self.font_size * LINE_HEIGHT, padding=0.6, text_align="LEFT"
        ) as table:
            for row in rows:
                table.row(row)
        self.ln(2)


# Word


def docx(told: dict) -> bytes:
    """The same as a Word file, whose text the office may take over."""
    document = Document()
    for section in document.sections:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(MARGIN)
        section.top_margin = section.bottom_margin = Mm(MARGIN)
    normal = document.styles["Normal"].font
    normal.name, normal.size = "TH Sarabun New", Pt(16)
    document.core_properties.title = told["title"]
    document.core_properties.author = told["office"]
    document.add_heading(told["title"], level=1)
    document.add_paragraph(f"{told['kind']} · {told['office']} · {told['day']}")
    document.add_paragraph(told["sentence"])
    if told["caution"]:
        document.add_paragraph(told["caution"]).runs[0].bold = True
    questions = told["questions"] if told["is_full"] else told["questions"][:MOST_HEADLINES]
    for question in questions:
        document.add_heading(question["label"], level=2)
        document.add_paragraph(f"{question['headline']} (n = {question['base']})")
        if told["is_full"]:
            if question["answers"]:
                _grid(document, [[label, text] for label, _p, text in question["answers"]])
            for sentence in question["differences"]:
                document.add_paragraph(sentence)
            for rows in question["tables"]:
                _grid(document, rows)
    if told["is_full"]:
        document.add_heading("วิธีการสำรวจ", level=2)
        for title, text in told["method"]:
            paragraph = document.add_paragraph()
            paragraph.add_run(f"{title}: ").bold = True
            paragraph.add_run(text)
    document.add_paragraph(f"{NOTE} ผลฉบับเต็ม: {told['address']} (ฉบับที่ {told['version']})")
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _grid(document, rows):
    if len(rows[0]) > max(4, len(rows)):
        rows = [list(row) for row in zip(*rows, strict=True)]
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    table.style = "Table Grid"
    for row, cells in zip(rows, table.rows, strict=True):
        for text, cell in zip(row, cells.cells, strict=True):
            cell.text = text
