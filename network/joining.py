"""Joining the network: asked for, talked about, decided; and how long a membership holds."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lopburi_pr.thai_calendar import be_year
from network import accounts, post, tokens, voicing
from network.models import Application, Membership, Organization, Person
from network.models.organizations import search_key
from office import audit
from office.numbering import next_number

NUMBER_SERIES = "network-application"
REVIEWED_EVERY = timedelta(days=365)

State = Application.State


@transaction.atomic
def apply(application: Application, *, districts, subdistricts, origin: str = "") -> str:
    """Keep an application under a new number; the secret word that opens its page.

    ``origin`` is this site's address, for the letter that repeats the link.
    """
    token = tokens.new()
    application.year = be_year(timezone.now())
    application.number = next_number(NUMBER_SERIES, application.year)
    application.token_hash = tokens.hashed(token)
    application.state = State.RECEIVED
    application.full_clean()
    application.save()
    application.districts.set(districts)
    application.subdistricts.set(subdistricts)
    audit.record(application, "apply", by=None, after=State.RECEIVED)
    url = origin + application.address(token)
    post.send(application.email, "received", application=application, url=url)
    return token


def found_by(year: int, number: int, token: str) -> Application | None:
    """The application that this link opens; None when it is no link of ours."""
    rows = Application.objects.filter(year=year, number=number)
    return rows.filter(token_hash=tokens.hashed(token)).first()


def alike(application: Application) -> list[Organization | Person]:
    """Rows that may be the applicant already: the same name, telephone or e-mail; at most ten."""
    if application.is_personal:
        rows = Person.objects.active()
        found = rows.filter(name__iexact=application.name)
    else:
        rows = Organization.objects.at_work()
        found = rows.filter(search_key__contains=search_key(application.organization_name))
    found |= rows.filter(phone=application.phone)
    if application.email:
        found |= rows.filter(email__iexact=application.email)
    return list(found[:10])


def obstacles(application: Application, to: str, answer: str = "", party=None) -> list[str]:
    """Sentences that say why the application can't be decided so; empty when it can.

    ``to`` is the new state; ``party`` is the row that stands for the applicant already, if any.
    """
    if not application.is_open:
        return [_("This is decided already.")]
    if to not in {State.ASKED, State.APPROVED, State.REJECTED}:
        return [_("Choose the outcome.")]
    found = []
    if to != State.APPROVED and not answer.strip():
        found.append(_("Write what the applicant is told."))
    if to == State.APPROVED and party:
        if isinstance(party, Person) != application.is_personal:
            found.append(_("Choose a person for a person, an organisation for an organisation."))
        elif is_member(party, application.kind):
            found.append(_("%(name)s is such a member already: renew it.") % {"name": party})
        elif isinstance(party, Organization) and (party.closed_on or party.merged_into_id):
            found.append(_("%(name)s is closed or was merged.") % {"name": party})
    return found


def _begin(application, to, answer, party=None):
    application.refresh_from_db(from_queryset=Application.objects.select_for_update())
    if found := obstacles(application, to, answer, party):
        raise ValidationError(found)
    return application.state


def _decide(application, to, before, *, by, answer):
    application.state, application.answer = to, answer
    application.decided_by, application.decided_at = by, timezone.now()
    application.save()
    verbs = {State.ASKED: "ask", State.REJECTED: "reject", State.APPROVED: "approve"}
    audit.record(application, verbs[to], by=by, before=before, after=to, note=answer)
    post.send(application.email, "decided", application=application)


@transaction.atomic
def ask(application: Application, *, by, question: str) -> None:
    """Ask the applicant for more. Raises ValidationError with the obstacles."""
    before = _begin(application, State.ASKED, question)
    _decide(application, State.ASKED, before, by=by, answer=question)


@transaction.atomic
def reply(application: Application, text: str) -> None:
    """Take the applicant's answer to our question. Raises ValidationError when none is open."""
    application.refresh_from_db(from_queryset=Application.objects.select_for_update())
    if application.state != State.ASKED:
        raise ValidationError(_("There is no open question."))
    application.reply = "\n".join(filter(None, [application.reply, text]))
    application.state = State.RECEIVED
    application.save()
    audit.record(application, "reply", by=None, before=State.ASKED, after=State.RECEIVED)


@transaction.atomic
def reject(application: Application, *, by, reason: str) -> None:
    """Refuse, for a reason that the applicant reads. Raises ValidationError with the obstacles."""
    before = _begin(application, State.REJECTED, reason)
    _decide(application, State.REJECTED, before, by=by, answer=reason)


@transaction.atomic
def approve(
    application: Application, *, by, party=None, until: date | None = None, answer: str = ""
) -> Membership:
    """Make the applicant a member, as ``party`` or as a new row; the membership.

    Somebody who answers for an organisation and gave an e-mail address can sign in with it from
    now on. Raises ValidationError with the obstacles.
    """
    before = _begin(application, State.APPROVED, answer, party)
    if application.is_personal:
        party = party or _person_of(application)
        membership = admit(party, application.kind, by=by, until=until)
    else:
        body = party or _organization_of(application)
        membership = admit(body, application.kind, by=by, until=until)
        contact = body.people.active().filter(name=application.name).first()
        contact = contact or _person_of(application, body)
        if not accounts.obstacles(contact):
            accounts.open_account(contact, by=by)
    application.membership = membership
    _decide(application, State.APPROVED, before, by=by, answer=answer)
    return membership


def _person_of(application, organization=None):
    person = Person.objects.create(
        name=application.name,
        organization=organization,
        position=application.position,
        phone=application.phone,
        email=application.email,
        village="" if organization else application.village,
        means=[] if organization else application.means,
        consented_at=application.received_at,
        consent_text=application.consent_text,
        review_by=timezone.localdate() + REVIEWED_EVERY,
    )
    if not organization:
        person.subdistricts.set(application.subdistricts.all())
    return person


def _organization_of(application):
    body = Organization.objects.create(
        kind=application.organization_kind or Organization.Kind.OTHER,
        name_th=application.organization_name,
        phone=application.phone,
        email=application.email,
        means=application.means,
        is_listed=application.is_listed,
        shown_fields=[Organization.Shown.MEANS] if application.is_listed else [],
        review_by=timezone.localdate() + REVIEWED_EVERY,
    )
    body.districts.set(application.districts.all())
    body.subdistricts.set(application.subdistricts.all())
    return body


def is_member(party: Person | Organization, kind: str) -> bool:
    """Whether there is such a membership that no decision has ended, lapsed ones included."""
    return party.memberships.filter(kind=kind, ended_reason="").exists()


@transaction.atomic
def admit(party: Person | Organization, kind: str, *, by, until: date | None = None) -> Membership:
    """Begin a membership today. Raises ValidationError when there is such a one already."""
    key = "person" if isinstance(party, Person) else "organization"
    membership = Membership(**{key: party}, kind=kind, start_on=timezone.localdate(), end_on=until)
    membership.full_clean()
    membership.save()
    audit.record(membership, "admit", by=by)
    return membership


@transaction.atomic
def renew(membership: Membership, *, by, until: date | None) -> None:
    """Let it last until another day; None for as long as it lasts.

    Raises ValidationError when it was ended, or the day is over.
    """
    membership.refresh_from_db(from_queryset=Membership.objects.select_for_update())
    if membership.ended_reason:
        raise ValidationError(_("It was ended. Admit the member anew."))
    if until and until < timezone.localdate():
        raise ValidationError(_("Choose a day that is still to come."))
    before, membership.end_on = membership.end_on, until
    membership.save()
    audit.record(membership, "renew", by=by, before=str(before or ""), after=str(until or ""))


@transaction.atomic
def end(membership: Membership, *, by, reason: str) -> None:
    """End it today by a decision. Raises ValidationError without a reason, or when it is ended."""
    membership.refresh_from_db(from_queryset=Membership.objects.select_for_update())
    if membership.ended_reason:
        raise ValidationError(_("It is ended already."))
    if not reason.strip():
        raise ValidationError(_("Say why it ends."))
    membership.end_on = max(timezone.localdate(), membership.start_on)
    membership.ended_reason = reason.strip()
    membership.save()
    audit.record(membership, "end", by=by, note=membership.ended_reason)


@transaction.atomic
def forget(row: Person | Application, *, by) -> None:
    """Delete somebody's data because they ask for it (PDPA section 33).

    Memberships, links, proposals and voices of a person go too, and their account is closed; the
    trail keeps that it happened, and no name.
    """
    if isinstance(row, Person):
        accounts.close_account(row, by=by)
        for voice in row.voices.all():
            voicing.drop_photo(voice)
    audit.record(row, "forget", by=by)
    row.delete()
