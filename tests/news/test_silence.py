"""Where the office has not spoken."""

from datetime import timedelta

from django.utils import timezone

from news import publishing, silence
from news.models import Edition
from office.models import CommunicationIssue
from tests import make

DAY = timedelta(days=1)


def test_fields_count_what_each_district_was_told_of_each_issue(db):
    town, other = make.district(), make.district("1602", "พัฒนานิคม", "Phatthana Nikhom")
    water, health = (
        CommunicationIssue.objects.create(fiscal_year=2570, key=key, name_th=key)
        for key in ("water", "health")
    )
    for issue, fields in (
        (water, {"districts": [town]}),
        (water, {"districts": [town], "ago": 100 * DAY}),
        (health, {"districts": [other], "language": "en"}),
    ):
        make.published(**fields).article.issues.add(issue)
    everywhere = make.published().article
    everywhere.issues.add(health)
    everywhere.provinces.add(town.province)
    make.draft(districts=[other]).article.issues.add(water)

    told = silence.silence_map("16")

    counts = {row["district"].code: row["counts"] for row in told["rows"]}
    place = {issue.key: n for n, issue in enumerate(told["issues"])}
    assert [counts["1601"][place[key]] for key in ("water", "health")] == [1, 1]
    assert [counts["1602"][place[key]] for key in ("water", "health")] == [0, 1]
    assert told["silent"] == 1


def test_the_page_says_it_in_words(desk):
    make.district()
    CommunicationIssue.objects.create(fiscal_year=2570, key="water", name_th="จัดการน้ำ")

    page = desk.get("/admin/news/edition/silence/")

    assert page.status_code == 200
    assert "จัดการน้ำ" in page.text
    assert page.context["map"]["silent"] == 1


def test_the_front_page_lists_what_is_late_behind_or_mute(desk):
    writer = make.user()
    late = make.draft(writers=[writer.pk])
    publishing.submit(late, by=writer)
    thai = make.published()
    english = make.published(language="en", translation_of=thai.article)
    draft = publishing.revise(thai.article, by=None)
    draft.spoken = "เรียนพี่น้องประชาชน"
    draft.save()
    make.publish(draft)
    mute = make.published()
    Edition.objects.filter(pk=late.pk).update(submitted_at=timezone.now() - 2 * DAY)

    lists = desk.get("/admin/").context["task_lists"]

    rows = [[row["about"] for row in tasks["rows"]] for tasks in lists]
    assert rows[:3] == [[late], [english], [mute]]
