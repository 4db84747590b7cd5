"""The steps of what others may learn from: written, read by a second person, published, changed.

    draft ⇄ for the office only → in review → published → archived

What was published never changes: a change is a new version, and whoever was given a former one is
told. Nobody publishes a text on which they wrote.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consulting import finding, letters, redaction
from consulting.models import (
    AdvisoryRequest,
    Given,
    Message,
    RequestLetter,
    Resource,
    ResourceEdition,
    Topic,
    Vote,
)
from lopburi_pr import rich_text
from lopburi_pr.thai_text import normalise
from office import audit
from office.models import AuditEvent

State, Basis = ResourceEdition.State, ResourceEdition.Basis
REVIEWED_FOR = timedelta(days=365)
WRITABLE = (State.DRAFT, State.INTERNAL)
LINES = ("title_th", "title_en", "file_title", "change_note")
BODIES = ("body_th", "body_en")
# What goes on into the next version.
KEPT = (
    *LINES[:3],
    *BODIES,
    "original",
    "url",
    "file",
    "format",
    "size",
    "sha256",
    "licence",
    "basis",
)
_WROTE = ("begin version", "change")


@transaction.atomic
def begin(
    kind: str,
    topic: Topic,
    *,
    by,
    sources: Iterable[AdvisoryRequest] = (),
    is_sample: bool = False,
    **texts,
) -> ResourceEdition:
    """The first version of something new, as a draft."""
    resource = Resource.objects.create(kind=kind, topic=topic, is_sample=is_sample)
    resource.sources.set(sources)
    return _begin(ResourceEdition(resource=resource, version=1, author=by, **texts), by)


@transaction.atomic
def from_answer(message: Message, *, by) -> ResourceEdition:
    """A draft made from an answer that was sent; once made, the same again.

    Raises ValidationError for what is no such answer.
    """
    if not (message.is_answer and message.state == Message.State.SENT):
        raise ValidationError(_("Only an answer that was sent can teach others."))
    request = AdvisoryRequest.objects.select_for_update().get(pk=message.request_id)
    made = ResourceEdition.objects.filter(resource__sources=request, original=message.text)
    if known := made.order_by("-version").first():
        return known
    return begin(
        Resource.Kind.ANSWER,
        request.topic,
        by=by,
        sources=[request],
        is_sample=request.is_sample,
        title_th=request.subject,
        body_th=rich_text.paragraphs(line for line in message.text.split("\n") if line.strip()),
        original=message.text,
        basis=Basis.CONSENT if request.may_publish else "",
    )


@transaction.atomic
def revise(resource: Resource, *, by) -> ResourceEdition:
    """The next version as a draft, or the one that is at work already."""
    Resource.objects.select_for_update().get(pk=resource.pk)
    last = latest(resource)
    if last.state not in {State.PUBLISHED, State.ARCHIVED}:
        return last
    texts = {name: getattr(last, name) for name in KEPT}
    version = last.version + 1
    return _begin(ResourceEdition(resource=resource, version=version, author=by, **texts), by)


def _begin(edition, by):
    edition.search_text = finding.search_text(edition)
    edition.save()
    audit.record(edition, "begin version", by=by, after=edition.state)
    return edition


@transaction.atomic
def save(edition: ResourceEdition, *, by) -> None:
    """Keep what was written; whoever wrote last is the author.

    Raises ValidationError for what was submitted or published meanwhile, and for what can't be.
    """
    state = _state(edition)
    _refuse(state not in WRITABLE and _("It is no draft any more: nothing was saved. Look again."))
    for name in LINES:
        setattr(edition, name, " ".join(normalise(getattr(edition, name)).split()))
    for name in BODIES:
        setattr(edition, name, rich_text.clean(normalise(getattr(edition, name))))
    edition.state, edition.author = state, by
    edition.search_text = finding.search_text(edition)
    edition.full_clean(exclude=["body_th"])  # a draft may begin with its title
    before = ResourceEdition.objects.values_list("file", flat=True).get(pk=edition.pk)
    edition.save()
    if before and before != edition.file.name:
        _forget_file(before)
    audit.record(edition, "change", by=by, before=state, after=state)


# To the public


def obstacles(edition: ResourceEdition) -> list[str]:
    """Sentences that say what is missing before somebody else reads it; empty when nothing is."""
    sources = list(edition.resource.sources.all()) if edition.resource_id else []
    is_clip = edition.resource.kind == Resource.Kind.CLIP
    # Whoever was given the former version reads it; a first version was given to nobody.
    is_change = edition.resource.editions.filter(
        version__lt=edition.version, published_at__isnull=False
    ).exists()
    today = timezone.localdate()
    found = (
        not edition.title_th.strip() and _("Write a title in Thai."),
        not rich_text.plain(rich_text.clean(edition.body_th)) and _("Write the text in Thai."),
        bool(edition.title_en) != bool(edition.body_en)
        and _("English needs both, title and text, or neither."),
        is_clip and not edition.url and _("Write the address of the clip."),
        edition.file and not edition.file_title and _("Give the file a name that readers see."),
        not edition.licence and _("Choose a licence."),
        not edition.basis and _("Say why it may be public."),
        edition.basis == Basis.OWN
        and sources
        and _("It was made from a request: the office's own text it is not."),
        edition.basis == Basis.CONSENT
        and not sources
        and _("It is made from no request, so nobody agreed to it."),
        edition.basis == Basis.CONSENT
        and not all(request.may_publish for request in sources)
        and _("Not every requester agreed: it has to be anonymous, or to stay internal."),
        not edition.review_by and _("Write by when it is reviewed."),
        edition.review_by
        and edition.review_by <= today
        and _("The day of its review must be in the future."),
        is_change and not edition.change_note and _("Write what changed: who has it reads that."),
    )
    return [sentence for sentence in found if sentence]


def publishing_obstacles(
    edition: ResourceEdition,
    *,
    by,
    accepted: Collection[str] = (),
    found: Iterable[redaction.Finding] | None = None,
) -> list[str]:
    """The same and who may not publish it, and what the redaction check found and nobody accepted
    by its key. What is from no request may carry names: the office wrote them.
    """
    found = redaction.check(edition) if found is None else found
    left = sum(row.key not in accepted for row in found) * (edition.basis != Basis.OWN)
    told = ngettext(
        "The redaction check found %(count)s place: change it or tick it.",
        "The redaction check found %(count)s places: change them or tick each of them.",
        left,
    )
    return [
        *obstacles(edition),
        *[_("Somebody else than its author publishes it.")] * wrote(edition, by),
        *[told % {"count": left}] * bool(left),
    ]


def wrote(edition: ResourceEdition, person) -> bool:
    """Whether they wrote on this version."""
    if edition.author_id == person.pk:
        return True
    steps = AuditEvent.objects.filter(table=edition._meta.label_lower, key=edition.pk)
    return steps.filter(verb__in=_WROTE, actor=person).exists()


@transaction.atomic
def submit(edition: ResourceEdition, *, by) -> None:
    """Give it to a second person. Raises ValidationError with the obstacles."""
    _go(edition, WRITABLE, State.IN_REVIEW, "submit", by, lambda: obstacles(edition), remark="")


@transaction.atomic
def send_back(edition: ResourceEdition, *, by, remark: str) -> None:
    """Give it back to its author with what to change. Raises ValidationError with the obstacles."""
    remark = normalise(remark).strip()
    _refuse(not remark and _("Write what has to change."))
    _go(edition, (State.IN_REVIEW,), State.DRAFT, "send back", by, told=remark, remark=remark)


@transaction.atomic
def keep_internal(edition: ResourceEdition, *, by) -> None:
    """Keep it for the office's own work, unpublished. Raises ValidationError with the obstacles."""
    _go(edition, (State.DRAFT, State.IN_REVIEW), State.INTERNAL, "keep internal", by)


@transaction.atomic
def publish(edition: ResourceEdition, *, by, accepted: Collection[str] = ()) -> None:
    """Show it to everybody in place of the former version, and tell whoever was given that one.

    ``accepted`` are the keys of findings that the publisher takes for harmless. Raises
    ValidationError with the obstacles.
    """
    resource = Resource.objects.select_for_update().get(pk=edition.resource_id)
    former = resource.editions.filter(version__lt=edition.version, published_at__isnull=False)
    is_first = not former.exists()
    _state(edition)
    found = redaction.check(edition)
    kinds = sorted({row.kind.value for row in found if row.key in accepted})
    now = timezone.now()
    resource.editions.published().update(state=State.ARCHIVED, archived_at=now)
    try:
        _go(
            edition,
            (State.IN_REVIEW,),
            State.PUBLISHED,
            "publish",
            by,
            lambda: publishing_obstacles(edition, by=by, accepted=accepted, found=found),
            told=", ".join(kinds),
            publisher=by,
            published_at=now,
            remark="",
        )
    except IntegrityError as error:  # the last fence: four eyes, one published
        raise ValidationError(_("Somebody went on with it meanwhile. Look again.")) from error
    if is_first:
        # They have its words already: from now on they are told when these change.
        for request in resource.sources.all():
            Given.objects.get_or_create(request=request, edition=edition, defaults={"by": by})
    else:
        _recall(edition)


def _recall(edition):
    """Write to everybody who has a former version and not this one, once for each version."""
    # What lies with an answer that is not sent yet was given to nobody.
    unsent = Message.objects.filter(
        request=OuterRef("request"), is_answer=True, written_at__lte=OuterRef("at")
    ).exclude(state=Message.State.SENT)
    held = Given.objects.filter(
        ~Exists(unsent),
        edition__resource=edition.resource_id,
        edition__version__lt=edition.version,
    )
    rows = AdvisoryRequest.objects.filter(pk__in=held.values("request"))
    kind = RequestLetter.Kind.RECALL
    told = RequestLetter.objects.filter(kind=kind, edition=edition).values("request")
    has_it = Given.objects.filter(edition=edition).values("request")
    for request in rows.exclude(pk__in=told).exclude(pk__in=has_it).order_by("pk"):
        letters.write(request, kind, edition=edition)


@transaction.atomic
def archive(edition: ResourceEdition, *, by, reason: str) -> None:
    """Take it away from readers, with every former version; they read the reason.

    Raises ValidationError with the obstacles.
    """
    reason = normalise(reason).strip()
    _refuse(not reason and _("Write the reason: readers see it."))
    # ``remark`` of what readers can't have any more says why; replaced versions have none.
    _go(
        edition,
        (State.PUBLISHED,),
        State.ARCHIVED,
        "archive",
        by,
        told=reason,
        remark=reason,
        archived_at=timezone.now(),
    )


@transaction.atomic
def review(edition: ResourceEdition, *, by) -> None:
    """Say that what is published still holds, for a year. Raises ValidationError otherwise."""
    later = timezone.localdate() + REVIEWED_FOR
    _go(edition, (State.PUBLISHED,), State.PUBLISHED, "review", by, review_by=later)


def latest(resource: Resource) -> ResourceEdition:
    """Its last version, whatever its state."""
    return resource.editions.order_by("-version").first()


# Readers


def vote(
    edition: ResourceEdition, *, is_helpful: bool, mark: str, reason: str = "", is_instead=False
) -> None:
    """Count whether it helped; a second vote under the same ``mark`` replaces the first."""
    Vote.objects.update_or_create(
        edition=edition,
        mark=mark,
        defaults={
            "is_helpful": is_helpful,
            "is_instead": is_instead,
            "reason": "" if is_helpful else normalise(reason).strip()[:500],
        },
    )


# Together


def _state(edition):
    """The state in which it really is, ours until the transaction ends."""
    rows = ResourceEdition.objects.select_for_update()
    return rows.values_list("state", flat=True).get(pk=edition.pk)


def _go(edition, from_, to, verb, by, ask=list, *, told="", **facts):
    before = _state(edition)
    if before not in from_:
        edition.refresh_from_db()
        said = _("That can't be done now: it is “%(state)s”.")
        raise ValidationError(said % {"state": edition.get_state_display()})
    _refuse(*ask())
    for name, value in (facts | {"state": to}).items():
        setattr(edition, name, value)
    edition.save(update_fields=["state", *facts])
    audit.record(edition, verb, by=by, before=before, after=to, note=told)


def _refuse(*sentences):
    if found := [said for said in sentences if said]:
        raise ValidationError(found)


def _forget_file(name):
    """Delete a stored file that no version uses any more."""
    if not ResourceEdition.objects.filter(file=name).exists():
        transaction.on_commit(lambda: default_storage.delete(name))


@receiver(post_delete, sender=ResourceEdition)
def delete_file_of(sender, instance, **kwargs):
    if instance.file:
        _forget_file(instance.file.name)
