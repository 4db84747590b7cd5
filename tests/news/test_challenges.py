"""Reported mistakes: what the reader sends, what the office decides, what the public sees."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from news import challenges, publishing
from news.models import Challenge
from office import audit
from tests import make

pytestmark = pytest.mark.django_db
WRONG = "ตลาดนัดเปิดวันเสาร์ ไม่ใช่วันศุกร์"


def report(edition=None, **fields):
    edition = edition or make.published()
    return challenges.report(
        edition.article_id, version=edition.version, **({"what": WRONG} | fields)
    )


def corrected(edition):
    draft = publishing.revise(edition.article, by=None)
    draft.change_kind, draft.change_note = "correction", "วันเสาร์"
    draft.save()
    make.publish(draft)


def test_a_report_gets_a_number_and_stores_nobody(client):
    edition = make.published(body="<p>ตลาดนัดเปิดวันศุกร์</p>")
    address = f"{edition.get_absolute_url()}mistake/?p=p1"

    form = client.get(address)
    sent = {"what": WRONG, "evidence_url": "example.org/a", "p": "p1", "version": 1, "website": ""}
    answer = client.post(address, sent, headers={"user-agent": "Phone of somebody"})

    assert "<p>ตลาดนัดเปิดวันศุกร์</p>" in form.text
    row = Challenge.objects.get()
    assert answer.url == f"/mistakes/{row.year}-1/"
    assert (row.anchor, row.quote, row.version) == ("p1", "ตลาดนัดเปิดวันศุกร์", 1)
    assert (row.what, row.evidence_url) == (WRONG, "https://example.org/a")
    stored = repr(list(Challenge.objects.values()))
    assert "127.0.0.1" not in stored
    assert "Phone" not in stored
    waiting = client.get(answer.url).text
    assert f"1/{row.year}" in waiting
    assert WRONG not in waiting


def test_a_report_about_replaced_words_keeps_its_version_and_quotes_nothing(client):
    edition = make.published()
    corrected(edition)

    client.post(
        f"{edition.get_absolute_url()}mistake/", {"what": WRONG, "p": "lead", "version": "1"}
    )

    row = Challenge.objects.get()
    assert (row.version, row.anchor, row.quote) == (1, "", "")


@pytest.mark.parametrize(
    "sent",
    [
        {"what": ""},
        {"what": "   "},
        {"what": "ก" * 2001},
        {"what": "a\x00b"},
        {"what": WRONG, "evidence_url": "javascript:alert(1)"},
        {"what": WRONG, "website": "https://spam.example"},
        {"what": WRONG, "version": "x" * 999},
    ],
)
def test_hostile_input_is_refused_and_what_was_typed_stays(client, sent):
    edition = make.published()

    answer = client.post(f"{edition.get_absolute_url()}mistake/", sent)

    assert answer.status_code == 400
    assert Challenge.objects.count() == 0
    assert sent["what"].strip().replace("\x00", "") in answer.text.replace("\x00", "")


@pytest.mark.parametrize("anchor", ["p99", "x" * 500, "<b>", "p1\x00"])
def test_a_paragraph_that_is_not_there_is_the_whole_news(client, anchor):
    edition = make.published()

    assert client.get(edition.get_absolute_url() + "mistake/", {"p": "zz"}).status_code == 200
    answer = client.post(
        f"{edition.get_absolute_url()}mistake/", {"what": WRONG, "p": anchor, "version": -1}
    )

    assert answer.status_code in {302, 400}
    assert [row.anchor for row in Challenge.objects.all()] in ([], [""])


def test_too_many_reports_wait_and_keep_what_was_typed(client):
    address = f"{make.published().get_absolute_url()}mistake/"
    statuses = [client.post(address, {"what": f"{WRONG} {n}"}).status_code for n in range(10)]

    answer = client.post(address, {"what": "เรื่องที่สิบเอ็ด"})

    assert statuses == [302] * 10
    assert (answer.status_code, 0 < int(answer.headers["Retry-After"]) <= 3600) == (429, True)
    assert "เรื่องที่สิบเอ็ด" in answer.text
    assert Challenge.objects.count() == 10


def test_forged_report_is_refused():
    edition = make.published()

    answer = Client(enforce_csrf_checks=True).post(
        f"{edition.get_absolute_url()}mistake/", {"what": WRONG}
    )

    assert (answer.status_code, Challenge.objects.count()) == (403, 0)


def test_the_article_itself_gives_no_cookie(client):
    edition = make.published()

    article, form = (client.get(edition.get_absolute_url() + path) for path in ("", "mistake/"))

    assert f'href="{edition.get_absolute_url()}mistake/"' in article.text
    assert not article.cookies
    assert (set(form.cookies), form.headers["Cache-Control"]) == ({"csrf"}, "no-store")


def test_what_readers_no_longer_see_has_no_form(client):
    draft, gone = make.draft(), make.published()
    publishing.withdraw(gone.article, by=None, reason="ผิดคน")

    assert client.get(f"{gone.get_absolute_url()}mistake/").status_code == 410
    assert client.post(f"{gone.get_absolute_url()}mistake/", {"what": WRONG}).status_code == 410
    assert draft.article.number is None
    assert client.get("/news/2569/99999/mistake/").status_code == 404


def test_only_decided_reports_are_public_and_only_quoted_words(client):
    edition = make.published()
    waiting, quoted, silent = (
        report(edition, what=what) for what in ("รอคำตอบ", "คำพูดที่ยกมา", "คำพูดที่ไม่ยกมา")
    )
    person = make.user()
    challenges.decide(quoted, by=person, outcome="explained", answer="คำอธิบาย", is_quoted=True)
    challenges.decide(silent, by=person, outcome="rejected", answer="ถูกต้องแล้ว")

    pages = [
        client.get(address).text
        for address in ("/mistakes/", f"{edition.get_absolute_url()}history/")
    ]

    for text in pages:
        assert [word in text for word in ("รอคำตอบ", "คำพูดที่ไม่ยกมา")] == [False, False]
        assert [word in text for word in ("คำพูดที่ยกมา", "คำอธิบาย", "ถูกต้องแล้ว")] == [True] * 3
        assert waiting.get_absolute_url() not in text
        assert text.index("ถูกต้องแล้ว") < text.index("คำอธิบาย")
    assert client.get("/mistakes/2569-999/").status_code == 404


def test_corrected_needs_a_correction_that_readers_see():
    edition = make.published()
    row, person = report(edition), make.user()
    with pytest.raises(ValidationError):
        challenges.decide(row, by=person, outcome="corrected", answer="แก้แล้ว")

    corrected(edition)
    challenges.decide(row, by=person, outcome="corrected", answer="แก้แล้ว")

    assert Challenge.objects.get().state == "corrected"
    (step,) = audit.trail(row)
    assert (step.verb, step.before, step.after, step.actor) == (
        "answer",
        "received",
        "corrected",
        person,
    )


@pytest.mark.parametrize(
    ("outcome", "answer"), [("explained", " "), ("received", "x"), ("", "x"), ("nonsense", "x")]
)
def test_obstacles_refuse(outcome, answer):
    row = report()

    with pytest.raises(ValidationError):
        challenges.decide(row, by=make.user(), outcome=outcome, answer=answer)

    assert Challenge.objects.get().state == "received"


def test_a_decision_is_final():
    row, person = report(), make.user()
    challenges.decide(row, by=person, outcome="rejected", answer="ถูกต้องแล้ว")

    with pytest.raises(ValidationError):
        challenges.decide(row, by=person, outcome="explained", answer="อีกครั้ง")

    assert Challenge.objects.get().answer == "ถูกต้องแล้ว"


def test_the_database_refuses_a_decision_without_an_answer():
    row = report()

    with pytest.raises(IntegrityError), transaction.atomic():
        Challenge.objects.filter(pk=row.pk).update(state="rejected")


@pytest.fixture
def answering(client):
    person = make.user("answering", "news.view_challenge", "news.change_challenge", is_staff=True)
    client.force_login(person)
    return client


def test_the_desk_answers_the_oldest_first(answering):
    old, new = report(), report(what="<script>alert(1)</script>")
    form = f"/admin/news/challenge/{old.pk}/change/"

    index, waiting = answering.get("/admin/"), answering.get(form)
    refused = answering.post(form, {"outcome": "corrected", "answer": "แก้แล้ว"})
    done = answering.post(form, {"outcome": "explained", "answer": "คำอธิบาย", "is_quoted": "on"})

    assert form in index.text
    assert WRONG in waiting.text
    assert "errornote" in refused.text
    assert done.status_code == 302
    old.refresh_from_db()
    assert (old.state, old.answer, old.is_quoted, old.decided_by.username) == (
        "explained",
        "คำอธิบาย",
        True,
        "answering",
    )
    assert 'name="answer"' not in answering.get(form).text
    assert "<script>alert" not in answering.get(f"/admin/news/challenge/{new.pk}/change/").text
    listed = answering.get("/admin/news/challenge/?stage=waiting")
    assert [row.pk for row in listed.context["cl"].result_list] == [new.pk]


def test_nobody_deletes_or_invents_a_report(answering):
    row = report()

    assert answering.post(f"/admin/news/challenge/{row.pk}/delete/").status_code == 403
    assert answering.get("/admin/news/challenge/add/").status_code == 403
