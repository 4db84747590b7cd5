import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from surveys import syncing
from surveys.models import HeldSubmission, Quota, Response
from tests import make

pytestmark = pytest.mark.django_db
ADDRESS = "/field/sync/"
ANSWERS = {"D1": "1601", "D2": "1", "Q1": "1", "Q2": ["a"], "Q4": "5"}


@pytest.fixture
def interviewer(db):
    make.district()
    return make.interviewer(make.survey())


def item(interviewer, key=None, **facts):
    whole = {
        "key": str(key or uuid4()),
        "interviewer": interviewer.pk,
        "questionnaire": interviewer.survey.questionnaire.sha256,
        "answers": ANSWERS,
        "on": timezone.localdate().isoformat(),
        "seconds": 240,
        "cluster": "หมู่ 4",
    }
    return whole | facts


def send(client, *items):
    body = json.dumps({"items": items})
    answer = client.post(ADDRESS, body, content_type="application/json")
    return [each["status"] for each in answer.json()["items"]]


def test_an_interview_is_recorded_with_what_the_device_knows(client, interviewer):
    client.force_login(interviewer.user)
    sent = item(interviewer)

    assert send(client, sent) == [201]

    response = Response.objects.get()
    assert (str(response.pk), response.mode, response.interviewer) == (
        sent["key"],
        "interview",
        interviewer,
    )
    assert (response.seconds, response.cluster) == (240, "หมู่ 4")
    assert response.data["D1"] == "1601"


def test_the_same_sent_again_is_taken_once(client, interviewer):
    client.force_login(interviewer.user)
    sent = item(interviewer)

    assert send(client, sent, sent) == [201, 200]
    assert send(client, sent) == [200]

    assert Response.objects.count() == 1


def test_other_answers_under_the_same_key_are_held_and_overwrite_nothing(client, interviewer):
    client.force_login(interviewer.user)
    key = uuid4()
    send(client, item(interviewer, key))
    other = item(interviewer, key, answers=ANSWERS | {"Q4": "1"})

    assert send(client, other) == [409]
    assert send(client, other) == [409]

    held = HeldSubmission.objects.get()
    assert (held.reason, held.response_id, held.body["answers"]["Q4"]) == ("other-body", key, "1")
    assert Response.objects.get().data["Q4"] == "5"


def test_answers_that_are_not_allowed_are_held_with_the_reason(client, interviewer):
    client.force_login(interviewer.user)

    assert send(client, item(interviewer, answers=ANSWERS | {"Q4": "99"})) == [422]

    held = HeldSubmission.objects.get()
    assert held.reason == "invalid"
    assert held.note.startswith("Q4: ")
    assert Response.objects.count() == 0


def test_an_unknown_version_is_held_and_an_older_one_is_taken(client, interviewer):
    client.force_login(interviewer.user)
    older = item(interviewer)
    changed = make.QUESTIONS | {"title": {"th": "ฉบับใหม่"}}
    make.questionnaire(interviewer.survey, changed)

    assert send(client, older, item(interviewer, questionnaire="0" * 64)) == [201, 404]

    assert Response.objects.get().questionnaire.number == 1
    assert HeldSubmission.objects.get().reason == "unknown-version"


def test_the_version_of_another_survey_is_unknown(client, interviewer):
    client.force_login(interviewer.user)
    other = make.survey(definition=make.QUESTIONS | {"title": {"th": "อื่น"}})

    sent = item(interviewer, questionnaire=other.questionnaire.sha256)

    assert send(client, sent) == [404]


def test_an_interview_in_time_counts_after_the_end_and_a_late_one_waits(client, interviewer):
    client.force_login(interviewer.user)
    survey, today = interviewer.survey, timezone.localdate()
    older = make.questionnaire(survey, is_published=False)
    older.published_at, older.sha256 = timezone.now() - timedelta(days=9), "a" * 64
    older.save()
    type(survey).objects.filter(pk=survey.pk).update(
        state="closed", closes_on=today - timedelta(days=1)
    )
    yesterday = (today - timedelta(days=1)).isoformat()

    assert send(client, item(interviewer, on=yesterday), item(interviewer)) == [201, 201]

    assert list(Response.objects.order_by("received_on").values_list("state", flat=True)) == [
        "complete",
        "late",
    ]


def test_a_clock_that_can_not_be_right_is_not_believed(interviewer):
    version, today = interviewer.survey.questionnaire, timezone.localdate()

    for told in ("1970-01-01", "2999-01-01", "เมื่อวาน", ""):
        assert syncing.day_of(told, version) == today


def test_what_belongs_to_another_account_stays_on_the_device(client, interviewer):
    client.force_login(make.interviewer(interviewer.survey, number=2).user)

    assert send(client, item(interviewer)) == [403]

    assert (Response.objects.count(), HeldSubmission.objects.count()) == (0, 0)


def test_an_interviewer_who_has_left_the_survey_still_hands_in(client, interviewer):
    type(interviewer).objects.update(is_active=False)
    client.force_login(interviewer.user)

    assert send(client, item(interviewer)) == [201]


@pytest.mark.parametrize(
    "body",
    [
        *("", "null", "[]", "{}", '{"items": {}}', '{"items": []}', "{", "[" * 5000, "\ud800"),
        json.dumps({"items": [{}] * 51}),
    ],
)
def test_garbage_is_answered_with_a_sentence(client, interviewer, body):
    client.force_login(interviewer.user)

    sent = body.encode("utf-8", "surrogatepass")
    answer = client.post(ADDRESS, sent, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["sentence"]


def test_strange_items_are_answered_one_by_one_and_what_has_a_key_is_kept(client, interviewer):
    client.force_login(interviewer.user)
    deep = []
    for _turn in range(50):
        deep = [deep]
    strange = [
        None,
        7,
        {"key": "no key"},
        item(interviewer, answers=None),
        item(interviewer, answers={"Q5": "nul \x00"}),
        item(interviewer, answers={"Q5": "half \ud83d"}),
        item(interviewer, answers={"Q3": float("inf")}),
        item(interviewer, answers={"Q3": 10**400}),
        item(interviewer, answers={"Q3": deep}),
        item(interviewer, answers={"Q5": "ย" * 300_000}),
        item(interviewer, questionnaire=["\x00"], seconds="x", cluster=["\x00"], on="\x00"),
        item(interviewer) | {"interviewer": {}},
    ]

    assert send(client, *strange) == [400, 400, 400, *[422] * 6, 413, 404, 403]

    assert HeldSubmission.objects.count() == 7
    assert "\\ud83d" in HeldSubmission.objects.get(body__text__icontains="half").body["text"]


def test_who_is_signed_out_is_told_so_and_strangers_are_refused(client, interviewer):
    body = json.dumps({"items": [item(interviewer)]})

    assert client.post(ADDRESS, body, content_type="application/json").status_code == 401
    client.force_login(make.user())
    assert client.post(ADDRESS, body, content_type="application/json").status_code == 403
    assert client.get("/field/work.json").status_code == 403
    assert client.get("/field/").status_code == 403


def test_a_sending_without_the_token_is_refused(interviewer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(interviewer.user)
    body = json.dumps({"items": [item(interviewer)]})
    token = client.get("/field/work.json").json()["token"]

    assert client.post(ADDRESS, body, content_type="application/json").status_code == 403
    sent = {"content_type": "application/json", "headers": {"x-csrftoken": token}}
    assert client.post(ADDRESS, body, **sent).status_code == 200


def test_an_interviewer_sees_their_own_work_and_numbers_only(client, interviewer):
    stratum = make.stratum(interviewer.survey, "1601")
    make.stratum(interviewer.survey, "1602")
    interviewer.strata.add(stratum)
    make.interviewer(make.survey(title_th="ของคนอื่น"))
    client.force_login(interviewer.user)
    send(client, item(interviewer))

    told = client.get("/field/work.json").json()

    (survey,) = told["surveys"]
    assert (survey["title"], survey["done"]) == ("ความเห็นต่อข่าวสาร", 1)
    assert survey["strata"] == [{"name": "อำเภอ 1601", "done": 1}]


def test_the_device_gets_the_whole_questionnaire_of_its_surveys_only(client, interviewer):
    client.force_login(interviewer.user)
    sha = interviewer.survey.questionnaire.sha256
    other = make.survey(definition=make.QUESTIONS | {"title": {"th": "อื่น"}}).questionnaire

    told = client.get(f"/field/questionnaires/{sha}.json").json()

    assert told["sha256"] == sha
    assert [section["name"] for section in told["compiled"]["sections"]] == ["you", "news"]
    assert ["1601", "เมืองลพบุรี", "Mueang Lop Buri"] in told["places"]
    assert client.get(f"/field/questionnaires/{other.sha256}.json").status_code == 404


def test_the_worker_is_served_below_the_page_with_the_list_of_what_it_keeps(client):
    answer = client.get("/field/worker.js")

    assert answer.headers["Content-Type"] == "text/javascript"
    assert '"shell": "/field/shell/"' in answer.text
    assert "/static/js/survey_logic.js" in answer.text


def test_the_page_is_kept_by_devices_and_tells_nobody_anything(client, interviewer):
    anonymous = client.get("/field/shell/").text
    client.force_login(interviewer.user)

    assert client.get("/field/").text == anonymous
    client.logout()
    assert client.get("/field/").status_code == 302


def test_a_backup_file_is_taken_by_the_office(interviewer):
    boss = make.user(is_staff=True)
    known = item(interviewer)
    file = {"kind": syncing.BACKUP, "items": [known, item(interviewer)], "unfinished": [{}]}
    syncing.receive([known], by=interviewer.user)

    items, unfinished = syncing.read_backup(json.dumps(file).encode())
    outcomes = syncing.import_backup(interviewer.survey, items, by=boss)

    assert ([outcome.status for outcome in outcomes], unfinished) == ([200, 201], 1)
    with pytest.raises(syncing.UnreadableError):
        syncing.read_backup(b'{"kind": "other"}')


def test_who_is_over_the_quota_is_asked_everything_and_kept(client, interviewer):
    """Complaint 10: screening out at the first full variable breaks the weighting."""
    client.force_login(interviewer.user)
    interviewer.survey.quotas.create(name="อายุ 18-39", condition={"D2": ["1"]}, target=0)

    assert send(client, item(interviewer)) == [201]

    response = Response.objects.get()
    assert (response.state, response.data["D2"], response.data["Q4"]) == ("over-quota", "1", "5")


# Many at once, in transactions of their own


def in_thread(work):
    """Like ``work``, with a database connection that is closed at the end."""

    def done(*given):
        try:
            return work(*given)
        finally:
            connection.close()

    return done


class DroppedError(Exception):
    """The connection broke after the server had kept what was sent."""


@pytest.mark.django_db(transaction=True)
def test_a_thousand_interviews_sent_many_times_at_once_are_a_thousand_rows_as_in_complaint_8():
    """Complaint 8: duplicates after a bad network."""
    make.district()
    interviewer = make.interviewer(make.survey())
    chance = random.Random(8)
    keys = [uuid4() for _number in range(1000)]
    sendings = [
        (item(interviewer, key), chance.random() < 0.3)
        for key in keys
        for _time in range(chance.randint(1, 5))
    ]
    chance.shuffle(sendings)
    batches = [sendings[at : at + 25] for at in range(0, len(sendings), 25)]

    @in_thread
    def send_batch(batch):
        outcomes = syncing.receive([sent for sent, _drops in batch], by=interviewer.user)
        # What was dropped is sent again, as the device does that got no answer.
        again = [sent for sent, drops in batch if drops]
        return outcomes + (syncing.receive(again, by=interviewer.user) if again else [])

    with ThreadPoolExecutor(4) as pool:
        statuses = [each.status for told in pool.map(send_batch, batches) for each in told]

    assert Response.objects.count() == 1000
    assert set(Response.objects.values_list("pk", flat=True)) == set(keys)
    assert statuses.count(201) == 1000
    assert set(statuses) == {200, 201}
    assert HeldSubmission.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_fifty_interviews_at_once_never_overfill_a_quota():
    """Complaint 9: quotas that were filled to 500 %."""
    make.district()
    survey = make.survey()
    interviewer = make.interviewer(survey)
    young = survey.quotas.create(name="อายุ 18-39", condition={"D2": ["1"]}, target=5)
    all_of_them = survey.quotas.create(name="ทุกคน", condition={"D1": ["16"]}, target=28)
    sent = [
        item(interviewer, answers=ANSWERS | {"D2": "1" if number % 2 else "2"})
        for number in range(50)
    ]
    one_by_one = in_thread(lambda each: syncing.receive([each], by=interviewer.user))

    with ThreadPoolExecutor(16) as pool:
        with transaction.atomic():
            # Sixteen stand before the quotas when they are let in.
            list(Quota.objects.select_for_update())
            waiting = [pool.submit(one_by_one, each) for each in sent]
            time.sleep(1)
        for each in waiting:
            each.result()

    counted = Response.objects.counted()
    assert Response.objects.count() == 50
    assert Quota.objects.get(pk=young.pk).filled == counted.filter(data__D2="1").count() == 5
    assert Quota.objects.get(pk=all_of_them.pk).filled == counted.count() == 28
    assert Response.objects.filter(state="over-quota").count() == 22
