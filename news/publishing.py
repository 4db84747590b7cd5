"""The steps of an edition's life, from the first draft to a withdrawal.

    draft ⇄ submitted → approved: shown from an hour on, until a newer edition, an expiry or a
    withdrawal; returned with a reason, it is written again.

Each step locks the article, refuses with the sentences of its obstacles and writes down who took
it. Nobody approves a text on which they wrote; only ``publish_in_emergency`` lets a person do so,
and then somebody else has to ``confirm``.
"""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from lopburi_pr import rich_text
from lopburi_pr.thai_calendar import be_year
from news import anchors, history, indexing, links, register
from news.models import Article, Edition
from news.models.edition import DOCUMENT_FACTS
from office import audit
from office.numbering import next_number

NUMBER_SERIES = "news"
COPIED_FIELDS = (
    *("title", "must_know", "lead", "body", "event_on", "event_place", "presided_by"),
    *("source_agency", "source_url", "spoken", "spoken_budget"),
    *DOCUMENT_FACTS,
)
State, ChangeKind = Edition.State, Edition.ChangeKind


# Why not


def obstacles(edition: Edition, at: datetime | None = None) -> list[str]:
    """Sentences that say why this edition can't be submitted or published; empty when it can.

    ``at`` is the moment it is to appear, now when absent.
    """
    at = at or timezone.now()
    if not edition.is_open:
        return [_("This edition is already approved. Revise it to make a new one.")]
    article = edition.article
    found = [
        sentence
        for text, sentence in (
            (edition.title, _("Write a headline.")),
            (edition.must_know, _("Say what people must know or do.")),
            (edition.lead, _("Write the lead.")),
            (edition.source_agency, _("Name the source agency.")),
        )
        if not text.strip()
    ]
    if not article.topic_id:
        found.append(_("Choose a topic."))
    if article.withdrawn_at:
        found.append(_("This news is withdrawn. Write it anew under a number of its own."))
    if edition.expires_at and edition.expires_at <= at:
        found.append(_("It would expire before it appears: change the expiry."))
    return [*found, *_change_obstacles(edition), *_translation_obstacles(article)]


def _change_obstacles(edition):
    """A change says what it is, and is called minor only when the program finds it so."""
    shown = latest_shown(edition.article)
    if shown is None:
        return []
    found = []
    if edition.change_kind == ChangeKind.FIRST:
        found.append(_("Say what kind of change it is."))
    elif edition.change_kind == ChangeKind.MINOR:
        reasons = history.reasons(shown, edition)
        found += [_("This is not a minor change: %(why)s") % {"why": why} for why in reasons]
    elif not edition.change_note.strip():
        found.append(_("Tell readers what changed, and why."))
    return found


def _translation_obstacles(article):
    original = article.translation_of
    if original and not original.number:
        return [_("Publish the original article first; the translation takes its number.")]
    if original and _siblings(article).exists():
        return [_("The original has an edition in this language already. Revise it.")]
    return []


def approval_obstacles(edition: Edition, *, by, at: datetime | None = None) -> list[str]:
    """Why this person can't approve this edition; empty when they can."""
    found = obstacles(edition, at)
    if edition.is_open and (by.pk in edition.writers if by else edition.writers):
        found.append(_("Nobody approves their own text."))
    return found


def latest_shown(article: Article) -> Edition | None:
    """The last of its editions that the public has seen, now or earlier."""
    return Edition.objects.released().filter(article=article).order_by("-version").first()


# Writing


def written(edition: Edition, *, by) -> None:
    """Take note, before it is saved, that this person wrote on it and that it is another text now.

    Raises ValidationError when it can't be written any more.
    """
    if not edition.can_be_written:
        raise ValidationError(_("It was submitted or approved meanwhile."))
    if by and by.pk not in edition.writers:
        edition.writers = [*edition.writers, by.pk]
    edition.lock_version += 1


@transaction.atomic
def revise(article: Article, *, by, kind: str = ChangeKind.UPDATE) -> Edition:
    """The article's open edition; if it has none, a draft made from its latest edition with its
    pictures and files.
    """
    _locked(article.pk)
    return article.editions.open().first() or _copy(article, by, kind)


def correct(article: Article, *, by) -> Edition:
    """A draft that will admit a mistake; see ``revise``."""
    return revise(article, by=by, kind=ChangeKind.CORRECTION)


def _copy(article, by, kind):
    latest = article.editions.latest("version")
    placements, attachments = list(latest.placements.all()), list(latest.attachments.all())
    expires_at = latest.expires_at
    draft = Edition(
        article=article,
        version=latest.version + 1,
        change_kind=kind if latest_shown(article) else ChangeKind.FIRST,
        created_by=by,
        # A form of the former version that is still open somewhere overwrites nothing here.
        lock_version=latest.lock_version + 1,
        # A correction must not outlive the notice; a past expiry would only be in the way.
        expires_at=expires_at if expires_at and expires_at > timezone.now() else None,
        **{field: getattr(latest, field) for field in COPIED_FIELDS},
    )
    draft.save()
    for row in (*placements, *attachments):
        row.pk = None
        row._state.adding = True  # noqa: SLF001 -- Django's documented way to copy a row
        row.edition = draft
        row.save()
    return draft


# To the head and back


@transaction.atomic
def submit(edition: Edition, *, by) -> None:
    """Ask for an approval. Raises ValidationError with the obstacles."""
    before = _fresh(edition)
    _refuse(
        obstacles(edition, edition.publish_at),
        not edition.can_be_written and _("It is submitted already."),
    )
    edition.state, edition.return_reason = State.SUBMITTED, ""
    edition.submitted_by, edition.submitted_at = by, timezone.now()
    edition.save()
    _record(edition, "submit", by, before)


@transaction.atomic
def send_back(edition: Edition, *, by, reason: str) -> None:
    """Return a submitted edition to its writers with a reason.

    Raises ValidationError without a reason, or when it is not submitted.
    """
    before = _fresh(edition)
    _refuse(
        edition.state != State.SUBMITTED and _("Only what is submitted can be returned."),
        not reason.strip() and _("Say what should be changed."),
    )
    edition.state, edition.return_reason = State.RETURNED, reason.strip()
    edition.save()
    _record(edition, "send back", by, before, edition.return_reason)


@transaction.atomic
def take_back(edition: Edition, *, by) -> Edition:
    """What was submitted or scheduled as a draft again, before anybody has seen it; the draft.

    What was approved stays as it is, overtaken before its hour, and the draft is a new edition.
    Raises ValidationError when it was already shown, or another draft exists.
    """
    before = _fresh(edition)
    if edition.state == State.SUBMITTED:
        edition.state = State.DRAFT
        edition.save()
        _record(edition, "take back", by, before)
        return edition
    _refuse(
        (edition.shown_from is None or edition.shown_from <= timezone.now())
        and _("Only an edition that nobody has seen yet can be taken back."),
        edition.article.editions.open().exists() and _("This article already has a draft."),
    )
    draft = _copy(edition.article, by, edition.change_kind)
    draft.change_note, draft.writers = edition.change_note, edition.writers
    draft.save()
    edition.shown_until = edition.shown_from
    edition.save(update_fields=["shown_until", "updated_at"])
    _settle(edition.article)
    _record(edition, "take back", by, before)
    return draft


# Approval


@transaction.atomic
def approve(edition: Edition, *, by, at: datetime | None = None, seen: int | None = None) -> None:
    """Approve a submitted edition, which is shown from ``at`` instead of the earlier ones: from
    the hour its writers wished when absent, at once when that has passed.

    Gives the article its number. ``seen`` is the ``lock_version`` that the person read. Raises
    ValidationError with the obstacles, or when the text is another one by now.
    """
    before = _fresh(edition)
    at = at or max(edition.publish_at or timezone.now(), timezone.now())
    _refuse(
        approval_obstacles(edition, by=by, at=at),
        edition.is_open and edition.state != State.SUBMITTED and _("It is not submitted yet."),
        seen not in (None, edition.lock_version)
        and _("The text was changed after you opened it. Read it again."),
    )
    _show(edition, by, at)
    _record(edition, "approve", by, before)


@transaction.atomic
def publish(edition: Edition, *, by, at: datetime | None = None) -> None:
    """Approve what is still a draft: of somebody else's text, or by a command (``by`` is None) of
    one that nobody here wrote. It is shown from ``at``, now when absent.

    Raises ValidationError with the obstacles.
    """
    before = _fresh(edition)
    at = at or timezone.now()
    _refuse(approval_obstacles(edition, by=by, at=at))
    _show(edition, by, at)
    _record(edition, "publish", by, before)


@transaction.atomic
def publish_in_emergency(edition: Edition, *, by, reason: str) -> None:
    """Publish at once what can't wait for a second person, who has to ``confirm`` it afterwards.

    Raises ValidationError with the obstacles, or without a reason.
    """
    before = _fresh(edition)
    _refuse(obstacles(edition), not reason.strip() and _("Say why it can't wait."))
    edition.is_emergency, edition.emergency_reason = True, reason.strip()
    _show(edition, by, timezone.now())
    _record(edition, "publish in emergency", by, before, edition.emergency_reason)


@transaction.atomic
def confirm(edition: Edition, *, by) -> None:
    """Stand, as a second person, behind what was published in an emergency.

    Raises ValidationError when there is nothing to confirm, or for its own writer.
    """
    before = _fresh(edition)
    _refuse(
        (not edition.is_emergency or edition.confirmed_by_id) and _("There is nothing to confirm."),
        by.pk in (edition.approved_by_id, *edition.writers)
        and _("Somebody else confirms an emergency publication."),
    )
    edition.confirmed_by, edition.confirmed_at = by, timezone.now()
    edition.save(update_fields=["confirmed_by", "confirmed_at", "updated_at"])
    _record(edition, "confirm", by, before)


def _show(edition, by, at):
    article = edition.article
    _give_number(article, at)
    first = article.editions.exclude(listed_at=None).order_by("version").first()
    edition.state = State.APPROVED
    edition.approved_by, edition.approved_at = by, timezone.now()
    # An article keeps its place in the lists; only one never shown yet moves to the new hour.
    edition.listed_at = first.listed_at if first and first.listed_at <= timezone.now() else at
    edition.shown_from = at
    edition.anchors = _anchors(edition)
    if article.translation_of_id:
        original = Edition.objects.released(at).filter(article=article.translation_of_id)
        edition.translates_version = original.aggregate(latest=Max("version"))["latest"]
    _settle(article, edition)
    register.enter([edition.pk])


def _anchors(edition):
    """The numbers of its paragraphs, carried on from the edition before it."""
    earlier = list(edition.article.editions.exclude(shown_from=None).order_by("version"))
    if not earlier:
        return []
    texts = [rich_text.blocks(each.body) for each in earlier]
    used = [
        anchors.numbers(len(text), each.anchors) for text, each in zip(texts, earlier, strict=True)
    ]
    highest = max((max(numbers) for numbers in used if numbers), default=0)
    return anchors.carried(texts[-1], used[-1], rich_text.blocks(edition.body), highest)


# The end


@transaction.atomic
def expire(article: Article, *, by, at: datetime | None = None) -> None:
    """Stop showing an article from ``at`` (now when absent); its text and number stay.

    Raises ValidationError when no edition of it is shown or scheduled.
    """
    at = at or timezone.now()
    article = _locked(article.pk)
    ending = _going_on(article, at)
    _refuse(not ending and _("Nothing of this article is shown any more."))
    for edition in ending:
        edition.expires_at = at
        edition.save(update_fields=["expires_at", "updated_at"])
    _settle(article)
    _record(ending[-1], "expire", by, State.APPROVED)


@transaction.atomic
def withdraw(article: Article, *, by, reason: str, next_url: str = "") -> None:
    """Stop standing behind an article. Its address answers 410 and says why.

    ``next_url`` leads readers on. Raises ValidationError without a reason, or when it was never
    published or is withdrawn already.
    """
    _end(_locked(article.pk), by, "withdraw", reason, withdrawal_next=next_url.strip())


@transaction.atomic
def merge(article: Article, into: Article, *, by, reason: str) -> None:
    """Let one article take the place of another, whose address leads to it for ever.

    Raises ValidationError without a reason, when one of them is not published, or when the other
    is the same or withdrawn.
    """
    article = _locked(article.pk)
    into.refresh_from_db()
    _refuse(
        article.pk == into.pk and _("An article can't be merged into itself."),
        (into.withdrawn_at or not Edition.objects.published().filter(article=into).exists())
        and _("Choose an article that readers can see."),
        into.language != article.language and _("Choose an article in the same language."),
    )
    _end(article, by, "merge", reason, merged_into=into)


def _end(article, by, verb, reason, **where):
    now = timezone.now()
    _refuse(
        article.withdrawn_at and _("It is withdrawn already."),
        not latest_shown(article) and _("Nobody has seen it yet: delete the draft instead."),
        not reason.strip() and _("Say why it is withdrawn."),
    )
    article.withdrawn_at, article.withdrawal_reason = now, reason.strip()
    for name, value in where.items():
        setattr(article, name, value)
    article.full_clean(exclude=["topic", "tags", "translation_of"])
    article.save()
    _settle(article)
    edition = latest_shown(article)
    _record(edition, verb, by, State.APPROVED, article.withdrawal_reason, after="withdrawn")


def _going_on(article, at):
    return [
        edition
        for edition in article.editions.exclude(shown_from=None).order_by("version")
        if edition.shown_until is None or edition.shown_until > at
    ]


# Together


def _refuse(*sentences: Iterable[str] | str | bool | None) -> None:
    found = []
    for said in sentences:
        found += [said] if isinstance(said, str) else said or []
    if found:
        raise ValidationError(found)


def _fresh(edition):
    """Read the edition anew under the lock of its article; the state in which it was."""
    article = _locked(edition.article_id)
    # Somebody else may have changed or published it since it was read.
    edition.refresh_from_db()
    edition.article = article
    return edition.state


def _record(edition, verb, by, before, note="", after=""):
    audit.record(edition, verb, by=by, before=before, after=after or edition.state, note=note)


def _locked(article_id):
    """The article's row, ours until the transaction ends; with its original's, whose number a
    translation takes.
    """
    article = Article.objects.select_for_update().get(pk=article_id)
    if article.translation_of_id:
        article.translation_of = Article.objects.select_for_update().get(
            pk=article.translation_of_id
        )
    return article


def _siblings(article):
    """Other articles that have the original's number in the language of this one."""
    original = article.translation_of
    return Article.objects.filter(
        year=original.year, number=original.number, language=article.language
    ).exclude(pk=article.pk)


def _give_number(article, at):
    if article.number:
        return
    original = article.translation_of
    if original:
        article.year, article.number = original.year, original.number
    else:
        article.year = be_year(at)
        article.number = next_number(NUMBER_SERIES, article.year)
    article.save(update_fields=["year", "number"])


def _settle(article, new=None):
    """Decide until when each edition is shown: until it expires, the article is withdrawn or a
    newer edition begins.
    """
    approved = article.editions.exclude(shown_from=None).exclude(shown_until=F("shown_from"))
    editions = list(approved.order_by("version"))
    if new:
        editions = [e for e in editions if e.pk != new.pk] + [new]
    for position, edition in enumerate(editions):
        ends = [later.shown_from for later in editions[position + 1 :]]
        ends += [end for end in (edition.expires_at, article.withdrawn_at) if end]
        until = max(min(ends), edition.shown_from) if ends else None
        if edition is new or until != edition.shown_until:
            edition.shown_until = until
            edition.save()
    links.watch([new] if new else [])
    indexing.index(article.editions.values_list("pk", flat=True))
