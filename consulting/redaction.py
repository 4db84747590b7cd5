"""Finds what tells who somebody is, before a text or a file becomes public.

It reads what readers would get: titles, texts, names of files, what stands inside documents (hidden
layers, comments and properties too). It errs on the side of asking: a person decides each finding.
What it can't read (scans, locked files) is a finding itself.
"""

import hashlib
import html
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from pypdf import PdfReader

from consulting import finding
from consulting.models import AdvisoryRequest, ResourceEdition
from lopburi_pr import rich_text, thai_words
from lopburi_pr.thai_text import normalise, to_arabic_digits
from office.models import OfficeIdentity
from office.pulse import remembered

MOST_PART_BYTES = 20 * 2**20  # of one part of an Office document, unpacked
MOST_UNPACKED_BYTES = 60 * 2**20
MOST_PAGES = 500
MOST_LETTERS = 2_000_000
MOST_FINDINGS = 200
AROUND = 20  # letters on either side of an excerpt


class Kind(models.TextChoices):
    CITIZEN_ID = "citizen-id", gettext_lazy("citizen ID number")
    ACCOUNT = "account", gettext_lazy("bank account or PromptPay")
    PHONE = "phone", gettext_lazy("telephone number")
    EMAIL = "email", gettext_lazy("e-mail address")
    LINE = "line", gettext_lazy("LINE ID")
    PLACE = "place", gettext_lazy("coordinates")
    LETTER = "letter", gettext_lazy("number of a letter or request")
    REQUESTER = "requester", gettext_lazy("requester of the advice")
    NAME = "name", gettext_lazy("name of a person")
    PROPERTY = "property", gettext_lazy("property of the document")
    UNREAD = "unread", gettext_lazy("could not be read: look yourself")


@dataclass(frozen=True)
class Finding:
    kind: Kind
    where: str
    excerpt: str

    @property
    def key(self) -> str:
        """Names this finding where somebody accepts it; another text has another key."""
        told = f"{self.kind}\n{self.where}\n{self.excerpt}"
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:20]

    @property
    def label(self) -> str:
        return self.kind.label


def check(edition: ResourceEdition) -> list[Finding]:
    """Every finding in what readers of this edition would get."""
    known = list(facts_of(edition.resource.sources.select_related("organization")))
    own = _of_the_office()
    found = []
    for where, text in _texts(edition):
        found += in_text(text, where, known=known, own=own)
    if edition.file:
        # Its bytes never change, and long papers take seconds to read.
        key = ("redaction", edition.file.name, get_language(), tuple(known), own)
        found += remembered(key, edition.sha256, lambda: _in_stored(edition, known, own))
    found = list(dict.fromkeys(found))
    if len(found) > MOST_FINDINGS:
        more = Finding(Kind.UNREAD, _("file"), _("There are more places than can be listed."))
        found = [more, *found[:MOST_FINDINGS]]
    return found


def _in_stored(edition, known, own):
    with edition.file.open("rb") as file:
        return in_file(file, edition.format, known=known, own=own)


def facts_of(requests: Iterable[AdvisoryRequest]) -> Iterator[str]:
    """Words by which the people behind these requests are known."""
    for request in requests:
        organization = request.organization
        names = [organization.name_th, organization.name_en] if organization else []
        names += organization.aliases if organization else []
        contact = _titles.sub("", normalise(request.contact).strip())
        yield from (contact, request.agency, request.position, *names)
        yield from (request.letter_number, request.reference, request.email)
        for part in contact.split():
            # A first name alone is recognised in a small place; but many are ordinary words too.
            yield f"คุณ{part}" if thai_words.is_word(part) else part


def in_text(text, where, *, known=(), own=frozenset()) -> list[Finding]:
    """Findings in plain text; ``own`` are digits and addresses of the office itself."""
    text = to_arabic_digits(normalise(text))[:MOST_LETTERS]
    taken, found = [], []
    for kind, start, end in _spans(text, known):
        # What a stronger kind has claimed is told once.
        if any(start < beyond and first < end for first, beyond in taken):
            continue
        taken.append((start, end))
        if len(taken) > MOST_FINDINGS:
            break
        if _bare(text[start:end]) not in own:
            found.append((start, Finding(kind, where, _excerpt(text, start, end))))
    return [row for _start, row in sorted(found, key=lambda pair: pair[0])]


def in_file(file, format_, *, known=(), own=frozenset()) -> list[Finding]:
    """Findings in an open file: its text layers, its parts' names and its properties."""
    readers = {"pdf": _of_pdf, "csv": _of_text, "txt": _of_text, "mp3": _of_sound}
    readers |= dict.fromkeys(("docx", "xlsx", "pptx"), _of_office_document)
    found = []
    try:
        for kind, where, text in readers.get(format_, _of_nothing)(file):
            if kind:
                found.append(Finding(kind, where, _line(text)))
            else:
                found += in_text(text, where, known=known, own=own)
    except Exception:  # noqa: BLE001 -- files of strangers fail in every way there is
        found.append(Finding(Kind.UNREAD, _("file"), _("The file could not be read.")))
    return found


def _texts(edition):
    field = edition._meta.get_field
    for name in ("title_th", "title_en", "url", "file_title", "change_note"):
        yield str(field(name).verbose_name), getattr(edition, name)
    for name in ("body_th", "body_en"):
        body = rich_text.clean(getattr(edition, name))
        yield str(field(name).verbose_name), finding.plain(body)
        yield str(field(name).verbose_name), html.unescape("\n".join(_hrefs.findall(body)))


_hrefs = re.compile(r'(?:href|title)="([^"]*)"')


def _of_the_office():
    office = OfficeIdentity.current()
    return frozenset(filter(None, (_bare(office.phone), _bare(office.fax), _bare(office.email))))


def _bare(text):
    return re.sub(r"[\s().–-]+", "", to_arabic_digits(text)).casefold()


def _excerpt(text, start, end):
    before, after = text[max(start - AROUND, 0) : start], text[end : end + AROUND]
    return _line(f"{before.rpartition(chr(10))[2]}{text[start:end]}{after.partition(chr(10))[0]}")


def _line(text):
    return " ".join(normalise(text).split())[:200]


# In text. The order says which kind wins where two claim the same letters.

_gap = r"[ \t.–-]?"
_citizen_id = re.compile(rf"(?<![0-9])[0-9](?:{_gap}[0-9]){{12}}(?![0-9])")
_in_groups = re.compile(r"[0-9]([ .–-])[0-9]{4}\1[0-9]{5}\1[0-9]{2}\1[0-9]")
_account = re.compile(
    r"(?<![0-9])[0-9]{3}[- ][0-9][- ][0-9]{5}[- ][0-9](?![0-9])"
    r"|(?:บัญชี|พร้อมเพย์|promptpay|account|a/c)[^0-9\n]{0,40}(?P<number>[0-9](?:[ -]?[0-9]){8,14})"
    r"(?![0-9])",
    re.IGNORECASE,
)
_phone = re.compile(
    r"(?<![0-9])(?<![0-9][/.,])(?:"
    r"(?:\+|00)66[ .-]?(?:\(0\))?[0-9](?:[ .-]?[0-9]){7,8}"
    r"|\(0[0-9]{1,2}\)[ -]?[0-9]{3,4}[ -]?[0-9]{3,4}"
    r"|0[0-9]{8,9}"
    r"|0[ .-][0-9]{4}[ .-][0-9]{4}"
    r"|0[0-9][ .-][0-9]{4}[ .-][0-9]{4}"
    r"|0[0-9][ .-][0-9]{3}[ .-][0-9]{4}"
    r"|0[0-9]{2}[ .-][0-9]{3}[ .-]?[0-9]{3,4}"
    r"|0[0-9]{2}[ .-][0-9]{6,7}"
    r"|0(?:[ .-][0-9]){8,9}"
    r")(?![0-9])"
)
_at = r"(?:@|\s?[(\[{]\s?(?:at|แอท)\s?[)\]}]\s?)"
_email = re.compile(rf"[a-z0-9._%+-]{{1,64}}{_at}[a-z0-9-]+(?:\s?\.\s?[a-z0-9-]+)+", re.IGNORECASE)
_line_word = r"@?(?P<{}>[a-z0-9][a-z0-9._-]{{2,}})"
_line_id = re.compile(
    r"line\.me/(?:r/)?(?:ti|R|ng|g2)?/?[^\s<>\"]{3,}"
    rf"|(?:ไอดี\s?ไลน์|ไลน์\s?ไอดี|(?:line|ไลน์)\s?id\s?[:=])\s?[:=]?\s?{_line_word.format('a')}"
    rf"|(?:line|ไลน์)\s?(?:id)?\s?[:=]?\s?@[a-z0-9._-]{{3,}}"
    rf"|(?:line|ไลน์)\s?(?:id\s?)?[:=]?\s?(?=[a-z._-]*[0-9_.-][a-z0-9])(?!official){_line_word.format('b')}",
    re.IGNORECASE,
)
_place = re.compile(
    r"-?[0-9]{1,2}\.[0-9]{4,15}\s{0,3}(?:,|;|\s|/)\s{0,3}-?[0-9]{1,3}\.[0-9]{4,15}"
    r"|[0-9]{1,3}\s?°\s?[0-9]{1,2}\s?['′’]\s?[0-9.]{1,6}\s?(?:[\"″”]|'')"
    r"|(?:maps\.app\.goo\.gl|goo\.gl/maps)/\S+|google\.[a-z.]+/maps\S*"
    r"|4[78]\s?[A-Z]\s?[0-9]{6}\s?[, ]?\s?[0-9]{7}"
)
_letter = re.compile(
    r"(?<![ก-๎.])[ก-ฮ]{1,4}\.?\s?[0-9]{3,6}(?:\.[0-9]{1,4})*\s?/\s?(?:ว\.?\s?)?[0-9]{1,6}(?![0-9/])"
    r"|(?:ที่|เลขที่|หนังสือ)\s?[ก-ฮ]{2,4}\.?\s?[0-9]{1,6}(?:\.[0-9]{1,4})*\s?/\s?(?:ว\.?\s?)?[0-9]{1,6}"
)
_titled = re.compile(
    r"(?P<title>นางสาว(?!ไทย)|นาง(?!สาว)|นาย|น\.\s?ส\.|ด\.\s?[ชญ]\.|เด็กชาย|เด็กหญิง)\s{0,2}"
    r"(?P<name>[ก-ฮเ-ไ][ก-ฮะ-ฺเ-๎]{1,60})"
)
_english_name = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr)\b\.?\s+[A-Z][a-z]+(?:\s+[A-Z][a-z]+)?")
# Words that begin like a title and name an office, a calling or a place instead.
_no_name_after = {
    "นาย": re.compile(
        r"ก(?:$|[ฯ]|รัฐ|เทศ|อบ|องค์|สมาคม|สภา|สโมสร|เหล่า|เมือง|พัทยา|ที่|ของ|คน|ท่าน|จึง|ได้|และ)"
        r"|อำเภอ|ทะเบียน|จ้าง|หน้า|ทหาร|ตำรวจ|ช่าง|ประกัน|ตรวจ|ท่า|สถานี|ด่าน|พราน|แบบ|ทุน|ตัว|ของ"
        r"|แพทย์|สัตวแพทย์|สิบ|ร้อย|พัน|พล|ดาบ|หมวด|ไปรษณีย์|อากร|คลัง|ป้อม|เรือ|ใหญ่|หนึ่ง|นาง|ใน"
    ),
    "นาง": re.compile(
        r"พยาบาล|แบบ|งาม|เอก|ฟ้า|รำ|ใน|รอง|เลิ้ง|สงกรานต์|พญา|นพมาศ|ร้าย|เงือก|กวัก|ไม้|ละคร|อัปสร|ห้าม|สนม|สาว"
    ),
}
_no_name = re.compile("(?:ใน|และ|หรือ|ที่|ของ|นาง|นาย)")
_doctor = re.compile(r"(?:นายแพทย์|แพทย์หญิง|นพ\.|พญ\.)\s?[ก-๎]{2,40}\s{1,3}[ก-๎]{2,40}")


def _spans(text, known):
    for match in _citizen_id.finditer(text):
        digits = re.sub("[^0-9]", "", match[0])
        # Written in its own groups it is one, even with a slip in it.
        if is_citizen_id(digits) or _in_groups.fullmatch(match[0]):
            yield Kind.CITIZEN_ID, *match.span()
    for match in _account.finditer(text):
        yield Kind.ACCOUNT, *match.span("number" if match["number"] else 0)
    for kind, pattern in (
        (Kind.PHONE, _phone),
        (Kind.EMAIL, _email),
        (Kind.LINE, _line_id),
        (Kind.PLACE, _place),
    ):
        for match in pattern.finditer(text):
            yield kind, *match.span()
    for pattern in _known_patterns(known):
        for match in pattern.finditer(text):
            yield Kind.REQUESTER, *match.span()
    for match in _letter.finditer(text):
        if not match[0].lstrip().startswith("พ"):  # พ.ศ. and numbers of acts
            yield Kind.LETTER, *match.span()
    yield from _names(text)


def is_citizen_id(digits: str) -> bool:
    """Whether thirteen digits carry the check digit of a Thai citizen ID."""
    total = sum(
        int(digit) * weight for digit, weight in zip(digits, range(13, 1, -1), strict=False)
    )
    return len(digits) == 13 and digits[0] != "0" and (11 - total % 11) % 10 == int(digits[12])


def _names(text):
    for pattern in (_english_name, _doctor):
        for match in pattern.finditer(text):
            yield Kind.NAME, *match.span()
    starts = None
    for match in _titled.finditer(text):
        title, name = match["title"], match["name"]
        refused = _no_name_after.get(title)
        is_joined = match.start("name") == match.end("title")
        if refused and is_joined and refused.match(name):
            continue
        if not is_joined and _no_name.match(name):
            continue
        if title in {"นาย", "นาง"} and match.start() and "ก" <= text[match.start() - 1] <= "๎":
            # Inside a run of letters the dictionary says whether a word begins here: พัฒนางาน.
            if starts is None:
                starts = {start for start, _end in thai_words.word_spans(text)}
            if match.start() not in starts:
                continue
        yield Kind.NAME, *match.span()


_titles = re.compile(r"^(?:นางสาว|นาง|นาย|น\.\s?ส\.|คุณ|ดร\.|Mr\.?|Mrs\.?|Ms\.?)\s*")


def _known_patterns(known):
    words = {" ".join(to_arabic_digits(normalise(word)).split()) for word in known}
    for word in sorted(words, key=len, reverse=True):
        if len(word) > 3:
            letters = (re.escape(letter) for letter in word if not letter.isspace())
            edges = (r"\b", r"\b") if word.isascii() else ("", "")
            yield re.compile(rf"{edges[0]}{r'[ ]*'.join(letters)}{edges[1]}", re.IGNORECASE)


# In files: each yields (kind, where, text); without a kind the text is read like any other.


def _of_text(file):
    content = file.read()
    try:
        yield None, _("text of the file"), content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield None, _("text of the file"), content.decode("cp874", "replace")


def _of_sound(file):
    head = file.read(200_000)
    if head.startswith(b"ID3"):
        tags = head[10 : 10 + 100_000]
        for encoding in ("utf-16", "latin-1"):
            told = " ".join(re.findall(r"[\w@.\- ]{4,}", tags.decode(encoding, "ignore")))
            yield None, _("tags of the sound file"), told
    yield Kind.UNREAD, _("file"), _("A sound file: listen to it to the end.")


def _of_nothing(_file):
    yield Kind.UNREAD, _("file"), _("A picture: look at what can be read in it.")


def _of_pdf(file):
    paper = PdfReader(file)
    if paper.is_encrypted and not paper.decrypt(""):
        yield Kind.UNREAD, _("file"), _("The PDF has a password.")
        return
    for name, value in (paper.metadata or {}).items():
        label = str(name).lstrip("/")
        if label in {"Author", "Company", "Manager"} and str(value).strip():
            yield Kind.PROPERTY, label, str(value)
        elif label not in {"Producer", "Creator", "CreationDate", "ModDate", "Trapped"}:
            yield None, label, str(value)
    for name in paper.attachments:
        yield Kind.UNREAD, _("file inside the PDF"), str(name)
    blank = 0
    for number, page in enumerate(paper.pages[:MOST_PAGES], 1):
        where = _("page %(number)s") % {"number": number}
        text = page.extract_text() or ""
        blank += not text.strip()
        yield None, where, text
        for note in page.get("/Annots") or ():
            facts = note.get_object()
            link = (facts.get("/A") or {}).get_object() if "/A" in facts else {}
            told = [facts.get(key) for key in ("/Contents", "/T", "/V", "/TU")] + [link.get("/URI")]
            text = "\n".join(str(part) for part in told if part)
            yield None, _("note on page %(number)s") % {"number": number}, text
    if blank:
        told = _("%(count)s pages have no text to read, perhaps scans.") % {"count": blank}
        yield Kind.UNREAD, _("file"), told
    if len(paper.pages) > MOST_PAGES:
        yield Kind.UNREAD, _("file"), _("It has too many pages to read them all.")


_people_in_properties = re.compile(
    r"<(?:\w+:)?(creator|lastModifiedBy|Manager|Company)\b[^<>]*>([^<]{0,400})<", re.IGNORECASE
)
# Attributes in which Office keeps people, addresses, names of sheets and words for pictures.
_told_in_attributes = re.compile(
    r'\b(?:w\d*:author|author|userId|displayName|name|descr|title|Target|initials|val)="([^"]{3,400})"'
)
_authors = re.compile(r'\b(?:w\d*:author|displayName)="([^"]+)"|<author>([^<]{1,400})</author>')
_block_ends = re.compile(
    r"</(?:\w+:)?(?:p|si|c|row|t[cr]|author|comment|text|title|keywords)>|<\w+:br\b"
)
_tags = re.compile(r"<[^<>]*>")
_nobody = {"", "python-docx", "openpyxl", "microsoft office user", "user", "admin", "author"}


def _of_office_document(file):
    unpacked = 0
    with zipfile.ZipFile(file) as document:
        for part in document.infolist():
            name = part.filename
            yield None, _("name of a part of the file"), name
            if not name.lower().endswith((".xml", ".rels", ".vml", ".txt")):
                if "embeddings/" in name or name.lower().endswith((".bin", ".docx", ".xlsx")):
                    yield Kind.UNREAD, _("file inside the file"), name
                continue
            unpacked += part.file_size
            if part.file_size > MOST_PART_BYTES or unpacked > MOST_UNPACKED_BYTES:
                yield Kind.UNREAD, name, _("It is too large to be read.")
                return
            with document.open(part) as opened:  # never more than it declares, whatever it holds
                content = opened.read(MOST_PART_BYTES).decode("utf-8", "replace")
            yield from _of_part(name, content)


def _of_part(name, content):
    if name.startswith("docProps/"):
        for label, value in _people_in_properties.findall(content):
            person = html.unescape(value).strip()
            if person.casefold() not in _nobody:
                yield Kind.PROPERTY, label, person
    people = {html.unescape(a or b).strip() for a, b in _authors.findall(content)}
    for person in sorted(people):
        if person.casefold() not in _nobody:
            yield Kind.PROPERTY, _("author of a change or comment"), person
    told = html.unescape("\n".join(_told_in_attributes.findall(content)))
    text = html.unescape(_tags.sub("", _block_ends.sub("\n", content)))
    yield None, name, f"{text}\n{told}"
