"""Changes that people make to what is kept about them, and those they can only propose."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network.joining import REVIEWED_EVERY
from network.models import ChangeProposal, Organization, Person
from office import audit

# A wrong telephone number helps nobody, and consent is taken back as easily as it was given.
AT_ONCE = ("phone", "email", "visibility")
OF_PERSON = ("name", "position", "village", "subdistricts", "means")
OF_ORGANIZATION = (
    *("name_th", "name_en", "address", "phone", "email", "website"),
    *("districts", "subdistricts", "means", "shown_fields"),
)

State = ChangeProposal.State


def proposable(subject) -> tuple[str, ...]:
    """Fields whose change waits for the office."""
    return OF_PERSON if isinstance(subject, Person) else OF_ORGANIZATION


def value_of(subject, name: str):
    """A field as a plain value that JSON keeps; many-to-many as sorted keys."""
    if subject._meta.get_field(name).many_to_many:
        return sorted(getattr(subject, name).values_list("pk", flat=True))
    value = getattr(subject, name)
    return sorted(value) if isinstance(value, list) else value


@transaction.atomic
def change(person: Person, changes: dict, *, consent_text: str = "") -> ChangeProposal | None:
    """What a person changes about themselves: ``AT_ONCE`` holds now, the rest is proposed.

    ``changes`` holds plain values as ``value_of`` gives them; fields nobody may change are refused
    with KeyError. The proposal that waits now, or None. Raises ValidationError for values that
    can't be.
    """
    person.refresh_from_db(from_queryset=Person.objects.select_for_update())
    if unknown := set(changes) - {*AT_ONCE, *OF_PERSON}:
        raise KeyError(*unknown)
    changed = [
        name for name in AT_ONCE if name in changes and changes[name] != value_of(person, name)
    ]
    for name in changed:
        setattr(person, name, changes[name])
    if "visibility" in changed and person.visibility != Person.Visibility.STAFF:
        person.consented_at, person.consent_text = timezone.now(), consent_text
    if changed:
        person.full_clean()
        person.save()
        labels = [str(person._meta.get_field(name).verbose_name) for name in changed]
        audit.record(person, "change own", by=person.user, note=", ".join(labels))
    rest = {name: value for name, value in changes.items() if name in OF_PERSON}
    return propose(person, rest, by_person=person)


@transaction.atomic
def propose(subject, changes: dict, *, by_person: Person) -> ChangeProposal | None:
    """Lay changes before the office; a newer proposal replaces the one that waits.

    None when nothing differs. Raises KeyError for fields that may not be proposed.
    """
    key = "person" if isinstance(subject, Person) else "organization"
    type(subject).objects.select_for_update().get(pk=subject.pk)
    if Person.objects.forgotten().filter(pk=by_person.pk).exists():  # while they were typing
        raise ValidationError(_("Their data are deleted already."))
    if unknown := set(changes) - set(proposable(subject)):
        raise KeyError(*unknown)
    before = {name: value_of(subject, name) for name in changes}
    differing = [name for name, value in changes.items() if value != before[name]]
    waiting = subject.proposals.waiting().first()
    wanted = {name: changes[name] for name in differing}
    if waiting and waiting.after == wanted and not is_stale(waiting):
        return waiting
    subject.proposals.waiting().update(state=State.REPLACED, decided_at=timezone.now())
    if not differing:
        return None
    made = ChangeProposal.objects.create(
        **{key: subject},
        proposed_by=by_person,
        before={name: before[name] for name in differing},
        after=wanted,
    )
    audit.record(subject, "propose", by=by_person.user)
    return made


def is_stale(proposal: ChangeProposal) -> bool:
    """Whether what it would change is no longer what its author saw."""
    subject = proposal.subject
    return any(value_of(subject, name) != value for name, value in proposal.before.items())


def obstacles(proposal: ChangeProposal) -> list[str]:
    """Sentences that say why it can't be accepted; empty when it can."""
    if not proposal.is_open:
        return [_("This is decided already.")]
    found = []
    if is_stale(proposal):
        found.append(_("It was changed meanwhile: reject the proposal, so that it is made anew."))
    subject = proposal.subject
    if isinstance(subject, Organization) and subject.merged_into_id:
        found.append(_("The organisation was merged into another."))
    return found


@transaction.atomic
def accept(proposal: ChangeProposal, *, by) -> None:
    """Make the change. Raises ValidationError with the obstacles, or for values that can't be."""
    _lock(proposal)
    if found := obstacles(proposal):
        raise ValidationError(found)
    subject = proposal.subject
    related = {}
    for name, value in proposal.after.items():
        if subject._meta.get_field(name).many_to_many:
            related[name] = value
        else:
            setattr(subject, name, value)
    subject.full_clean()
    subject.save()
    for name, keys in related.items():
        model = subject._meta.get_field(name).related_model
        getattr(subject, name).set(model.objects.filter(pk__in=keys))
    _decide(proposal, State.ACCEPTED, by=by)


@transaction.atomic
def reject(proposal: ChangeProposal, *, by, reason: str) -> None:
    """Leave all as it is, for a reason that its author reads. Raises ValidationError without."""
    _lock(proposal)
    if not proposal.is_open:
        raise ValidationError(_("This is decided already."))
    if not reason.strip():
        raise ValidationError(_("Say why, in words its author understands."))
    _decide(proposal, State.REJECTED, by=by, reason=reason.strip())


def _lock(proposal):
    proposal.refresh_from_db(from_queryset=ChangeProposal.objects.select_for_update())
    subject = proposal.subject
    subject.refresh_from_db(from_queryset=type(subject).objects.select_for_update())


def _decide(proposal, state, *, by, reason=""):
    proposal.state, proposal.reason = state, reason
    proposal.decided_by, proposal.decided_at = by, timezone.now()
    proposal.save()
    verb = "accept" if state == State.ACCEPTED else "reject"
    audit.record(proposal.subject, verb, by=by, note=reason)


@transaction.atomic
def review(subject: Person | Organization, *, by) -> None:
    """Take note that the facts still hold; they come up again after a year."""
    before = subject.review_by
    subject.review_by = timezone.localdate() + REVIEWED_EVERY
    subject.save(update_fields=["review_by"])
    audit.record(subject, "review", by=by, before=str(before or ""), after=str(subject.review_by))
