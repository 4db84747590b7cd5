"""What of requests is kept for a time only."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from consulting import casework, drafts, files, keeping, notice
from consulting.models import Draft, RequestFile
from lopburi_pr import keeping as all_keeping
from network.models.people import FORGOTTEN
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


def test_spam_goes_sooner_and_once(travel):
    spam = make.advisory_request()
    casework.call_spam(spam, by=make.officer("kamon"))

    later(travel, keeping.SPAM_KEPT + timedelta(days=1))

    spam.refresh_from_db()
    assert spam.contact == FORGOTTEN
    assert [rule.due(timezone.now()).count() for rule in keeping.RULES] == [0, 0, 0]
