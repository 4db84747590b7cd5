"""The steps of an edition's life: what each changes, and what it refuses."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import override

from news import publishing
from news.models import Article, Edition, SearchDocument
from office.models import RunningNumber
from tests import make

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)  # in Bangkok
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def shown(article, at):
    """Versions that the public sees at that moment."""
    return list(article.editions.published(at).values_list("version", flat=True))


def windows(article):
    return list(article.editions.order_by("version").values_list("shown_from", "shown_until"))


def sentences(edition, at=None):
    with pytest.raises(ValidationError) as refused:
        publishing.publish(edition, by=None, at=at)
    return refused.value.messages


# Publishing


def test_publish_shows_the_edition_from_now_and_says_who_approved_it(editor):
    edition = make.draft()
    before = timezone.now()

    publishing.publish(edition, by=editor)

    edition = Edition.objects.get()
    assert edition.state == Edition.State.APPROVED
    assert before <= edition.shown_from == edition.listed_at <= edition.approved_at
    assert edition.approved_at <= timezone.now()
    assert edition.shown_until is None
    assert edition.approved_by == editor
    assert list(Edition.objects.published()) == [edition]


def test_publish_gives_the_running_number_of_the_buddhist_year(db):
    first, second = make.draft(), make.draft()
    # Half past midnight in Bangkok, when it is still last year in Greenwich.
    new_year = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)

    for edition, at in ((first, NOON), (second, NOON), (make.draft(), new_year)):
        publishing.publish(edition, by=None, at=at)

    references = [article.reference for article in Article.objects.order_by("pk")]
    assert references == ["LPB-2569-00001", "LPB-2569-00002", "LPB-2570-00001"]


def test_a_draft_has_no_number(db):
    article = make.draft().article

    assert (article.year, article.number, article.reference) == (None, None, "")
    assert not RunningNumber.objects.exists()


def test_the_number_is_given_once(db):
    edition = make.published(at=NOON)
    number = edition.article.number

    publishing.publish(publishing.revise(edition.article, by=None), by=None, at=NOON + 60 * DAY)

    article = Article.objects.get()
    assert (article.year, article.number) == (2569, number)
    assert RunningNumber.objects.get().last == number


def test_an_edition_approved_in_another_window_is_not_published_again(db):
    edition = make.draft()
    stale = Edition.objects.get(pk=edition.pk)
    publishing.publish(edition, by=None, at=NOON)

    assert sentences(stale) == ["This edition is already approved. Revise it to make a new one."]
    assert Edition.objects.get().shown_from == NOON


def test_publish_shows_what_was_saved_last(db):
    edition = make.draft(title="พาดหัวเดิม")
    Edition.objects.filter(pk=edition.pk).update(title="พาดหัวที่แก้แล้ว")

    publishing.publish(edition, by=None)

    assert (edition.title, Edition.objects.get().title) == ("พาดหัวที่แก้แล้ว",) * 2


def test_a_refused_edition_takes_no_number_and_stays_a_draft(db):
    edition = make.draft(expires_at=NOON)

    sentences(edition, at=NOON + HOUR)

    edition = Edition.objects.get()
    assert (edition.state, edition.shown_from, edition.article.number) == ("draft", None, None)
    assert not RunningNumber.objects.exists()


# Why not


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("title", "Write a headline."),
        ("must_know", "Say what people must know or do."),
        ("lead", "Write the lead."),
        ("source_agency", "Name the source agency."),
    ],
)
def test_each_missing_text_is_named(db, field, sentence):
    edition = make.draft(**{field: " \u200b "})

    assert publishing.obstacles(edition) == [sentence]
    assert sentences(edition) == [sentence]


def test_a_complete_draft_has_no_obstacle(db):
    assert publishing.obstacles(make.draft()) == []
    assert publishing.obstacles(make.draft(expires_at=timezone.now() + HOUR)) == []


def test_an_expiry_before_the_hour_of_appearance_is_an_obstacle(db):
    edition = make.draft(expires_at=timezone.now() + HOUR)

    found = publishing.obstacles(edition, at=timezone.now() + 2 * HOUR)

    assert found == ["It would expire before it appears: change the expiry."]


# The other language


def test_a_translation_takes_the_number_of_its_original(db):
    thai = make.published(at=NOON)
    make.published(at=NOON)

    english = make.published(language="en", translation_of=thai.article)

    assert english.article.reference == thai.article.reference == "LPB-2569-00001"
    assert RunningNumber.objects.get().last == 2


def test_a_translation_waits_for_its_original(db):
    english = make.draft(language="en", translation_of=make.draft().article)

    assert sentences(english) == [
        "Publish the original article first; the translation takes its number."
    ]


def test_a_second_translation_into_the_same_language_is_refused(db):
    thai = make.published()
    make.published(language="en", translation_of=thai.article)
    second = make.draft(language="en", translation_of=thai.article)

    assert sentences(second) == ["The original has an edition in this language already. Revise it."]


# Revising


def test_revise_copies_texts_pictures_and_files_into_a_draft(editor):
    edition = make.published(event_place="ศาลากลาง", source_url="https://example.go.th/")
    cover, other = make.placement(edition), make.placement(edition, role="gallery")

    draft = publishing.revise(edition.article, by=editor)

    assert (draft.version, draft.state, draft.created_by) == (2, "draft", editor)
    for field in publishing.COPIED_FIELDS:
        assert getattr(draft, field) == getattr(edition, field)
    assert [p.picture for p in draft.placements.all()] == [cover.picture, other.picture]
    assert edition.placements.count() == 2
    assert (draft.approved_by, draft.shown_from, draft.listed_at) == (None, None, None)


def test_revise_returns_the_draft_that_is_there(db):
    edition = make.published()
    draft = publishing.revise(edition.article, by=None)

    assert publishing.revise(edition.article, by=None) == draft
    assert edition.article.editions.count() == 2


def test_a_revision_keeps_an_expiry_to_come_and_forgets_a_past_one(db):
    expires_at = timezone.now() + DAY
    running, over = make.published(expires_at=expires_at), make.published()
    publishing.expire(over.article, by=None)

    assert publishing.revise(running.article, by=None).expires_at == expires_at
    assert publishing.revise(over.article, by=None).expires_at is None


# Which version when


def test_a_newer_edition_replaces_the_older_at_its_own_moment(db):
    article = make.published(at=NOON).article

    publishing.publish(publishing.revise(article, by=None), by=None, at=NOON + HOUR)

    assert windows(article) == [(NOON, NOON + HOUR), (NOON + HOUR, None)]
    assert shown(article, NOON + HOUR - timedelta(microseconds=1)) == [1]
    assert shown(article, NOON + HOUR) == [2]


def test_an_update_keeps_the_place_in_the_lists(db):
    article = make.published(ago=DAY).article
    first = article.editions.get()

    second = publishing.revise(article, by=None)
    publishing.publish(second, by=None)

    assert second.listed_at == first.listed_at
    assert second.shown_from > first.listed_at


def test_a_scheduled_update_leaves_the_live_edition_until_its_hour(db):
    article = make.published(ago=DAY).article
    later = timezone.now() + DAY

    publishing.publish(publishing.revise(article, by=None), by=None, at=later)

    assert shown(article, timezone.now()) == [1]
    assert shown(article, later) == [2]
    assert [e.version for e in article.editions.scheduled()] == [2]


def test_an_update_now_overtakes_the_scheduled_one(db):
    article = make.published(ago=DAY).article
    later = timezone.now() + DAY
    publishing.publish(publishing.revise(article, by=None), by=None, at=later)

    publishing.publish(publishing.revise(article, by=None), by=None)

    assert shown(article, timezone.now()) == shown(article, later) == [3]
    assert not article.editions.get(version=2).is_published(later)


def test_an_article_never_shown_is_listed_at_its_new_hour(db):
    scheduled = make.published(at=timezone.now() + DAY)

    earlier = publishing.revise(scheduled.article, by=None)
    publishing.publish(earlier, by=None)

    assert earlier.listed_at == earlier.shown_from < scheduled.shown_from


def test_the_older_edition_does_not_come_back_when_the_newer_expires(db):
    article = make.published(at=NOON).article
    new = publishing.revise(article, by=None)
    new.expires_at = NOON + 2 * HOUR
    new.save()

    publishing.publish(new, by=None, at=NOON + HOUR)

    assert shown(article, NOON + 2 * HOUR) == []
    assert windows(article) == [(NOON, NOON + HOUR), (NOON + HOUR, NOON + 2 * HOUR)]


# Taking back


def test_take_back_makes_a_scheduled_edition_a_draft_and_leaves_the_live_one(db):
    article = make.published(ago=DAY).article
    scheduled = publishing.revise(article, by=None)
    later = timezone.now() + DAY
    publishing.publish(scheduled, by=None, at=later)

    publishing.take_back(scheduled, by=None)

    scheduled.refresh_from_db()
    assert scheduled.state == "draft"
    assert (scheduled.shown_from, scheduled.shown_until, scheduled.listed_at) == (None,) * 3
    assert (scheduled.approved_by, scheduled.approved_at) == (None, None)
    assert shown(article, later) == [1]
    assert article.editions.get(version=1).shown_until is None


def test_what_is_taken_back_leaves_the_search(db):
    edition = make.published(at=timezone.now() + DAY)
    assert SearchDocument.objects.filter(edition=edition).exists()

    publishing.take_back(edition, by=None)

    assert not SearchDocument.objects.exists()


def test_what_was_taken_back_keeps_its_number_for_later(db):
    edition = make.published(at=timezone.now() + DAY)
    number = edition.article.number

    publishing.take_back(edition, by=None)

    assert Article.objects.get().number == number == RunningNumber.objects.get().last


def test_an_edition_already_seen_is_not_taken_back(db):
    seen, draft = make.published(), make.draft()

    for edition in (seen, draft):
        with pytest.raises(ValidationError, match="nobody has seen yet"):
            publishing.take_back(edition, by=None)
    assert seen.article.editions.published().exists()


def test_a_scheduled_edition_is_not_taken_back_over_a_newer_draft(db):
    scheduled = make.published(at=timezone.now() + DAY)
    publishing.revise(scheduled.article, by=None)

    with pytest.raises(ValidationError, match="already has a draft"):
        publishing.take_back(scheduled, by=None)


# Expiring


def test_expire_ends_an_article_now_and_keeps_its_text_and_number(db):
    edition = make.published(title="ปิดถนน")

    publishing.expire(edition.article, by=None)

    kept = Edition.objects.get()
    assert shown(kept.article, timezone.now()) == []
    assert shown(kept.article, timezone.now() - timedelta(minutes=30)) == [1]
    assert (kept.title, kept.article.number) == ("ปิดถนน", edition.article.number)
    assert kept.expires_at == kept.shown_until


def test_expire_at_an_hour_to_come(db):
    article = make.published().article
    at = timezone.now() + DAY

    publishing.expire(article, by=None, at=at)

    assert shown(article, at - timedelta(microseconds=1)) == [1]
    assert shown(article, at) == []


def test_expire_ends_scheduled_editions_too(db):
    article = make.published(ago=DAY).article
    later = timezone.now() + DAY
    publishing.publish(publishing.revise(article, by=None), by=None, at=later)

    publishing.expire(article, by=None)

    assert shown(article, timezone.now()) == shown(article, later) == []


def test_an_article_that_is_over_can_be_published_anew(db):
    article = make.published().article
    publishing.expire(article, by=None)

    publishing.publish(publishing.revise(article, by=None), by=None)

    assert shown(article, timezone.now()) == [2]


def test_what_nobody_can_see_is_not_expired(db):
    expired = make.published(expires_at=timezone.now() - timedelta(minutes=1))

    for article in (make.draft().article, expired.article):
        with pytest.raises(ValidationError, match="Nothing of this article is shown"):
            publishing.expire(article, by=None)


def test_an_edition_expires_by_its_own_date(db):
    edition = make.published(at=NOON, expires_at=NOON + HOUR)

    assert edition.shown_until == NOON + HOUR
    assert shown(edition.article, NOON + HOUR) == []


# Two at the same time


def at_once(*actions):
    """Run each in a thread with a connection of its own; their results or exceptions."""
    together = Barrier(len(actions))

    def run(action):
        together.wait()
        try:
            return action()
        except Exception as error:  # noqa: BLE001 -- the test looks at it
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


@pytest.mark.django_db(transaction=True)
def test_ten_drafts_published_at_once_get_ten_numbers():
    drafts = [make.draft() for _ in range(10)]

    results = at_once(*(lambda e=e: publishing.publish(e, by=None, at=NOON) for e in drafts))

    assert results == [None] * 10
    assert sorted(Article.objects.values_list("number", flat=True)) == list(range(1, 11))


@pytest.mark.django_db(transaction=True)
def test_one_draft_published_by_five_people_is_published_once():
    edition = make.draft()
    copies = [Edition.objects.get(pk=edition.pk) for _ in range(5)]

    results = at_once(*(lambda e=e: publishing.publish(e, by=None) for e in copies))

    refused = [result for result in results if result is not None]
    assert [type(error) for error in refused] == [ValidationError] * 4
    assert RunningNumber.objects.get().last == Article.objects.get().number == 1


@pytest.mark.django_db(transaction=True)
def test_two_translations_published_at_once_end_as_one_with_a_sentence_for_the_other():
    thai = make.published().article
    drafts = [make.draft(language="en", translation_of=thai) for _ in range(2)]

    results = at_once(*(lambda e=e: publishing.publish(e, by=None) for e in drafts))

    assert sorted(map(type, results), key=str) == [type(None), ValidationError]
    assert Edition.objects.published().filter(article__language="en").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_who_revise_at_once_share_one_draft():
    article = make.published().article

    first, second = at_once(*[lambda: publishing.revise(article, by=None)] * 2)

    assert first == second
    assert article.editions.count() == 2


# What the database itself refuses


def refused_by(name):
    return pytest.raises(IntegrityError, match=name)


def test_two_editions_shown_at_once_are_refused(db):
    article = make.published(at=NOON).article
    draft = publishing.revise(article, by=None)

    with refused_by("news_edition_one_at_a_time"), transaction.atomic():
        Edition.objects.filter(pk=draft.pk).update(
            state="approved", shown_from=NOON + HOUR, listed_at=NOON
        )
    Edition.objects.filter(pk=draft.pk).update(
        state="approved", shown_from=NOON - HOUR, shown_until=NOON, listed_at=NOON
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"shown_from": NOON, "listed_at": NOON},
        {"shown_until": NOON},
        {"state": "approved"},
        {"state": "approved", "shown_from": NOON},
        {"state": "secret"},
    ],
)
def test_a_state_that_contradicts_itself_is_refused(db, fields):
    edition = make.draft()

    with refused_by("news_edition_shown_means_approved"), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(**fields)


def test_an_edition_that_ends_before_it_begins_is_refused(db):
    edition = make.published(at=NOON)

    with refused_by("news_edition_shown_in_order"), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(shown_until=NOON - HOUR)


def test_two_drafts_of_one_article_are_refused(db):
    edition = make.draft()

    with refused_by("news_edition_one_draft"), transaction.atomic():
        Edition.objects.create(article=edition.article, version=2, title="อีกร่าง")


def test_a_version_is_not_given_twice(db):
    edition = make.published()

    with refused_by("news_edition_version_once"), transaction.atomic():
        Edition.objects.create(article=edition.article, version=1, title="อีกฉบับ")


def test_a_number_is_not_given_twice_in_one_language(db):
    taken, other = make.published().article, make.draft().article

    with refused_by("news_article_number_once"), transaction.atomic():
        Article.objects.filter(pk=other.pk).update(year=taken.year, number=taken.number)


@pytest.mark.parametrize("numbering", [{"year": 2569}, {"number": 1}, {"year": 2026, "number": 1}])
def test_half_a_number_or_a_year_of_the_other_era_is_refused(db, numbering):
    article = make.draft().article

    with refused_by("news_article_year_with_number"), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(**numbering)


@pytest.mark.parametrize(
    "said", [{"alt": ""}, {"alt": "น้ำท่วม", "is_decorative": True}], ids=["neither", "both"]
)
def test_a_picture_has_alt_text_or_is_decorative(db, said):
    edition = make.draft()

    with refused_by("news_picture_alt_or_decorative"), transaction.atomic():
        make.placement(edition, **said)
    assert make.placement(edition, alt="", is_decorative=True).pk


def test_an_edition_has_one_cover_and_many_pictures(db):
    edition = make.draft()
    make.placement(edition)
    make.placement(edition, role="gallery")
    make.placement(edition, role="gallery")

    with refused_by("news_edition_one_cover"), transaction.atomic():
        make.placement(edition)
    assert edition.placements.count() == 3
