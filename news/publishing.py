"""The steps of an edition's life: revise, publish (now or later), take back, expire."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lopburi_pr.thai_calendar import be_year
from news import indexing
from news.models import Article, Edition
from office.numbering import next_number

NUMBER_SERIES = "news"


def obstacles(edition: Edition, at: datetime | None = None) -> list[str]:
    """Sentences that say why this edition can't be published; empty when it can.

    ``at`` is the moment it is to appear, now when absent.
    """
    at = at or timezone.now()
    found = []
    if edition.state != Edition.State.DRAFT:
        found.append(_("This edition is already approved. Revise it to make a new one."))
    for text, sentence in (
        (edition.title, _("Write a headline.")),
        (edition.must_know, _("Say what people must know or do.")),
        (edition.lead, _("Write the lead.")),
        (edition.source_agency, _("Name the source agency.")),
    ):
        if not text.strip():
            found.append(sentence)
    if edition.expires_at and edition.expires_at <= at:
        found.append(_("It would expire before it appears: change the expiry."))
    original = edition.article.translation_of
    if original and not original.number:
        found.append(_("Publish the original article first; the translation takes its number."))
    elif original and _siblings(edition.article).exists():
        found.append(_("The original has an edition in this language already. Revise it."))
    return found


@transaction.atomic
def publish(edition: Edition, *, by, at: datetime | None = None) -> None:
    """Approve an edition as it is saved and show it from ``at`` (now when absent) instead of the
    earlier ones.

    Gives the article its number. Raises ValidationError with the obstacles.
    """
    at = at or timezone.now()
    article = _locked(edition.article_id)
    # Somebody else may have changed or published it since it was read.
    edition.refresh_from_db()
    edition.article = article
    if found := obstacles(edition, at):
        raise ValidationError(found)
    _give_number(article, at)
    first = article.editions.exclude(listed_at=None).order_by("version").first()
    edition.state = Edition.State.APPROVED
    edition.approved_by, edition.approved_at = by, timezone.now()
    # An article keeps its place in the lists; only one never shown yet moves to the new hour.
    edition.listed_at = first.listed_at if first and first.listed_at <= timezone.now() else at
    edition.shown_from = at
    _settle(article, edition)


@transaction.atomic
def take_back(edition: Edition, *, by) -> None:
    """Make a scheduled edition a draft again, before anybody has seen it.

    Raises ValidationError when it was already shown or a newer draft exists.
    """
    article = _locked(edition.article_id)
    edition.refresh_from_db()
    if edition.shown_from is None or edition.shown_from <= timezone.now():
        raise ValidationError(_("Only an edition that nobody has seen yet can be taken back."))
    if article.editions.drafts().exists():
        raise ValidationError(_("This article already has a draft."))
    edition.state = Edition.State.DRAFT
    edition.approved_by = edition.approved_at = None
    edition.shown_from = edition.shown_until = edition.listed_at = None
    edition.save()
    _settle(article)


@transaction.atomic
def expire(article: Article, *, by, at: datetime | None = None) -> None:
    """Stop showing an article from ``at`` (now when absent); its text and number stay.

    Raises ValidationError when no edition of it is shown or scheduled.
    """
    at = at or timezone.now()
    article = _locked(article.pk)
    ending = [
        e
        for e in article.editions.exclude(shown_from=None)
        if e.shown_until is None or e.shown_until > at
    ]
    if not ending:
        raise ValidationError(_("Nothing of this article is shown any more."))
    for edition in ending:
        edition.expires_at = at
        edition.save(update_fields=["expires_at", "updated_at"])
    _settle(article)


@transaction.atomic
def revise(article: Article, *, by) -> Edition:
    """The article's draft, made from its latest edition with its pictures and files if need be."""
    _locked(article.pk)
    draft = article.editions.drafts().first()
    if draft:
        return draft
    latest = article.editions.latest("version")
    placements, attachments = list(latest.placements.all()), list(latest.attachments.all())
    expires_at = latest.expires_at
    draft = Edition(
        article=article,
        version=latest.version + 1,
        created_by=by,
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


COPIED_FIELDS = (
    *("title", "must_know", "lead", "body", "event_on", "event_place", "presided_by"),
    *("source_agency", "source_url", "spoken", "spoken_budget"),
)


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
    """Decide until when each edition is shown: until it expires or a newer one begins."""
    editions = list(article.editions.exclude(shown_from=None).order_by("version"))
    if new:
        editions = [e for e in editions if e.pk != new.pk] + [new]
    for position, edition in enumerate(editions):
        ends = [later.shown_from for later in editions[position + 1 :]]
        if edition.expires_at:
            ends.append(edition.expires_at)
        until = max(min(ends), edition.shown_from) if ends else None
        if edition is new or until != edition.shown_until:
            edition.shown_until = until
            edition.save()
    indexing.index(article.editions.values_list("pk", flat=True))
