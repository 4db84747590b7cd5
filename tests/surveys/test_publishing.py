from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from surveys import fieldwork, methodology, publishing, trends, weighing
from surveys.models import Publication
from tests import make
from tests.surveys.test_tabulating import answers

METHOD = {
    key: {"th": "อธิบายไว้", "en": "Told"}
    for key in ("strategy", "sponsor", "recruitment", "limitations")
}


@pytest.fixture
def survey(db):
    return asked()


def asked(**fields):
    """A closed probability sample of 100, whose weights are in place once it is prepared."""
    facts = {"design": "probability", "state": "closed", "breakdowns": ["D2"], "method": METHOD}
    survey = make.survey(**(facts | fields))
    make.stratum(survey, "1601", 6000)
    rows = [(answers(), 60), (answers(age="2", q1="2", q4="2"), 38), (answers(age="3"), 2)]
    make.responses(survey, *rows, mode="interview")
    return survey


def prepared(survey, analyst):
    if survey.design != "open-link":
        weighing.weigh(survey, by=analyst, spec={"base": "strata"})
    return publishing.draft(survey, by=analyst)


def published(survey, analyst, head):
    publication = prepared(survey, analyst)
    publishing.submit(publication, by=analyst)
    publishing.publish(publication, by=head)
    survey.refresh_from_db()
    return publication


def test_results_are_published_by_somebody_else_and_stay_as_in_complaint_4(survey, analyst, head):
    publication = prepared(survey, analyst)
    publishing.submit(publication, by=analyst)
    analyst.user_permissions.set(head.user_permissions.all())
    mine = type(analyst).objects.get(pk=analyst.pk)

    with pytest.raises(ValidationError):
        publishing.publish(publication, by=mine)
    publishing.publish(publication, by=head)

    survey.refresh_from_db()
    assert survey.state == "published"
    assert publication.sha256 == publishing.sum_of(publication)
    assert publishing.current(survey) == publication


def test_the_table_itself_asks_for_four_eyes(survey, analyst):
    publication = prepared(survey, analyst)

    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(pk=publication.pk).update(
            state="published", published_by=analyst, published_at=publication.prepared_at
        )


def test_a_method_that_is_silent_keeps_results_back(analyst):
    survey = asked(method={})

    publication = prepared(survey, analyst)

    with pytest.raises(ValidationError) as refusal:
        publishing.submit(publication, by=analyst)
    assert len(refusal.value.messages) == 4
    silent = [item["key"] for item in methodology.missing(publication.card)]
    assert silent == ["strategy", "sponsor", "recruitment", "limitations"]


def test_open_web_answers_are_never_mixed_with_interviews_as_in_complaint_18(survey, analyst):
    weighing.weigh(survey, by=analyst, spec={"base": "strata"})
    make.responses(survey, (answers(), 3), mode="web", weight=1)

    found = publishing.obstacles(survey)

    assert len(found) == 1
    assert found[0].startswith("3") or " 3 " in found[0]


def test_answers_that_came_after_the_weights_keep_results_back_as_in_complaint_17(survey, analyst):
    assert len(publishing.obstacles(survey)) == 1

    weighing.weigh(survey, by=analyst, spec={"base": "strata"})
    make.responses(survey, answers(), mode="interview")

    assert len(publishing.obstacles(survey)) == 1


def test_results_returned_are_prepared_anew(survey, analyst, head):
    publication = prepared(survey, analyst)
    publishing.submit(publication, by=analyst)

    publishing.send_back(publication, by=head, reason="ตรวจน้ำหนักอีกครั้ง")
    again = publishing.draft(survey, by=analyst)

    assert (again.pk, again.version, again.state) == (publication.pk, 1, "draft")


def test_a_correction_is_the_next_version_and_says_what_was_wrong(survey, analyst, head):
    first = published(survey, analyst, head)

    with pytest.raises(ValidationError):
        publishing.correct(survey, by=analyst, erratum_th=" ")
    second = publishing.correct(survey, by=analyst, erratum_th="ถ่วงน้ำหนักผิด")
    publishing.submit(second, by=analyst)
    publishing.publish(second, by=head)

    assert [first.version, second.version] == [1, 2]
    assert publishing.current(survey) == second
    assert Publication.objects.get(pk=first.pk).sha256 == first.sha256


def test_only_who_may_prepares_and_publishes(survey, analyst):
    with pytest.raises(PermissionDenied):
        publishing.draft(survey, by=make.user("somebody"))
    publication = prepared(survey, analyst)
    with pytest.raises(PermissionDenied):
        publishing.publish(publication, by=analyst)


def test_the_card_is_filled_from_the_rows(survey, analyst):
    make.responses(survey, (answers(), 4), state="duplicate", mode="interview")

    card = prepared(survey, analyst).card

    told = {item["key"]: item["text"]["th"] for item in card["items"]}
    assert list(told) == list(methodology.ITEMS)
    assert told["processing"] == "ได้รับคำตอบทั้งหมด 104 ชุด นับผล 100 ชุด, ตอบซ้ำ 4 ชุด"
    assert told["mode"] == "พนักงานสัมภาษณ์ 100 คน"
    assert "±9.8" in told["size"]
    assert card["sentence"]["th"].startswith("สำรวจความคิดเห็นของประชาชนในจังหวัดลพบุรี โดยสัมภาษณ์")
    assert card["sentence"]["th"].endswith("ความคลาดเคลื่อนไม่เกินร้อยละ 9.8 ที่ระดับความเชื่อมั่นร้อยละ 95")


def test_waves_are_compared_and_other_words_draw_a_break(analyst, head):
    first = asked()
    published(first, analyst, head)
    second = asked(previous=first)
    make.responses(second, (answers(), 100), mode="interview")
    published(second, analyst, head)
    definition = second.questionnaire.definition
    definition["sections"][1]["questions"][0]["label"] = {"th": "ท่านเห็นข่าวหรือไม่"}
    third = asked(previous=second, definition=definition)

    results = prepared(third, analyst).snapshot

    points = {each["name"]: each["points"] for each in results["trends"]}
    assert [point["is_break"] for point in points["Q1"]] == [False, False, True]
    assert [point["percents"]["1"]["percent"] for point in points["Q1"]] == [62.0, 81.0, 62.0]
    moved = points["Q1"][1]["change"]["1"]
    assert (moved["points"], moved["is_clear"]) == (19.0, True)
    assert points["Q1"][2]["change"] == {}
    assert trends.earlier_waves(third) == [second, first]


# What versions tell beside each other


def set_aside(survey, n, by, **data):
    told = {f"data__{name}": value for name, value in data.items()}
    for response in survey.responses.counted().filter(**told)[:n]:
        fieldwork.change_response(response, by=by, reason="โทรตรวจแล้วไม่พบ", state="rejected")


def test_one_answer_that_was_set_aside_is_not_told_by_the_next_version(survey, analyst, head):
    published(survey, analyst, head)
    set_aside(survey, 1, head)
    weighing.weigh(survey, by=analyst, spec={"base": "strata"})

    found = publishing.obstacles(survey)

    assert len(found) == 1
    assert " 1 " in found[0]
    with pytest.raises(ValidationError):
        publishing.correct(survey, by=analyst, erratum_th="ตัดชุดที่ปลอม")


def test_versions_of_the_same_answers_stand_beside_each_other(survey, analyst, head):
    set_aside(survey, 1, head)
    published(survey, analyst, head)

    later = publishing.correct(survey, by=analyst, erratum_th="แก้ชื่อตัวเลือก")

    assert later.version == 2


def test_interviews_brought_home_late_count_as_changes_too(survey, analyst, head):
    published(survey, analyst, head)
    make.responses(survey, (answers(), 3), mode="interview", weight=1)

    assert [" 3 " in sentence for sentence in publishing.obstacles(survey)] == [True]


def test_a_group_of_which_few_changed_is_hidden_in_the_next_version(analyst, head):
    survey = asked()
    make.responses(survey, (answers(age="3"), 38), (answers(age="3", q1="2"), 30), mode="interview")
    first = published(survey, analyst, head)
    set_aside(survey, 9, head, D2="2")
    set_aside(survey, 2, head, D2="3")
    weighing.weigh(survey, by=analyst, spec={"base": "strata"})

    later = publishing.correct(survey, by=analyst, erratum_th="ตัดชุดที่ปลอม")

    sizes = [
        [level["n"] for level in each.snapshot["breakdowns"][0]["levels"]]
        for each in (first, later)
    ]
    assert sizes == [[60, 38, 70], [60, None, None]]


def test_what_one_version_hid_the_next_one_hides(analyst, head):
    survey = asked()
    make.responses(survey, (answers(age="3"), 30), (answers(age="3", q1="2"), 30), mode="interview")
    make.responses(survey, (answers(age="2"), 3), mode="interview")
    first = published(survey, analyst, head)
    tomorrow = timezone.localdate() + timedelta(days=1)
    late = {"mode": "interview", "weight": 1, "received_on": tomorrow}
    make.responses(survey, (answers(age="2"), 25), **late)
    weighing.weigh(survey, by=analyst, spec={"base": "strata"})

    later = publishing.correct(survey, by=analyst, erratum_th="เครื่องส่งข้อมูลช้า")

    hidden, still = (
        [
            [cell["n"] is None for cell in group["cells"]]
            for question in each.snapshot["questions"]
            if question["name"] == "Q1"
            for group in question["tables"][1]["groups"]
        ]
        for each in (first, later)
    )
    assert any(map(any, hidden))
    assert still == hidden


def test_breakdowns_and_rules_stay_as_they_were_published(survey, analyst, head):
    published(survey, analyst, head)

    survey.breakdowns, survey.min_cell = ["D1"], 3

    assert len(publishing.obstacles(survey)) == 2
