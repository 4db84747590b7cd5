import pytest

from office.models import AuditEvent
from surveys.models import Export, Finding, Publication
from tests import make
from tests.surveys.test_publishing import asked
from tests.surveys.test_tabulating import answers


@pytest.fixture
def analyst(db):
    return make.officer("wichai", "planner")


@pytest.fixture
def head(db):
    return make.officer("wanna", "head")


@pytest.fixture
def survey(db):
    return asked()


def desk(survey):
    return f"/admin/surveys/publication/desk/{survey.pk}/"


def step(client, publication, verb, **typed):
    return client.post(f"/admin/surveys/publication/{publication.pk}/steps/{verb}/", typed)


def test_an_analyst_weights_and_prepares_and_the_head_publishes(client, survey, analyst, head):
    client.force_login(analyst)
    page = desk(survey)

    typed = {"step": "weigh", "weigh-base": "on", "weigh-trim": "on"}
    assert client.post(page, typed).status_code == 302
    assert client.post(page, {"step": "prepare"}).status_code == 302
    publication = Publication.objects.get()
    step(client, publication, "submit")
    step(client, publication, "publish")
    publication.refresh_from_db()
    assert publication.state == "submitted"
    client.force_login(head)
    step(client, publication, "publish")

    publication.refresh_from_db()
    assert (publication.state, publication.published_by) == ("published", head)


def test_numbers_are_hidden_from_most_staff_while_a_survey_is_open(client, survey, analyst):
    client.force_login(make.officer("kamon"))
    assert client.get(desk(survey)).status_code == 403

    client.force_login(analyst)
    client.get(desk(survey), {"row": "Q1", "column": "D2"})

    looks = AuditEvent.objects.filter(verb="look")
    assert [(look.actor, look.note) for look in looks] == [(analyst, "Q1 x D2")]


def test_a_cross_table_shows_shares_and_the_test(client, survey, analyst):
    client.force_login(analyst)

    page = client.get(desk(survey), {"row": "Q1", "column": "D2", "where": "D1=1601"})

    assert page.context["table"]["bases"] == [60, 38, 2]
    assert "100.0% (60)" in page.text


def test_what_was_typed_comes_again_with_the_obstacles(client, survey, analyst):
    client.force_login(analyst)
    make.responses(survey, answers("9999"), mode="interview")

    page = client.post(desk(survey), {"step": "weigh", "weigh-base": "on"})

    assert page.status_code == 400
    form = next(form for form in page.context["forms"] if form.key == "weigh")
    assert len(form.non_field_errors()) == 1


def test_the_method_is_kept_and_files_are_asked_for(client, survey, analyst):
    client.force_login(analyst)

    client.post(desk(survey), {"step": "method", "method-sponsor_th": "งบประมาณแผ่นดิน"})
    client.post(desk(survey), {"step": "export", "export-form": "sav"})

    survey.refresh_from_db()
    assert survey.method["sponsor"] == {"th": "งบประมาณแผ่นดิน", "en": ""}
    assert Export.objects.get().form == "sav"


def test_a_finding_begins_with_the_words_of_a_result(client, survey, analyst, head):
    test_an_analyst_weights_and_prepares_and_the_head_publishes(client, survey, analyst, head)

    panel = client.get(f"/admin/surveys/survey/{survey.pk}/change/").context["panel"]
    (there,) = [row[1] for _heading, rows in panel for row in rows if "finding/add" in row[1]]
    offered = client.get(there).context["proposed"]
    form = client.get(f"/admin/surveys/finding/add/{offered[2]['address']}").context["adminform"]

    begun = form.form.initial
    assert (begun["survey"], begun["variable"]) == (str(survey.pk), offered[2]["variable"])
    assert begun["text_th"] == offered[2]["th"] != ""


def test_a_finding_is_asked_replied_to_and_counted_when_late(client, survey, analyst, head):
    test_an_analyst_weights_and_prepares_and_the_head_publishes(client, survey, analyst, head)
    agency = make.organization()
    typed = {"survey": survey.pk, "kind": "finding", "text_th": "ข่าวมาช้า", "agency": agency.pk}

    answer = client.post("/admin/surveys/finding/add/", typed | {"variable": "Q1"})
    finding = Finding.objects.get()
    finding.asked_on = finding.due_on = make.timezone.localdate() - make.timedelta(days=1)
    finding.save()
    today = client.get("/admin/")
    client.post(
        f"/admin/surveys/finding/{finding.pk}/steps/reply/",
        {"reply_th": "แก้แล้ว", "link": "https://elsewhere.example/"},
    )
    finding.refresh_from_db()
    assert finding.replied_on is None
    client.post(
        f"/admin/surveys/finding/{finding.pk}/steps/reply/", {"reply_th": "แก้แล้ว", "link": "/news/"}
    )

    finding.refresh_from_db()
    assert answer.status_code == 302
    assert {"/admin/surveys/finding/"} <= {each["url"] for each in today.context["waiting"]}
    assert (finding.reply_th, finding.replied_on is not None) == ("แก้แล้ว", True)
