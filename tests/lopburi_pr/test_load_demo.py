"""``load_demo`` on a portal that is empty, or where somebody else was before."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from news.models import Article, Attachment, Edition, Event, Picture, SearchDocument, Tag
from tests import make

pytestmark = pytest.mark.django_db
ACCOUNTS = {"head", "editor", "officer", "planner", "partner"}


@pytest.fixture
def alone(settings, tmp_path):
    """A media folder in which nobody else leaves files."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]


def test_load_demo_refuses_where_debug_is_off():
    assert not settings.DEBUG

    with pytest.raises(CommandError, match="--i-know"):
        call_command("load_demo")
    with pytest.raises(CommandError, match="--i-know"):
        call_command("load_demo", "--clear")

    assert not User.objects.exists()
    assert not Article.objects.exists()


def test_an_account_of_somebody_else_is_left_alone(capsys):
    mine = make.user("head", email="somchai@example.org")

    call_command("load_demo", "--i-know")
    call_command("load_demo", "--i-know", "--clear")

    mine.refresh_from_db()
    assert mine.check_password("correct horse battery")
    assert not mine.groups.exists()
    assert "(somebody else's account)" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_clear_removes_exactly_the_samples(alone):
    call_command("load_demo", "--i-know")
    own_event = make.event()
    assert Event.objects.published().filter(is_sample=True).count() == 3
    own = make.published(tags=["น้ำท่วม", "ของจริง"], pictures=[{}])
    kept = {path.name for path in files(alone)} - {
        Path(name).name
        for model in (Picture.objects.filter(is_sample=True), Attachment.objects.all())
        for name in model.values_list("file", flat=True)
    }

    call_command("load_demo", "--i-know", "--clear")

    assert list(Article.objects.all()) == [own.article]
    assert list(Event.objects.all()) == [own_event]
    assert list(Edition.objects.all()) == [own]
    assert set(Tag.objects.values_list("name", flat=True)) == {"น้ำท่วม", "ของจริง"}
    assert list(SearchDocument.objects.values_list("pk", flat=True)) == [own.pk]
    assert not Picture.objects.filter(is_sample=True).exists()
    assert not Attachment.objects.exists()
    # Whose steps stand in the audit trail can't be removed, only shut out.
    assert not User.objects.filter(username__in=ACCOUNTS, is_active=True).exists()
    assert {path.name for path in files(alone)} == kept

    call_command("load_demo", "--i-know", "--clear")
    call_command("load_demo", "--i-know")
    assert Article.objects.filter(is_sample=True).count() > 24


def test_if_empty_adds_no_samples_to_other_news(capsys):
    make.published()

    call_command("load_demo", "--i-know", "--if-empty")

    assert not Article.objects.filter(is_sample=True).exists()
    assert {user.username for user in User.objects.all()} == ACCOUNTS
    assert "there is news already" in capsys.readouterr().out
