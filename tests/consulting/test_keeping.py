"""What of requests is kept for a time only."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from consulting import (
    advising,
    appointments,
    casework,
    drafts,
    editing,
    files,
    keeping,
    notice,
    rating,
    services,
)
from consulting.models import Draft, RequestFile
from lopburi_pr import keeping as all_keeping
from network import voicing
from network.models.people import FORGOTTEN
from office.models import AuditEvent
from tests import make

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF\n"


def later(travel, period):
    travel(timezone.now() + period)
    all_keeping.carry_out()


def test_the_notice_and_the_rules_tell_the_same_periods(client):
    said, page = notice.text(), client.get("/policies/privacy/").text

    assert (drafts.KEPT.days, keeping.REQUESTS_KEPT.days) == (7, 10 * 365)
    assert ("7 วัน" in said, "10 ปี" in said) == (True, True)
    assert [rule.key for rule in keeping.RULES if str(rule.what) not in page] == []


def test_what_was_not_sent_goes_a_week_after_it_was_touched(
    travel, django_capture_on_commit_callbacks
):
    topic = make.advisory_request().topic
    old, touched = (drafts.find(drafts.begin(topic)) for _ in range(2))
    drafts.add_files(old, [SimpleUploadedFile("a.pdf", PDF)])
    name = old.files.get().file.name
    travel(timezone.now() + timedelta(days=6))
    drafts.keep(touched, "who", {})

    with django_capture_on_commit_callbacks(execute=True):
        later(travel, timedelta(days=1, minutes=1))

    assert [*Draft.objects.all()] == [touched]
    assert not default_storage.exists(name)


def test_a_request_is_forgotten_ten_years_after_it_is_over(travel):
    officer = make.officer("kamon")
    over, open_still = make.advisory_request(), make.advisory_request()
    file = files.made_from(SimpleUploadedFile("a.pdf", PDF))
    casework.take(over, by=officer)
    casework.reply(over, "โทรหาสมชาย", files=[file])
    casework.decline(over, by=officer, reason="นอกหน้าที่")
    later(travel, keeping.REQUESTS_KEPT - timedelta(days=1))
    over.refresh_from_db()
    before = over.contact

    later(travel, timedelta(days=2))

    over.refresh_from_db()
    open_still.refresh_from_db()
    assert (before, over.contact, open_still.contact) == (
        *("สมศรี ตัวอย่าง", FORGOTTEN),
        "สมศรี ตัวอย่าง",
    )
    assert (over.email, over.agency, over.changes.count()) == ("", "เทศบาลตำบลตัวอย่าง", 3)
    assert not over.messages.exists()
    assert not RequestFile.objects.exists()


def test_no_words_about_people_are_left_anywhere(travel):
    """A name is written into everything there is, and looked for in every table afterwards."""
    officer, head = make.officer("kamon"), make.officer("wanna", "head")
    name = "ประไพ"
    request = make.advisory_request(
        contact=name, position=name, detail=name, answers={"audience": name}
    )
    casework.assign(request, officer, by=head, note=name)
    casework.note(request, name, by=officer)
    casework.ask_for_more(request, name, by=officer)
    casework.reply(request, name)
    services.order(request, kind="news", brief=name, by=officer)
    first = timezone.now() + timedelta(days=3)
    meeting = appointments.book(
        request,
        adviser=officer,
        period=DateTimeTZRange(first, first + timedelta(hours=1)),
        mode="phone",
        place=name,
        purpose=name,
        by=officer,
    )
    appointments.cancel(meeting, reason=name)
    answer = casework.write_answer(request, name, by=officer)
    casework.submit_answer(answer, by=officer)
    casework.return_answer(answer, by=head, remark=name)
    casework.submit_answer(answer, by=officer)
    casework.send_answer(answer, by=head)
    rating.give(request, wave=0, overall=5, words=name)
    made = editing.from_answer(answer, by=officer)
    made.title_th, made.body_th = "ชวนคนในตลาด", "<p>ไม่มีชื่อ</p>"
    editing.save(made, by=officer)
    casework.take_up_again(request, by=head, reason=name)
    casework.write_answer(request, name, by=officer)
    casework.decline(request, by=head, reason=name)

    later(travel, keeping.REQUESTS_KEPT + timedelta(days=1))

    tables = [*apps.get_app_config("consulting").get_models(), AuditEvent]
    left = [row for table in tables for row in table.objects.values() if name in str(row)]
    assert left == []
    assert request.messages.told().from_office().count() == 2


def test_of_a_voice_not_even_the_subject_stays(travel):
    make.advisory_request()
    voice = make.voice(
        make.volunteer(name="ประไพ", phone="081 000 0000"), kind="need", words="ประไพถูกน้ำท่วม"
    )
    officer = make.officer("kamon")
    voicing.hand_on(voice, to="advice", by=officer)
    request = advising.take_up(voice, by=officer)
    casework.decline(request, by=officer, reason="นอกหน้าที่")

    keeping.forget(request)

    request.refresh_from_db()
    assert (request.subject, request.agency) == (FORGOTTEN, FORGOTTEN)


def test_spam_goes_sooner_and_once(travel):
    spam = make.advisory_request()
    casework.call_spam(spam, by=make.officer("kamon"))

    later(travel, keeping.SPAM_KEPT + timedelta(days=1))

    spam.refresh_from_db()
    assert spam.contact == FORGOTTEN
    assert [rule.due(timezone.now()).count() for rule in keeping.RULES] == [0, 0, 0]
