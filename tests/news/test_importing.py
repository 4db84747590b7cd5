"""Import: nothing is lost silently, nothing is taken twice, a killed run goes on."""

import gzip
import json
import re
from collections import Counter
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command

from lopburi_pr.thai_calendar import BANGKOK
from news import importing, indexing, publishing
from news import loading as news_loading
from news.models import Article, Edition, SearchDocument
from office import loading as office_loading
from office.models import RunningNumber
from tests import make

SITE = "https://www.thaigov.go.th/news/contents/details/"


@pytest.fixture
def loaded(db):
    office_loading.load()
    news_loading.load()


def item(number, **fields):
    given = {
        "source_url": f"{SITE}{number}",
        "date": "2023-03-23",
        "title": f"ข่าวที่ {number}",
        "paragraphs": ["วรรคแรกของข่าว", "วรรคที่สอง"],
        "topic": "ด้านสังคม",
        "provinces": [],
    }
    return given | fields


def as_lines(*items):
    rows = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in items]
    return list(enumerate(rows, start=1))


def run(*items):
    """The report, and the reason of each bad line by its number."""
    bad = {}
    report = importing.import_lines(as_lines(*items), on_bad=bad.__setitem__)
    return report, bad


def imported(number):
    return Edition.objects.get(article__imported_from=f"{SITE}{number}")


def test_an_item_becomes_a_published_edition_with_a_number(loaded):
    run(item(1, title=" จังหวัด<b>ลพบุรี</b> ", paragraphs=["วรรคแรก", "1 < 2 & จริง", "....", "-"]))

    edition = imported(1)
    article = edition.article
    assert (article.year, article.number, article.language) == (2566, 1, "th")
    assert (article.topic.slug, article.kind) == ("society", "news")
    assert edition.title == "จังหวัด<b>ลพบุรี</b>"
    assert (edition.lead, edition.must_know) == ("วรรคแรก", "")
    assert edition.body == "<p>1 &lt; 2 &amp; จริง</p>"
    assert edition.source_agency == "ทำเนียบรัฐบาล (thaigov.go.th)"
    assert edition.source_url == f"{SITE}1"
    assert edition.listed_at == datetime(2023, 3, 23, 9, tzinfo=BANGKOK)
    assert (edition.state, edition.version, edition.approved_by) == ("approved", 1, None)
    assert list(Edition.objects.published()) == [edition]
    assert SearchDocument.objects.get().edition == edition


def test_a_long_first_paragraph_is_cut_at_a_word_for_the_lead_and_kept_in_the_body(loaded):
    long = "กระทรวงสาธารณสุขเปิดบริการประชาชน " * 30

    run(item(1, paragraphs=[long, "ต่อ"]))

    edition = imported(1)
    assert len(edition.lead) <= 401
    assert edition.lead.endswith("…")
    assert edition.body.count("กระทรวงสาธารณสุข") == 30


def test_a_title_too_long_is_shortened_and_kept_whole_in_the_text(loaded):
    title = "นายกรัฐมนตรีตรวจราชการจังหวัดลพบุรี " * 20

    report, _ = run(item(1, title=title))

    edition = imported(1)
    assert report.shortened_titles == 1
    assert len(edition.title) <= 300
    assert edition.title.endswith("…")
    assert f"{edition.lead} {edition.body}".count("ตรวจราชการ") >= 20


def test_thirty_tricky_lines(loaded):
    good = [item(number) for number in range(1, 11)]
    tricky = [
        b'{"source_url": "https://a.example/1", ',
        b"[1, 2]",
        b'"text"',
        b"null",
        b"\xff\xfe not utf-8",
        b"   ",
        item(20, title=None),
        item(21, title="  \u200b "),
        item(22, title=["list"]),
        item(23, title="มี\x00ศูนย์"),
        item(24, date="2023-02-30"),
        item(25, date="เร็ว ๆ นี้"),
        item(26, date=20230101),
        item(27, paragraphs="ข้อความ"),
        item(28, paragraphs=["ดี", 7]),
        item(29, provinces="ลพบุรี"),
        item(30, source_url="javascript:alert(1)"),
        item(31, source_url="https://a.example/" + "x" * 600),
        {"title": "ไม่มีที่มา", "date": "2023-01-01", "paragraphs": []},
        b"[" * 100_000,
    ]

    mixed = [row for pair in zip(good, tricky, strict=False) for row in pair]
    report, bad = run(*mixed, *tricky[10:])

    known = Article.objects.values_list("imported_from", flat=True)
    assert set(known) == {row["source_url"] for row in good}
    assert (report.lines, report.imported, report.bad) == (30, 10, 19)
    assert 12 not in bad  # blank
    named = {number: reason.split(":")[0] for number, reason in bad.items()}
    assert [named[number] for number in sorted(named)] == [
        "bad JSON",
        "a JSON list, not an object",
        "a JSON str, not an object",
        "a JSON NoneType, not an object",
        "not UTF-8",
        *["title"] * 4,
        *["date"] * 3,
        *["paragraphs"] * 2,
        "provinces",
        *["source_url"] * 3,
        "bad JSON",
    ]
    assert bad[20] == "title: contains NUL characters"
    assert bad[21] == "date: impossible ('2023-02-30')"


def test_odd_but_honest_lines_are_taken(loaded):
    report, bad = run(
        item(1, date="2566-03-23"),
        item(2, paragraphs=[]),
        {key: value for key, value in item(3).items() if key not in {"topic", "provinces"}},
        item(4, topic=None, provinces=None, extra={"nested": [1]}),
        item(5, title="\ud800หัวข้อ", paragraphs=["\ufeffก\u200bข"]),
        item(6, topic="เรื่องที่ไม่เคยมี"),
        item(7, title="PM discloses key cabinet resolutions", paragraphs=["Today."]),
        item(8, topic="ชี้แจงประเด็นสำคัญ"),
    )

    assert (report.imported, bad) == (8, {})
    assert imported(1).listed_at == imported(2).listed_at
    assert imported(2).lead == imported(2).title
    assert imported(5).title == "หัวข้อ"
    assert imported(6).article.topic.slug == "government-policy"
    assert imported(7).article.language == "en"
    assert imported(8).article.kind == "clarification"


def test_places_are_recognised_by_any_name_and_unknown_ones_counted(loaded):
    report, _ = run(
        item(1, provinces=["lopburi", "sing-buri"]),
        item(2, provinces=["จังหวัดลพบุรี", "Lop Buri", "ลพบุรี"]),
        item(3, provinces=["ระยอง", "ระยอง", "chai nat"]),
    )

    codes = {
        number: sorted(imported(number).article.provinces.values_list("code", flat=True))
        for number in (1, 2, 3)
    }
    assert codes == {1: ["16", "17"], 2: ["16"], 3: ["18"]}
    assert report.unknown_provinces == Counter({"ระยอง": 2})


@pytest.mark.parametrize(
    ("text", "provinces", "codes"),
    [
        ("ลงพื้นที่อำเภอบ้านหมี่ และ อ.ท่าวุ้ง", ["ลพบุรี"], ["1605", "1606"]),
        ("ณ อ.เมือง จ.ลพบุรี", ["ลพบุรี"], ["1601"]),
        ("อำเภอเมืองลพบุรี", ["ลพบุรี"], ["1601"]),
        ("อำเภอเมือง จังหวัดระยอง", ["ลพบุรี"], []),
        ("ที่ว่าการอำเภอเมือง", ["ลพบุรี", "สิงห์บุรี"], []),
        ("อำเภอท่าช้าง จังหวัดนครราชสีมา", ["สิงห์บุรี"], []),
        ("อำเภอท่าช้าง จังหวัดสิงห์บุรี", ["สิงห์บุรี"], ["1705"]),
        ("อำเภอบ้านหมี่", [], []),
        ("บ้านหมี่", ["ลพบุรี"], []),
    ],
)
def test_districts_are_found_in_the_text(loaded, text, provinces, codes):
    run(item(1, paragraphs=["นำ", text], provinces=provinces))

    found = imported(1).article.districts.order_by("code").values_list("code", flat=True)
    assert list(found) == codes


def test_importing_again_changes_nothing(loaded):
    items = [item(number) for number in range(5)]
    run(*items, items[0])
    before = list(Article.objects.order_by("pk").values())

    report, _ = run(*items, item(9))

    assert (report.imported, report.known) == (1, 5)
    assert list(Article.objects.exclude(imported_from=f"{SITE}9").order_by("pk").values()) == before
    assert RunningNumber.objects.get(series="news", year=2566).last == 6


def test_numbers_go_on_behind_those_of_the_office(loaded):
    own = make.published(at=datetime(2023, 1, 5, 9, tzinfo=BANGKOK))
    assert (own.article.year, own.article.number) == (2566, 1)

    run(item(1), item(2, date="2022-12-31"), item(3))
    later = make.published(at=datetime(2023, 1, 6, 9, tzinfo=BANGKOK))

    numbers = {n: (imported(n).article.year, imported(n).article.number) for n in (1, 2, 3)}
    assert numbers == {1: (2566, 2), 2: (2565, 1), 3: (2566, 3)}
    assert later.article.number == 4
    assert publishing.NUMBER_SERIES == "news"


class Killed(BaseException):
    """What kill -9 is to a test."""


def test_a_killed_import_keeps_whole_batches_and_goes_on(loaded, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 4)
    items = [item(number) for number in range(10)]

    def die(report):
        if report.imported == 8:
            raise Killed

    with pytest.raises(Killed):
        importing.import_lines(as_lines(*items), on_bad=print, on_batch=die)
    assert Article.objects.count() == 8
    report, _ = run(*items)

    assert (report.imported, report.known) == (2, 8)
    numbers = Article.objects.values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, 11))
    assert SearchDocument.objects.count() == 10


def test_an_import_killed_before_its_search_rows_makes_them_next_time(loaded, monkeypatch):
    def die(edition_ids):
        if list(edition_ids):
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(indexing, "index", die)
        with pytest.raises(Killed):
            run(item(1), item(2))
    assert (Article.objects.count(), SearchDocument.objects.count()) == (2, 0)

    run(item(1))

    assert SearchDocument.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_much_news_is_indexed_by_two_processes(monkeypatch):
    office_loading.load()
    news_loading.load()
    monkeypatch.setattr(importing, "BATCH", 5)
    monkeypatch.setattr(importing, "ALONE", 5)

    report, bad = run(*(item(number) for number in range(30)))

    assert (report.imported, bad) == (30, {})
    assert SearchDocument.objects.count() == 30


def test_the_command_reads_gzip_and_names_bad_lines(loaded, tmp_path, capsys):
    path = tmp_path / "news.jsonl.gz"
    rows = [json.dumps(item(1)), "{bad", "", json.dumps(item(2, provinces=["ระยอง"]))]
    path.write_bytes(gzip.compress("\n".join(rows).encode()))

    call_command("import_news", str(path))

    told = capsys.readouterr()
    assert "line 2: bad JSON" in told.err
    assert "2 imported" in told.out
    assert "1 bad lines skipped" in told.out
    assert "ระยอง (1)" in told.out


def test_a_damaged_file_is_named_and_what_was_read_is_kept(loaded, tmp_path):
    path = tmp_path / "news.jsonl.gz"
    rows = [json.dumps(item(number, paragraphs=[str(number) * 400])) for number in range(400)]
    whole = gzip.compress("\n".join(rows).encode(), compresslevel=1)
    path.write_bytes(whole[: len(whole) * 3 // 4])

    with pytest.raises(CommandError, match="damaged after line") as refused:
        call_command("import_news", str(path))

    last = int(re.search(r"after line (\d+)", str(refused.value))[1])
    assert importing.BATCH < last < 400
    assert Article.objects.count() == last


def test_missing_files_and_missing_topics_are_sentences(db, tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_news", str(tmp_path / "none"))
    path = tmp_path / "news.jsonl"
    path.write_text(json.dumps(item(1)))
    with pytest.raises(CommandError, match="load_office"):
        call_command("import_news", str(path))


def test_a_line_too_long_to_hold_is_skipped(loaded, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "LONGEST_LINE", 5_000)
    path = tmp_path / "news.jsonl"
    long = json.dumps(item(2, paragraphs=["x" * 30_000]))
    path.write_text("\n".join((json.dumps(item(1)), long, json.dumps(item(3)))))
    bad = {}

    importing.import_lines(importing.read(path), on_bad=bad.__setitem__)

    assert list(bad) == [2]
    assert Article.objects.count() == 2


def test_news_of_a_day_to_come_waits_for_it(loaded):
    run(item(1, date="2150-01-01"))

    assert not Edition.objects.published().exists()
    assert Edition.objects.scheduled().exists()
