"""The search page and its suggestions: any text gets a page, and what is hidden stays hidden."""

import json
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from news import publishing, search_views
from news.models import SynonymSet, Tag
from office import loading as office_loading
from office import roles
from tests import make

NEUTRAL = {
    "title": "เรื่องทั่วไป",
    "must_know": "โปรดทราบ",
    "lead": "มีรายละเอียดดังนี้",
    "body": "",
    "source_agency": "หน่วยงาน",
}
ADDRESSES = ("/search/", "/en/search/", "/search/suggest/", "/en/search/suggest/")


def article(title="เรื่องทั่วไป", **fields):
    """A published edition that has no word but those it is given."""
    return make.published(**(NEUTRAL | {"title": title} | fields))


def shown(client, address="/search/", **parameters):
    """What the page's template was given."""
    return client.get(address, parameters).context["search"]


def card_titles(client, **parameters):
    return [card["title"] for card in shown(client, **parameters)["cards"]]


def suggestions(client, text, kind=None):
    response = client.get("/search/suggest/", {"q": text})
    found = json.loads(response.content)["suggestions"]
    return [(s["text"], s["url"]) for s in found if s["kind"] == kind] if kind else found


@pytest.fixture
def clock(monkeypatch):
    """Move the clock to a moment."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


# The page


def test_the_page_shows_what_was_found_and_how_much(client, db):
    edition = article("น้ำท่วม <ใหญ่>")
    article("ภัยแล้ง")

    page = client.get("/search/", {"q": " ท่วม "})

    assert page.status_code == 200
    assert page.context["search"]["query"] == "ท่วม"
    assert [card["pk"] for card in page.context["search"]["cards"]] == [edition.pk]
    assert f'<a href="{edition.get_absolute_url()}">น้ำท่วม &lt;ใหญ่&gt;</a>' in page.text
    assert "<b>1</b>" in page.text
    assert page["X-Robots-Tag"] == "noindex"
    assert "public" in page["Cache-Control"]


def test_without_a_query_the_page_says_what_to_write(client, db):
    topic = make.topic()
    for parameters in ({}, {"q": ""}, {"q": " \u200b "}):
        page = client.get("/en/search/", parameters)
        assert page.status_code == 200
        assert page.context["search"]["is_empty"]
        assert "Write a word, the name of a place, or a reference number" in page.text
        assert f"/topics/{topic.slug}/" in page.text


def test_nothing_found_helps_the_reader_on(client, db):
    office_loading.load()
    topic = make.topic()

    page = client.get("/en/search/", {"q": "กระท้อน", "topic": topic.slug})

    assert page.status_code == 200
    assert "Nothing found" in page.text
    assert "Check the spelling." in page.text
    assert 'href="tel:+66' in page.text
    assert f'href="/en/topics/{topic.slug}/"' in page.text
    assert f'href="{page.context["search"]["clear_url"]}"' in page.text
    assert (
        page.context["search"]["applied"][0]["remove_url"] == (page.context["search"]["clear_url"])
    )


def test_a_likelier_spelling_is_offered_as_a_link(client, db):
    article("น้ำท่วม ลพบุรี")

    page = client.get("/search/", {"q": "น้ำท้วม ลพบรี"})

    suggestion = page.context["search"]["suggestion"]
    assert suggestion["query"] == "น้ำท่วม ลพบุรี"
    assert f'href="{suggestion["url"]}"' in page.text
    assert len(client.get(suggestion["url"]).context["search"]["cards"]) == 1


def test_words_found_apart_only_are_shown_with_a_notice(client, db):
    article(lead="น้ำท่วมตลาด โรงเรียนหยุด")

    page = client.get("/en/search/", {"q": "โรงเรียนน้ำท่วม"})

    assert page.context["search"]["is_loose"]
    assert "No item has all these words." in page.text
    assert page.context["search"]["cards"][0]["excerpt_html"] == (
        "<mark>น้ำท่วม</mark>ตลาด <mark>โรงเรียน</mark>หยุด โปรดทราบ"
    )


def test_the_query_is_shown_as_text_never_as_markup(client, db):
    evil = "<script>alert(1)</script>\"'><img src=x onerror=1>"

    for address in ("/search/", "/en/search/"):
        text = client.get(address, {"q": evil}).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert evil in unescape(text)


# Excerpts


@pytest.mark.parametrize(
    ("fields", "query", "excerpt"),
    [
        ({"lead": "เกิดนํ้าท่วมที่ตลาด"}, "น้ำท่วม", "เกิด<mark>น้ำท่วม</mark>ที่ตลาด โปรดทราบ"),
        ({"lead": "เกิดน้ำท่วมที่ตลาด"}, "ท่วม", "เกิดน้ำ<mark>ท่วม</mark>ที่ตลาด โปรดทราบ"),
        ({"must_know": "ระวังพายุ"}, "พายุ", "มีรายละเอียดดังนี้ ระวัง<mark>พายุ</mark>"),
        (
            {"lead": "ปี ๒๕๖๙", "body": "<p>ตาม <b>PM 2.5</b> &lt;สูง&gt; &amp;</p>"},
            "pm2.5 2569",
            "ปี <mark>๒๕๖๙</mark> โปรดทราบ ตาม <mark>PM 2.5</mark> &lt;สูง&gt; &amp;",
        ),
        (
            {"lead": "โควิด-19 และโควิด19"},
            "โควิด-19",
            "<mark>โควิด-19</mark> และ<mark>โควิด19</mark> โปรดทราบ",
        ),
        (
            {"lead": "ตามพรบ.และพ.ร.บ."},
            "พ.ร.บ.",
            "ตาม<mark>พรบ</mark>.และ<mark>พ.ร.บ.</mark> โปรดทราบ",
        ),
        ({"lead": "<mark>พายุ</mark>"}, "พายุ", "&lt;mark&gt;<mark>พายุ</mark>&lt;/mark&gt; โปรดทราบ"),
        ({"title": "พายุ"}, "พายุ", "มีรายละเอียดดังนี้ โปรดทราบ"),
    ],
)
def test_excerpts_mark_what_was_searched_for(client, db, fields, query, excerpt):
    article(**fields)

    assert [card["excerpt_html"] for card in shown(client, q=query)["cards"]] == [excerpt]


def test_an_excerpt_is_taken_round_the_word_however_far_down(client, db):
    filler = "ประชาชนในพื้นที่ให้ความสนใจเป็นจำนวนมาก " * 200
    article(body=f"<p>{filler} พบพายุหมุน {filler}</p>")

    (card,) = shown(client, q="พายุ")["cards"]

    plain = card["excerpt_html"].replace("<mark>", "").replace("</mark>", "")
    assert "พบ<mark>พายุ</mark>หมุน" in card["excerpt_html"]
    assert plain[0] == plain[-1] == "…"
    assert len(plain) <= search_views.EXCERPT_LETTERS + 2


def test_other_pages_show_the_article_without_the_marks_of_a_search(client, db):
    article(lead="เกิดพายุ")

    assert "<mark>" in client.get("/search/", {"q": "พายุ"}).text
    assert "<mark>" not in client.get("/news/").text
    assert "<mark>" in client.get("/search/", {"q": "พายุ"}).text


def test_a_synonym_is_marked_too(client, db):
    SynonymSet.objects.create(words="กระท้อน\nสะท้อน")
    article(lead="สวนกระท้อน")

    (card,) = shown(client, q="สะท้อน")["cards"]

    assert card["excerpt_html"] == "สวน<mark>กระท้อน</mark> โปรดทราบ"


# Facets, filters, pages


@pytest.fixture
def storms(db):
    district = make.district("1603", "โคกสำโรง", "Khok Samrong")
    for n in range(25):
        article(f"พายุลูกที่ {n}", districts=[district] if n < 3 else [], kind="news")
    article("พายุ", topic_slug="health", kind="statement", tags=["ฝน"])


def test_facets_link_to_narrower_results_with_the_count_they_promise(client, storms):
    facets = {facet["key"]: facet["values"] for facet in shown(client, q="พายุ")["facets"]}

    assert {key: [(v["label"], v["count"]) for v in values] for key, values in facets.items()} == {
        "topic": [("หมวดdisaster", 25), ("หมวดhealth", 1)],
        "kind": [(str(facets["kind"][0]["label"]), 25), (str(facets["kind"][1]["label"]), 1)],
    }
    for values in facets.values():
        for value in values:
            assert client.get(value["url"]).context["search"]["total"] == value["count"]


def test_a_chosen_filter_can_be_taken_away(client, storms):
    page = shown(client, q="พายุ", district="1603")

    assert page["total"] == 3
    (applied,) = page["applied"]
    assert applied["value"] == "โคกสำโรง"
    assert client.get(applied["remove_url"]).context["search"]["total"] == 26
    (chosen,) = [v for f in page["facets"] if f["key"] == "district" for v in f["values"]]
    assert (chosen["is_on"], chosen["count"]) == (True, 3)
    assert client.get(chosen["url"]).context["search"]["total"] == 26


def test_pages_hold_every_result_once(client, storms):
    first, second = shown(client, q="พายุ"), shown(client, q="พายุ", page=2)

    assert (len(first["cards"]), len(second["cards"])) == (20, 6)
    assert len({card["pk"] for page in (first, second) for card in page["cards"]}) == 26
    assert first["page"]["next_url"] == second["page"]["links"][1]["url"]
    assert shown(client, q="พายุ", page=999)["cards"] == second["cards"]


def test_the_english_page_finds_the_same_and_links_in_english(client, db):
    edition = article("พายุ")

    (card,) = shown(client, "/en/search/", q="พายุ")["cards"]

    assert card["url"] == f"/en{edition.get_absolute_url()}"


# What is hidden


def test_nothing_hidden_is_found_or_suggested(client, db):
    secret = "ปฏิบัติการลับ"
    for _ in range(3):
        make.draft(**NEUTRAL | {"title": secret})
        article(secret, at=timezone.now() + timedelta(days=1))
        publishing.expire(article(secret).article, by=None)
        newer = publishing.revise(article(secret).article, by=None)
        newer.title = newer.lead = "แก้ไขแล้ว"
        newer.save()
        make.publish(newer, by=None)

    for text in (secret, "ปฏิบัติการ", "ปฏิบัต", "ลับ"):
        page = client.get("/search/", {"q": text})
        assert (page.context["search"]["total"], page.context["search"]["cards"]) == (0, [])
        assert page.context["search"]["facets"] == []
        assert suggestions(client, text) == []
    assert shown(client, q="แก้ไข")["total"] == 3


def test_the_page_changes_at_the_hour_without_any_job(client, db, clock):
    hour, end = (timezone.now() + timedelta(hours=n) for n in (1, 2))
    for _ in range(3):
        edition = article("มโหรสพ", at=hour, expires_at=end)

    def seen():
        return shown(client, q="มโหรสพ")["total"], len(suggestions(client, "มโหร"))

    assert seen() == (0, 0)
    clock(hour)
    assert seen() == (3, 4)
    assert edition.is_published()
    clock(end)
    assert seen() == (0, 0)


# Suggestions


def test_suggestions_are_words_headlines_and_places(client, db):
    make.district("1603", "โคกสำโรง", "Khok Samrong")
    edition = article("โคกสำโรงแล้ง")
    for n in range(3):
        article(f"ไปโคกสำโรง {n}")

    found = suggestions(client, "โคกส")

    assert [(s["text"], s["kind"]) for s in found][:1] == [("โคกสำโรง", "word")]
    assert ("โคกสำโรงแล้ง", edition.get_absolute_url()) in suggestions(client, "โคกส", "news")
    assert suggestions(client, "โคกส", "district") == [("โคกสำโรง", "/districts/1603/")]
    for suggestion in found:
        assert client.get(suggestion["url"]).status_code == 200


def test_only_the_last_word_is_completed_and_all_before_it_hold(client, db):
    for n in range(3):
        article(f"ลพบุรี ทานตะวัน {n}")
    article("ชัยนาท ทานตะวัน")

    words = [text for text, _ in suggestions(client, "ลพบุรี ทานต", "word")]

    assert words == ["ลพบุรี ทานตะวัน"]
    titles = [text for text, _ in suggestions(client, "ลพบุรี ทานต", "news")]
    assert titles == ["ลพบุรี ทานตะวัน 2", "ลพบุรี ทานตะวัน 1", "ลพบุรี ทานตะวัน 0"]


def test_suggestions_in_english_lead_to_english_pages(client, db):
    make.district("1603", "โคกสำโรง", "Khok Samrong")
    article("Khok Samrong")

    found = json.loads(client.get("/en/search/suggest/", {"q": "Samrong"}).content)["suggestions"]

    assert {s["url"][:4] for s in found} == {"/en/"}
    assert ("Khok Samrong", "news") in {(s["text"], s["kind"]) for s in found}
    assert ("Khok Samrong", "district") in {(s["text"], s["kind"]) for s in found}


def test_suggestions_are_json_that_nobody_indexes(client, db):
    response = client.get("/search/suggest/", {"q": ""})

    assert (response["Content-Type"], response["X-Robots-Tag"]) == ("application/json", "noindex")
    assert json.loads(response.content) == {"suggestions": []}


# Synonyms in the back office


def test_the_head_of_office_edits_synonyms_and_search_follows_at_once(client, db):
    article("กระท้อนหวาน")
    roles.sync()
    head = make.user("head", is_staff=True)
    head.groups.add(roles.Group.objects.get(name=roles.HEAD))
    client.force_login(head)
    assert shown(client, q="สะท้อน")["total"] == 0

    client.post(reverse("admin:news_synonymset_add"), {"words": "กระท้อน\r\nสะท้อน"})
    assert shown(client, q="สะท้อน")["total"] == 1

    (synonyms,) = SynonymSet.objects.all()
    address = reverse("admin:news_synonymset_change", args=[synonyms.pk])
    client.post(address, {"words": "กระท้อน\r\nลูกท้อ"})
    assert [shown(client, q=q)["total"] for q in ("สะท้อน", "ลูกท้อ")] == [0, 1]


# Cost

MOST_QUERIES = 6


def test_one_result_and_three_cost_the_same(client, db, django_assert_num_queries):
    article("กระท้อน")
    for n in range(3):
        article(f"มังคุด {n}", districts=[make.district()], tags=["ผลไม้"])
    client.get("/search/", {"q": "ทั่วไป"})  # names of topics and places are read once

    for query, total in (("กระท้อน", 1), ("มังคุด", 3)):
        with django_assert_num_queries(4):
            assert shown(client, q=query)["total"] == total


@pytest.mark.parametrize(
    "query",
    [
        "ลพบุรี",
        "lopburi",
        "กระท้อน มังคุด",
        "โรงเรียนน้ำท่วม",
        "ฟรุ้งฟริ้ง",
        "ลพบรี",
        "voluntears",
        "voluntears lopbury flod",
        " ".join(f"wordd{letter}" for letter in "abcdefghijkl"),
        "ที่ และ การ",
        "คำไม่มี " * 12,
        "",
    ],
)
def test_no_query_costs_more_than_six(client, db, django_assert_max_num_queries, query):
    make.province()
    SynonymSet.objects.create(words="ลพบรี\nLopbury\nvoluntears")
    for n in range(3):
        article(f"Volunteers flood ลพบุรี {n}", body="<p>โรงเรียน น้ำท่วม ที่ และ การ</p>")
    client.get("/search/", {"q": "ทั่วไป"})

    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get("/search/", {"q": query}).status_code == 200
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get("/search/suggest/", {"q": query}).status_code == 200


def test_filters_add_no_queries_but_for_the_name_of_a_tag(
    client, storms, django_assert_num_queries
):
    client.get("/search/", {"q": "ทั่วไป"})
    tag = Tag.objects.get()

    with django_assert_num_queries(4):
        shown(client, q="พายุ", district="1603", topic="disaster", kind="news")
    with django_assert_num_queries(5):
        shown(client, q="พายุ", tag=tag.pk)


# Any text


HOSTILE = {
    "tsquery": "& | ! :* <-> ( ) ' \\ น้ำ & !ท่วม | (a:*)",
    "quotes": "'; DROP TABLE news_article; -- \" ` $$ %s %(at)s {0}",
    "unclosed quotation": '"น้ำ “ท่วม',
    "backslashes": "\\" * 300,
    "like": "%_%\\%",
    "emoji": "😀👨\u200d👩\u200d👧🇹🇭" * 20,
    "right to left": "\u202eลพบุรี\u202c \u200fאבג",
    "invisible": "ลพ\u200bบุ\u2060รี\ufeff",
    "only marks": "\u0e49\u0e31\u0e4d" * 50,
    "only invisible": "\u200b\u200d\ufeff",
    "only punctuation": "!?.,;:-–—()[]{}<>/\\|@#$%^&*_+=~`",
    "spaces": " \t\n\r\u00a0\u3000" * 100,
    "many words": "น้ำ ท่วม ลพบุรี ข่าว ฝน ลม ไฟ ดิน ป่า เขา นา สวน ไร่ คน",
    "many unknown words": " ".join(f"กขคฆง{n}ฟหก" for n in range(30)),
    "many letters": "".join(map(chr, range(0x21, 0x3000))),
    "han": "新聞" * 100,
    "accents": "e\u0301\u0302\u0303" * 200,
    "numbers": "1 2.5 3,000 ๔๕๖ 7/8/2569 12:30",
    "long number": "9" * 5000,
    "long thai number": "๙" * 5000,
    "one letter": "ก" * 5000,
    "one word": "น้ำท่วม" * 700,
    "dots": "ก." * 500,
    "commas": "1," * 500,
    "private use": "\ue000\ue001\uf8ff",
    "last characters": "\uffff\U0010ffff\ufffd",
    "huge": "ข่าว " * 20_000,
    "huge without spaces": "ประชาสัมพันธ์" * 8_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_any_text_gets_an_answer(client, db, text):
    article("น้ำท่วม ลพบุรี", body="<p>ข่าว 1 2.5 3000</p>")

    for address in ADDRESSES:
        assert client.get(address, {"q": text}).status_code == 200


@pytest.mark.parametrize(
    "raw",
    [
        "%ED%A0%80",  # a lone surrogate
        "%ED%A0%BD%ED%B8%80",  # two of them
        "%FF%FE",
        "%C0%AF",
        "%E0%B8",  # half a letter
        "%E0%B8%99%E0%B9%89%ED%A0%80%E0%B8%B3",
        "%",
        "%zz",
        "+",
        "a&q=b",
        "%0A%0D%1B%7F",
        "%F4%8F%BF%BF",
    ],
)
def test_any_bytes_get_an_answer(client, db, raw):
    article("น้ำ a b")

    for address in ADDRESSES:
        assert client.get(f"{address}?q={raw}").status_code == 200


@pytest.mark.parametrize("raw", ["%00", "a%00b", "a&page=%00", "a&topic=x%00"])
def test_nul_is_refused(client, db, raw):
    for address in ADDRESSES:
        assert client.get(f"{address}?q={raw}").status_code == 400


RUBBISH = ["", "0", "-1", "1.5", "9" * 400, "๑", "x", "' OR 1=1", "\\", "😀", "\u0e49", "²", "1e9"]


@pytest.mark.parametrize("value", RUBBISH)
@pytest.mark.parametrize(
    "name", ["page", "topic", "year", "district", "province", "kind", "issue", "tag", "language"]
)
def test_rubbish_in_filters_gets_a_page(client, db, name, value):
    article("น้ำท่วม")

    for address in ("/search/", "/en/search/"):
        assert client.get(address, {"q": "น้ำท่วม", name: value}).status_code == 200


def test_rubbish_in_the_page_number_gives_a_page_that_exists(client, storms):
    numbers = [shown(client, q="พายุ", page=text)["page"]["number"] for text in RUBBISH]

    assert numbers == [2 if text == "9" * 400 else 1 for text in RUBBISH]


@pytest.mark.parametrize("address", ADDRESSES)
def test_search_only_reads(client, db, address):
    assert client.post(address, {"q": "น้ำ"}).status_code == 405
    assert client.head(address, {"q": "น้ำ"}).status_code == 200


def test_a_long_query_is_cut_for_the_reader_to_see(client, db):
    article("ข่าว")

    page = shown(client, q="ข่าว " * 20_000)

    assert page["is_truncated"]
    assert len(page["query"]) <= 200
    assert page["total"] == 1
