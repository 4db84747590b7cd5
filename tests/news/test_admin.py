"""The editors' desk: from an empty form to a page on the site, and what it refuses."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from lopburi_pr.thai_calendar import BANGKOK
from news import publishing
from news.models import Article, Edition, SearchDocument, Tag
from office import roles
from tests import make

HOUR = timedelta(hours=1)
LIST = "/admin/news/edition/"
ADD = "/admin/news/edition/add/"


def change(edition):
    return f"/admin/news/edition/{edition.pk}/change/"


def delete(edition):
    return f"/admin/news/edition/{edition.pk}/delete/"


def typed(button="_continue", **fields):
    """What the browser sends for a complete form; the fields of the inlines are empty."""
    inlines = {
        f"{inline}-{count}_FORMS": 0
        for inline in ("placements", "attachments")
        for count in ("TOTAL", "INITIAL")
    }
    return {
        "title": "จังหวัดลพบุรีเปิดศูนย์พักพิง",
        "must_know": "ผู้ต้องการที่พักโทร 1784",
        "lead": "ผู้ว่าราชการจังหวัดลพบุรีเปิดศูนย์พักพิงชั่วคราว",
        "body": "<p>รายละเอียด</p>",
        "source_agency": "สำนักงานจังหวัดลพบุรี",
        "kind": "news",
        "language": "th",
        "topic": make.topic().pk,
        **inlines,
        button: "1",
        **fields,
    }


def errors(page):
    return page.context["adminform"].form.errors


def said(page):
    """The messages the editor sees."""
    return [str(message) for message in page.context["messages"]]


# Writing


def test_an_editor_writes_a_draft(desk, editor):
    town = make.district()

    answer = desk.post(
        ADD,
        typed(
            districts=[town.pk],
            provinces=[town.province.pk],
            tags="น้ำท่วม, ผู้สูงอายุ",
            kind="announcement",
            event_on="24/11/2569",
            is_pinned="on",
        ),
    )

    edition = Edition.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, change(edition))
    article = edition.article
    assert (edition.state, edition.created_by, article.created_by) == ("draft", editor, editor)
    assert (article.kind, article.language, article.is_pinned) == ("announcement", "th", True)
    assert (article.number, edition.event_on) == (None, date(2026, 11, 24))
    assert list(article.districts.all()) == [town]
    assert list(article.provinces.all()) == [town.province]
    assert set(article.tags.names()) == {"น้ำท่วม", "ผู้สูงอายุ"}


def test_an_editor_changes_a_draft_and_its_subjects(desk):
    edition = make.draft(districts=[make.district()], tags=["เดิม"])
    other = make.district("1602", "พัฒนานิคม", "Phatthana Nikhom")
    shown = desk.get(change(edition))

    answer = desk.post(change(edition), typed(title="พาดหัวใหม่", districts=[other.pk], tags="ใหม่"))

    assert 'name="tags" value="เดิม"' in shown.text
    assert "เมืองลพบุรี" in shown.text
    assert answer.status_code == 302
    edition = Edition.objects.get()
    assert edition.title == "พาดหัวใหม่"
    assert list(edition.article.districts.all()) == [other]
    assert set(edition.article.tags.names()) == {"ใหม่"}


def test_a_draft_gets_pictures_and_files_from_the_form(desk):
    picture = make.picture()
    pdf = SimpleUploadedFile("a.pdf", b"%PDF-1.7\n%%EOF\n")

    desk.post(
        ADD,
        typed(
            **{
                "placements-TOTAL_FORMS": 1,
                "placements-0-picture": picture.pk,
                "placements-0-role": "cover",
                "placements-0-alt": "ศูนย์พักพิง",
                "placements-0-order": 0,
                "attachments-TOTAL_FORMS": 1,
                "attachments-0-file": pdf,
                "attachments-0-title": "ประกาศ",
                "attachments-0-order": 0,
            }
        ),
    )

    edition = Edition.objects.get()
    assert [(p.picture, p.alt) for p in edition.placements.all()] == [(picture, "ศูนย์พักพิง")]
    assert [(a.title, a.format) for a in edition.attachments.all()] == [("ประกาศ", "pdf")]


def test_a_picture_without_alt_text_is_refused_with_a_sentence(desk):
    page = desk.post(
        ADD,
        typed(
            **{
                "placements-TOTAL_FORMS": 1,
                "placements-0-picture": make.picture().pk,
                "placements-0-role": "cover",
                "placements-0-order": 0,
            }
        ),
    )

    placements = page.context["inline_admin_formsets"][0].formset
    sentence = "Describe the picture in the alt text, or tick “decorative”; one of the two."
    assert placements.errors == [{"__all__": [gettext(sentence)]}]
    assert not Edition.objects.exists()


def test_scripts_do_not_reach_the_database(desk):
    desk.post(ADD, typed(body="<p>ดี</p><script>alert(1)</script>"))

    assert Edition.objects.get().body == "<p>ดี</p>"


def test_errors_keep_everything_that_was_typed(desk):
    town = make.district()

    page = desk.post(
        ADD,
        typed(
            title="",
            lead="ความนำที่พิมพ์ไว้",
            districts=[town.pk],
            tags="แท็กที่พิมพ์ไว้",
            event_on="24/11/2026",
            publish_at_0="31/11/2569",
            publish_at_1="สองทุ่ม",
        ),
    )

    assert page.status_code == 200
    assert set(errors(page)) == {"title", "event_on", "publish_at"}
    for text in (
        *("ความนำที่พิมพ์ไว้", "แท็กที่พิมพ์ไว้", "24/11/2026", "31/11/2569", "สองทุ่ม"),
        f'<option value="{town.pk}" selected>เมืองลพบุรี</option>',
    ):
        assert text in page.text
    assert not Edition.objects.exists()
    assert not Article.objects.exists()


def test_a_year_of_the_wrong_era_is_refused_with_a_sentence(desk):
    page = desk.post(
        ADD, typed(event_on="24/11/2026", expires_at_0="1/1/2027", expires_at_1="12:00")
    )

    sentence = gettext("Check the year: a Buddhist year as in 24/11/2569, or 2026-11-24.")
    assert errors(page)["event_on"] == errors(page)["expires_at"] == [sentence]


def test_a_tag_is_the_same_however_it_was_typed(desk):
    make.draft(tags=["น้ำท่วม", "OTOP"])

    desk.post(ADD, typed(tags="นํ้าท่วม, น้ำท่วม, otop, ใหม่"))

    assert set(Edition.objects.latest("pk").article.tags.names()) == {"น้ำท่วม", "OTOP", "ใหม่"}
    assert Tag.objects.count() == 3


def test_a_tag_too_long_is_refused_with_a_sentence(desk):
    page = desk.post(ADD, typed(tags="น้ำ" * 50))

    assert list(errors(page)) == ["tags"]


def test_a_translation_is_in_the_other_language(desk):
    thai = make.published()

    refused = desk.post(ADD, typed(translation_of=thai.article.pk))
    taken = desk.post(ADD, typed(translation_of=thai.article.pk, language="en"))

    assert list(errors(refused)) == ["translation_of"]
    assert taken.status_code == 302
    assert Edition.objects.latest("pk").article.translation_of == thai.article


# Previewing, publishing, scheduling


def test_save_and_preview_shows_what_was_typed(desk):
    page = desk.post(ADD, typed("_preview", tags="น้ำ"), follow=True)

    edition = Edition.objects.get()
    assert page.redirect_chain == [(f"/news/preview/{edition.pk}/", 302)]
    assert "จังหวัดลพบุรีเปิดศูนย์พักพิง" in page.text


def test_an_english_draft_is_previewed_in_english(desk):
    answer = desk.post(ADD, typed("_preview", language="en"))

    assert answer["Location"] == f"/en/news/preview/{Edition.objects.get().pk}/"


def test_publish_now_puts_it_on_the_site(desk, editor, client):
    page = desk.post(ADD, typed("_publish", tags="น้ำ"), follow=True)

    edition = Edition.objects.get()
    assert (edition.approved_by, edition.article.number) == (editor, 1)
    assert edition.article.reference in said(page)[0]
    client.logout()
    assert client.get(edition.get_absolute_url()).status_code == 200
    assert edition.title in client.get("/").text


def test_schedule_takes_a_buddhist_date(desk):
    year = timezone.localdate().year + 1

    desk.post(
        ADD, typed("_schedule", publish_at_0=f"2 มกราคม {year + 543}", publish_at_1="14.30 น.")
    )

    edition = Edition.objects.scheduled().get()
    assert edition.shown_from == datetime(year, 1, 2, 14, 30, tzinfo=BANGKOK)
    assert not Edition.objects.published().exists()


@pytest.mark.parametrize("day", ["", "24/11/2568"])
def test_schedule_without_an_hour_to_come_only_saves(desk, day):
    hour = "12:00" if day else ""

    page = desk.post(ADD, typed("_schedule", publish_at_0=day, publish_at_1=hour), follow=True)

    sentence = "The draft is saved. To schedule it, give a day and an hour to come."
    assert said(page) == [gettext(sentence)]
    assert Edition.objects.get().state == "draft"


def test_obstacles_are_shown_on_the_form_and_when_publishing(desk):
    original = make.draft().article
    edition = make.draft(language="en", translation_of=original, expires_at=timezone.now() - HOUR)
    sentences = [
        gettext("It would expire before it appears: change the expiry."),
        gettext("Publish the original article first; the translation takes its number."),
    ]

    shown = desk.get(change(edition))
    refused = desk.post(LIST, action("publish_selected", edition), follow=True)

    assert shown.context["obstacles"] == sentences
    assert all(sentence in shown.text for sentence in sentences)
    assert said(refused) == [*sentences, f"“{edition}”"]
    assert not Edition.objects.published().exists()


# What was approved


def test_an_approved_edition_can_only_be_read(desk):
    edition = make.published(title="คำที่พูดไปแล้ว", tags=["น้ำ"], districts=[make.district()])
    edition.article.provinces.add(make.province())

    page = desk.get(change(edition))
    refused = desk.post(change(edition), typed(title="คำที่ไม่เคยพูด"))

    assert page.status_code == 200
    assert 'name="title"' not in page.text
    main = page.text[page.text.index("<main") :]
    for text in ("คำที่พูดไปแล้ว", "<p>รายละเอียดของข่าว</p>", "น้ำ", "เมืองลพบุรี", "ลพบุรี"):
        assert text in main
    assert "None" not in main
    assert refused.status_code == 403
    assert Edition.objects.get().title == "คำที่พูดไปแล้ว"
    assert desk.get(delete(edition)).status_code == 403


def test_an_approved_edition_is_changed_in_a_new_one(desk, editor):
    edition = make.published()

    answer = desk.post(reverse("admin:news_revise", args=[edition.pk]))

    draft = Edition.objects.drafts().get()
    assert answer["Location"] == change(draft)
    assert (draft.version, draft.created_by, draft.article) == (2, editor, edition.article)
    assert edition.article.reference in desk.get(change(draft)).text


def test_a_scheduled_edition_is_taken_back(desk):
    edition = make.published(at=timezone.now() + HOUR)

    page = desk.post(reverse("admin:news_take_back", args=[edition.pk]), follow=True)

    assert said(page) == [gettext("It is a draft again.")]
    assert Edition.objects.get().state == "draft"


def test_an_edition_already_shown_is_not_taken_back(desk):
    edition = make.published()

    page = desk.post(reverse("admin:news_take_back", args=[edition.pk]), follow=True)

    sentence = "Only an edition that nobody has seen yet can be taken back."
    assert said(page) == [gettext(sentence)]
    assert Edition.objects.published().exists()


def test_expire_ends_the_article(desk):
    edition = make.published()

    page = desk.post(reverse("admin:news_expire", args=[edition.pk]), follow=True)

    assert said(page) == [gettext("Readers no longer see it. Its number and text are kept.")]
    assert not Edition.objects.published().exists()


@pytest.mark.parametrize("step", ["revise", "expire", "take_back"])
def test_steps_are_taken_by_post_only(desk, step):
    edition = make.published()

    assert desk.get(reverse(f"admin:news_{step}", args=[edition.pk])).status_code == 405
    assert desk.post(reverse(f"admin:news_{step}", args=[999999])).status_code == 404


def test_a_draft_of_a_new_article_is_deleted_with_it(desk):
    fresh, revision = make.draft(), publishing.revise(make.published().article, by=None)

    for draft in (fresh, revision):
        desk.post(delete(draft), {"post": "yes"})

    assert not Edition.objects.drafts().exists()
    assert list(Article.objects.all()) == [revision.article]


def test_changing_what_an_article_is_about_reaches_the_search_at_once(desk):
    edition = make.published()
    draft = publishing.revise(edition.article, by=None)

    desk.post(change(draft), typed(topic=make.topic("culture").pk, kind="feature"))

    document = SearchDocument.objects.get(edition=edition)
    assert (document.topic.slug, document.kind) == ("culture", "feature")


def test_language_and_original_stay_once_there_is_a_number(desk):
    thai = make.published()
    draft = publishing.revise(thai.article, by=None)

    desk.post(change(draft), typed(language="en", translation_of=make.draft().article.pk))

    article = Article.objects.get(pk=thai.article.pk)
    assert (article.language, article.translation_of) == ("th", None)


# The list and its actions


def action(name, *editions):
    return {"action": name, "_selected_action": [edition.pk for edition in editions]}


def rows(page):
    return set(page.context["cl"].queryset)


def test_list_shows_the_latest_version_of_each_article(desk):
    old = make.published(title="ฉบับแรก")
    draft = publishing.revise(old.article, by=None)
    other = make.draft()

    assert rows(desk.get(LIST)) == {draft, other}
    assert rows(desk.get(LIST, {"stage": "all"})) == {old, draft, other}


def test_list_is_filtered_by_stage_and_subject(desk):
    town = make.district()
    draft = make.draft(topic_slug="culture")
    scheduled = make.published(at=timezone.now() + HOUR, kind="announcement")
    shown = make.published(districts=[town], tags=["น้ำท่วม"], title="เขื่อนป่าสัก")
    over = make.published(language="en", expires_at=timezone.now() - HOUR / 2)

    def found(**query):
        return rows(desk.get(LIST, query))

    assert found(stage="draft") == {draft}
    assert found(stage="scheduled") == {scheduled}
    assert found(stage="published") == {shown}
    assert found(stage="expired") == {over}
    assert found(article__topic__id__exact=draft.article.topic_id) == {draft}
    assert found(article__districts__id__exact=town.pk) == {shown}
    assert found(article__kind__exact="announcement") == {scheduled}
    assert found(article__language__exact="en") == {over}
    assert found(q="ป่าสัก") == found(q="น้ำท่วม") == {shown}


def test_list_says_where_each_edition_stands(desk):
    make.draft()
    make.published(at=timezone.now() + HOUR)
    make.published()
    make.published(expires_at=timezone.now() - HOUR / 2)
    ended = make.published(ago=2 * HOUR).article
    update = publishing.revise(ended, by=None)
    publishing.publish(update, by=None, at=timezone.now() + HOUR)
    publishing.expire(ended, by=None)

    page = desk.get(LIST)

    stages = ["draft", "scheduled", "published", "expired"]
    counts = [page.text.count(f'class="stage stage--{stage}"') for stage in stages]
    assert counts == [1, 1, 1, 2]


def test_bulk_publish_publishes_what_it_can_and_says_what_it_can_not(desk):
    good, bad = make.draft(), make.draft(expires_at=timezone.now() - HOUR)

    page = desk.post(LIST, action("publish_selected", good, bad), follow=True)

    assert list(Edition.objects.published()) == [good]
    assert gettext("It would expire before it appears: change the expiry.") in said(page)
    assert f"“{bad}”" in said(page)


def test_bulk_expire(desk):
    shown, draft = make.published(), make.draft()

    page = desk.post(LIST, action("expire_selected", shown, draft), follow=True)

    assert not Edition.objects.published().exists()
    one = ngettext("%(n)s article expired.", "%(n)s articles expired.", 1) % {"n": 1}
    assert one in said(page)
    assert any(str(draft) in sentence for sentence in said(page))


def test_bulk_pin_and_unpin(desk):
    first, second, other = make.published(), make.draft(), make.published()

    def pinned():
        return set(Article.objects.filter(is_pinned=True))

    desk.post(LIST, action("pin_selected", first, second))
    assert pinned() == {first.article, second.article}
    desk.post(LIST, action("unpin_selected", first, other))
    assert pinned() == {second.article}


def test_list_costs_the_same_for_one_row_and_three(desk):
    def cost():
        desk.get(LIST)  # the frame is remembered from here on
        with CaptureQueriesContext(connection) as queries:
            desk.get(LIST)
        return len(queries)

    make.published(districts=[make.district()], tags=["น้ำ"])
    one = cost()
    make.published(districts=[make.district("1602", "พัฒนานิคม", "Phatthana Nikhom")])
    make.published(districts=[make.district()], topic_slug="culture")

    assert cost() == one


def suggested(desk, term, model, field):
    query = {"term": term, "app_label": "news", "model_name": model, "field_name": field}
    return desk.get(reverse("admin:autocomplete"), query).json()["results"]


def test_autocomplete_finds_places_and_pictures(desk):
    town, picture = make.district(), make.picture(title="สะพานข้ามคลอง")

    def found(*question):
        return [row["id"] for row in suggested(desk, *question)]

    assert found("เมือง", "article", "districts") == [str(town.pk)]
    assert found("Lopburi", "article", "provinces") == [str(town.province.pk)]
    assert found("สะพาน", "editionpicture", "picture") == [str(picture.pk)]
    assert found("ไม่มี", "article", "districts") == []


def test_an_original_is_chosen_by_its_headline(desk):
    thai = make.published(title="ข่าวต้นฉบับ", at=timezone.now() - HOUR).article
    publishing.revise(thai, by=None)
    label = f"{thai.reference} · ข่าวต้นฉบับ"

    refused = desk.post(ADD, typed(title="", translation_of=thai.pk, language="en"))

    chosen = {"id": str(thai.pk), "text": label}
    assert suggested(desk, "ต้นฉบับ", "article", "translation_of") == [chosen]
    assert suggested(desk, str(thai.number), "article", "translation_of") == [chosen]
    assert f'<option value="{thai.pk}" selected>{label}</option>' in refused.text


def test_front_page_of_the_desk_counts_what_waits(desk):
    make.draft()
    make.published(at=timezone.now() + HOUR)
    make.published(expires_at=timezone.now() + HOUR)
    make.published()

    waiting = desk.get("/admin/").context["waiting"]

    assert [(row["count"], row["url"]) for row in waiting] == [
        (1, f"{LIST}?stage=draft"),
        (1, f"{LIST}?stage=scheduled"),
        (1, f"{LIST}?stage=published"),
    ]


# Who may


def sign_in(client, role):
    roles.sync()
    user = make.user(is_staff=role in roles.STAFF)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)


@pytest.fixture
def one_of_each(db):
    return make.draft(title="ร่างลับ"), make.published(title="เห็นแล้ว")


@pytest.mark.parametrize(
    ("role", "add", "change_draft", "publishes"),
    [
        ("head", 200, True, True),
        ("editor", 200, True, False),
        ("officer", 403, False, False),
        ("planner", 403, False, False),
    ],
)
def test_each_role_does_only_what_is_its_own(
    client, one_of_each, role, add, change_draft, publishes
):
    draft, shown = one_of_each
    sign_in(client, role)

    assert client.get(LIST).status_code == 200
    assert client.get(ADD).status_code == add
    form = client.get(change(draft))
    assert form.status_code == 200
    assert ('name="title"' in form.text) == change_draft
    assert ('name="_publish"' in form.text) == publishes
    assert "None" not in form.text[form.text.index("<main") :]
    client.post(change(draft), typed("_publish", title="ร่างใหม่"))
    client.post(LIST, action("publish_selected", draft))
    client.post(reverse("admin:news_expire", args=[shown.pk]))
    client.post(LIST, action("expire_selected", shown))
    client.post(LIST, action("pin_selected", shown))
    draft.refresh_from_db()
    shown.refresh_from_db()
    assert (draft.title == "ร่างใหม่") == change_draft
    assert (draft.state == "approved") == publishes
    assert (shown.expires_at is not None) == publishes
    assert Article.objects.get(pk=shown.article_id).is_pinned == publishes


@pytest.mark.parametrize("person", ["partner", None])
def test_partners_and_strangers_do_not_enter(client, one_of_each, person):
    draft, shown = one_of_each
    if person:
        sign_in(client, person)

    for path in (LIST, ADD, change(draft), change(shown)):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")


def test_officer_does_not_revise(client, one_of_each):
    _draft, shown = one_of_each
    sign_in(client, "officer")

    client.post(reverse("admin:news_revise", args=[shown.pk]))

    assert shown.article.editions.count() == 1


def test_who_may_not_publish_does_not_change_what_a_published_article_is_about(client, db):
    town = make.district()
    shown = make.published(districts=[town], tags=["เดิม", "สอง คำ"])
    draft = publishing.revise(shown.article, by=None)
    sign_in(client, "editor")

    client.post(
        change(draft),
        typed(title="ข้อความใหม่", tags="ใหม่", kind="feature", is_pinned="on", districts=[]),
    )

    draft.refresh_from_db()
    article = Article.objects.get(pk=shown.article_id)
    assert draft.title == "ข้อความใหม่"
    assert (article.kind, article.is_pinned) == ("news", False)
    assert list(article.districts.all()) == [town]
    assert set(article.tags.names()) == {"เดิม", "สอง คำ"}


def test_editor_without_the_right_to_publish_is_told_so(client, db):
    sign_in(client, "editor")

    page = client.post(ADD, typed("_publish"), follow=True)

    assert said(page) == [gettext("The draft is saved. You may not publish; ask the head.")]
    assert Edition.objects.get().state == "draft"
