"""``make bench NEWS=file.jsonl.gz``: how fast the portal is, as ratios that any machine can repeat.

Imports the file into a database of its own (kept in var/bench for the next run), serves it with
gunicorn and two sync workers, and lets wrk ask each page and q1 in turn (see scripts/bench_urls.py)
with 16 connections. The figure of a page is its requests/s over q1's in the same round, the median
of all rounds: machines differ and are shared, ratios of one minute hardly do. No page is cached.
The register is read to its end, and pasted texts are compared with it. At the end ten thousand
letters are handed to a mail server; with ``--kills`` two thousand, by workers killed forty times.
Then the desk of a volunteer on a slow phone, the queue of advice with ten thousand open cases,
a thousand requests that nobody should send; at last how fast answers to a survey are taken,
against a bare insert, and how fast a million of them are counted and read.
Needs wrk (apt-get install wrk); Lighthouse too where npm is at hand.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote, urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.local_site import BASE_DIR, Server, manage, prepare

BENCH = BASE_DIR / "var" / "bench"
SITE = Server(8765)
ROUNDS, SECONDS, CONNECTIONS = 5, 3, 16
ADDRESSES = 2500  # more than a process remembers, so that "never asked before" stays true
SIGNATURES, REGISTER_GOAL = 5000, 0.5
PASTES, PASTED_LETTERS = 25, 2000
DIFF_WORDS = 2_000
GOALS = {
    "article, any": 0.6,
    "article, in the news": 0.6,
    "home": 0.4,
    "list": 0.3,
    "list, page 500": 0.27,
    "search, new words": 0.2,
    "search, asked before": 0.2,
}


def main(news=None, *arguments):
    if not news:
        sys.exit("Which news? make bench NEWS=file.jsonl.gz (see manage.py import_news --help)")
    if not shutil.which("wrk"):
        sys.exit("wrk asks the pages: apt-get install wrk")
    prepare(BENCH, settings="scripts.bench_settings")
    import_once(Path(news).resolve())
    register()
    with SITE:
        throughput()
        pastes()
        differences()
        if "--no-lighthouse" not in arguments:
            lighthouse()
    beside("distribution", *(["2000", "40"] if "--kills" in arguments else ["10000"]))
    beside("desk")
    beside("advice")
    beside("requests", "1000")
    beside("surveys")
    beside("survey_results")


def beside(name, *arguments):
    """Another bench, in a process and database of its own."""
    print(f"\n{name}", flush=True)
    script = BASE_DIR / "scripts" / f"bench_{name}.py"
    environment = {n: v for n, v in os.environ.items() if n != "DATABASE_URL"}
    subprocess.run([sys.executable, str(script), *arguments], check=True, env=environment)


def import_once(news):
    manage("load_office", "-v0")
    began = time.monotonic()
    manage("import_news", str(news))
    from news.models import Edition  # noqa: PLC0415 -- only now Django is ready

    count = Edition.objects.published().count()
    print(f"\nimport: {count:,} items published, this run took {time.monotonic() - began:.0f} s")


def register():
    """How fast the register is read, against bare signatures that one processor checks meanwhile:
    at least half an edition, with its text, its hashes and its line, for each.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
        Ed25519PrivateKey,
    )

    from news import auditing  # noqa: PLC0415 -- only now Django is ready

    private = Ed25519PrivateKey.generate()
    signature, public = private.sign(b"x" * 64), private.public_key()
    began = time.monotonic()
    for _ in range(SIGNATURES):
        public.verify(signature, b"x" * 64)
    bare = SIGNATURES / (time.monotonic() - began)
    began = time.monotonic()
    count = sum(count for count, _ in auditing.read_all())
    rate = count / (time.monotonic() - began)
    verdict = "" if rate >= REGISTER_GOAL * bare else "  missed"
    print(f"register: {count:,} editions read, {rate:,.0f} a second (goal 5,000)")
    print(f"  of bare signatures: {rate / bare:.2f} (goal {REGISTER_GOAL:.2f}){verdict}")


def pastes():
    """How long a reader waits who pastes a text that was forwarded."""
    from news.models import Edition  # noqa: PLC0415

    every = Edition.objects.published().newest_first()
    some = list(every[:: max(1, every.count() // PASTES)])[:PASTES]  # fewer than the limit allows
    waits = []
    for edition in some:
        text = f"{edition.title}\n{edition.lead}\n{edition.plain_body}"[:PASTED_LETTERS]
        data = urlencode({"text": text}).encode()
        began = time.monotonic()
        with urllib.request.urlopen(f"{SITE.address}/verify/", data) as answer:
            answer.read()
        waits.append((time.monotonic() - began) * 1000)
    waits.sort()
    print(
        f"  pasted text: {statistics.median(waits):.0f} ms, the slowest {waits[-1]:.0f} (goal 300)"
    )


def differences():
    """Two versions of 2,000 Thai words, every twelfth another one, woven together."""
    from lopburi_pr.thai_words import word_spans  # noqa: PLC0415
    from news.differences import pieces  # noqa: PLC0415
    from news.models import Edition  # noqa: PLC0415

    texts = [e.plain_body for e in Edition.objects.published().newest_first()[:60]]
    old = "\n".join(texts)
    spans = word_spans(old)[:DIFF_WORDS]
    old = old[: spans[-1][1]]
    new, done = [], 0
    for place, (start, end) in enumerate(spans):
        new.append(old[done:start] + ("แก้ไข" if place % 12 == 0 else old[start:end]))
        done = end
    for name, before, after in (
        ("in paragraphs", old, "".join(new)),
        ("as one paragraph", old.replace("\n", " "), "".join(new).replace("\n", " ")),
    ):
        waits = []
        for _ in range(5):
            began = time.monotonic()
            pieces(before, after)
            waits.append((time.monotonic() - began) * 1000)
        print(f"  {DIFF_WORDS:,} words {name}: {statistics.median(waits):.0f} ms (goal 150)")


def throughput():
    targets = _targets()
    for name, paths in targets.items():
        _wrk(name, paths, seconds=1)  # every template compiled, every list remembered
    rounds = {name: [] for name in targets}
    for _ in range(ROUNDS):
        for name, paths in targets.items():
            rounds[name].append(_wrk(name, paths, SECONDS))
    bare = rounds.pop("q1")
    print(f"\n  {'':24}{'requests/s':>12}{'of q1':>8}{'goal':>7}")
    print(f"  {'q1':24}{statistics.median(bare):12.0f}{1:8.2f}")
    for name, rates in rounds.items():
        ratio = statistics.median(rate / base for rate, base in zip(rates, bare, strict=True))
        goal = GOALS[name]
        verdict = "" if ratio >= goal else "  missed"
        print(f"  {name:24}{statistics.median(rates):12.0f}{ratio:8.2f}{goal:7.2f}{verdict}")
    first, deep = rounds["list"], rounds["list, page 500"]
    deepest = statistics.median(b / a for a, b in zip(first, deep, strict=True))
    print(f"  page 500 of page 1: {deepest:.2f} (goal 0.90)")


def _targets():
    """Paths to ask for each name, in a fixed order."""
    from lopburi_pr import thai_words  # noqa: PLC0415 -- only now Django is ready
    from news.models import Edition  # noqa: PLC0415

    every = Edition.objects.published().newest_first().select_related("article")
    some = list(every[:: max(1, every.count() // ADDRESSES)])
    pairs = [thai_words.words(edition.title)[2:4] for edition in some]
    phrases = ["".join(pair) for pair in pairs if len(pair) == 2 and min(map(len, pair)) > 2]
    asked = ["ลพบุรี", "น้ำท่วม", "นโยบาย", "ป่าสัก", "นารายณ์", "PM2.5", "ภัยแล้ง", "ท่วม", "โควิด"]
    asked += ["ข้าว", "ชัยนาท", "สิงห์บุรี", "วัคซีน", "ท่องเที่ยว", "งบประมาณ", "อ่างทอง", "๒๕๖๗"]
    addresses = [edition.get_absolute_url() for edition in some]
    return {
        "q1": [f"/q1/{edition.pk}/" for edition in some],
        "article, any": addresses,
        "article, in the news": addresses[:50],
        "home": ["/"],
        "list": ["/news/"],
        "list, page 500": ["/news/?page=500"],
        "search, new words": [f"/search/?q={quote(phrase)}" for phrase in dict.fromkeys(phrases)],
        "search, asked before": [f"/search/?q={quote(phrase)}" for phrase in asked],
    }


def _wrk(name, paths, seconds):
    script = BENCH / f"{re.sub('[^a-z0-9]+', '-', name)}.lua"
    script.write_text(
        "local paths = {" + ",".join(json.dumps(path) for path in paths) + "}\n"
        f"local i = math.floor({time.monotonic()} * 1000) % #paths\n"
        "request = function()\n  i = i % #paths + 1\n  return wrk.format('GET', paths[i])\nend\n"
        "done = function(summary)\n  io.write(string.format('%d %d\\n', summary.requests,"
        " summary.errors.status + summary.errors.timeout + summary.errors.read))\nend\n"
    )
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--timeout",
        "30s",
        "-s",
        str(script),
        SITE.address,
    ]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    errors = int(output.strip().splitlines()[-1].split()[1])
    if errors:
        raise RuntimeError(f"{name}: {errors} requests failed")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])


def lighthouse():
    """Scores and weights of the first view on a slow phone, by Google's own judge."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not (shutil.which("npm") and browser):
        print("\n  Lighthouse: not run, it needs npm and Chromium")
        return
    judge = BENCH / "node_modules" / ".bin" / "lighthouse"
    if not judge.exists():
        npm = ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(BENCH)]
        subprocess.run([*npm, "lighthouse@12.8.2"], check=True)
    from django.db.models.functions import Length  # noqa: PLC0415 -- only now Django is ready

    from news.models import Edition  # noqa: PLC0415

    by_length = Edition.objects.published().order_by(Length("body"), "pk")
    article = by_length[by_length.count() // 2]
    head = f"{'perf':>6}{'a11y':>6}{'best':>6}{'seo':>6}{'LCP s':>8}{'KB':>7}{'requests':>10}"
    print(f"\n  Lighthouse, phone, slow 4G{'':6}{head}")
    for path in ("/", article.get_absolute_url(), "/news/", "/en/"):
        report = _judged(judge, browser, path)
        audits = report["audits"]
        scores = [round(category["score"] * 100) for category in report["categories"].values()]
        lcp = audits["largest-contentful-paint"]["numericValue"] / 1000
        weight = audits["total-byte-weight"]["numericValue"] / 1024
        requests = len(audits["network-requests"]["details"]["items"])
        print(
            f"  {path:32}"
            + "".join(f"{s:6}" for s in scores)
            + f"{lcp:8.2f}{weight:7.0f}{requests:10}"
        )


def _judged(judge, browser, path):
    flags = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"
    flags += " --disable-background-networking --disable-component-update"
    command = [
        str(judge),
        SITE.address + path,
        "--quiet",
        f"--chrome-flags={flags}",
        "--output=json",
    ]
    command += ["--only-categories=performance,accessibility,best-practices,seo"]
    environment = os.environ | {"CHROME_PATH": browser}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return json.loads(done.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
