"""News of other government sites, taken over from JSON Lines without losing a line silently.

Items are written in batches, each in one transaction with its numbers: a run that is killed leaves
whole batches, and the next run goes on behind them because an item is known by its source address.
Search rows follow each batch, shared with a second process when there is much to do; the next run
begins with those that a killed one left out.
"""

import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from urllib.parse import urlsplit

from django.db import ProgrammingError, connection, reset_queries, transaction
from django.utils import timezone

from lopburi_pr import rich_text
from lopburi_pr.thai_calendar import BANGKOK, DateError, be_year, parse_thai_date
from lopburi_pr.thai_text import excerpt, fold, normalise
from lopburi_pr.thai_words import word_spans
from news import indexing, register
from news.index_process import IndexProcess
from news.models import Article, Edition, Topic
from news.publishing import NUMBER_SERIES
from office.models import District, Province
from office.numbering import last_of_next

BATCH = 200
ALONE = 600  # items that one process indexes sooner than a second could start
COLLECTING = ("news_search_vector", "news_fingerprint_prints")
LONGEST_LINE = 8 * 2**20
LONGEST_TITLE = 300
LONGEST_LEAD = 400
LONGEST_ADDRESS = 500
LISTED_AT = time(9, tzinfo=BANGKOK)  # sources give a day; offices open then
OTHER_TOPIC = "government-policy"
TOPICS = {
    "ด้านเศรษฐกิจ": "economy",
    "ภาคการค้าการลงทุน": "economy",
    "นวัตกรรมสร้างชาติ": "economy",
    "การพัฒนาโครงสร้างพื้นฐาน": "economy",
    "การประคองภาระหนี้สินและต้นทุนทางการเงินภาคธุรกิจ SMEs": "economy",
    "ลดภาระค่าใช้จ่ายประชาชนด้านพลังงานและระบบสาธารณูปโภค": "economy",
    "ด้านสังคม": "society",
    "ด้านความมั่นคง": "society",
    "การปราบปรามยาเสพติด": "society",
    "ยกระดับคุณภาพชีวิต": "society",
    "สร้างคุณภาพชีวิต": "society",
    "ด้านวัฒนธรรมท่องเที่ยวฯ": "education-culture",
    "ด้านการศึกษาฯ": "education-culture",
    "ปฏิรูปการศึกษาและสร้างสังคมแห่งการเรียนรู้ตลอดชีวิต": "education-culture",
    "การผลักดัน Soft Power": "education-culture",
    "Soft Power": "education-culture",
    "ภาคการท่องเที่ยว": "tourism",
    "เรียนรู้สู้โควิด-19": "health",
    "การดูแลสิ่งแวดล้อม": "disaster",
    "ข่าวสถานการณ์ฉุกเฉิน": "disaster",
    "การแก้ไขปัญหาหนี้สินภาคการเกษตร": "agriculture",
    "สร้างรายได้จากผืนดินและส่งเสริมสิ่งแวดล้อม": "agriculture",
}
KINDS = {
    "ชี้แจงประเด็นสำคัญ": Article.Kind.CLARIFICATION,
    "Statements": Article.Kind.STATEMENT,
}
AGENCIES = {"www.thaigov.go.th": "ทำเนียบรัฐบาล (thaigov.go.th)"}

_address = re.compile(r"https?://[^\s<>\"'\\]+\.[^\s<>\"'\\]+", re.IGNORECASE)
_thai = re.compile("[ก-ฮ]")
_latin = re.compile("[A-Za-z]")
_says_something = re.compile(r"\w")


class BadLineError(ValueError):
    """Why a line can't become news, in words for whoever runs the import."""


class DamagedFileError(ValueError):
    """The file itself ends or breaks; what was read before it is kept."""


@dataclass(frozen=True)
class Item:
    """One piece of news as its source tells it."""

    address: str
    day: date
    title: str
    paragraphs: list[str]
    topic: str
    provinces: list[str]


@dataclass
class Report:
    """What an import has done so far."""

    lines: int = 0
    imported: int = 0
    known: int = 0
    bad: int = 0
    shortened_titles: int = 0
    unknown_provinces: Counter = field(default_factory=Counter)


def import_lines(
    lines: Iterable[tuple[int, bytes | None]],
    *,
    on_bad: Callable[[int, str], None],
    on_batch: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Import numbered lines, as ``read`` gives them. Blank ones are passed over.

    ``on_bad`` hears of each line that is skipped, ``on_batch`` of the state after each batch.
    """
    report, places = Report(), _Places()
    indexing.index(_left_out())
    process = None
    with ExitStack() as stack:
        if not connection.in_atomic_block:
            stack.enter_context(_words_collected())
        for batch in _batches(lines):
            items = []
            for number, line in batch:
                try:
                    item = parse(line)
                except BadLineError as reason:
                    report.bad += 1
                    on_bad(number, str(reason))
                else:
                    items += [item] if item else []
            if new := _import_batch(items, places, report):
                # A second process would see nothing of a transaction around this import.
                if process is None and report.imported > ALONE and not connection.in_atomic_block:
                    process = stack.enter_context(IndexProcess())
                if process is None or not process.take(new):
                    indexing.index(new)
            report.lines = batch[-1][0]
            on_batch(report)
            reset_queries()  # DEBUG would keep the text of every one
    return report


def read(path: Path, on_bytes: Callable[[int], None] = lambda count: None) -> Iterator:
    """Number and bytes of each line of a file, plain or gzipped; None for one too long to hold.

    ``on_bytes`` hears how much of the file is read. Raises DamagedFileError where it breaks.
    """
    with path.open("rb") as raw:
        is_packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        lines = gzip.GzipFile(fileobj=raw) if is_packed else raw
        number = 0
        try:
            while line := lines.readline(LONGEST_LINE):
                number += 1
                is_whole = line.endswith(b"\n") or len(line) < LONGEST_LINE
                while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                    line = lines.readline(LONGEST_LINE)
                on_bytes(raw.tell())
                yield number, line if is_whole else None
        except (EOFError, OSError, zlib.error) as error:
            raise DamagedFileError(f"The file is damaged after line {number}: {error}") from error


def parse(line: bytes | None) -> Item | None:
    """The item on a line, None when it is blank. Raises BadLineError with the reason."""
    if line is None:
        raise BadLineError(f"longer than {LONGEST_LINE // 2**20} MB")
    if not line.strip():
        return None
    try:
        given = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadLineError("not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise BadLineError(f"bad JSON: {error}") from None
    if not isinstance(given, dict):
        raise BadLineError(f"a JSON {type(given).__name__}, not an object")
    title = _text(given, "title")
    if not title:
        raise BadLineError("title: blank")
    return Item(
        address=_valid_address(given),
        day=_day(given),
        title=title,
        paragraphs=_texts(given, "paragraphs"),
        topic=_text(given, "topic", ""),
        provinces=_texts(given, "provinces", []),
    )


def _valid_address(given):
    address = _text(given, "source_url")
    if len(address) > LONGEST_ADDRESS:
        raise BadLineError(f"source_url: longer than {LONGEST_ADDRESS} characters")
    if not address.isprintable() or not _address.fullmatch(address):
        raise BadLineError("source_url: not a web address")
    return address


def _day(given):
    text = _text(given, "date")
    try:
        return parse_thai_date(text)
    except DateError as error:
        raise BadLineError(f"date: {error.code.replace('_', ' ')} ({text[:40]!r})") from None


def _text(given, name, default=None):
    value = given.get(name)
    if value is None:
        if default is None:
            raise BadLineError(f"{name}: missing")
        return default
    return _checked(value, name).strip()


def _texts(given, name, default=None):
    values = given.get(name)
    if values is None and default is not None:
        return default
    if not isinstance(values, list):
        raise BadLineError(f"{name}: missing" if values is None else f"{name}: not a list")
    return [_checked(value, name) for value in values]


def _checked(value, name):
    if not isinstance(value, str):
        raise BadLineError(f"{name}: not text but {type(value).__name__}")
    if "\x00" in value:
        raise BadLineError(f"{name}: contains NUL characters")
    return normalise(value)


class _Places:
    """Finds provinces by any of their names, and districts in running text."""

    def __init__(self):
        self.topics = dict(Topic.objects.values_list("slug", "pk"))
        if OTHER_TOPIC not in self.topics:
            raise LookupError("The topics are not loaded yet: run manage.py load_office first.")
        self.provinces = {}
        for province in Province.objects.all():
            names = (province.name_th, province.name_en, province.name_rtgs, province.code)
            self.provinces |= {_plain_name(name): province for name in names}
        districts = District.objects.select_related("province")
        self.districts = {}
        for district in districts:
            self.districts.setdefault(district.name_th, []).append(district)
            if district.name_th == f"เมือง{district.province.name_th}":
                self.districts.setdefault("เมือง", []).append(district)
        names = sorted(self.districts, key=len, reverse=True)
        self.in_text = re.compile(
            rf"(?:อำเภอ|(?<![ก-ฮ.])อ\.)\s?({'|'.join(map(re.escape, names)) or '(?!)'})"
            r"(?:\s{0,2}(?:จังหวัด|จ\.)\s?([ก-๙]+))?"
        )

    def named(self, names, unknown):
        """Provinces of these names; names of other provinces are counted in ``unknown``."""
        found = {}
        for name in names:
            province = self.provinces.get(_plain_name(name))
            if province:
                found[province.pk] = province
            else:
                unknown[name[:80]] += 1
        return found

    def districts_in(self, text, provinces):
        """Our districts that ``text`` names as อำเภอ…, of these provinces only.

        Districts of other provinces share names with ours, so a province written behind decides,
        and “อำเภอเมือง” alone says nothing.
        """
        found = {}
        for name, province_behind in self.in_text.findall(text):
            for district in self.districts[name]:
                is_behind = province_behind.startswith(district.province.name_th)
                if district.province_id not in provinces:
                    continue
                if is_behind or (not province_behind and name != "เมือง"):
                    found[district.pk] = district
        return found


def _plain_name(name):
    return re.sub(r"^จังหวัด|^จ\.|[\W_]+", "", fold(name).strip())


def _batches(lines):
    """``lines`` in lists; where the file breaks, what was read is still given before the error."""
    batch, damage = [], None
    try:
        for line in lines:
            batch.append(line)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except DamagedFileError as error:
        damage = error
    if batch:
        yield batch
    if damage:
        raise damage


def _left_out():
    """Imported editions that have no search row: the process that was to write it was killed."""
    imported = Edition.objects.filter(article__imported_from__isnull=False, shown_until=None)
    return imported.filter(search_document=None).values_list("pk", flat=True)


@contextmanager
def _words_collected():
    """Let PostgreSQL collect new words and prints and sort many of them into the indexes together,
    which is three times faster. Searches are right all the while; were this killed, they would only
    be a little slower until the next import ends.
    """
    with connection.cursor() as cursor, suppress(ProgrammingError):  # not the owner: slower
        for index in COLLECTING:
            cursor.execute(f"ALTER INDEX {index} SET (fastupdate = on)")
    try:
        yield
    finally:
        with connection.cursor() as cursor, suppress(ProgrammingError):
            for index in COLLECTING:
                cursor.execute(f"ALTER INDEX {index} SET (fastupdate = off)")
                cursor.execute("SELECT gin_clean_pending_list(%s)", [index])


@transaction.atomic
def _import_batch(items, places, report):
    """Write what is new among ``items``; keys of the editions."""
    if not items:
        return []
    with connection.cursor() as cursor:  # two imports of one file wait for each other here
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('news.importing'))")
    new = {}
    for item in items:
        new.setdefault(item.address, item)
    known = Article.objects.filter(imported_from__in=new).values_list("imported_from", flat=True)
    for address in known:
        del new[address]
    report.known += len(items) - len(new)
    if not new:
        return []
    drafts = [_edition(item, places, report) for item in new.values()]
    _give_numbers([edition.article for edition, _, _ in drafts])
    Article.objects.bulk_create(edition.article for edition, _, _ in drafts)
    for edition, _, _ in drafts:
        edition.article_id = edition.article.pk
    editions = Edition.objects.bulk_create(edition for edition, _, _ in drafts)
    in_province, in_district = Article.provinces.through, Article.districts.through
    in_province.objects.bulk_create(
        in_province(article_id=edition.article_id, province_id=pk)
        for edition, provinces, _ in drafts
        for pk in provinces
    )
    in_district.objects.bulk_create(
        in_district(article_id=edition.article_id, district_id=pk)
        for edition, _, districts in drafts
        for pk in districts
    )
    edition_ids = [edition.pk for edition in editions]
    register.enter(edition_ids)
    report.imported += len(new)
    return edition_ids


def _edition(item, places, report):
    """The edition of an item with its unsaved article, its provinces and its districts."""
    title, paragraphs = item.title, [text.strip() for text in item.paragraphs]
    paragraphs = [text for text in paragraphs if _says_something.search(text)]
    if len(title) > LONGEST_TITLE:
        title = excerpt(title, LONGEST_TITLE - 1, word_spans)
        paragraphs.insert(0, item.title)
        report.shortened_titles += 1
    first = paragraphs[0] if paragraphs else title
    lead = excerpt(first, LONGEST_LEAD, word_spans)
    is_whole = lead == " ".join(first.split())
    provinces = places.named(item.provinces, report.unknown_provinces)
    districts = {}
    if provinces:
        districts = places.districts_in("\n".join((title, *paragraphs)), provinces)
    at = datetime.combine(item.day, LISTED_AT)
    topic = TOPICS.get(item.topic, OTHER_TOPIC)
    is_english = _latin.search(title) and not _thai.search(title + first)
    article = Article(
        year=be_year(at),
        language=Article.Language.ENGLISH if is_english else Article.Language.THAI,
        kind=KINDS.get(item.topic, Article.Kind.NEWS),
        topic_id=places.topics.get(topic, places.topics[OTHER_TOPIC]),
        imported_from=item.address,
    )
    host = urlsplit(item.address).hostname or ""
    edition = Edition(
        article=article,
        title=title,
        lead=lead,
        body=rich_text.paragraphs(paragraphs[1:] if is_whole else paragraphs),
        source_agency=AGENCIES.get(host, host[:200]),
        source_url=item.address,
        state=Edition.State.APPROVED,
        approved_at=timezone.now(),
        shown_from=at,
        listed_at=at,
    )
    edition.clean_text()
    return edition, provinces, districts


def _give_numbers(articles):
    """Numbers of each year in the order of the file; years in one order, so no imports deadlock."""
    by_year = {}
    for article in articles:
        by_year.setdefault(article.year, []).append(article)
    for year, of_year in sorted(by_year.items()):
        last = last_of_next(NUMBER_SERIES, year, len(of_year))
        for number, article in enumerate(of_year, last - len(of_year) + 1):
            article.number = number
