"""Reading again what is published, in time."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from news import upkeep
from news.models import Article, LinkCheck
from office import audit
from tests import make

pytestmark = pytest.mark.django_db


def told(edition, day):
    Article.objects.filter(pk=edition.article_id).update(review_by=day)
    return edition


def test_what_is_due_is_published_and_its_day_has_come():
    today = timezone.localdate()
    today_due = told(make.published(), today)
    long_due = told(make.published(), today - timedelta(days=90))
    told(make.published(), today + timedelta(days=1))
    told(make.draft(), today)
    told(make.published(expires_at=timezone.now()), today)
    make.published()

    assert list(upkeep.due()) == [long_due, today_due]


def test_a_review_puts_the_day_off_and_is_written_down(editor, travel):
    article = told(make.published(), date(2026, 11, 24)).article

    next_day = upkeep.review(article, by=editor)

    article.refresh_from_db()
    assert article.review_by == next_day == upkeep.months_after(timezone.localdate(), 6)
    (step,) = audit.trail(article)
    assert (step.verb, step.actor, step.before) == ("review", editor, "2026-11-24")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 25), date(2027, 5, 25)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 6, 30), date(2026, 12, 30)),
    ],
)
def test_six_months_later_is_a_day_that_exists(day, expected):
    assert upkeep.months_after(day, 6) == expected


def test_the_front_page_lists_what_is_due_and_one_press_settles_it(desk):
    edition = told(make.published(spoken="เรียนพี่น้องประชาชน"), timezone.localdate())
    later = told(
        make.published(spoken="เรียนพี่น้องประชาชน"), timezone.localdate() + timedelta(days=30)
    )

    page = desk.get("/admin/").text
    assert edition.title in page
    assert later.title not in page
    address = f"/admin/news/edition/{edition.pk}/reviewed/"
    assert desk.get(address).status_code == 405
    answer = desk.post(address, follow=True)

    assert "ทบทวนแล้ว ครั้งต่อไปวันที่" in answer.text
    assert edition.title not in answer.text


def test_only_those_who_write_news_review_it(client):
    edition = told(make.published(spoken="เรียนพี่น้องประชาชน"), timezone.localdate())
    client.force_login(make.user(None, "news.view_edition", is_staff=True))

    assert edition.title not in client.get("/admin/").text
    assert client.post(f"/admin/news/edition/{edition.pk}/reviewed/").status_code == 403


def test_the_front_page_names_broken_links_with_their_news(desk):
    edition, fine = (
        make.published(spoken="เรียนพี่น้องประชาชน"),
        make.published(spoken="เรียนพี่น้องประชาชน"),
    )
    LinkCheck.objects.create(
        edition=edition, url="https://example.org/x", problem="gone", status=404
    )
    LinkCheck.objects.create(edition=fine, url="https://example.org/y", status=200)

    page = desk.get("/admin/").text

    assert "https://example.org/x · ไม่มีหน้านี้แล้ว (404)" in page
    assert edition.title in page
    assert fine.title not in page


def test_the_form_takes_the_day_in_the_buddhist_era(desk):
    draft = make.draft()
    address = f"/admin/news/edition/{draft.pk}/change/"
    form = desk.get(address).context["adminform"].form
    assert "review_by" in form.fields

    article = draft.article
    article.review_by = date(2027, 5, 1)
    article.save()
    make.publish(draft)

    assert "1 พฤษภาคม 2570" in desk.get(address).text
