"""The builder: every step by form alone, nothing lost, and the test run that nobody counts."""

import re
from copy import deepcopy
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from office import audit, roles
from surveys import drafting, editing
from surveys.models import LibraryQuestion, Questionnaire, Response, Sitting
from tests import make

pytestmark = pytest.mark.django_db
Q1, Q5 = "00000003", "00000007"


@pytest.fixture
def officer(client):
    person = make.officer()
    client.force_login(person)
    return client


@pytest.fixture
def draft(officer):
    survey = make.survey()
    return drafting.begin_version(survey, by=make.user())


def page(draft, name="change", *more):
    return reverse(f"admin:surveys_questionnaire_{name}", args=[draft.pk, *more])


def step(client, draft, what, **typed):
    draft.refresh_from_db()
    return client.post(page(draft, "steps"), typed | {"edition": draft.edition, "step": what})


def order(draft):
    draft.refresh_from_db()
    return [[each["name"] for each in s["questions"]] for s in draft.definition["sections"]]


def typed(answer, **changed):
    """What the browser sends of the page of a question that nobody changed, then changed."""
    data = {}
    forms = [answer.context["form"]]
    for form_set in (answer.context["choices"], answer.context["rows"]):
        if form_set is not None:
            forms += [form_set.management_form, *form_set.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False and value not in ("", []):
                data[field.html_name] = value
    draft = answer.context["version"]
    return data | {"edition": draft.edition} | changed


def test_the_builder_shows_every_question_with_what_speaks_against_it(officer, draft):
    shown = officer.get(page(draft))

    assert shown.status_code == 200
    for question in editing.questions(draft.definition):
        assert question["label"]["th"] in shown.text
    assert "Q5" in {
        row.question
        for part in shown.context["sections"]
        for r in part["rows"]
        for row in r["findings"]
    }


def test_a_question_is_added_moved_copied_removed_and_taken_back(officer, draft):
    before = order(draft)
    name = draft.definition["sections"][0]["name"]

    added = step(
        officer, draft, f"add {name}", **{f"label-{name}": "ท่านอายุเท่าใด", f"kind-{name}": "number"}
    )
    uid = added.url.split("/")[-2]
    step(officer, draft, f"up {uid}")
    moved = order(draft)
    step(officer, draft, f"copy {uid}")
    copied = order(draft)
    gone = step(officer, draft, f"remove {uid}")
    removed = order(draft)
    assert "Q6" in officer.get(gone.url).context["undo"]["said"]
    step(officer, draft, "undo")

    assert moved[0] == [before[0][0], "Q6", before[0][1]]
    assert copied[0] == [before[0][0], "Q6", "Q7", before[0][1]]
    assert removed[0] == [before[0][0], "Q7", before[0][1]]
    assert order(draft) == copied


def test_what_was_taken_back_is_not_taken_back_again(officer, draft):
    step(officer, draft, f"remove {Q1}")
    other = drafting.begin_version(draft.survey, by=None)
    drafting.save(other, other.definition, by=make.user(), edition=other.edition)

    step(officer, draft, "undo")

    assert "Q1" not in [name for names in order(draft) for name in names]


def test_sections_are_added_moved_copied_and_removed(officer, draft):
    names = [section["name"] for section in draft.definition["sections"]]

    step(officer, draft, "add-section", **{"section-title": "ปิดท้าย"})
    draft.refresh_from_db()
    new = draft.definition["sections"][-1]
    step(officer, draft, f"section-up {new['name']}")
    draft.refresh_from_db()
    moved = [section["name"] for section in draft.definition["sections"]]
    step(officer, draft, f"section-copy {names[0]}")
    step(officer, draft, f"section-remove {new['name']}")
    draft.refresh_from_db()

    assert new["title"] == {"th": "ปิดท้าย"}
    assert moved == [*names[:-1], new["name"], names[-1]]
    assert len(draft.definition["sections"]) == len(names) + 1


@pytest.mark.parametrize(
    "what", ["", "up", "up zzzz", "fly 00000003", "section-up nowhere", "add nowhere", "undo"]
)
def test_a_step_that_there_is_not_changes_nothing(officer, draft, what):
    answer = step(officer, draft, what)

    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.edition == 0


def test_enter_adds_what_was_typed_also_without_scripts(officer, draft):
    name = draft.definition["sections"][0]["name"]

    step(officer, draft, "enter", **{"section-title": "ใหม่"})
    step(officer, draft, "enter", **{f"label-{name}": "ท่านอายุเท่าใด", f"kind-{name}": "number"})
    step(officer, draft, "enter")

    assert [len(names) for names in order(draft)] == [3, 5, 0]


def test_a_step_on_an_older_edition_is_not_taken(officer, draft):
    drafting.save(draft, draft.definition, by=make.user(first_name="สมศรี"), edition=0)

    answer = officer.post(page(draft, "steps"), {"edition": 0, "step": f"remove {Q1}"}, follow=True)

    assert "สมศรี" in answer.text
    assert "Q1" in [name for names in order(draft) for name in names]


def test_a_question_is_changed_on_its_own_page(officer, draft):
    shown = officer.get(page(draft, "question", Q1))

    answer = officer.post(
        page(draft, "question", Q1),
        typed(shown, label_th="ท่านได้รับข่าวบ่อยเพียงใด", more_choices="ไม่แน่ใจ | Not sure\nจำไม่ได้"),
    )

    assert answer.status_code == 302
    draft.refresh_from_db()
    question = editing.question(draft.definition, Q1)
    assert question["label"]["th"] == "ท่านได้รับข่าวบ่อยเพียงใด"
    assert [c["code"] for c in question["choices"]] == ["1", "2", "3", "4"]
    assert question["choices"][2]["label"] == {"th": "ไม่แน่ใจ", "en": "Not sure"}


def test_saving_a_page_that_nobody_changed_changes_nothing(officer, draft):
    for question in editing.questions(draft.definition):
        draft.refresh_from_db()
        address = page(draft, "question", question["uid"])
        answer = officer.post(address, typed(officer.get(address)))
        assert answer.status_code == 302

    before = draft.survey.questionnaire.definition
    draft.refresh_from_db()
    assert draft.definition == before


def test_answers_are_put_in_order_marked_and_removed(officer, draft):
    shown = officer.get(page(draft, "question", "00000002"))

    officer.post(
        page(draft, "question", "00000002"),
        typed(shown, **{"c-0-place": "3", "c-1-DELETE": "on", "c-2-special": "refused"}),
    )

    draft.refresh_from_db()
    choices = editing.question(draft.definition, "00000002")["choices"]
    assert [(each["code"], each.get("missing")) for each in choices] == [
        ("1", None),
        ("3", "refused"),
    ]


def test_a_new_answer_never_gets_the_code_of_one_that_was_removed(officer, draft):
    shown = officer.get(page(draft, "question", "00000002"))

    officer.post(
        page(draft, "question", "00000002"),
        typed(shown, more_choices="ใหม่", **{"c-2-DELETE": "on"}),
    )

    draft.refresh_from_db()
    choices = editing.question(draft.definition, "00000002")["choices"]
    assert [each["code"] for each in choices] == ["1", "2", "4"]


def test_who_is_asked_is_chosen_from_the_answers_before(officer, draft):
    address = page(draft, "question", "00000004")
    shown = officer.get(address)
    given = {
        "show": "if",
        "when1": "D2=2",
        "is1": "is-not",
        "join": "or",
        "when2": "Q1=1",
        "is2": "is",
    }

    answer = officer.post(address, typed(shown, **given))
    again = officer.get(address)

    assert answer.status_code == 302
    draft.refresh_from_db()
    question = editing.question(draft.definition, "00000004")
    assert question["relevant"] == "${D2} != '2' or ${Q1} = '1'"
    initial = again.context["form"].initial
    assert {key: initial[key] for key in given} == given


@pytest.mark.parametrize(
    "given",
    [
        {"show": "expression", "relevant": "${Q1} = "},
        {"show": "expression", "relevant": ""},
        {"show": "if", "when1": ""},
        {"name": "ชื่อไทย"},
        {"name": "D2"},
        {"label_th": ""},
        {"c-0-code": "มี ช่อง"},
        {"c-0-code": "2"},
    ],
)
def test_what_can_not_be_kept_comes_back_as_it_was_typed(officer, given):
    fresh = make.survey(state="draft", is_sample=True)
    fresh.questionnaires.all().delete()
    draft = drafting.begin_version(fresh, by=make.user())
    drafting.save(draft, make.QUESTIONS, by=None, edition=0)
    address = page(draft, "question", Q1)
    shown = officer.get(address)

    answer = officer.post(address, typed(shown, hint_th="คำอธิบายที่พิมพ์ไว้", **given))

    assert answer.status_code == 400
    assert "คำอธิบายที่พิมพ์ไว้" in answer.text
    draft.refresh_from_db()
    assert draft.edition == 1


def test_what_was_typed_over_an_older_edition_comes_back_and_can_be_saved(officer, draft):
    address = page(draft, "question", Q1)
    data = typed(officer.get(address), label_th="ของฉัน")
    theirs = deepcopy(draft.definition)
    editing.question(theirs, "00000002")["label"]["th"] = "ของเขา"
    drafting.save(draft, theirs, by=make.user(first_name="สมศรี"), edition=0)

    refused = officer.post(address, data)
    edition = re.search(r'name="edition" value="(\d+)"', refused.text)[1]
    saved = officer.post(address, data | {"edition": edition})

    assert refused.status_code == 409
    assert "ของฉัน" in refused.text
    assert "สมศรี" in refused.text
    assert saved.status_code == 302
    draft.refresh_from_db()
    assert editing.question(draft.definition, Q1)["label"]["th"] == "ของฉัน"
    assert editing.question(draft.definition, "00000002")["label"]["th"] == "ของเขา"


def test_the_name_and_kind_of_a_published_question_stay(officer, draft):
    address = page(draft, "question", Q1)

    officer.post(address, typed(officer.get(address), name="other", kind="text"))

    draft.refresh_from_db()
    question = editing.question(draft.definition, Q1)
    assert (question["name"], question["kind"]) == ("Q1", "single")


@pytest.mark.parametrize(
    "kind",
    [
        "single",
        "multiple",
        "scale",
        "matrix",
        "rank",
        "number",
        "text",
        "date",
        "place",
        "note",
        "calculate",
    ],
)
def test_every_kind_of_question_has_its_form(officer, draft, kind):
    name = draft.definition["sections"][0]["name"]
    added = step(officer, draft, f"add {name}", **{f"label-{name}": "คำถาม", f"kind-{name}": kind})

    shown = officer.get(added.url)
    answer = officer.post(added.url, typed(shown, label_th="คำถามใหม่"))

    assert shown.status_code == 200
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert editing.question(draft.definition, added.url.split("/")[-2])["label"]["th"] == "คำถามใหม่"


def test_a_section_and_the_whole_are_changed(officer, draft):
    second = draft.definition["sections"][1]["name"]
    given = {"edition": 0, "title_th": "ข่าวของเรา", "show": "if", "when1": "D2=1", "is1": "is"}

    officer.post(page(draft, "section", second), given)
    officer.post(page(draft, "whole"), {"edition": 1, "title_th": "ชื่อใหม่"})

    draft.refresh_from_db()
    section = draft.definition["sections"][1]
    assert (section["title"]["th"], section["relevant"]) == ("ข่าวของเรา", "${D2} = '1'")
    assert draft.definition["title"] == {"th": "ชื่อใหม่"}
    assert draft.definition["languages"] == ["th"]


def test_a_question_goes_into_the_library_and_comes_out_in_another_survey(officer, draft):
    address = page(draft, "question", Q1)
    officer.post(address, {"keep-in-library": "1", "title": "การรับข่าว"})
    entry = LibraryQuestion.objects.get()
    other = make.survey(state="draft", is_sample=True)
    other.questionnaires.all().delete()
    there = drafting.begin_version(other, by=make.user())

    shown = officer.get(page(there, "library"))
    officer.post(page(there, "library"), {"edition": 0, "question": entry.pk, "section": "s1"})

    assert "การรับข่าว" in shown.text
    there.refresh_from_db()
    (taken,) = editing.questions(there.definition)
    assert (taken["name"], taken["label"]) == ("Q1", entry.question["label"])
    assert taken["uid"] != Q1
    assert (
        officer.get(reverse("admin:surveys_libraryquestion_change", args=[entry.pk])).status_code
        == 200
    )


def test_an_expression_is_checked_while_it_is_typed(officer, draft):
    said = [
        officer.post(page(draft, "check"), {"text": text}).json()["is_good"]
        for text in ("${Q1} = '1'", "${Q1} =", "${nobody} = '1'", "")
    ]

    assert said == [True, False, False, True]


def test_publishing_shows_what_keeps_it_back_and_then_what_changes(officer, draft):
    step(officer, draft, f"remove {Q1}")

    kept_back = officer.get(page(draft, "publish"))
    refused = officer.post(page(draft, "publish"), {"edition": 1})
    step(officer, draft, "undo")
    shown = officer.get(page(draft, "question", Q5))
    officer.post(page(draft, "question", Q5), typed(shown, hint_th="โปรดอย่าใส่ชื่อ"))
    ready = officer.get(page(draft, "publish"))
    done = officer.post(page(draft, "publish"), {"edition": 3}, follow=True)

    assert len(kept_back.context["obstacles"]) == 1
    assert refused.status_code == 400
    assert [row.name for row in ready.context["differences"]] == ["Q5"]
    assert done.status_code == 200
    assert Questionnaire.objects.get(pk=draft.pk).published_at is not None


def test_a_rewording_is_ticked_on_the_page(officer, draft):
    shown = officer.get(page(draft, "question", Q1))
    officer.post(page(draft, "question", Q1), typed(shown, **{"c-0-th": "ได้รับทุกวัน"}))
    ready = officer.get(page(draft, "publish"))
    (change,) = ready.context["rewordings"]

    without = officer.post(page(draft, "publish"), {"edition": 1})
    officer.post(page(draft, "publish"), {"edition": 1, "same": change.key})

    assert ready.context["obstacles"] == []
    assert without.status_code == 400
    assert Questionnaire.objects.get(pk=draft.pk).published_at is not None


def test_an_editor_writes_and_somebody_else_publishes(client, draft):
    client.force_login(make.officer("writer", roles.EDITOR))

    shown, refused = client.get(page(draft, "publish")), client.post(page(draft, "publish"), {})

    assert client.get(page(draft)).status_code == 200
    assert not shown.context["may_publish"]
    assert refused.status_code == 403


def test_published_versions_are_read_compared_and_printed_and_never_changed(officer, draft):
    first = draft.survey.questionnaire
    step(officer, draft, f"down {Q1}")

    shown = officer.get(page(first))
    compared = officer.get(page(draft, "compare", first.pk))
    printed = officer.get(page(first, "print"))
    pages = ("whole", "library", "upload", "publish")

    assert first.sha256 in shown.text
    assert [row.kind for row in compared.context["differences"]] == ["moved"]
    assert "ท่านอยู่อำเภอใด" in printed.text
    assert {officer.get(page(first, name)).status_code for name in pages} == {302}
    assert officer.get(page(first, "question", Q1)).status_code == 302
    step(officer, first, f"remove {Q1}")
    assert Questionnaire.objects.get(pk=first.pk).definition == first.definition


# --- the test run


def walk(client, draft, *answers):
    """The pages of a test run: each set of answers is given to the page before."""
    shown = [client.get(page(draft, "trial"))]
    for given in answers:
        data = {
            name: re.search(rf'name="{name}" value="([^"]*)"', shown[-1].text)[1]
            for name in ("state", "section")
        }
        seen = re.findall(r'name="seen" value="([^"]*)">', shown[-1].text)
        shown.append(client.post(page(draft, "trial"), data | {"go": "next", "seen": seen} | given))
    return shown


def test_a_test_run_follows_the_real_logic_to_the_end(officer, draft, places):
    pages = walk(
        officer,
        draft,
        {"D1": places.code, "D2": "1"},
        {"Q1": "1", "Q4": "5"},
        {"Q1": "1", "Q2": ["a"], "Q4": "5"},
    )

    assert [answer.status_code for answer in pages] == [200, 200, 200, 200]
    assert pages[1].context["section"].name == draft.definition["sections"][1]["name"]
    assert pages[2].context["is_unfolded"]
    assert len(pages[3].context["told"]) == 7


def test_a_test_run_says_what_is_wrong_and_keeps_what_was_typed(officer, draft, places):
    pages = walk(officer, draft, {"D2": "2"})

    assert pages[1].status_code == 400
    assert re.search(r'value="2"[^>]* checked', pages[1].text)


def test_a_test_run_is_never_stored_and_never_counted(officer, draft, places):
    before = draft.survey.questionnaire

    for version in (draft, before):
        pages = walk(officer, version, {"D1": places.code, "D2": "1"}, {"Q1": "2", "Q4": "5"})
        assert pages[-1].context["told"] is not None

    assert (Response.objects.count(), Sitting.objects.count()) == (0, 0)
    assert draft.survey.responses.counted().count() == 0
    assert officer.get(page(draft, "preview")).status_code == 200


@pytest.mark.parametrize("state", ["", "x", "eyJhIjoxfQ:1abc:zzz"])
def test_a_test_run_with_a_state_that_is_not_ours_begins_again(officer, draft, state):
    answer = officer.post(page(draft, "trial"), {"state": state, "section": "you", "go": "next"})

    assert answer.status_code == 200
    assert answer.context["section"].name == draft.definition["sections"][0]["name"]


def test_a_draft_that_can_not_be_asked_says_so_in_the_test_run(officer, draft):
    step(officer, draft, f"remove {Q1}")

    assert officer.get(page(draft, "trial")).status_code == 200
    assert officer.get(page(draft, "preview")).context["is_broken"]


def test_the_frame_of_the_test_run_may_stand_on_our_pages_only(officer, draft):
    trial, preview = officer.get(page(draft, "trial")), officer.get(page(draft, "preview"))

    assert trial["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in trial["Content-Security-Policy"]
    assert "frame-src 'self'" in preview["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in preview["Content-Security-Policy"]


def test_who_did_what_is_written_down(officer, draft):
    step(officer, draft, f"copy {Q1}")

    officer.post(page(draft, "publish"), {"edition": 1})

    assert [event.verb for event in audit.trail(draft)][-1] == "begin version"


# --- XLSForm


def workbook(content, name="form.xlsx"):
    return SimpleUploadedFile(name, content)


def test_a_version_is_downloaded_and_uploaded_as_the_same(officer, draft, places):
    first = draft.survey.questionnaire
    step(officer, draft, f"copy {Q1}")
    made = officer.get(page(first, "download"))

    answer = officer.post(page(draft, "upload"), {"edition": 1, "workbook": workbook(made.content)})

    assert made["Content-Disposition"].startswith("attachment")
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.definition == first.definition


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        b"PK\x03\x04" + b"\0" * 400,
        b"<html>",
        b"\xd0\xcf\x11\xe0" * 100,
        b"\xff" * 5_300_000,
    ],
    ids=["empty", "letter", "torn", "page", "old", "large"],
)
def test_any_file_ends_in_a_report_and_changes_nothing(officer, draft, content):
    answer = officer.post(page(draft, "upload"), {"edition": 0, "workbook": workbook(content)})

    assert answer.status_code == 400
    draft.refresh_from_db()
    assert draft.edition == 0


def test_a_workbook_with_mistakes_tells_all_of_them_with_their_places(officer, draft):
    book = openpyxl.Workbook()
    book.active.title = "survey"
    for row in (
        ("type", "name", "label"),
        ("select_one nowhere", "Q1", "คำถาม"),
        ("begin_repeat", "r", "ซ้ำ"),
    ):
        book.active.append(row)
    kept = BytesIO()
    book.save(kept)

    answer = officer.post(
        page(draft, "upload"), {"edition": 0, "workbook": workbook(kept.getvalue())}
    )

    assert answer.status_code == 400
    assert len(answer.context["report"].errors) >= 2
    assert {entry.sheet for entry in answer.context["report"].errors} == {"survey"}
    draft.refresh_from_db()
    assert draft.edition == 0


def test_a_workbook_over_an_older_edition_is_not_taken(officer, draft, places):
    made = officer.get(page(draft.survey.questionnaire, "download"))
    step(officer, draft, f"copy {Q1}")

    answer = officer.post(page(draft, "upload"), {"edition": 0, "workbook": workbook(made.content)})

    assert answer.status_code == 409
    draft.refresh_from_db()
    assert draft.edition == 1


def test_a_draft_that_can_not_be_asked_is_not_downloaded(officer, draft):
    step(officer, draft, f"remove {Q1}")

    assert officer.get(page(draft, "download")).status_code == 302
