"""A request as it is being written: kept page by page under a secret address, then sent once.

``Draft.typed`` holds the key of the topic and, under the name of each page, its answers once they
are valid: ``question`` and ``who``. ``unfinished`` holds what was typed on a page and is not valid
yet, so that nobody types it twice.
"""

from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from consulting import casework, editing, files, notice
from consulting.models import (
    AdvisoryRequest,
    Draft,
    QuestionSet,
    ResourceEdition,
    Topic,
)
from lopburi_pr.bilingual import in_language
from lopburi_pr.rich_text import clean, plain
from lopburi_pr.templatetags.thai import day_long
from lopburi_pr.thai_text import excerpt
from network import tokens
from office.models import District, Province

KEPT = timedelta(days=7)  # since it was touched last
PAGES = ("question", "who")
GIST_LETTERS = 600


# Written


@transaction.atomic
def begin(topic: Topic) -> str:
    """A new request about this topic; the secret of its address."""
    token = tokens.new()
    Draft.objects.create(
        key=_key(token),
        token_hash=tokens.hashed(token),
        typed={"topic": topic.key},
        language=get_language() or "th",
    )
    return token


def find(token: str) -> Draft | None:
    """What is being written under this secret."""
    return Draft.objects.filter(token_hash=tokens.hashed(token)).first()


def sent(token: str) -> AdvisoryRequest | None:
    """The request that was sent from this address."""
    return AdvisoryRequest.objects.filter(key=_key(token)).first()


def _key(token):
    # Made from the secret, so that a second sending finds the first after the draft is gone; from
    # what is stored nobody can make it.
    return UUID(hex=tokens.hashed(f"request {token}")[:32])


def topic_of(draft: Draft) -> Topic | None:
    return Topic.objects.filter(key=draft.typed.get("topic", "")).first()


@transaction.atomic
def choose(draft: Draft, topic: Topic) -> None:
    """Ask about another topic; what was typed stays where both ask it."""
    _lock(draft)
    draft.typed["topic"] = topic.key
    _touch(draft)


@transaction.atomic
def keep(draft: Draft, page: str, answers: dict) -> None:
    """Keep the valid answers of a page."""
    _lock(draft)
    draft.typed.get("unfinished", {}).pop(page, None)
    draft.typed[page] = answers
    _touch(draft)


@transaction.atomic
def keep_unfinished(draft: Draft, page: str, raw: dict) -> None:
    """Keep what was typed on a page that is not valid yet."""
    _lock(draft)
    draft.typed.setdefault("unfinished", {})[page] = raw
    _touch(draft)


@transaction.atomic
def add_files(draft: Draft, uploads) -> list[str]:
    """Keep the files that are accepted; for each other one a sentence that says why not."""
    _lock(draft)
    known = set(draft.files.values_list("sha256", flat=True))
    refused = []
    for upload in uploads:
        try:
            row = files.made_from(upload)
        except ValidationError as error:
            refused += [f"{files.shown_name(upload.name)}: {said}" for said in error.messages]
            continue
        if row.sha256 in known:  # the same button twice
            continue
        if len(known) >= files.AT_MOST:
            refused.append(str(files.TOO_MANY))
            break
        files.attach([row], draft=draft)
        known.add(row.sha256)
    _touch(draft)
    return refused


@transaction.atomic
def remove_file(draft: Draft, pk: int) -> None:
    _lock(draft)
    for file in draft.files.filter(pk=pk):
        file.delete()
    _touch(draft)


@transaction.atomic
def discard(draft: Draft) -> None:
    """Delete it with its files."""
    Draft.objects.filter(pk=draft.pk).delete()


def _lock(draft):
    """Ours until the transaction ends. Raises Draft.DoesNotExist when it was sent meanwhile."""
    draft.refresh_from_db(from_queryset=Draft.objects.select_for_update())


def _touch(draft):
    draft.touched_at = timezone.now()
    draft.save(update_fields=["typed", "touched_at"])


# Sent


def missing(draft: Draft) -> list[str]:
    """The pages that are still to be filled in, in order."""
    topic = topic_of(draft)
    if topic is None:
        return ["topic", *PAGES]
    typed, unfinished = draft.typed, draft.typed.get("unfinished", {})
    questions = topic.questions
    asked = questions.pk if questions else None
    found = [page for page in PAGES if page not in typed or page in unfinished]
    # The topic was changed, or the office asks something else now.
    if "question" not in found and typed["question"]["question_set"] != asked:
        found.insert(0, "question")
    return found


@transaction.atomic
def send(draft: Draft) -> AdvisoryRequest:
    """Hand it in with its files: all of it with a number, or nothing.

    Raises Draft.DoesNotExist when it was sent or deleted meanwhile (see ``sent``), and
    ValidationError with sentences.
    """
    _lock(draft)
    if missing(draft):
        raise ValidationError(_("Something is still missing. Please look through the pages."))
    request = casework.receive(
        key=draft.key,
        language=draft.language,
        may_publish=draft.typed.get("send", {}).get("may_publish", False),
        notice=notice.text(),
        **_facts(draft),
    )
    draft.files.update(draft=None, request=request)
    draft.delete()
    return request


def _facts(draft):
    question, who = draft.typed["question"], dict(draft.typed["who"])
    kind, _colon, code = who.pop("place").partition(":")
    district = District.objects.filter(code=code).first() if kind == "district" else None
    province = Province.objects.filter(code=code).first() if kind == "province" else None
    return {
        "topic": topic_of(draft),
        "answers": question["answers"],
        "subject": question["subject"],
        "detail": question["detail"],
        "wanted_by": day_of(question["wanted_by"]),
        "district": district,
        "province": district.province if district else province,
        **who,
        "letter_on": day_of(who["letter_on"]),
    }


def day_of(written):
    """A day as JSON keeps it."""
    return date.fromisoformat(written) if written else None


# What stands in it


def told_answers(question_set: QuestionSet | None, answers: dict) -> list[tuple[str, str]]:
    """The questions that were answered, each with the answer in words."""
    found = []
    for question in question_set.questions if question_set else ():
        given = answers.get(question["key"])
        if given not in (None, "", []):
            found.append((in_words(question), _told(question, given)))
    return found


def in_words(named: dict, field: str = "") -> str:
    """A question, its hint or a choice in the reader's language."""
    prefix = f"{field}_" if field else ""
    thai = named.get(f"{prefix}th", "")
    return (named.get(f"{prefix}en") or thai) if get_language() == "en" else thai


def _told(question, given):
    if question["kind"] == "number":
        return f"{given:,}"
    if question["kind"] == "day":
        return day_long(day_of(given))
    if question["kind"] in {"choice", "many"}:
        names = {choice["key"]: in_words(choice) for choice in question.get("choices", ())}
        chosen = given if isinstance(given, list) else [given]
        return ", ".join(names.get(key, key) for key in chosen)
    return str(given)


# Perhaps it need not be sent


@transaction.atomic
def helped(draft: Draft, edition: ResourceEdition, mark: str) -> None:
    """A published answer was enough: count that, and delete what was being written."""
    editing.vote(edition, is_helpful=True, is_instead=True, mark=mark)
    discard(draft)


def title(edition: ResourceEdition) -> str:
    return in_language(edition, "title")


def gist(edition: ResourceEdition) -> str:
    """The beginning of its text."""
    return excerpt(plain(clean(in_language(edition, "body"))), GIST_LETTERS)
