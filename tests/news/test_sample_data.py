"""The sample news and demo accounts: labelled, alive on any day, gone without a trace."""

import json
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from lopburi_pr.thai_speech import seconds, warnings
from news import alerting, sample_data
from news.models import (
    Alert,
    Article,
    Attachment,
    Claim,
    Edition,
    EditionPicture,
    Evidence,
    Picture,
    SearchDocument,
    Tag,
    Topic,
    Verdict,
)
from office.models import District
from office.roles import ROLES
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """What ``load_demo`` printed; its samples are there for the whole module."""
    said = StringIO()
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", "--i-know", stdout=said)
        yield said.getvalue()
        transaction.set_rollback(True)


def test_every_topic_and_every_district_of_lopburi_has_news(demo):
    shown = Article.objects.filter(editions__in=Edition.objects.published())

    topics = set(shown.values_list("topic__slug", flat=True))
    assert topics == set(Topic.objects.values_list("slug", flat=True))
    ours = District.objects.filter(province__code="16")
    assert set(ours.filter(article__in=shown)) == set(ours)
    assert shown.filter(language="th").count() >= 20
    assert set(shown.values_list("kind", flat=True)) == set(Article.Kind.values)


def test_samples_are_marked_complete_and_of_every_stage(demo):
    now = timezone.now()

    assert not Article.objects.filter(is_sample=False).exists()
    assert not Picture.objects.filter(is_sample=False).exists()
    for edition in Edition.objects.all():
        assert edition.must_know
        assert edition.lead
        assert edition.body
        assert re.search(r"\((ข้อมูลตัวอย่าง|sample data)\)$", edition.source_agency)
        texts = (edition.title, edition.must_know, edition.lead, edition.body)
        assert not re.search("[{}]", " ".join(texts))
    assert Edition.objects.drafts().count() == 1
    assert Edition.objects.submitted().count() == 1
    assert Article.objects.filter(withdrawn_at__isnull=False).count() == 1
    assert {"update", "correction"} <= set(
        Edition.objects.published().values_list("change_kind", flat=True)
    )
    scheduled = Edition.objects.scheduled().get()
    assert scheduled.shown_from - now < timedelta(days=2)
    expired = Edition.objects.filter(expires_at__lt=now)
    assert expired.count() == 1
    assert Edition.objects.filter(version=2).published().exists()
    assert Attachment.objects.filter(format="pdf").exists()
    galleries = EditionPicture.objects.filter(role="gallery").values("edition").distinct()
    assert galleries.count() >= 2


def test_english_siblings_carry_the_number_and_places_of_their_originals(demo):
    siblings = Article.objects.filter(language="en")

    assert siblings.count() >= 5
    for article in siblings:
        original = article.translation_of
        assert (article.year, article.number) == (original.year, original.number)
        assert set(article.districts.all()) == set(original.districts.all())
        thai = re.compile("[ก-ฮ]")
        assert not thai.search(article.editions.get().body)


def test_newer_samples_have_higher_numbers(demo):
    rows = Edition.objects.filter(version=1, article__language="th").exclude(listed_at=None)
    told = rows.order_by("listed_at").values_list("article__year", "article__number")

    assert list(told) == sorted(told)


def test_loading_again_changes_nothing(demo, capsys):
    def everything():
        models = (Article, Edition, EditionPicture, Picture, Attachment, Tag, User, SearchDocument)
        return {model: list(model.objects.order_by("pk").values()) for model in models}

    User.objects.get(username="head").set_password("changed by somebody")
    before = everything()

    call_command("load_demo", "--i-know")

    assert everything() == before
    assert "sample articles: 0 created" in capsys.readouterr().out


def test_accounts_are_printed_work_and_have_their_role(demo, client):
    assert User.objects.count() == 5
    for role in ROLES:
        password = re.search(rf"^  {role} +(\S+) ", demo, re.MULTILINE)[1]
        assert client.login(username=role, password=password)
        user = User.objects.get(username=role)
        assert [group.name for group in user.groups.all()] == [role]
        assert user.is_staff == (role != "partner")
        assert not user.is_superuser
        assert password not in user.password


def test_rumours_wait_and_have_verdicts_of_every_label(demo, client):
    shown = Verdict.objects.published()

    labels = set(Verdict.objects.released().values_list("label", flat=True))
    assert labels == set(Verdict.Label.values)
    assert Claim.objects.overdue().count() == 1
    assert not Claim.objects.filter(is_sample=False).exists()
    for verdict in shown:
        page = client.get(verdict.get_absolute_url())
        assert "(ข้อมูลตัวอย่าง)" in page.text
    assert (
        client.get(shown.get(label="false").evidence.exclude(url="").get().url).status_code == 200
    )


def test_clear_keeps_rumours_that_people_sent(demo):
    sent = make.answered().claim

    call_command("load_demo", "--i-know", "--clear")

    assert list(Claim.objects.all()) == [sent]
    assert Verdict.objects.count() == Evidence.objects.count() == 1


def test_clear_keeps_pictures_and_closes_accounts_that_real_news_uses(demo, capsys):
    picture = make.picture(is_sample=True)
    make.published(by=User.objects.get(username="head"), pictures=[{"picture": picture}])

    call_command("load_demo", "--i-know", "--clear")

    assert list(Picture.objects.all()) == [picture]
    head = User.objects.get(username="head")
    assert (head.username, head.is_active, head.has_usable_password()) == ("head", False, False)
    assert "account head: closed" in capsys.readouterr().out


def test_samples_are_told_over_the_loudspeaker_in_words_and_in_time(demo):
    scripts = Edition.objects.published().exclude(spoken="")

    assert scripts.count() >= 8
    for edition in scripts:
        assert warnings(edition.spoken) == []
        assert 25 <= seconds(edition.spoken) <= edition.spoken_budget + 1
        assert "ขอทวนอีกครั้ง" in edition.spoken
    assert not Edition.objects.filter(article__language="en").exclude(spoken="").exists()


def test_samples_name_only_what_exists(demo):
    told = json.loads((sample_data.FOLDER / "articles.json").read_text(encoding="utf-8"))
    districts = set(District.objects.values_list("code", flat=True))

    assert len({sample["key"] for sample in told}) == len(told)
    for sample in told:
        assert set(sample["districts"]) <= districts
        assert len(sample["title"]) <= 90
        for picture in sample["pictures"]:
            assert (sample_data.FOLDER / "pictures" / f"{picture['file']}.jpg").exists()


def test_sample_alerts_are_one_that_is_over_and_a_small_one_in_force(demo):
    (active,), (ended,) = Alert.objects.active(), Alert.objects.ended()

    assert active.severity == Alert.Severity.MINOR
    assert ended.expires_at > timezone.now() - timedelta(days=1)
    for alert in (active, ended):
        assert alert.is_sample
        assert alert.written_by != alert.approved_by
        assert "(ข้อมูลตัวอย่าง)" in alert.agency_th
        assert alert.description_en


def test_clear_removes_sample_alerts_and_what_was_begun_from_them(demo):
    real = make.issued()
    sample = Alert.objects.active().get(is_sample=True)
    alerting.update(sample, by=User.objects.get(username="head"))

    call_command("load_demo", "--clear", "--i-know")

    assert list(Alert.objects.all()) == [real]


def test_sample_alerts_are_loaded_once(demo, capsys):
    call_command("load_demo", "--i-know")

    assert "sample alerts: 0 created" in capsys.readouterr().out
