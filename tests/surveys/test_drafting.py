"""Versions of a questionnaire: nothing that was published changes, nobody's work is lost."""

from copy import deepcopy

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from office import audit
from surveys import drafting, editing
from surveys.models import Questionnaire, Response
from tests import make

pytestmark = pytest.mark.django_db


def drafted(survey=None):
    """The next version of a survey, as a draft."""
    return drafting.begin_version(survey or make.survey(), by=make.user())


def changed(draft, uid, **facts):
    """The draft, saved with other facts of one question."""
    definition = deepcopy(draft.definition)
    question = editing.question(definition, uid)
    question.update(facts)
    drafting.save(draft, definition, by=draft.updated_by, edition=draft.edition)
    return draft


Q1 = "00000003"


def test_the_first_version_is_an_empty_questionnaire_with_one_section():
    survey = make.survey(title_th="ความเห็น", title_en="")
    fresh = make.survey(title_th="อีกเรื่อง", title_en="", state="draft", is_sample=True)
    fresh.questionnaires.all().delete()

    draft = drafted(fresh)

    assert (draft.number, draft.published_at) == (1, None)
    assert draft.definition["title"] == {"th": "อีกเรื่อง"}
    assert [section["questions"] for section in draft.definition["sections"]] == [[]]
    assert survey.questionnaires.count() == 1


def test_the_next_version_is_a_copy_and_there_is_one_draft_only():
    survey = make.survey()

    draft, again = drafted(survey), drafted(survey)

    assert draft == again
    assert (draft.number, draft.definition) == (2, survey.questionnaire.definition)
    assert [event.verb for event in audit.trail(draft)] == ["begin version"]


def test_nothing_is_drafted_when_the_survey_is_over():
    survey = make.survey(state="published")

    with pytest.raises(ValidationError):
        drafted(survey)

    assert survey.questionnaires.count() == 1


def test_whoever_saves_an_older_edition_is_told_who_saved_since():
    survey = make.survey()
    draft = drafted(survey)
    mine, theirs = Questionnaire.objects.get(pk=draft.pk), Questionnaire.objects.get(pk=draft.pk)
    colleague = make.user(first_name="สมศรี", last_name="ใจดี")
    drafting.save(theirs, theirs.definition | {"title": {"th": "ของเขา"}}, by=colleague, edition=0)

    with pytest.raises(drafting.OlderEditionError) as refused:
        drafting.save(mine, mine.definition, by=make.user(), edition=0)

    assert "สมศรี ใจดี" in refused.value.messages[0]
    assert refused.value.questionnaire.definition["title"] == {"th": "ของเขา"}
    draft.refresh_from_db()
    assert (draft.edition, draft.updated_by) == (1, colleague)


def test_what_is_far_too_large_is_not_saved():
    draft = drafted()
    definition = deepcopy(draft.definition)
    section = definition["sections"][0]["name"]
    editing.add_question(definition, section, "note", "ก" * drafting.LARGEST)

    with pytest.raises(ValidationError):
        drafting.save(draft, definition, by=None, edition=draft.edition)

    draft.refresh_from_db()
    assert draft.edition == 0


def test_a_published_version_is_canonical_signed_and_never_changes():
    person = make.user()
    draft = changed(drafted(), Q1, label={"th": "  ท่านได้รับข่าวเมื่อใด  "})

    drafting.publish(draft, by=person)

    row = Questionnaire.objects.get(pk=draft.pk)
    assert row == row.survey.questionnaire
    assert editing.question(row.definition, Q1)["label"] == {"th": "ท่านได้รับข่าวเมื่อใด"}
    assert row.sha256 == drafting.checksum(row.definition)
    assert (row.published_by, audit.trail(row)[0].verb) == (person, "publish version")
    with pytest.raises(ValidationError):
        drafting.save(row, row.definition, by=person, edition=row.edition)
    with pytest.raises(IntegrityError), transaction.atomic():
        Questionnaire.objects.filter(pk=row.pk).update(definition={})


def test_republishing_deletes_no_answers_as_in_complaint_2(places):
    """decidim#9168: publishing again deleted all answers, without a word."""
    survey = make.survey()
    first = survey.questionnaire
    kept = [make.response(survey), make.response(survey, Q1="2")]
    draft = drafted(survey)
    definition = deepcopy(draft.definition)
    for uid in (Q1, "00000004"):
        editing.remove(definition, uid)
    for each in editing.questions(definition):
        each.pop("relevant", None)
    drafting.save(draft, definition, by=None, edition=0)

    drafting.publish(draft, by=make.user())

    assert survey.questionnaire == draft
    found = Response.objects.order_by("pk").values_list("pk", "questionnaire", "data")
    assert sorted(found) == sorted((each.pk, first.pk, each.data) for each in kept)
    with pytest.raises(IntegrityError), transaction.atomic():
        first.delete()


def test_a_published_name_keeps_its_kind():
    """kpi#2089: a renamed or changed question shifted the columns of earlier answers."""
    draft = changed(drafted(), Q1, kind="text")

    (sentence,) = drafting.changed_meanings(draft)
    assert sentence.startswith("Q1 ")
    with pytest.raises(ValidationError):
        drafting.publish(draft, by=make.user())


def test_a_published_question_keeps_its_name_and_no_other_takes_it():
    draft = drafted()
    definition = deepcopy(draft.definition)
    editing.replace(definition, Q1, editing.question(definition, Q1) | {"name": "channel"})
    drafting.save(draft, definition, by=None, edition=0)
    other = drafted()
    definition = deepcopy(other.definition)
    old = editing.remove(definition, Q1)
    editing.put(definition, definition["sections"][1]["name"], old | {"uid": "0000abcd"}, 0)
    drafting.save(other, definition, by=None, edition=0)

    assert len(drafting.changed_meanings(draft)) == 1
    assert len(drafting.changed_meanings(other)) == 1
    assert not drafting.may_be_renamed(draft, Q1)
    assert drafting.may_be_renamed(other, "0000abcd")


def test_a_published_code_gets_other_words_only_when_somebody_says_they_mean_the_same():
    draft = drafted()
    choices = deepcopy(editing.question(draft.definition, Q1)["choices"])
    choices[0]["label"]["th"] = "ได้รับเป็นประจำ"
    changed(draft, Q1, choices=choices)
    (change,) = drafting.rewordings(draft)

    refused = drafting.obstacles(draft)
    drafting.publish(draft, by=make.user(), accepted=[change.key])

    assert len(refused) == 1
    assert refused[0].startswith(change.sentence)
    assert change.sentence in audit.trail(draft)[0].note


def test_agreeing_to_a_rewording_is_not_agreeing_to_a_later_one():
    draft = drafted()
    choices = deepcopy(editing.question(draft.definition, Q1)["choices"])
    choices[0]["label"]["th"] = "ได้รับเป็นประจำ"
    (change,) = drafting.rewordings(changed(draft, Q1, choices=choices))
    choices[0]["label"]["th"] = "ไม่ได้รับเลย"
    changed(draft, Q1, choices=choices)

    assert len(drafting.obstacles(draft, accepted=[change.key])) == 1


def test_a_code_that_is_taken_up_again_is_compared_with_what_it_meant():
    survey = make.survey()
    draft = drafted(survey)
    choices = deepcopy(editing.question(draft.definition, "00000002")["choices"])
    drafting.publish(changed(draft, "00000002", choices=choices[:2]), by=make.user())
    again = drafted(survey)
    other = {"code": choices[2]["code"], "label": {"th": "ไม่ประสงค์ตอบ"}}

    changed(again, "00000002", choices=[*choices[:2], other])

    assert len(drafting.rewordings(again)) == 1


def test_structure_and_wording_that_can_not_be_asked_are_told_together():
    draft = drafted()
    definition = deepcopy(draft.definition)
    section = definition["sections"][0]["name"]
    editing.add_question(definition, section, "single", "คำถามที่ไม่มีตัวเลือก")
    editing.add_question(definition, section, "text", "เบอร์โทรศัพท์ของท่าน")
    drafting.save(draft, definition, by=None, edition=0)

    found = drafting.obstacles(draft)

    assert [each.split(":")[0] for each in found] == ["Q6", "Q7"]


def test_the_same_is_not_published_twice():
    draft = drafted()

    assert len(drafting.obstacles(draft)) == 1


def test_what_changed_after_it_was_read_is_not_published():
    draft = changed(drafted(), Q1, label={"th": "ใหม่"})

    with pytest.raises(drafting.OlderEditionError):
        drafting.publish(draft, by=make.user(), edition=0)

    draft.refresh_from_db()
    assert draft.published_at is None
