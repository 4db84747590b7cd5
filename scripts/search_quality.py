"""``python scripts/search_quality.py FILE.jsonl.gz``: how much search finds, and how fast.

Imports the file into a throwaway database until it holds 2,000, 20,000 and 60,000 items (beyond
the end of the file its items once more, rows copied under other numbers) and prints, at each size,
how long searches take: the phrases of search_phrases.txt and a set of texts made to hurt. At the
second size it compares what each phrase finds with a plain substring scan over all published items.

``recall`` and ``timings`` work on whatever database Django is set up with, for other scripts.
"""

import argparse
import gzip
import io
import itertools
import math
import os
import random
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE_DIR))

PHRASES = Path(__file__).with_name("search_phrases.txt")
SIZES = (2_000, 20_000, 60_000)
RECALL_GOAL, SLOWEST_GOAL_MS = 0.98, 300
ROUNDS = 5


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("file", type=Path, help="news as manage.py import_news takes it")
    arguments.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    arguments.add_argument(
        "--titles", metavar="TEXT", nargs="*", default=(), help="print the first 10 found"
    )
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        prepare(Path(folder))
        texts = phrases()

        def judge():
            report_recall(texts)
            for text in given.titles:
                print(f"\n{text}", *first_titles(text), sep="\n  ")

        growth(given.file, given.sizes, texts, at_second=judge)


def prepare(folder):
    """Set Django up on an empty database of its own, which ends with this process."""
    from lopburi_pr import embedded_postgres  # noqa: PLC0415 -- the path to it is set above

    os.environ["DATABASE_URL"] = embedded_postgres.start(folder / "db" / "postgres", throwaway=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "lopburi_pr.settings_test"
    import django  # noqa: PLC0415 -- only now the environment is ready
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_office", stdout=io.StringIO())


def phrases():
    lines = PHRASES.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


# Growth


def growth(file, sizes, texts, at_second=lambda: None):
    """Fill the database up to each of ``sizes`` and print how long texts of both kinds take."""
    all_times = []
    with (gzip.open if file.suffix == ".gz" else open)(file, "rb") as lines:
        for place, size in enumerate(sizes):
            print(f"\n{size:,} items: {filled(size, lines)}")
            times = {"ordinary": timings(texts), "hostile": timings(hostile_texts())}
            all_times.append(times)
            for kind, found in times.items():
                print(f"  {kind:9}{summary(found)}")
            if place == 1:
                at_second()
    print("\nGrowth in ms. Medians of one search and of its whole page; the slowest search of all")
    heads = ("items", "search", "of first", "page", "of first", "log", "hostile", "slowest")
    print("  " + "".join(f"{head:>10}" for head in heads))
    first = all_times[0]["ordinary"]
    for size, times in zip(sizes, all_times, strict=True):
        search, page = median_search(times["ordinary"]), median_page(times["ordinary"])
        slowest = max(itertools.chain(*times.values()), key=lambda timing: timing.search)
        print(
            f"  {size:10,}{search:10.1f}{search / median_search(first):10.2f}"
            f"{page:10.1f}{page / median_page(first):10.2f}"
            f"{math.log(size) / math.log(sizes[0]):10.2f}"
            f"{median_search(times['hostile']):10.1f}{slowest.search:10.0f}"
        )
    verdict = "within" if slowest.search <= SLOWEST_GOAL_MS else "MISSES"
    print(f"Slowest: {slowest.search:.0f} ms ({verdict} {SLOWEST_GOAL_MS}), {shown(slowest.text)}")


def filled(size, lines):
    """Bring the database to ``size`` items; says how."""
    from news import importing  # noqa: PLC0415 -- only now Django is ready
    from news.management.commands.import_news import refresh_statistics  # noqa: PLC0415
    from news.models import Edition  # noqa: PLC0415

    began, before = time.perf_counter(), Edition.objects.count()
    numbered = enumerate(itertools.islice(lines, max(size - before, 0)), 1)
    report = importing.import_lines(
        numbered, on_bad=lambda number, reason: print(f"line {number}: {reason}")
    )
    rate = report.imported / (time.perf_counter() - began)
    missing = size - before - report.imported
    if missing > 0:
        copy(missing)
    refresh_statistics()
    said = [f"{report.imported:,} imported, {rate:.0f} a second"] if report.imported else []
    return ", ".join([*said, *([f"{missing:,} copied"] if missing > 0 else [])])


def copy(count):
    """Add ``count`` items that say what those there say, under other numbers."""
    from django.db import connection  # noqa: PLC0415 -- only now Django is ready

    from news.models import Edition  # noqa: PLC0415

    before, originals = Edition.objects.count(), Edition.objects.filter(pk__lt=APART).count()
    turn = Edition.objects.latest("pk").pk // APART
    with connection.cursor() as cursor:
        for start in range(0, count, originals):
            turn += 1
            for table, changed in COPIED.items():
                cursor.execute(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608 -- our own names
                key, *_ = columns = [column.name for column in cursor.description]
                values = ", ".join(changed.get(name, name) for name in columns)
                cursor.execute(
                    f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table}"  # noqa: S608
                    f" WHERE {key} < {APART} ORDER BY {key} LIMIT {min(originals, count - start)}",
                    {"turn": turn, "apart": turn * APART},
                )
        cursor.execute(
            "UPDATE news_searchword SET documents = documents * %(by)s, inside = inside * %(by)s",
            {"by": round((before + count) / before)},
        )


APART = 10_000_000  # between the numbers of an item and of its copy
COPIED = {
    "news_article": {
        "id": "id + %(apart)s",
        "number": "number + %(apart)s",
        "imported_from": "imported_from || '?' || %(turn)s",
    },
    "news_edition": {"id": "id + %(apart)s", "article_id": "article_id + %(apart)s"},
    "news_searchdocument": {"edition_id": "edition_id + %(apart)s"},
}


def median_search(times):
    return statistics.median(timing.search for timing in times)


def median_page(times):
    return statistics.median(timing.page for timing in times)


@dataclass(frozen=True)
class Timing:
    text: str
    search: float  # milliseconds of a search that nobody made before
    page: float  # of the whole page


def timings(texts):
    """The best of ROUNDS searches for each text (others use the machine too) and its page once."""
    from django.test import Client  # noqa: PLC0415 -- only now Django is ready
    from django.utils import timezone  # noqa: PLC0415

    from news import listing, searching  # noqa: PLC0415

    client, stamp = Client(), listing.stamp()
    searching.search("ลพบุรี", stamp=stamp)  # reads the dictionary, the synonyms and the counts
    client.get("/search/", {"q": "ลพบุรี"})
    found = []
    for text in texts:
        search = min(
            milliseconds(lambda t=text: searching.search(t, stamp=stamp, at=timezone.now()))
            for _ in range(ROUNDS)
        )
        page = milliseconds(lambda t=text: client.get("/search/", {"q": t}))
        found.append(Timing(text, search, page))
    return found


def milliseconds(call):
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def summary(times):
    slowest = max(times, key=lambda timing: timing.search)
    return (
        f"{len(times):4} texts: search median {median_search(times):5.1f}, "
        f"worst {slowest.search:5.0f} ms ({shown(slowest.text)}); "
        f"page median {median_page(times):5.1f}, "
        f"worst {max(t.page for t in times):5.0f} ms"
    )


def shown(text):
    return f"{text[:40]!r}" + (f"… {len(text):,} letters" if len(text) > 40 else "")


def hostile_texts():
    """Texts that are hard to cut, to correct, to look up or to put in order."""
    from news.models import Edition, SearchWord  # noqa: PLC0415 -- only now Django is ready

    dice = random.Random(7)  # noqa: S311 -- the same texts in every run
    counts = SearchWord.objects.exclude(word__contains=":").order_by("-documents", "word")
    common = list(counts.values_list("word", flat=True)[:200])
    rare = list(counts.filter(documents__lte=15).values_list("word", flat=True)[:60])
    body = Edition.objects.newest_first().values_list("body", flat=True)[1][3:1000]
    letters = "กขคงจฉชซดตถทนบปผพฟมยรลวสหอ"
    yield from (" ".join(common[:many]) for many in (1, 2, 3, 6, 12))
    yield from (" ".join(dice.sample(common, 4)) for _ in range(20))
    yield from ("".join(dice.sample(common, 4)) for _ in range(20))
    yield from (f"{one} {other}" for one, other in itertools.pairwise(common[:20]))
    yield from (one + other for one, other in itertools.pairwise(common[20:40]))
    yield from (" ".join(dice.sample(rare, 3)) for _ in range(5))
    yield from (body, body.replace(" ", ""), body[:199])
    for _ in range(5):  # twelve words that are none
        yield " ".join("".join(dice.choices(letters, k=15)) for _ in range(12))
        yield " ".join("".join(dice.choices("กาิทนีร่สวเแม", k=16)) for _ in range(12))
        yield " ".join("".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=8)) for _ in range(12))
        yield "".join(dice.choices(letters + "าิีุู่้", k=60))
    yield " ".join(dice.sample(letters, 12))
    yield from (letter * 200 for letter in "กาa1่.")
    yield from ("the", "a b c d e f g h i j k l", "com gov pre con int pro tra sta exp imp str dis")
    yield from ("1 2 3 4 5 6 7 8 9 0 11 12", "9" * 5000, "๙" * 5000, "2565 2564 2563", "0")
    yield from ("ก" * 5000, "น้ำ" * 5000, "\u0e49" * 5000, "'\"\\&|!:*()<->" * 100, "😀👨‍👩‍👧" * 100)
    yield from ("\u202eลพบุรี\u202c", "ลพ\u200bบุรี", '"' * 999, '"ที่ และ" "การ ใน"', "ๆ ๆ ๆ", "ฯลฯ")
    yield "".join(map(chr, range(0x21, 0x2000)))
    yield "".join(map(chr, range(0x4E00, 0x6000)))


# Recall


@dataclass(frozen=True)
class Recall:
    phrase: str
    total: int  # items that a plain scan finds
    found: int  # of these, how many search gives
    spaced: int  # beside these, how many have the phrase with other spaces or hyphens
    others: int
    is_capped: bool

    @property
    def value(self):
        from news.searching import MOST_RESULTS  # noqa: PLC0415 -- only now Django is ready

        if not self.total:
            return 1.0
        if self.total > MOST_RESULTS:
            return min(1, (self.found + self.spaced) / MOST_RESULTS)
        return self.found / self.total


def recall(texts):
    """For each phrase, the published items it stands in and those of them that search gives."""
    from news import listing, searching  # noqa: PLC0415 -- only now Django is ready

    true, spaced = scan(texts)
    stamp = listing.stamp()
    found = []
    for text in texts:
        result = searching.search(text, stamp=stamp)
        ids = set(result.ids)
        right, near = ids & true[text], (ids & spaced[text]) - true[text]
        rest = len(ids) - len(right) - len(near)
        found.append(Recall(text, len(true[text]), len(right), len(near), rest, result.is_capped))
    return found


def scan(texts):
    """The honest answer, slowly: keys of the items whose folded text contains the folded phrase;
    and of those that contain it when spaces and punctuation do not count.
    """
    from lopburi_pr import rich_text  # noqa: PLC0415 -- only now Django is ready
    from lopburi_pr.thai_text import fold  # noqa: PLC0415
    from news.models import Edition  # noqa: PLC0415

    wanted = [(text, fold(text), squeezed(fold(text))) for text in texts]
    plain, spaced = {text: set() for text in texts}, {text: set() for text in texts}
    rows = Edition.objects.published().values_list("pk", "title", "must_know", "lead", "body")
    for pk, title, must_know, lead, body in rows.iterator():
        folded = fold("\n".join((title, must_know, lead, rich_text.plain(body))))
        close = squeezed(folded)
        for text, phrase, close_phrase in wanted:
            if phrase in folded:
                plain[text].add(pk)
            elif close_phrase in close:
                spaced[text].add(pk)
    return plain, spaced


def squeezed(folded):
    return re.sub(r"[^a-z0-9\u0e00-\u0e7f]+", "", folded)


def report_recall(texts):
    from news.searching import MOST_RESULTS  # noqa: PLC0415 -- only now Django is ready

    results = recall(texts)
    print(f"\nRecall of {len(texts)} phrases against a plain substring scan of all folded texts")
    print(f"  A search gives {MOST_RESULTS:,} items at most. Where a scan finds more, recall is of")
    print("  that many, and items that have the phrase with other spaces or hyphens count as hits;")
    print(
        "  elsewhere it is what a search gives of the scan's own items. “others”: synonyms, names"
    )
    print("  of places, tags, the agency, words of a query apart; not judged here.")
    print(f"  {'scan':>8}{'found':>8}{'spaced':>8}{'others':>8}{'recall':>8}")
    for result in sorted(results, key=lambda result: result.value):
        mark = " (capped)" if result.is_capped else ""
        print(
            f"  {result.total:8,}{result.found:8,}{result.spaced:8,}{result.others:8,}"
            f"{result.value:8.3f}  {result.phrase}{mark}"
        )
    occurring = [result for result in results if result.total]
    thai = [result for result in occurring if re.search("[ก-ฮ]", result.phrase)]
    mean = statistics.mean(result.value for result in occurring)
    verdict = "reaches" if mean >= RECALL_GOAL else "MISSES"
    print(f"  mean of the {len(occurring)} that occur: {mean:.4f}, {verdict} {RECALL_GOAL}")
    print(
        f"  mean of the {len(thai)} with Thai letters: "
        f"{statistics.mean(result.value for result in thai):.4f}"
    )
    missed = [f"{r.phrase} {r.value:.3f}" for r in occurring if r.value < 1]
    print(f"  under 1: {', '.join(missed) or 'none'}")


def first_titles(text, limit=10):
    """The first headlines a search gives, for somebody to judge."""
    from news import listing, searching  # noqa: PLC0415 -- only now Django is ready
    from news.models import Edition  # noqa: PLC0415

    ids = searching.search(text, stamp=listing.stamp()).ids[:limit]
    titles = dict(Edition.objects.filter(pk__in=ids).values_list("pk", "title"))
    return [titles[pk] for pk in ids]


if __name__ == "__main__":
    main()
