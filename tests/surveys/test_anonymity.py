"""Nobody is found by their answers: no column could tell, no path leads there, no hour is known."""

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from surveys import codes
from surveys.models import (
    AccessCode,
    HeldSubmission,
    PaperForm,
    Quota,
    Response,
    ResponseChange,
    Sitting,
    Stratum,
    Survey,
)
from tests import make
from tests.surveys.test_answer_views import answered, begin

pytestmark = pytest.mark.django_db
ANSWERS = (Sitting, Response, ResponseChange, HeldSubmission, PaperForm)
# Every column, so that a new one is thought about here before it is kept of people.
COLUMNS = {
    Sitting: {
        "id",
        "token_hash",
        "questionnaire_id",
        "mode",
        "answers",
        "unfinished",
        "touched_on",
    },
    Response: {
        *("id", "survey_id", "questionnaire_id", "mode", "stratum_id", "cluster"),
        *("interviewer_id", "received_on", "seconds", "data", "sha256", "state", "weight"),
    },
    AccessCode: {"digest", "survey_id", "stratum_id", "batch", "is_used"},
}
# Of the office's own people, who asked, keyed in or decided: never of who answered.
OF_STAFF = {"interviewer", "by", "settled_by", "first_by", "second_by"}
# What many people share.
SHARED = {Survey, Stratum}


def columns(model):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s",
            [model._meta.db_table],
        )
        return dict(cursor.fetchall())


@pytest.mark.parametrize("model", COLUMNS, ids=lambda model: model.__name__)
def test_table_has_the_columns_that_were_thought_about_and_no_other(model):
    assert set(columns(model)) == COLUMNS[model]


@pytest.mark.parametrize("model", [*ANSWERS, AccessCode], ids=lambda model: model.__name__)
def test_no_column_knows_the_hour_or_the_device(model):
    """LimeSurvey PR 4842 and 5071: anonymous answers were found by their timestamps."""
    kinds = set(columns(model).values())

    assert [kind for kind in kinds if "time" in kind or kind in {"inet", "cidr", "macaddr"}] == []


@pytest.mark.parametrize("model", ANSWERS, ids=lambda model: model.__name__)
def test_no_row_leads_to_a_person_who_answered(model):
    leading = {
        field.name
        for field in model._meta.get_fields()
        if field.is_relation
        and field.concrete
        and field.related_model._meta.label not in {"surveys.Response", "surveys.Questionnaire"}
        and field.related_model not in SHARED
    }

    assert leading <= OF_STAFF


def reachable(start):
    """The tables that keys lead to from here, either way, never through what many share."""
    found, ahead = set(), [start]
    while ahead:
        model = ahead.pop()
        if model in found or model in SHARED:
            continue
        found.add(model)
        if model._meta.app_label == "surveys":
            relations = [field for field in model._meta.get_fields() if field.is_relation]
            ahead += [field.related_model for field in relations if field.related_model]
    return found


def test_no_path_leads_from_a_code_to_an_answer():
    assert reachable(AccessCode) & {Response, Sitting, ResponseChange, PaperForm} == set()


def test_keys_tell_no_order():
    keys = {model: model._meta.pk.get_internal_type() for model in (Response, AccessCode)}

    assert keys == {Response: "UUIDField", AccessCode: "CharField"}


def everything():
    """All rows of all tables as text, except what the cache holds for a day."""
    found = []
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if name != "cache":
                cursor.execute(f'SELECT t::text FROM "{name}" AS t')  # noqa: S608
                found += [(name, row) for (row,) in cursor.fetchall()]
    return found


def test_nothing_in_the_database_tells_who_answered(db):
    make.district()
    survey = make.survey(needs_code=True)
    (code,) = codes.issue(survey, 1, by=make.user())
    client = Client(REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="Mozilla/5.0 (Tell-Tale 3000)")

    begin(client, survey, code=code)
    token = client.cookies[f"survey-{survey.pk}"].value.split(":")[0]
    during = everything()
    answered(client, survey)

    tells = ("203.0.113.77", "Tell-Tale", code, token)
    assert [row for row in (*during, *everything()) if any(word in row[1] for word in tells)] == []


def test_withdrawn_answer_leaves_nothing_but_its_key(db):
    make.district()
    survey = make.survey()
    response = make.response(survey, Q5="ความในใจ")
    from surveys import fieldwork, receipts

    fieldwork.withdraw_response(survey, receipts.receipt_of(response.pk))

    assert [name for name, row in everything() if "ความในใจ" in row] == []


def test_every_table_of_surveys_that_could_hold_answers_was_looked_at():
    fields = {"JSONField", "TextField"}
    holding = {
        model
        for model in apps.get_app_config("surveys").get_models()
        if any(
            field.is_relation and field.concrete and field.related_model is Response
            for field in model._meta.get_fields()
        )
        and any(field.get_internal_type() in fields for field in model._meta.concrete_fields)
    }

    assert holding <= set(ANSWERS) | {Quota}
