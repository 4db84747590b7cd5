"""The pages that tell a reader whether a notice is genuine, and what they must never tell."""

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
from datetime import timedelta

import pytest
import segno
from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lopburi_pr.http import PUBLIC
from news import publishing
from news.forms import LONGEST_PASTE
from news.models import LedgerEntry
from news.verify_views import PASTES
from tests import make

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
SECRET = "ความลับที่ยังไม่ถึงเวลาเปิดเผยต่อประชาชนทั่วทั้งจังหวัดลพบุรี"


@pytest.fixture(autouse=True)
def _nobody_asked():
    cache.clear()


def address(edition, version=None, tail=""):
    version = f".{version or edition.version}"
    return f"/verify/{edition.article.reference}{version}/{tail}"


def paste(client, text, language=""):
    return client.post(f"{language}/verify/", {"text": text})


def finding(page):
    """Tone and title of the answer."""
    found = re.search(r'finding finding--(\w+)">.*?finding__title">(.*?)<', page.text, re.DOTALL)
    return found[1], html.unescape(found[2])


# A reference


@pytest.mark.parametrize(
    "written", ["{0}", "lpb-{1}-{2}", "LPB {1}-{2}.1", "{0}.01", "{1}-{2}", "lpb-{1}-{2} ฉบับที่ ๑"]
)
def test_every_way_to_write_a_reference_leads_to_one_address(client, written):
    edition = make.published()
    article = edition.article

    page = client.get(
        f"/verify/{written.format(article.reference, article.year, article.number)}/", follow=True
    )

    assert page.redirect_chain[-1][0] == address(edition)
    assert page.status_code == 200


def test_the_box_leads_to_the_record(client):
    edition = make.published()

    page = client.get("/verify/", {"reference": f"{edition.article.year}/{edition.article.number}"})

    assert (page.status_code, page.url) == (302, f"/verify/{edition.article.reference}/")


@pytest.mark.parametrize("typed", ["", "น้ำท่วม", "x" * 100, "12"])
def test_what_is_no_reference_is_answered_with_a_sentence_and_kept(client, typed):
    page = client.get("/verify/", {"reference": typed})

    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert f'value="{typed}"' in page.text or not typed


def test_current_version_is_called_so(client):
    edition = make.published(title="น้ำท่วมสี่อำเภอ")

    page = client.get(address(edition))

    assert finding(page) == ("success", "ของจริง และเป็นฉบับปัจจุบัน")
    assert "น้ำท่วมสี่อำเภอ" in page.text
    assert edition.entry.sha256 in page.text
    assert "ไม่ใช่ลายมือชื่ออิเล็กทรอนิกส์" in page.text
    assert 'name="robots" content="noindex"' in page.text
    assert page.headers["Cache-Control"] == PUBLIC
    assert not page.cookies


def test_replaced_version_leads_to_the_new_one_and_to_what_changed(client):
    first = make.published(ago=2 * HOUR)
    second = make.revised(first, lead="ระดับน้ำลดลงแล้ว")

    page = client.get(address(first))

    assert finding(page) == ("warning", "ของจริง แต่มีฉบับใหม่กว่าแล้ว")
    assert f'href="{address(second)}"' in page.text
    assert f'href="{first.get_absolute_url()}v1..v2/"' in page.text
    assert client.get(f"{first.get_absolute_url()}v1..v2/").status_code == 200


def test_expired_notice_is_called_so_and_its_text_is_not_given_out(client):
    edition = make.published(body="<p>ข้อความที่พ้นกำหนด</p>")
    publishing.expire(edition.article, by=None)

    page = client.get(address(edition))

    assert finding(page) == ("warning", "ของจริง แต่หมดอายุแล้ว")
    assert "ข้อความที่พ้นกำหนด" not in page.text
    assert f'href="{edition.get_absolute_url()}"' not in page.text
    assert client.get(address(edition, tail="content.json")).status_code == 404
    assert client.get(address(edition, tail="record.json")).json()["state"] == "expired"


def test_text_that_was_changed_in_the_database_is_not_called_genuine(client, tamper):
    edition = make.published()
    tamper("news_edition", "must_know = 'โอนเงินด่วน'", id=edition.pk)

    assert finding(client.get(address(edition))) == ("danger", "ไม่ตรงกับที่ลงทะเบียนไว้")


def test_unknown_number_says_whom_to_ask(client):
    page = client.get("/verify/LPB-2569-99999.1/")

    assert page.status_code == 404
    assert finding(page) == ("info", "ไม่พบในทะเบียน")
    assert "LPB-2569-99999.1" in page.text


def test_sample_news_says_that_it_is_sample(client, settings):
    edition = make.draft()
    edition.article.is_sample = True
    edition.article.save()
    publishing.publish(edition, by=None)

    assert "ข้อมูลตัวอย่าง" in client.get(address(edition)).text


def test_english_reader_gets_the_english_edition_or_the_thai_one(client):
    thai = make.published(ago=2 * HOUR, title="น้ำท่วม")
    make.published(language="en", translation_of=thai.article, ago=HOUR, title="Flood")
    alone = make.published(title="ภัยแล้ง")

    both = client.get(f"/en{address(thai)}")
    one = client.get(f"/en{address(alone)}")

    assert "Flood" in both.text
    assert '<p lang="th"><b>' in one.text
    assert finding(one) == ("success", "Genuine and current")


# Anybody can check it


def test_content_has_the_hash_that_was_signed(client):
    edition = make.published(title="น้ำท่วม “สี่อำเภอ” <ด่วน>")

    content = client.get(address(edition, tail="content.json"))
    record = client.get(address(edition, tail="record.json")).json()
    keys = client.get("/.well-known/publication-keys.json").json()["keys"]

    assert json.loads(content.content)["title"] == edition.title
    assert hashlib.sha256(content.content).hexdigest() == record["entry"]["sha256"]
    (key,) = keys
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key["public_key"]))
    public.verify(base64.b64decode(record["signature"]), record["entry_hash"].encode())
    assert key["key_id"] == record["entry"]["key_id"]
    assert (record["state"], record["replaced_by"]) == ("current", None)
    assert record["content"] == f"http://testserver{address(edition, tail='content.json')}"
    for answer in (content, client.get("/.well-known/publication-keys.json")):
        assert answer.headers["Cache-Control"] == PUBLIC


def test_record_names_what_replaced_it(client):
    first = make.published(ago=2 * HOUR)
    make.revised(first)

    record = client.get(address(first, tail="record.json")).json()

    assert (record["state"], record["replaced_by"]) == (
        "replaced",
        f"{first.article.reference}.2",
    )


@pytest.mark.skipif(not shutil.which("openssl"), reason="no OpenSSL on this machine")
@pytest.mark.skipif(not shutil.which("sha256sum"), reason="no sha256sum on this machine")
def test_commands_on_the_page_work_as_they_stand(client, tmp_path):
    edition = make.published(title="น้ำท่วม 'สี่อำเภอ'")
    page = client.get(address(edition)).text
    commands = html.unescape(re.search(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)[1])
    content = client.get(address(edition, tail="content.json")).content
    (tmp_path / "content.json").write_bytes(content)
    fetch = f"curl -s http://testserver{address(edition, tail='content.json')}"
    assert fetch in commands

    done = subprocess.run(
        ["sh", "-e", "-c", commands.replace(fetch, "cat content.json")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    hash_of_content, hash_of_line, answer = done.stdout.splitlines()
    assert hash_of_content.split()[0] == edition.entry.sha256
    assert hash_of_line.split()[0] == edition.entry.entry_hash
    assert answer == "Signature Verified Successfully"


@pytest.mark.parametrize("tail", ["content.json", "record.json"])
def test_documents_have_one_address(client, tail):
    edition = make.published()

    assert client.get(f"/verify/{edition.article.reference}/{tail}").status_code == 404
    assert client.get(address(edition, tail=tail).lower()).status_code == 404


# A pasted text


def test_text_of_the_office_is_called_the_same(client):
    edition = make.published(body="<p>ประปาหยุดจ่ายน้ำที่ตำบลท่าศาลาตลอดวันศุกร์</p>")

    page = paste(client, f"{edition.title}\n{edition.plain_body}")

    assert page.status_code == 200
    assert finding(page) == ("success", "ข้อความนี้ตรงกับข่าวของสำนักงาน")
    assert f'href="{edition.get_absolute_url()}"' in page.text


def test_changed_text_is_called_so_and_shows_the_difference(client):
    edition = make.published(body="<p>ประปาหยุดจ่ายน้ำที่ตำบลท่าศาลาตลอดวันศุกร์ โทร 1784</p>")

    page = paste(client, edition.plain_body.replace("1784", "099"))

    assert finding(page)[0] == "danger"
    assert "</span>1784</del>" in page.text
    assert "</span>099</ins>" in page.text


def test_old_text_shows_what_the_office_says_now(client):
    first = make.published(ago=2 * HOUR, body="<p>ประปาหยุดจ่ายน้ำที่ตำบลท่าศาลาวันศุกร์</p>")
    make.revised(first, body="<p>ประปาหยุดจ่ายน้ำที่ตำบลท่าศาลาวันเสาร์</p>")

    page = paste(client, first.plain_body)

    assert finding(page) == ("warning", "สำนักงานแก้ไขข่าวนี้แล้ว")
    assert "ฉบับที่ 1" in page.text
    assert "ศุกร์</del>" in page.text
    assert "เสาร์</ins>" in page.text


def test_added_text_is_marked(client):
    edition = make.published(body="<p>ประปาหยุดจ่ายน้ำที่ตำบลท่าศาลาตลอดวันศุกร์หน้า</p>")

    page = paste(client, f"{edition.plain_body}\nโอนเงินที่ 099-1234567")

    assert finding(page) == ("warning", "เป็นข่าวของสำนักงาน แต่มีข้อความอื่นปนอยู่")


def test_mostly_foreign_text_is_not_called_news_of_the_office(client):
    edition = make.published(body="<p>ประปาหยุดจ่ายน้ำที่ตำบลท่าศาลาตลอดวันศุกร์</p>")
    foreign = "ธนาคารทุกแห่งจะปิดทำการห้าวันให้รีบไปถอนเงินออกมาให้หมดก่อนเที่ยงวันพรุ่งนี้"

    page = paste(client, f"{edition.plain_body}\n{foreign}")

    assert finding(page) == ("danger", "ข้อความส่วนใหญ่ไม่ได้มาจากสำนักงาน")


def test_expired_text_is_called_so(client):
    edition = make.published(body="<p>ประปาหยุดจ่ายน้ำที่ตำบลท่าศาลาตลอดวันศุกร์</p>")
    publishing.expire(edition.article, by=None)

    page = paste(client, edition.plain_body)

    assert finding(page) == ("warning", "ข่าวนี้หมดอายุแล้ว")
    assert f'href="{edition.get_absolute_url()}"' not in page.text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "โปรดวางข้อความก่อน"),
        ("   \n ", "โปรดวางข้อความก่อน"),
        ("สั้นไป", "สั้นเกินกว่าจะเทียบได้"),
        ("📣" * 100, "สั้นเกินกว่าจะเทียบได้"),
        ("ก" * (LONGEST_PASTE + 1), "ยาวเกิน 10,000 ตัวอักษร"),
        ("กก\x00กก" * 30, ""),
    ],
    ids=["nothing", "blank", "short", "emoji", "long", "NUL"],
)
def test_text_that_can_not_be_compared_is_answered_with_a_sentence_and_kept(client, text, sentence):
    page = paste(client, text)

    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert sentence in page.text
    assert text.strip()[:20].replace("\x00", "") in page.text.replace("\x00", "")


def test_more_than_a_server_takes_is_refused(client):
    assert paste(Client(raise_request_exception=False), "ก" * 1_000_000).status_code == 400


@pytest.mark.parametrize(
    "text",
    [
        "ก " * 5000,
        "และ" * 3000,
        "<script>alert(1)</script>" * 300,
        "น้ำ\u0e48\u0e49" * 1500,
        "\u202e\u200b" * 2000 + "ประชาชนริมน้ำยกของขึ้นที่สูงก่อนวันศุกร์",
        "\n" * 9000 + "x" * 50,
        "%s %(a)s {0}" * 500,
        "😀" * 40 + "a" * 40,
    ],
)
def test_hostile_text_is_answered_with_a_page(client, text):
    make.published()

    page = paste(client, text)

    assert page.status_code in {200, 400}
    assert "<script>alert" not in page.text


def test_comparing_stores_nothing_and_sets_no_cookie(client):
    make.published()
    text = "ข้อความส่วนตัวของผู้อ่านที่ไม่มีใครควรได้เห็นอีก"

    page = paste(Client(enforce_csrf_checks=True), text)

    assert page.status_code == 200
    assert not page.cookies
    assert page.headers["Cache-Control"] == "no-store"
    assert LedgerEntry.objects.count() == 1


@pytest.fixture
def one_minute(travel):
    """The clock stands still, or the limit might begin anew in the middle of a slow test."""
    now = timezone.now()
    travel(now)
    return now


def test_one_address_compares_only_so_often(client, one_minute):
    make.published()
    text = "ข้อความที่ยาวพอจะนำมาเทียบกับทะเบียนได้"
    for _ in range(PASTES):
        assert paste(client, text).status_code == 200

    page = paste(client, text)

    assert (page.status_code, 0 < int(page.headers["Retry-After"]) <= 60) == (429, True)
    assert client.get("/verify/").status_code == 200
    other = client.post("/verify/", {"text": text}, REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 200


def test_the_limit_ends_with_its_minute(client, one_minute, travel):
    text = "ข้อความที่ยาวพอจะนำมาเทียบกับทะเบียนได้"
    for _ in range(PASTES + 1):
        page = paste(client, text)
    assert page.status_code == 429

    travel(one_minute + timedelta(seconds=61))

    assert paste(client, text).status_code == 200


def test_behind_the_proxy_readers_are_told_apart(client, settings, one_minute):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    text = "ข้อความที่ยาวพอจะนำมาเทียบกับทะเบียนได้"
    for _ in range(PASTES + 1):
        page = client.post("/verify/", {"text": text}, headers={"x-forwarded-for": "192.0.2.1"})

    assert page.status_code == 429
    answer = client.post("/verify/", {"text": text}, headers={"x-forwarded-for": "192.0.2.2"})
    assert answer.status_code == 200


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)("/verify/").status_code == 405


# What must stay hidden


@pytest.fixture
def embargoed(db):
    """An article and a second version of another one, registered but not shown yet."""
    live = make.published(ago=HOUR, title="ข่าวที่เห็นได้แล้วของจังหวัดลพบุรี")
    make.revised(live, at=timezone.now() + HOUR, lead=SECRET)
    coming = make.published(at=timezone.now() + HOUR, title=SECRET, body=f"<p>{SECRET}</p>")
    assert LedgerEntry.objects.filter(edition=coming).exists()
    return live, coming


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("tail", ["", "content.json", "record.json"])
def test_what_is_not_shown_yet_looks_like_what_never_was(client, embargoed, language, tail):
    live, coming = embargoed

    for edition, version in ((coming, 1), (live, 2)):
        there = client.get(f"{language}{address(edition, version, tail)}")
        never = client.get(f"{language}/verify/LPB-2569-99999.{version}/{tail}")

        assert there.status_code == never.status_code == 404
        assert there.text.replace(f"{edition.article.reference}.{version}", "…") == (
            never.text.replace(f"LPB-2569-99999.{version}", "…")
        )


def test_no_page_of_what_is_shown_tells_of_what_is_coming(client, embargoed):
    live, coming = embargoed

    pages = [
        client.get(address(live)),
        client.get(address(live, tail="record.json")),
        client.get(address(live, tail="content.json")),
        client.get("/verify/"),
        client.get(f"/verify/{live.article.reference}/", follow=True),
        paste(client, f"{live.title}\n{live.lead}"),
    ]

    for page in pages:
        assert page.status_code == 200
        assert SECRET not in page.text
        assert coming.article.reference not in page.text
        assert f"{live.article.reference}.2" not in page.text


def test_a_pasted_secret_looks_like_any_unknown_text(client, embargoed):
    secret, never = SECRET, "ข้อความที่ไม่เคยมีอยู่ในข่าวใดของสำนักงานเลยแม้แต่ครั้งเดียว"

    there, unknown = paste(client, secret), paste(client, never)

    assert finding(there) == finding(unknown)
    assert there.text.replace(secret, "…") == unknown.text.replace(never, "…")


def test_at_its_hour_it_is_genuine_without_any_job(client, embargoed, travel):
    live, coming = embargoed

    travel(timezone.now() + 2 * HOUR)

    assert finding(client.get(address(coming)))[0] == "success"
    assert finding(client.get(address(live, 1)))[0] == "warning"
    assert finding(paste(client, SECRET))[0] == "success"


# The way here


def test_article_and_print_carry_the_code_of_their_version(client):
    edition = make.published(ago=2 * HOUR)
    second = make.revised(edition)
    leads_to = f"http://testserver{address(second)}"
    drawn = segno.make(leads_to, micro=False, error="m").svg_inline(
        omitsize=True, light="#fff", svgclass=None, lineclass=None
    )

    for path in ("", "print/"):
        page = client.get(f"{edition.get_absolute_url()}{path}")

        assert f'<a class="qr" href="{leads_to}"><span aria-hidden="true">{drawn}' in page.text


def test_old_version_carries_its_own_code_and_a_preview_none(client, desk):
    edition = make.published(ago=2 * HOUR)
    make.revised(edition)
    draft = publishing.revise(edition.article, by=None)

    old = client.get(f"{edition.get_absolute_url()}v1/")
    preview = desk.get(reverse("news:preview", args=[draft.pk]))

    assert f'href="http://testserver{address(edition)}"' in old.text
    assert 'class="qr"' not in preview.text


def test_code_of_an_english_page_leads_to_the_english_record(client):
    thai = make.published(ago=2 * HOUR)
    english = make.published(language="en", translation_of=thai.article, ago=HOUR)

    page = client.get(english.get_absolute_url())

    assert f'href="http://testserver/en{address(english)}"' in page.text


def test_record_costs_few_queries(client, django_assert_max_num_queries):
    first = make.published(ago=2 * HOUR)
    make.revised(first)
    client.get("/verify/")

    with django_assert_max_num_queries(8):
        client.get(address(first))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("language", "width"), [("", 360), ("/en", 1280)])
def test_answer_is_readable_for_everybody(live_server, page, language, width):
    first = make.published(ago=2 * HOUR, body="<p>ประปาหยุดจ่ายน้ำที่ตำบลท่าศาลาวันศุกร์</p>")
    make.revised(first, body="<p>ประปาหยุดจ่ายน้ำที่ตำบลท่าศาลาวันเสาร์</p>")
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{live_server.url}{language}/verify/")

    page.locator("textarea").fill(f"ด่วนมาก\n{first.plain_body}\n{first.lead[:-3]}ลงทันที")
    page.locator("form[method=post] button").click()

    assert page.locator(".finding__title").is_visible()
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"][:120]) for rule in found] == []
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0
