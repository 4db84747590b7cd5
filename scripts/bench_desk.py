"""``scripts/bench_desk.py [TIMES]``: a volunteer's telephone of 360 pixels on slow 3G, in Chromium.

Counts taps and prints seconds from the tap on the personal link to the script on the screen, and
from there to the receipt, at the best, in the middle and at the worst; every visit starts with an
empty cache. The portal it makes stands in var/bench-desk.
"""

import os
import shutil
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import sync_playwright

from scripts.local_site import BASE_DIR, Server, prepare
from scripts.shots import ARGUMENTS

SITE = Server(8767)
PHONE = {"width": 360, "height": 740}
BITS_A_SECOND, LATENCY_MS = 400_000, 400
SLOW_3G = {
    "offline": False,
    "latency": LATENCY_MS,
    "downloadThroughput": BITS_A_SECOND / 8,
    "uploadThroughput": BITS_A_SECOND / 8,
}
SPOKEN = """เรียนพี่น้องประชาชนที่เคารพ
ระดับน้ำในแม่น้ำลพบุรีจะสูงขึ้นตั้งแต่วันศุกร์นี้ ขอให้ยกของขึ้นที่สูง และย้ายรถไปจอดที่วัด
ขอความช่วยเหลือโทร หนึ่งเจ็ดแปดสี่
ขอทวนอีกครั้ง ขอให้ยกของขึ้นที่สูงก่อนวันศุกร์ โทร หนึ่งเจ็ดแปดสี่"""


def main(times=5):
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser_path:
        sys.exit("Chromium is the telephone: apt-get install chromium")
    prepare(BASE_DIR / "var" / "bench-desk")
    path = _desk()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps a loop in this thread
    with SITE, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        _visit(browser, path)  # the server wakes up
        found = [_visit(browser, path) for _ in range(times)]
        browser.close()
    print(f"{times} visits, {BITS_A_SECOND // 1000} kbit/s, {LATENCY_MS} ms, {PHONE['width']} px")
    for place, (name, taps) in enumerate((("script on the screen", 1), ("receipt", 2))):
        seconds = sorted(visit[place] for visit in found)
        print(
            f"{name}: tap {taps}, {seconds[0]:.1f} / {statistics.median(seconds):.1f} /"
            f" {seconds[-1]:.1f} s from the tap on the link"
        )
    print(f"sent to the telephone: {statistics.median(visit[2] for visit in found) / 1000:.0f} kB")


def _desk():
    """The path of a volunteer's desk with one script, of a portal with nothing else on it."""
    from network import personal_links  # noqa: PLC0415 -- only now Django is ready
    from network.models import Person  # noqa: PLC0415
    from news.models import Article, Edition, Topic  # noqa: PLC0415
    from news.publishing import publish  # noqa: PLC0415

    topic, _ = Topic.objects.get_or_create(slug="bench", defaults={"name_th": "ทดสอบ"})
    edition = Edition.objects.create(
        article=Article.objects.create(topic=topic),
        title="จังหวัดลพบุรีแจ้งเตือนประชาชนริมแม่น้ำลพบุรีเตรียมยกของขึ้นที่สูง",
        must_know="ยกของขึ้นที่สูงก่อนวันศุกร์ โทร 1784",
        lead="คณะทำงานติดตามสถานการณ์น้ำของจังหวัดประเมินว่าระดับน้ำจะสูงขึ้นช้า ๆ",
        body="<p>รายละเอียดของข่าว</p>",
        spoken=SPOKEN,
        source_agency="สำนักงานป้องกันและบรรเทาสาธารณภัยจังหวัดลพบุรี",
    )
    publish(edition, by=None)
    volunteer = Person.objects.create(name="อาสาสมัครทดสอบ", means=["tower"])
    return personal_links.issue(volunteer, by=None)


def _visit(browser, path):
    """Seconds to the script, seconds to the receipt, and how many bytes came by then."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.set_default_timeout(60_000)
    wire, heard = context.new_cdp_session(page), []
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", SLOW_3G)
    wire.on("Network.loadingFinished", lambda said: heard.append(said["encodedDataLength"]))
    started = time.monotonic()
    page.goto(SITE.address + path, wait_until="commit")
    page.locator(".script p").last.wait_for()
    script = time.monotonic() - started
    page.locator(".desk__aired button").click()
    page.wait_for_url("**/reports/**", wait_until="commit")
    page.locator(".office-facts").wait_for()
    receipt = time.monotonic() - started
    context.close()
    return script, receipt, sum(heard)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
