import pytest
from django.core.files.base import ContentFile

from consulting import editing, resource_views
from consulting.models import Vote
from tests import make

pytestmark = pytest.mark.django_db
SECRET = "ปริศนาลับสุดยอด"
ANSWERS, RESOURCES = "/consulting/answers/", "/consulting/resources/"


def titles(client, address, **query):
    answer = client.get(address, query)
    assert answer.status_code == 200
    return [card["title"] for card in answer.context["cards"]]


@pytest.fixture
def shelf():
    make.resource("answer", "crisis", title_th="ตอบข่าวลืออย่างไร")
    make.resource("answer", "write-news", title_th="พาดหัวอย่างไร")
    make.resource("guide", "write-news", title_th="คู่มือเขียนข่าว")
    make.resource("template", "write-news", title_th="แบบข่าวแจก")


# Lists


def test_answers_and_resources_have_each_their_list(client, shelf):
    assert titles(client, ANSWERS) == ["พาดหัวอย่างไร", "ตอบข่าวลืออย่างไร"]
    assert titles(client, RESOURCES) == ["แบบข่าวแจก", "คู่มือเขียนข่าว"]


def test_topic_kind_and_words_narrow_a_list(client, shelf):
    assert titles(client, ANSWERS, topic="crisis") == ["ตอบข่าวลืออย่างไร"]
    assert titles(client, RESOURCES, kind="template") == ["แบบข่าวแจก"]
    assert titles(client, RESOURCES, q="เขียน ข่าว") == ["คู่มือเขียนข่าว"]
    assert titles(client, RESOURCES, topic="crisis", q="เขียน") == []


@pytest.mark.parametrize(
    "query", [{"topic": "zzz"}, {"kind": "answer"}, {"page": "999"}, {"page": "-1"}, {"q": "   "}]
)
def test_what_is_no_filter_filters_nothing(client, shelf, query):
    assert len(titles(client, RESOURCES, **query)) == 2


def test_filters_say_how_many_there_are(client, shelf):
    facets = client.get(RESOURCES, {"kind": "guide"}).context["facets"]

    (kinds,) = facets
    told = [(value["count"], value["is_on"]) for value in kinds["values"]]
    assert told == [(1, True), (1, False)]
    assert kinds["values"][0]["url"] == RESOURCES


def test_a_long_list_has_pages_and_costs_few_queries(client, django_assert_max_num_queries):
    for n in range(21):
        make.resource(title_th=f"คู่มือเขียนข่าวเล่มที่ {n}")
    client.get(RESOURCES)

    with django_assert_max_num_queries(8):
        assert len(titles(client, RESOURCES, page="1", q="ข่าว")) == 20
    assert len(titles(client, RESOURCES, page="2", q="ข่าว")) == 1


# One of them


def test_a_page_shows_text_licence_version_and_review(client, django_assert_max_num_queries):
    first = make.resource(licence="cc-by")
    make.revised_resource(first, body_th="<p>ข้อความใหม่</p>")
    client.get(f"{RESOURCES}{first.resource_id}/")

    with django_assert_max_num_queries(8):
        page = client.get(f"{RESOURCES}{first.resource_id}/")

    text = page.content.decode()
    assert "<p>ข้อความใหม่</p>" in text
    assert "CC BY 4.0" in text
    assert "เพิ่มตัวอย่าง" in text
    assert not page.cookies
    assert "public" in page.headers["Cache-Control"]


def test_english_readers_get_english_or_a_word_about_it(client):
    english = {"title_en": "In English", "body_en": "<p>Words.</p>"}
    both, thai = make.resource(**english), make.resource()

    read = client.get(f"/en{RESOURCES}{both.resource_id}/")
    unread = client.get(f"/en{RESOURCES}{thai.resource_id}/")

    assert (read.context["title"], read.context["is_foreign"]) == ("In English", False)
    assert (unread.context["title"], unread.context["is_foreign"]) == (thai.title_th, True)
    assert "in Thai only" in unread.content.decode()


def test_a_former_version_is_read_under_a_notice(client):
    first = make.resource(body_th="<p>ข้อความเดิม</p>")
    make.revised_resource(first, body_th="<p>ข้อความใหม่</p>")
    base = f"{RESOURCES}{first.resource_id}/"

    old = client.get(f"{base}v1/")

    assert (old.status_code, old.context["is_old"]) == (200, True)
    assert "ข้อความเดิม" in old.content.decode()
    assert client.get(f"{base}v2/").headers["Location"] == base
    assert client.get(f"{base}v3/").status_code == 404


def test_what_was_taken_away_says_why_and_takes_its_versions_along(client):
    first = make.resource(body_th=f"<p>{SECRET}</p>")
    second = make.revised_resource(first)
    editing.archive(second, by=make.user(), reason="กฎหมายเปลี่ยน")
    base = f"{RESOURCES}{first.resource_id}/"

    for address in (base, f"{base}v1/", f"{base}v2/"):
        gone = client.get(address)
        assert gone.status_code == 410
        assert "กฎหมายเปลี่ยน" in gone.content.decode()
        assert SECRET not in gone.content.decode()

    third = make.revised_resource(second, body_th="<p>ถูกแล้ว</p>")
    assert client.get(base).status_code == 200
    assert client.get(f"{base}v{second.version}/").status_code == 410
    assert third.version == 3


def test_each_side_leads_to_the_other(client):
    edition = make.resource("guide")

    answer = client.get(f"{ANSWERS}{edition.resource_id}/")

    assert answer.headers["Location"] == f"{RESOURCES}{edition.resource_id}/"
    assert client.get(f"{ANSWERS}999999/").status_code == 404


# Nothing leaks


def test_what_is_not_published_is_at_no_address_in_no_search_and_no_file(client):
    states = {}
    for state in ("draft", "internal", "in-review", "archived"):
        edition = make.resource_draft(
            "answer",
            title_th=f"{SECRET} {state}",
            body_th=f"<p>{SECRET}</p>",
            file_title=SECRET,
            format="txt",
        )
        edition.file.save("x", ContentFile(SECRET.encode()))
        states[state] = edition
    editing.keep_internal(states["internal"], by=make.user())
    editing.submit(states["in-review"], by=make.user())
    make.publish_resource(states["archived"])
    editing.archive(states["archived"], by=make.user(), reason="ผิด")
    shown = make.resource("answer", title_th="ที่เผยแพร่แล้ว")
    draft = editing.revise(shown.resource, by=make.user())
    draft.body_th, draft.change_note = f"<p>{SECRET}</p>", SECRET
    editing.save(draft, by=make.user())

    addresses = [ANSWERS, RESOURCES, f"{ANSWERS}?q={SECRET}", f"/search/?q={SECRET}"]
    addresses += ["/sitemap-advice.xml", f"{ANSWERS}{shown.resource_id}/v2/"]
    addresses.append(f"{ANSWERS}{shown.resource_id}/")
    for edition in states.values():
        addresses += [f"{ANSWERS}{edition.resource_id}/{tail}" for tail in ("v1/", "helpful/")]
        addresses.append(f"{RESOURCES}files/{edition.pk}/")
        if edition is not states["archived"]:
            addresses.append(f"{ANSWERS}{edition.resource_id}/")
    found = {}
    for address in [*addresses, *(f"/en{address}" for address in addresses)]:
        answer = client.get(address)
        text = b"".join(answer) if answer.streaming else answer.content
        told = text.decode().replace(f"“{SECRET}”", "").replace(f'value="{SECRET}"', "")
        if answer.status_code == 200:
            found[address] = SECRET in told.partition("<main")[2]

    assert not any(found.values())
    assert sorted({address.partition("?")[0] for address in found}) == sorted(
        [
            *(ANSWERS, RESOURCES, "/search/", f"{ANSWERS}{shown.resource_id}/"),
            *(f"/en{ANSWERS}", f"/en{RESOURCES}", "/en/search/"),
            *(f"/en{ANSWERS}{shown.resource_id}/", "/sitemap-advice.xml"),
        ]
    )


def test_what_is_made_from_a_request_tells_nothing_of_it(client):
    request = make.advisory_request(contact=SECRET, may_publish=True)
    edition = make.resource("answer", basis="consent", sources=[request], original=SECRET)

    text = client.get(f"{ANSWERS}{edition.resource_id}/").content.decode()

    assert SECRET not in text
    assert request.reference not in text


# Files


def test_a_file_is_named_by_its_title_and_comes_from_published_versions_only(client):
    draft = make.resource_draft(file_title="แบบ/ข่าวแจก", format="txt")
    draft.file.save("secret-name.txt", ContentFile(b"words"))
    address = f"{RESOURCES}files/{draft.pk}/"
    assert client.get(address).status_code == 404

    make.publish_resource(draft)
    given = client.get(address)

    assert b"".join(given.streaming_content) == b"words"
    name = given.headers["Content-Disposition"]
    assert name.startswith("attachment")
    assert "secret" not in name
    make.revised_resource(draft)
    assert client.get(address).status_code == 404


def test_staff_look_at_the_file_of_a_draft(client):
    draft = make.resource_draft(file_title="แบบ", format="txt")
    draft.file.save("x", ContentFile(b"words"))
    client.force_login(make.user(None, "consulting.view_resourceedition", is_staff=True))

    given = client.get(f"{RESOURCES}files/{draft.pk}/")

    assert given.status_code == 200
    assert "no-store" in given.headers["Cache-Control"]


# Votes


def test_a_vote_is_counted_once_a_day_and_visitor(client):
    edition = make.resource("answer")
    address = f"{ANSWERS}{edition.resource_id}/helpful/"

    client.post(address, {"helpful": "no", "reason": "ไม่มีตัวอย่าง"})
    thanks = client.post(address, {"helpful": "no", "reason": "สั้นไป"}, follow=True)
    client.post(address, {"helpful": "yes"}, headers={"user-agent": "another"})

    assert thanks.context["is_thanked"]
    votes = Vote.objects.order_by("pk").values_list("is_helpful", "reason")
    assert list(votes) == [(False, "สั้นไป"), (True, "")]


def test_to_look_counts_nothing_and_nonsense_is_refused(client):
    edition = make.resource()
    address = f"{RESOURCES}{edition.resource_id}/helpful/"

    assert client.get(f"{address}?helpful=yes").status_code == 200
    for sent in ({}, {"helpful": "x"}, {"helpful": "no", "reason": "x" * 501}):
        assert client.post(address, sent).status_code == 400
    assert client.put(address).status_code == 405

    assert not Vote.objects.exists()


def test_votes_of_one_address_are_limited(client, monkeypatch):
    monkeypatch.setattr(resource_views, "VOTES_AN_HOUR", 1)
    edition = make.resource()
    address = f"{RESOURCES}{edition.resource_id}/helpful/"

    first = client.post(address, {"helpful": "yes"})
    second = client.post(address, {"helpful": "yes"}, headers={"user-agent": "another"})

    assert (first.status_code, second.status_code) == (302, 429)
    assert int(second.headers["Retry-After"]) > 0
    assert Vote.objects.count() == 1


def test_what_is_not_published_has_no_votes(client):
    draft = make.resource_draft()

    assert (
        client.post(f"{RESOURCES}{draft.resource_id}/helpful/", {"helpful": "yes"}).status_code
        == 404
    )


# The search of the whole site


def test_the_site_search_shows_what_advisers_wrote(client, shelf, django_assert_max_num_queries):
    client.get("/search/", {"q": "ทั่วไป"})

    with django_assert_max_num_queries(7):
        page = client.get("/search/", {"q": "ข่าวลือ"})
    nothing = client.get("/search/", {"q": "ดาวอังคาร"})

    (block,) = page.context["search"]["blocks"]
    assert [hit["title"] for hit in block["hits"]] == ["ตอบข่าวลืออย่างไร"]
    assert f'href="{block["hits"][0]["url"]}"' in page.content.decode()
    assert nothing.context["search"]["blocks"] == []


def test_the_sitemap_names_them_in_both_languages(client):
    thai, both = make.resource("answer"), make.resource("answer", title_en="A", body_en="<p>B</p>")

    text = client.get("/sitemap-advice.xml").content.decode()

    assert f"{ANSWERS}{thai.resource_id}/" in text
    assert f"/en{ANSWERS}{thai.resource_id}/" not in text
    assert f"/en{ANSWERS}{both.resource_id}/" in text
