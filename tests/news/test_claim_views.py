"""Rumours on the public pages: a verdict at once, a report in one step, and nothing private."""

from datetime import timedelta
from urllib.parse import quote

import extruct
import feedparser
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from lopburi_pr import photographs
from news import fact_checking, pictures
from news.models import Claim
from tests import make

pytestmark = pytest.mark.django_db
SITE = "http://testserver"
HOUR = timedelta(hours=1)
SECRET = "ลับมากนายสมชายเบอร์ 0812345678"
PASTED = "ด่วน ส่งต่อ!! ลงทะเบียนรับเงินเยียวยา ๙,๐๐๐ บาท น้ำท่วม กดลิงก์"


@pytest.fixture(autouse=True)
def _uncounted():
    """Limits of one test are not those of the next."""
    cache.clear()


@pytest.fixture
def visitor():
    """A browser that a forged form would come from: tokens are checked."""
    return Client(enforce_csrf_checks=True)


def text(answer, path="//main"):
    return " ".join(html.document_fromstring(answer.text).xpath(path)[0].text_content().split())


def sent_picture():
    return pictures.keep(photographs.reencode(make.photo()), title="ภาพ", credit="ประชาชน")


# From a message to its verdict


def test_a_pasted_message_meets_its_verdict_at_once_and_stores_nothing(visitor):
    verdict = make.answered()
    before = Claim.objects.count()

    page = visitor.post("/fact-check/", {"text": PASTED})

    assert page.status_code == 200
    assert verdict.short_answer in page.text
    assert 'class="verdict verdict--false"' in page.text
    assert f'href="/fact-check/{verdict.claim_id}/"' in page.text
    assert PASTED in page.text  # ready to be sent, should it be another one
    assert Claim.objects.count() == before
    assert page.headers["Cache-Control"] == "no-store"


def test_a_message_that_nobody_checked_can_be_sent(visitor):
    make.answered()

    page = visitor.post("/en/fact-check/", {"text": "ลิงลพบุรีป่วยทั้งเมือง"})

    assert "The office has not checked this yet" in page.text
    assert page.context["cards"] == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "วางข้อความก่อน"),
        (" \n ", "วางข้อความก่อน"),
        ("ก" * 5001, "ข้อความยาวเกินไป วางเฉพาะส่วนที่สำคัญ"),
    ],
    ids=["nothing", "spaces", "too long"],
)
def test_a_message_that_can_t_be_checked_is_kept_with_a_sentence(visitor, typed, sentence):
    page = visitor.post("/fact-check/", {"text": typed})

    assert page.status_code == 400
    assert sentence in page.text
    assert typed.strip() in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "typed",
    [
        "\x00",
        "\ud800",
        "https://[::1",
        "%00%ff",
        "<script>alert(1)</script>",
        "\u0e48" * 4000,
        "'\"--",
    ],
    ids=ascii,
)
def test_any_text_is_answered(visitor, typed):
    make.answered()

    for prefix in ("", "/en"):
        body = f"text={quote(typed, errors='surrogatepass')}"
        page = visitor.generic(
            "POST", f"{prefix}/fact-check/", body, "application/x-www-form-urlencoded"
        )
        assert page.status_code in {200, 400}
        assert "<script>alert" not in page.text


def test_the_list_shows_the_latest_first_and_one_label(client):
    make.answered(label="true", claim_text="ตรวจตาฟรี", ago=3 * HOUR)
    make.answered(label="false", claim_text="เขื่อนแตก", ago=2 * HOUR)
    make.answered(label="false", claim_text="แจกเงิน")

    everything = client.get("/fact-check/").context["cards"]
    false = client.get("/fact-check/?label=false").context["cards"]

    assert [card["claim_text"] for card in everything] == ["แจกเงิน", "เขื่อนแตก", "ตรวจตาฟรี"]
    assert [card["claim_text"] for card in false] == ["แจกเงิน", "เขื่อนแตก"]
    assert "ยังไม่มีเรื่องในรายการนี้" in client.get("/fact-check/?label=distorted").text
    assert client.get("/fact-check/?label=<b>").context["cards"] == everything


def test_one_verdict_and_thirty_cost_the_same(client, django_assert_num_queries):
    make.answered()
    client.get("/fact-check/")
    for count in (1, 29):
        for n in range(count):
            make.answered(claim_text=f"เรื่องที่ {n}")
        with django_assert_num_queries(4):
            client.get("/fact-check/")
        with django_assert_num_queries(1):
            client.get("/fact-check/?page=2")


# A verdict


def test_the_page_of_a_verdict_says_all_of_it(client):
    verdict = make.answered(make.claim(SECRET))
    make.answered(verdict.claim, label="distorted", change_note="ได้ผลตรวจแล้ว")

    page = client.get(f"/fact-check/{verdict.claim_id}/")

    assert text(page, "//h1") == "บิดเบือน"
    for shown in (
        *(verdict.claim_text, verdict.short_answer, "การช่วยเหลือทำผ่านอำเภอ", "ได้ผลตรวจแล้ว"),
        *("ไม่มีโครงการนี้", "ปภ.จังหวัดลพบุรี", "social-plugins.line.me"),
    ):
        assert shown in page.text
    assert f'href="/fact-check/{verdict.claim_id}/v1/"' in page.text


def test_an_earlier_verdict_stays_readable_under_a_notice(client):
    first = make.answered(label="unproven", ago=2 * HOUR)
    make.answered(first.claim, label="false")
    path = f"/fact-check/{first.claim_id}/"

    page = client.get(f"{path}v1/")

    assert text(page, "//h1") == "ยังไม่พอยืนยัน"
    assert "นี่คือผลการตรวจสอบฉบับก่อน" in page.text
    assert 'content="noindex"' in page.text
    assert "ClaimReview" not in page.text
    assert client.get(f"{path}v2/").headers["Location"] == path
    assert client.get(f"{path}v3/").status_code == 404


@pytest.mark.parametrize(
    ("label", "rating"),
    [
        ("true", {"ratingValue": 5, "bestRating": 5, "worstRating": 1, "alternateName": "จริง"}),
        ("distorted", {"ratingValue": 3, "alternateName": "บิดเบือน"}),
        ("false", {"ratingValue": 1, "alternateName": "ปลอม"}),
        ("unproven", {"alternateName": "ยังไม่พอยืนยัน"}),
    ],
)
def test_machines_read_one_claim_review(client, label, rating):
    verdict = make.verdict(label=label)
    make.evidence(verdict, url="/news/2569/1/")
    make.evidence(verdict, url="https://example.org/report")
    fact_checking.submit(verdict, by=None)
    fact_checking.approve(verdict, by=None)
    path = f"/fact-check/{verdict.claim_id}/"

    page = client.get(path).text
    (review,) = extruct.extract(page, base_url=SITE, syntaxes=["json-ld"])["json-ld"]

    assert (review["@context"], review["@type"]) == ("https://schema.org", "ClaimReview")
    assert review["url"] == f"{SITE}{path}"
    assert review["claimReviewed"] == verdict.claim_text
    assert review["itemReviewed"]["@type"] == "Claim"
    assert review["reviewRating"]["@type"] == "Rating"
    assert rating.items() <= review["reviewRating"].items()
    assert ("ratingValue" in review["reviewRating"]) is ("ratingValue" in rating)
    assert review["reviewBody"] == verdict.short_answer
    assert review["author"]["@type"] == "GovernmentOrganization"
    assert review["citation"] == [f"{SITE}/news/2569/1/", "https://example.org/report"]
    assert review["datePublished"].endswith("+07:00")


def test_markup_in_a_verdict_is_text(client):
    verdict = make.answered(
        claim_text="</script><b>x</b>", explanation="<p>ก<img src=x onerror=alert(1)></p>"
    )

    page = client.get(f"/fact-check/{verdict.claim_id}/").text

    assert "<b>x</b>" not in page
    assert "onerror" not in page


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_feeds_say_the_verdict_first(client, form):
    first = make.answered(ago=2 * HOUR)
    make.answered(first.claim, label="distorted")

    answer = client.get(f"/fact-check/feed.{form}")

    if form == "json":
        (item,) = answer.json()["items"]
        title, link = item["title"], item["url"]
    else:
        read = feedparser.parse(answer.content)
        assert not read.bozo
        (item,) = read.entries
        title, link = item.title, item.link
    assert title == f"บิดเบือน: {first.claim_text}"
    assert link == f"{SITE}/fact-check/{first.claim_id}/#v2"


# A report


def report(visitor, prefix="", **fields):
    """Paste, then send what stands in the form that is answered."""
    page = visitor.post(f"{prefix}/fact-check/", {"text": fields.get("text", "")[:9] or "x"})
    token = html.document_fromstring(page.text).xpath("//input[@name='csrfmiddlewaretoken']/@value")
    return visitor.post(f"{prefix}/fact-check/report/", {"csrfmiddlewaretoken": token[0], **fields})


def test_a_report_gets_a_number_and_says_by_when(visitor):
    answer = report(visitor, text=SECRET, link="example.org/p/1")

    claim = Claim.objects.get()
    assert (claim.text, claim.link) == (SECRET, "https://example.org/p/1")
    assert answer.headers["Location"] == f"/fact-check/{claim.pk}/"
    page = visitor.get(answer.headers["Location"])
    assert text(page, "//h1") == f"เรื่องที่ {claim.pk}"
    assert "ตอบภายใน" in page.text
    assert 'content="noindex"' in page.text
    assert report(visitor, "/en", text="อีกเรื่องหนึ่ง").headers["Location"].startswith("/en/")


def test_a_picture_can_be_sent(visitor):
    upload = make.photo()

    answer = report(visitor, text="", picture=upload)

    assert answer.status_code == 302
    assert Claim.objects.get().picture.width == 900


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "วางข้อความ หรือใส่ลิงก์หรือภาพ"),
        ({"link": "ไม่ใช่ลิงก์"}, "คัดลอกที่อยู่มาทั้งหมด เช่น https://…"),
        ({"link": "javascript:alert(1)"}, "คัดลอกที่อยู่มาทั้งหมด เช่น https://…"),
        ({"text": "จริงไหม", "website": "http://spam.example"}, "เว้นช่องสุดท้ายว่างไว้"),
        ({"text": "ก" * 5001}, "ข้อความยาวเกินไป"),
    ],
    ids=["nothing", "no link", "script", "robot", "too long"],
)
def test_a_report_that_can_t_be_taken_is_kept_with_a_sentence(visitor, fields, sentence):
    answer = report(visitor, **fields)

    assert answer.status_code == 400
    assert sentence in answer.text
    assert fields.get("text", "") in answer.text
    assert not Claim.objects.exists()


def test_a_file_that_is_no_picture_is_refused_with_a_sentence(visitor):
    upload = SimpleUploadedFile("a.jpg", b"MZ\x90\x00", "image/jpeg")

    answer = report(visitor, text="จริงไหม", picture=upload)

    assert answer.status_code == 400
    assert "โปรแกรม" in answer.text
    assert "จริงไหม" in answer.text


def test_a_forged_report_is_refused(visitor):
    assert visitor.post("/fact-check/report/", {"text": "จริงไหม"}).status_code == 403
    assert not Claim.objects.exists()


def test_too_many_reports_from_one_place_have_to_wait(client):
    answers = [client.post("/fact-check/report/", {"text": f"เรื่อง {n}"}) for n in range(21)]

    assert [answer.status_code for answer in answers] == [302] * 20 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 600
    assert client.get("/fact-check/").status_code == 200


def test_readers_of_verdicts_get_no_cookie(visitor):
    verdict = make.answered()

    for path in ("/fact-check/", f"/fact-check/{verdict.claim_id}/"):
        assert not visitor.get(path).cookies
    assert set(visitor.post("/fact-check/", {"text": PASTED}).cookies) == {"csrf"}


# What happens under a claim's number


def test_the_number_of_a_claim_leads_to_what_there_is(client):
    verdict = make.answered(ago=2 * HOUR)
    other = make.claim("ข้อความอื่น")
    fact_checking.join(other, verdict.claim, by=None)
    declined = make.claim("เรื่องอื่น")
    fact_checking.decline(declined, by=None, reason="เป็นเรื่องส่วนบุคคล")
    late = make.claim("ช้า", ago=timedelta(days=9))

    assert client.get(f"/fact-check/{other.pk}/").headers["Location"] == (
        f"/fact-check/{verdict.claim_id}/"
    )
    assert "เป็นเรื่องส่วนบุคคล" in client.get(f"/fact-check/{declined.pk}/").text
    assert "ล่าช้ากว่ากำหนด" in client.get(f"/fact-check/{late.pk}/").text
    assert client.get("/fact-check/999999/").status_code == 404


def test_nothing_private_leaks_anywhere(client):
    """The claim, its picture and a submitted verdict exist, and the public meets none of them."""
    verdict = make.verdict(
        make.claim(SECRET, picture=sent_picture(), link="https://secret.example/x"),
        claim_text="ร่างลับมาก",
        picture_alt="ภาพลับ",
    )
    fact_checking.submit(verdict, by=None)
    claim = verdict.claim
    make.answered(make.claim(f"{SECRET} อีกเรื่อง", link="https://secret.example/y"))
    joined = make.claim(f"{SECRET} คำอื่น")
    fact_checking.join(joined, claim, by=None)

    paths = ["/", "/fact-check/", f"/fact-check/{claim.pk}/", "/fact-check/?label=false"]
    paths += [f"/fact-check/feed.{form}" for form in ("atom", "rss", "json")]
    paths += ["/search/?q=ร่างลับมาก", "/search/suggest/?q=ร่างลับ", "/sitemap-verdicts.xml"]
    paths += [f"/fact-check/{verdict.claim_id}/v1/", f"/fact-check/{joined.pk}/"]
    shown = {path: client.get(path, follow=True).text for path in paths}
    shown["pasted"] = client.post("/fact-check/", {"text": "นายสมชาย อีกเรื่องลับมาก"}).text

    for path, page in shown.items():
        for secret in ("0812345678", "secret.example", "ภาพลับ", SECRET):
            assert secret not in page, path
        if not path.startswith("/search/?"):  # it repeats what was searched for
            assert "ร่างลับ" not in page, path
    assert client.get("/search/?q=ร่างลับมาก").context["search"]["verdict"] is None
    assert client.get(f"/fact-check/{claim.pk}/v1/").status_code == 404
    assert f"/fact-check/{claim.pk}/" not in shown["/sitemap-verdicts.xml"]
    for size in ("original.jpg", "320.avif", "share.jpg"):
        assert client.get(f"/pictures/{claim.picture_id}/{size}").status_code == 404


def test_a_picture_is_shown_only_when_the_verdict_describes_it(client):
    hidden = make.answered(make.claim(picture=sent_picture()))
    shown = make.answered(make.claim("อื่น", picture=sent_picture()), picture_alt="ลิงก์ปลอม")

    answers = [
        client.get(f"/pictures/{verdict.claim.picture_id}/original.jpg").status_code
        for verdict in (hidden, shown)
    ]

    assert answers == [404, 200]
    assert "/pictures/" not in client.get(f"/fact-check/{hidden.claim_id}/").text
    assert 'alt="ลิงก์ปลอม"' in client.get(f"/fact-check/{shown.claim_id}/").text


# Search and the sitemap


def test_search_shows_the_verdict_first(client, django_assert_max_num_queries):
    verdict = make.answered()
    make.published(title="ลงทะเบียนรับเงินเยียวยาที่อำเภอ")
    client.get("/news/")
    client.get("/search/?q=ลงทะเบียน")

    with django_assert_max_num_queries(6):
        page = client.get("/search/?q=ลงทะเบียนรับเงินเยียวยา")

    assert page.text.index(verdict.short_answer) < page.text.index("ที่อำเภอ")
    assert client.get("/search/?q=อากาศ หนาว").context["search"]["verdict"] is None


def test_a_changed_verdict_is_found_at_once(client):
    verdict = make.answered(ago=2 * HOUR)
    client.get("/search/?q=ลงทะเบียนรับเงินเยียวยา")
    make.answered(verdict.claim, short_answer="คำตอบใหม่")

    assert "คำตอบใหม่" in client.get("/search/?q=ลงทะเบียนรับเงินเยียวยา").text
    assert "คำตอบใหม่" in client.get("/fact-check/").text


def test_the_sitemap_names_published_verdicts_in_both_languages(client):
    verdict = make.answered()

    found = client.get("/sitemap-verdicts.xml").text

    for prefix in ("", "/en"):
        assert f"<loc>{SITE}{prefix}/fact-check/{verdict.claim_id}/</loc>" in found
    assert "/fact-check/</loc>" in client.get("/sitemap-pages.xml").text


def test_the_answer_to_a_pasted_message_speaks_one_language(visitor):
    make.answered()

    thai = visitor.post("/fact-check/", {"text": PASTED})
    english = visitor.post("/en/fact-check/", {"text": PASTED})

    assert "Is it one of these?" not in thai.text
    assert "Is it one of these?" in english.text
    assert 'action="/en/fact-check/report/"' in english.text
