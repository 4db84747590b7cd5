"""Pages of news: who sees what, at which address, at what cost."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from news import attachments, publishing
from news.models import Article, Edition, Topic
from office import pulse
from office.models import CommunicationIssue
from tests import make

PUBLIC = "public, max-age=0, s-maxage=10, stale-while-revalidate=30, stale-if-error=86400"
HOUR = timedelta(hours=1)
SITE = "http://testserver"


def address(edition, prefix=""):
    return f"{prefix}/news/{edition.article.year}/{edition.article.number}/"


def link(page, rel, **attributes):
    """The targets of ``<link rel=…>`` with these attributes."""
    wanted = [f'rel="{rel}"', *(f'{name}="{value}"' for name, value in attributes.items())]
    tags = re.findall(r"<link [^>]*>", page.text)
    found = [tag for tag in tags if all(part in tag for part in wanted)]
    return [re.search(r'href="([^"]*)"', tag)[1] for tag in found]


# An article


def test_article_shows_everything_the_edition_says(client, db):
    edition = make.draft(
        title="เปิดศูนย์พักพิง & ครัวกลาง",
        body="<p>รายละเอียด</p>",
        districts=[make.district()],
        tags=["น้ำท่วม"],
        event_on=date(2026, 11, 24),
        event_place="ศาลากลางจังหวัด",
        presided_by="นายทดสอบ ระบบ ผู้ว่าราชการจังหวัด",
        source_url="https://example.go.th/news/1",
        expires_at=timezone.now() + HOUR,
    )
    edition.article.provinces.add(make.province())
    edition.article.issues.add(
        CommunicationIssue.objects.create(fiscal_year=2570, key="water", name_th="การจัดการน้ำ")
    )
    cover = make.placement(edition, caption="คำบรรยายภาพ").picture
    make.placement(edition, role="gallery", alt="ภาพในแกลเลอรี")
    pdf = SimpleUploadedFile("a.pdf", b"%PDF-1.7\n%%EOF\n")
    file = attachments.store(edition, pdf, title="ประกาศฉบับเต็ม")
    make.publish(edition, by=None)

    page = client.get(address(edition))

    assert page.status_code == 200
    for text in (
        "เปิดศูนย์พักพิง &amp; ครัวกลาง",
        *(">รายละเอียด</p>", edition.must_know, edition.lead, edition.source_agency),
        *("เมืองลพบุรี", "น้ำท่วม", "วันอังคารที่ 24 พฤศจิกายน พ.ศ. 2569", "ศาลากลางจังหวัด"),
        *("นายทดสอบ ระบบ", "https://example.go.th/news/1", "การจัดการน้ำ"),
        *("คำบรรยายภาพ", "ชาวบ้านยกของขึ้นที่สูง", "ภาพในแกลเลอรี", f"/pictures/{cover.pk}/"),
        *("ประกาศฉบับเต็ม", f"/files/{file.pk}/"),
        *(edition.article.reference, f"{SITE}/n/2569-{edition.article.number}"),
        "https://social-plugins.line.me/lineit/share?url=http%3A%2F%2Ftestserver%2Fnews",
    ):
        assert text in page.text
    assert page.text.count("<h1") == 1


@pytest.mark.parametrize("what", ["draft", "scheduled"])
@pytest.mark.parametrize("suffix", ["", "print/"])
def test_what_is_not_public_is_404(client, db, what, suffix):
    make.published(title="ข่าวที่เห็นได้")
    hidden = {
        "draft": lambda: make.draft(title="ความลับ"),
        "scheduled": lambda: make.published(title="ความลับ", at=timezone.now() + HOUR),
    }[what]()
    if what == "draft":  # as if it had been approved and taken back
        Article.objects.filter(pk=hidden.article_id).update(year=2569, number=99)
        hidden.refresh_from_db()

    page = client.get(f"{address(hidden)}{suffix}")

    assert page.status_code == 404
    assert "ความลับ" not in page.text


@pytest.mark.parametrize("path", ["2569/999/", "2400/1/", "2569/0/", "2026/1/", "2569/1e3/"])
def test_unknown_number_is_404(client, db, path):
    make.published()

    assert client.get(f"/news/{path}").status_code == 404


def test_article_shows_the_current_edition_and_none_of_the_others(client, db):
    old = make.published(title="ข้อความเดิม", ago=2 * HOUR)
    new = publishing.revise(old.article, by=None)
    new.title = "ข้อความใหม่"
    new.save()
    make.publish(new, by=None)
    coming = publishing.revise(old.article, by=None)
    coming.title = "ข้อความพรุ่งนี้"
    coming.save()
    make.publish(coming, by=None, at=timezone.now() + HOUR)

    page = client.get(address(old))

    assert "ข้อความใหม่" in page.text
    assert "ข้อความเดิม" not in page.text
    assert "ข้อความพรุ่งนี้" not in page.text
    article = page.context["article"]
    assert article["version"] == 2
    assert article["updated"] > article["first_published"] == old.listed_at


def test_a_new_edition_is_seen_by_the_very_next_request(client, db):
    old = make.published(title="ข้อความเดิม")
    client.get(address(old))
    new = publishing.revise(old.article, by=None)
    new.title = "ข้อความใหม่"
    new.save()

    make.publish(new, by=None)

    assert "ข้อความใหม่" in client.get(address(old)).text


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_clock_alone_shows_and_ends_an_article(client, db, travel, prefix):
    now = timezone.now()
    edition = make.published(at=now + HOUR, expires_at=now + 2 * HOUR)
    answers = []

    for moment in (now, now + HOUR - timedelta.resolution, now + HOUR, now + 2 * HOUR):
        travel(moment)
        answers.append(client.get(address(edition, prefix)).status_code)

    assert answers == [404, 404, 200, 410]


# Languages


def test_each_language_has_its_own_edition_at_the_same_number(client, db):
    thai = make.published(title="ข่าวไทย")
    english = make.published(title="News in English", language="en", translation_of=thai.article)

    in_thai, in_english = client.get(address(thai)), client.get(address(thai, "/en"))

    assert address(thai) == address(english)
    assert ("ข่าวไทย" in in_thai.text, "ข่าวไทย" in in_english.text) == (True, False)
    assert ("News in English" in in_thai.text, "News in English" in in_english.text) == (
        False,
        True,
    )
    for page, language in ((in_thai, "th"), (in_english, "en")):
        assert page["Content-Language"] == language
        assert link(page, "alternate", hreflang="th") == [f"{SITE}{address(thai)}"]
        assert link(page, "alternate", hreflang="en") == [f"{SITE}/en{address(thai)}"]
    assert link(in_english, "canonical") == [f"{SITE}/en{address(thai)}"]


def test_english_page_of_thai_news_says_so_and_points_to_the_thai_page(client, db):
    thai = make.published(title="ข่าวไทย")

    page = client.get(address(thai, "/en"))

    assert page.status_code == 200
    assert "This news is not available in English yet. The Thai text is shown." in page.text
    assert '<h1 lang="th">ข่าวไทย</h1>' in page.text
    assert link(page, "canonical") == [f"{SITE}{address(thai)}"]
    assert link(page, "alternate", hreflang="en") == []


def test_thai_page_of_english_news_does_not_claim_to_show_thai(client, db):
    english = make.published(title="For visitors", language="en")

    page = client.get(address(english))

    assert '<h1 lang="en">For visitors</h1>' in page.text
    assert page.context["article"]["language_notice"]
    assert "The Thai text is shown" not in page.text
    assert link(page, "canonical") == [f"{SITE}/en{address(english)}"]


def test_a_draft_translation_is_not_shown_and_not_linked(client, db):
    thai = make.published(title="ข่าวไทย")
    make.draft(title="Secret draft", language="en", translation_of=thai.article)

    page = client.get(address(thai, "/en"))

    assert "Secret draft" not in page.text
    assert link(client.get(address(thai)), "alternate", hreflang="en") == []


# Print and short link


def test_print_view_is_a_sheet_with_the_number(client, db):
    edition = make.published(title="ประกาศเสียงตามสาย")

    page = client.get(f"{address(edition)}print/")

    assert page.status_code == 200
    assert edition.article.reference in page.text
    assert "ประกาศเสียงตามสาย" in page.text
    assert "noindex" in page.text
    assert link(page, "canonical") == [f"{SITE}{address(edition)}"]


def test_short_link_leads_to_the_article_for_good(client, db):
    edition = make.published()

    answer = client.get(f"/n/2569-{edition.article.number}")

    assert (answer.status_code, answer["Location"]) == (301, address(edition))
    assert client.get("/n/2569-00001")["Location"] == "/news/2569/1/"
    assert client.get("/n/2026-1").status_code == 404


# Preview


@pytest.fixture
def drafted(db):
    return make.draft(title="ร่างที่ยังไม่มีเลข", tags=["ลับ"], districts=[make.district()])


def preview_address(edition):
    return reverse("news:preview", args=[edition.pk])


def test_preview_shows_a_draft_to_staff(desk, drafted):
    make.placement(drafted)

    page = desk.get(preview_address(drafted))

    assert page.status_code == 200
    assert "ร่างที่ยังไม่มีเลข" in page.text
    assert '<meta name="robots" content="noindex">' in page.text
    assert "None" not in page.text
    assert "lineit/share" not in page.text
    assert "application/ld+json" not in page.text
    assert page["Cache-Control"] == "no-store"


def test_preview_shows_the_version_asked_for(desk, db):
    old = make.published(title="ข้อความเดิม")
    new = publishing.revise(old.article, by=None)
    Edition.objects.filter(pk=new.pk).update(title="ข้อความใหม่")

    assert "ข้อความใหม่" in desk.get(preview_address(new)).text
    assert "ข้อความเดิม" in desk.get(preview_address(old)).text


def test_preview_of_strangers_leads_to_the_sign_in(client, drafted):
    client.force_login(make.user(None, "news.view_edition"))  # a partner is no staff

    for reader in (client, client.__class__()):
        answer = reader.get(preview_address(drafted))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")


def test_preview_is_refused_to_staff_of_another_duty(client, drafted):
    client.force_login(make.user(is_staff=True))

    page = client.get(preview_address(drafted))

    assert page.status_code == 403
    assert "ร่างที่ยังไม่มีเลข" not in page.text


def test_preview_of_nothing_is_404(desk):
    assert desk.get("/news/preview/999999/").status_code == 404


# Lists


def test_lists_are_found_at_their_addresses(client, db):
    edition = make.published(title="ข่าวน้ำ", districts=[make.district()], tags=["น้ำ"])
    make.published(title="ข่าวอื่น", topic_slug="culture")
    tag = edition.article.tags.get()

    for path in ("/topics/disaster/", "/districts/1601/", f"/tags/{tag.pk}/"):
        page = client.get(path)
        assert page.status_code == 200
        assert ("ข่าวน้ำ" in page.text, "ข่าวอื่น" in page.text) == (True, False)
        assert link(page, "canonical") == [f"{SITE}{path}"]
        assert page.text.count("<h1") == 1
    everything = client.get("/news/").text
    assert ("ข่าวน้ำ" in everything, "ข่าวอื่น" in everything) == (True, True)


@pytest.mark.parametrize(
    "path", ["/topics/nothing/", "/districts/1699/", "/districts/1/", "/tags/999999999/"]
)
def test_unknown_list_is_404(client, db, path):
    make.published(districts=[make.district()])

    assert client.get(path).status_code == 404


def test_a_list_without_news_is_a_page_that_helps(client, db):
    make.topic("culture")

    page = client.get("/topics/culture/")

    assert page.status_code == 200
    assert 'href="/news/"' in page.text


def test_list_links_to_its_own_feeds_with_the_filters(client, db):
    edition = make.published(districts=[make.district()], tags=["น้ำ"])
    tag = edition.article.tags.get().pk

    def feed(path):
        return client.get(path).context["listing"]["feed_urls"]["atom"]

    assert feed("/news/") == "/news/feed.atom"
    assert feed("/news/?kind=news&year=2569&page=2") == "/news/feed.atom?kind=news&year=2569"
    assert feed("/topics/disaster/?year=2569") == "/topics/disaster/feed.atom?year=2569"
    assert feed("/districts/1601/") == "/districts/1601/feed.atom"
    assert feed(f"/tags/{tag}/") == f"/tags/{tag}/feed.atom"
    assert feed("/en/news/?language=all") == "/en/news/feed.atom?language=all"


def test_english_lists_offer_the_thai_news_too(client, db):
    thai = make.published(title="ข่าวไทย")
    link_to_all = 'href="/en/news/?language=all"'
    assert link_to_all not in client.get("/en/news/").text  # it is all Thai, and says so

    make.published(title="News", language="en", translation_of=thai.article)

    assert link_to_all in client.get("/en/news/").text
    assert 'href="/en/news/"' in client.get("/en/news/?language=all").text
    assert "language=all" not in client.get("/news/").text


def test_words_given_to_the_list_go_to_the_search(client, db):
    answer = client.get("/news/", {"q": "น้ำท่วม", "topic": "disaster"})

    assert answer.status_code == 302
    assert answer["Location"].startswith("/search/?q=%E0%B8%99")
    assert answer["Location"].endswith("&topic=disaster")


# Headers and methods


@pytest.fixture
def pages(db):
    """One public address of each kind."""
    edition = make.published(districts=[make.district()], tags=["น้ำ"])
    article = address(edition)
    tag = edition.article.tags.get().pk
    lists = ("/", "/news/", "/topics/disaster/", "/districts/1601/", f"/tags/{tag}/")
    return [article, f"{article}print/", "/news/feed.atom", *lists, f"/en{article}", "/en/"]


def test_public_pages_set_no_cookie_and_may_be_shared_by_caches_for_seconds(client, pages):
    for path in pages:
        page = client.get(path)
        assert page.status_code == 200
        assert not page.cookies
        assert "Vary" not in page
        assert page["Cache-Control"] == PUBLIC


def test_pages_are_the_same_for_staff(desk, client, pages):
    for path in pages:
        page = desk.get(path)
        assert page["Cache-Control"] == PUBLIC
        assert "Vary" not in page


def test_pages_answer_head_and_refuse_post(client, pages):
    for path in pages:
        assert client.head(path).status_code == 200
        assert client.head(path).content == b""
        assert client.post(path).status_code == 405


def test_not_found_is_not_kept_by_caches(client, db):
    assert client.get("/news/2569/999/")["Cache-Control"] == "no-store"


# Costs


def queries(client, path, django_assert_max_num_queries, most):
    """How many it takes for the first reader after a change, and for the next."""
    costs = []
    pulse.forget()
    for _ in range(2):
        with django_assert_max_num_queries(most) as captured:
            assert client.get(path).status_code == 200
        costs.append(len(captured))
    return costs


@pytest.mark.parametrize(
    ("name", "most"),
    [
        *(("home", 10), ("home in English", 10), ("list", 8), ("list in English", 8)),
        *(("topic", 8), ("district", 8), ("tag", 8)),
        *(("article", 6), ("article in English", 6), ("print", 7)),
    ],
)
def test_one_row_costs_the_same_as_three_and_never_many(
    client, db, django_assert_max_num_queries, name, most
):
    def publish():
        return make.published(
            districts=[make.district()], tags=["น้ำ"], pictures=[{}, {"role": "gallery"}]
        )

    first = publish()
    path = {
        "home": "/",
        "home in English": "/en/",
        "list": "/news/",
        "list in English": "/en/news/",
        "topic": "/topics/disaster/",
        "district": "/districts/1601/",
        "tag": f"/tags/{first.article.tags.get().pk}/",
        "article": address(first),
        "article in English": address(first, "/en"),
        "print": f"{address(first)}print/",
    }[name]

    with_one = queries(client, path, django_assert_max_num_queries, most)
    publish()
    publish()
    with_three = queries(client, path, django_assert_max_num_queries, most)

    assert with_three == with_one
    assert with_one[1] <= 2  # what the first reader paid for is remembered


def test_filters_and_pages_cost_no_more(client, db, django_assert_max_num_queries):
    for _ in range(3):
        make.published(districts=[make.district()])

    path = "/news/?topic=disaster&district=1601&province=16&kind=news&year=2569&page=500"

    assert queries(client, path, django_assert_max_num_queries, 8)[1] <= 2


def test_a_renamed_topic_is_seen_by_the_very_next_request(client, db):
    make.published()
    client.get("/topics/disaster/")

    Topic.objects.filter(slug="disaster").update(name_th="ภัยพิบัติ")

    assert "<h1>ภัยพิบัติ</h1>" in client.get("/topics/disaster/").text


def test_a_stale_translation_says_so_from_the_hour_on(client, db, travel):
    thai = make.published()
    english = make.published(language="en", translation_of=thai.article)
    later = timezone.now() + HOUR
    make.publish(publishing.revise(thai.article, by=None), at=later)
    sentence = "The Thai text has changed since this was translated"

    before = client.get(f"/en/news/2569/{english.article.number}/").text
    travel(later)
    after = client.get(f"/en/news/2569/{english.article.number}/").text

    assert (sentence in before, sentence in after) == (False, True)
    assert sentence not in client.get(thai.get_absolute_url()).text
