"""A network officer makes a survey alone: from nothing to published, on a desk and on a phone."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from surveys import editing
from surveys.models import Questionnaire, Response, Sitting, Survey
from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("BUILDER_SHOTS")

# Section, question, kind, its answers.
QUESTIONS = (
    (0, "ท่านอยู่อำเภอใด", "place", ()),
    (0, "อายุของท่าน", "single", ("18-39 ปี", "40-59 ปี", "60 ปีขึ้นไป")),
    (0, "เพศ", "single", ("ชาย", "หญิง", "ไม่ประสงค์ตอบ")),
    (1, "ท่านได้รับข่าวของจังหวัดหรือไม่", "single", ("ได้รับ", "ไม่ได้รับ")),
    (1, "ท่านได้รับข่าวทางใดบ้าง", "multiple", ("หอกระจายข่าว", "LINE", "Facebook")),
    (
        1,
        "ท่านพอใจความรวดเร็วและความถูกต้องของข่าวเพียงใด",
        "scale",
        ("พอใจมาก", "พอใจ", "ไม่พอใจ", "ไม่พอใจมาก"),
    ),
    (1, "ท่านอ่านข่าวของจังหวัดสัปดาห์ละกี่ครั้ง", "number", ()),
    (2, "ข่าวของจังหวัดเข้าใจง่ายเพียงใด", "scale", ("ง่ายมาก", "ง่าย", "ยาก", "ยากมาก")),
    (2, "สิ่งใดควรทำก่อน", "rank", ("ข่าวเร็วขึ้น", "ภาษาง่ายขึ้น", "ข่าวใกล้บ้าน")),
    (2, "ข้อเสนอแนะ", "text", ()),
)


def shot(page, name):
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def sign_in(page, live_server):
    make.officer()
    page.goto(f"{live_server.url}/admin/")
    page.fill("#id_username", "officer")
    page.fill("#id_password", "correct horse battery")
    page.click("[type=submit]")


def test_an_officer_builds_a_survey_from_nothing_to_published(page, live_server):
    make.district()
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page, live_server)

    # The survey itself.
    page.goto(f"{live_server.url}/admin/surveys/survey/add/")
    page.fill("#id_title_th", "ความเห็นต่อข่าวของจังหวัด")
    page.fill("#id_aim_th", "เพื่อปรับปรุงข่าว")
    page.select_option("#id_policy", "province")
    page.fill("#id_population_th", "ประชาชนในจังหวัดลพบุรี")
    page.select_option("#id_design", "open-link")
    page.check("[name=modes][value=web]")
    page.fill("#id_opens_on", "1/12/2569")
    page.fill("#id_closes_on", "31/12/2569")
    shot(page, "1-survey-1280")
    page.click("[name=_continue]")
    shot(page, "2-steps-1280")
    page.locator("form[action$='/questionnaire/'] button").click()

    # Three sections, ten questions.
    for number, title in enumerate(("ข่าวสาร", "ความเห็น"), 2):
        page.fill("#section-title", title)
        page.press("#section-title", "Enter")
        page.locator(".builder__section").nth(number - 1).wait_for()
    names = [section["name"] for section in draft().definition["sections"]]
    for section, label, kind, answers in QUESTIONS:
        name = names[section]
        page.fill(f"#label-{name}", label)
        page.select_option(f"#kind-{name}", kind)
        page.locator(f"button[value='add {name}']").click()
        if answers:
            page.fill("#id_more_choices", "\n".join(answers))
        page.locator("form button.default").first.click()
    shot(page, "3-builder-1280")
    assert len(editing.questions(draft().definition)) == 10

    # Skip logic, without an expression.
    open_question(page, "ท่านได้รับข่าวทางใดบ้าง")
    page.check("[name=show][value=if]")
    page.select_option("#id_when1", "Q4=1")
    shot(page, "4-question-1280")
    page.locator("form button.default").first.click()
    assert editing.questions(draft().definition)[4]["relevant"] == "${Q4} = '1'"

    # What the linter found is mended.
    assert page.locator(".findings__warning").count() == 1
    open_question(page, "ท่านพอใจความรวดเร็วและความถูกต้องของข่าวเพียงใด")
    page.fill("#id_label_th", "ท่านพอใจความรวดเร็วของข่าวเพียงใด")
    page.locator("form button.default").first.click()
    open_question(page, "ข้อเสนอแนะ")
    page.fill("#id_hint_th", "โปรดอย่าใส่ชื่อหรือเบอร์โทรศัพท์")
    page.locator("form button.default").first.click()
    assert page.locator(".findings li").count() == 0

    # The test run, in the frame of a telephone.
    page.goto(page.url.replace("/change/", "/preview/").split("#")[0])
    frame = page.frame_locator("iframe.phone")
    frame.locator("select").first.select_option("1601")
    frame.locator("input[type=radio]").first.check()
    shot(page, "5-preview-1280")
    frame.locator(".button--primary").click()
    frame.locator("[name=Q4][value='2']").check()
    frame.locator(".button--primary").click()
    frame.locator("[name=Q8]").first.wait_for()
    frame.locator(".button--primary").click()
    frame.locator(".trial__told").wait_for()
    assert (Response.objects.count(), Sitting.objects.count()) == (0, 0)

    # Published.
    page.goto(page.url.replace("/preview/", "/publish/"))
    shot(page, "6-publish-1280")
    page.locator("form.review__decide button.default").click()
    shot(page, "7-published-1280")
    survey = Survey.objects.get()
    assert survey.questionnaire.number == 1
    page.goto(f"{live_server.url}/admin/surveys/survey/{survey.pk}/change/")
    page.locator("form[action$='/steps/open/'] button").click()
    survey.refresh_from_db()
    assert survey.state == "open"


def test_the_builder_is_used_on_a_phone(page, live_server):
    make.district()
    survey = make.survey()
    row = survey.questionnaires.create(number=2, definition=survey.questionnaire.definition)
    sign_in(page, live_server)

    page.goto(f"{live_server.url}/admin/surveys/questionnaire/{row.pk}/change/")
    shot(page, "1-builder-360")
    assert is_narrow(page)
    page.locator("button[value='down 00000003']").click()
    page.locator("button[value='undo']").click()
    page.goto(f"{live_server.url}/admin/surveys/questionnaire/{row.pk}/questions/00000004/")
    shot(page, "2-question-360")
    assert is_narrow(page)
    page.check("[name=show][value=expression]")
    page.fill("#id_relevant", "${Q1} =")
    page.locator(".builder__said--wrong").first.wait_for()
    page.fill("#id_relevant", "${Q1} = '2'")
    page.locator(".builder__said:not(.builder__said--wrong)", has_text=re.compile("✓")).wait_for()
    page.locator("form button.default").first.click()
    page.goto(f"{live_server.url}/admin/surveys/questionnaire/{row.pk}/preview/")
    page.frame_locator("iframe.phone").locator("h1").wait_for()
    shot(page, "3-preview-360")
    assert is_narrow(page)
    page.goto(f"{live_server.url}/admin/surveys/survey/{survey.pk}/change/")
    shot(page, "4-survey-360")
    assert is_narrow(page)

    row.refresh_from_db()
    assert editing.question(row.definition, "00000004")["relevant"] == "${Q1} = '2'"


def test_questions_and_answers_are_put_in_order_by_dragging_and_by_keyboard(page, live_server):
    make.district()
    survey = make.survey()
    row = survey.questionnaires.create(number=2, definition=survey.questionnaire.definition)
    page.set_viewport_size({"width": 1280, "height": 4000})
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/admin/surveys/questionnaire/{row.pk}/change/")
    assert order() == [["D1", "D2"], ["Q1", "Q2", "Q3", "Q4", "Q5"]]

    # Within a part, to another part, back by one press, and by keyboard alone.
    with page.expect_navigation():
        handle(page, "Q5").drag_to(question(page, "Q1"), target_position={"x": 200, "y": 4})
    assert order()[1] == ["Q5", "Q1", "Q2", "Q3", "Q4"]
    with page.expect_navigation():
        handle(page, "D1").drag_to(page.locator(".builder__add").nth(1))
    assert order() == [["D2"], ["Q5", "Q1", "Q2", "Q3", "Q4", "D1"]]
    with page.expect_navigation():
        page.locator("button[value='undo']").click()
    assert order() == [["D1", "D2"], ["Q5", "Q1", "Q2", "Q3", "Q4"]]
    down = page.locator("button[value='down 00000001']")
    down.focus()
    for _press in range(2):
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(down).to_be_focused()
    assert order() == [["D2"], ["D1", "Q5", "Q1", "Q2", "Q3", "Q4"]]

    # The answers of one question: nothing is saved before it is said.
    page.goto(f"{live_server.url}/admin/surveys/questionnaire/{row.pk}/questions/00000006/")
    entries = page.locator(".builder__entry")
    entries.nth(1).locator("button").first.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "↑"
    entries.nth(4).locator(".builder__handle").drag_to(
        entries.nth(0), target_position={"x": 200, "y": 4}
    )
    assert codes(row) == ["5", "4", "3", "2", "1", "9"]
    page.locator("form button.default").first.click()
    page.locator(".builder__undo").wait_for()
    assert codes(row) == ["1", "4", "5", "3", "2", "9"]


def question(page, name):
    row = editing.questions(draft().definition)
    (uid,) = [each["uid"] for each in row if each["name"] == name]
    return page.locator(f"[id='{uid}']")


def handle(page, name):
    return question(page, name).locator(".builder__handle")


def order():
    return [[each["name"] for each in s["questions"]] for s in draft().definition["sections"]]


def codes(row):
    row.refresh_from_db()
    return [each["code"] for each in editing.question(row.definition, "00000006")["choices"]]


def draft():
    return Questionnaire.objects.drafts().get()


def open_question(page, label):
    page.locator(".builder__label a", has_text=label).click()


def is_narrow(page):
    return page.evaluate("document.documentElement.scrollWidth") <= 360
