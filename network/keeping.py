"""What the network keeps for a time only: the periods that people are told, as rules."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from lopburi_pr.retention import Rule
from network import leaving, voicing
from network.models import (
    Application,
    ApplicationLetter,
    ChangeProposal,
    Loan,
    Membership,
    Person,
    PersonalLink,
    Reminder,
    Voice,
)
from network.models.membership import GRACE
from network.models.people import FORGOTTEN

DAY = timedelta(days=1)
REFUSED_KEPT, APPROVED_KEPT, UNANSWERED_KEPT = 90 * DAY, 365 * DAY, 180 * DAY
LINKS_KEPT, LETTERS_KEPT, PROPOSALS_KEPT = 30 * DAY, 30 * DAY, 365 * DAY
LEFT_KEPT = 365 * DAY
VOICES_KEPT = 2 * 365 * DAY
UNLENT_KEPT, LENT_KEPT = 365 * DAY, 5 * 365 * DAY

State = Application.State
_ASKED_FOR = _("The notice on joining: kept to decide, and to answer questions about the decision.")
_AGREED = _("The notice on joining: kept as long as they are a member.")
_LENT = _(
    "The notice on borrowing: kept with the loan as long as public property may be asked for."
)


def _decided(state):
    return lambda before: Application.objects.filter(state=state, decided_at__lte=before).exclude(
        name=FORGOTTEN
    )


def _unanswered(before):
    return Application.objects.filter(state=State.ASKED, decided_at__lte=before)


def _over(before):
    """Links that open nothing since then."""
    return PersonalLink.objects.filter(Q(expires_at__lte=before) | Q(revoked_at__lte=before))


def _posted(before):
    return ApplicationLetter.objects.filter(written_at__lte=before)


def _left(before):
    """Who left by then, and volunteers whose last membership had been over by then."""
    memberships = Membership.objects.filter(person=OuterRef("pk"))
    ended = Q(end_on__lte=before.date()) & ~Q(ended_reason="")
    lapsed = Q(end_on__lte=before.date() - GRACE)
    is_over = Exists(memberships) & ~Exists(memberships.exclude(ended | lapsed))
    return Person.objects.filter(
        Q(left_on__lte=before.date()) | Q(is_over, organization=None, left_on=None),
        forgotten_at=None,
        is_sample=False,
    )


def _forget_application(application):
    leaving.forget_application(application, by=None)


def _forget_person(person):
    leaving.forget(person, by=None, reason=leaving.Reason.PAST)


def _unlent(before):
    states = (Loan.State.REFUSED, Loan.State.CANCELLED)
    return Loan.objects.filter(state__in=states, period__endswith__lte=before).exclude(
        contact=FORGOTTEN
    )


def _lent(before):
    rows = Loan.objects.filter(state=Loan.State.CLOSED, period__endswith__lte=before)
    return rows.exclude(contact=FORGOTTEN)


def forget_borrower(loan: Loan) -> None:
    """Keep what was lent to which agency, and nothing about who came for it."""
    loan.contact, loan.phone, loan.email = FORGOTTEN, "", ""
    loan.save(update_fields=["contact", "phone", "email"])
    Reminder.objects.filter(loan=loan).delete()
    files = []
    for handover in loan.handovers.all():
        files += [name for name in (handover.signature.name, *handover.photos) if name]
        handover.signed_name, handover.signature, handover.photos = FORGOTTEN, "", []
        handover.save(update_fields=["signed_name", "signature", "photos"])
    transaction.on_commit(lambda: [default_storage.delete(name) for name in files])


def _heard(before):
    return Voice.objects.read_before(before)


def _forget_voice(voice):
    voicing.forget(voice, by=None)


RULES = (
    Rule(
        key="applications-refused",
        what=_("Applications to join that were refused"),
        after=REFUSED_KEPT,
        why=_ASKED_FOR,
        rows=_decided(State.REJECTED),
        do=_forget_application,
    ),
    Rule(
        key="applications-approved",
        what=_("Applications to join that were approved"),
        after=APPROVED_KEPT,
        why=_ASKED_FOR,
        rows=_decided(State.APPROVED),
        do=_forget_application,
    ),
    Rule(
        key="applications-unanswered",
        what=_("Applications whose applicant did not answer our question"),
        after=UNANSWERED_KEPT,
        why=_ASKED_FOR,
        rows=_unanswered,
        do=_forget_application,
    ),
    Rule(
        key="application-letters",
        what=_("Letters to applicants, sent or not"),
        after=LETTERS_KEPT,
        why=_("What they say stands on the page of the application."),
        rows=_posted,
    ),
    Rule(
        key="links",
        what=_("Personal links that open nothing any more"),
        after=LINKS_KEPT,
        why=_("Kept to answer why a link no longer opens."),
        rows=_over,
    ),
    Rule(
        key="proposals",
        what=_("Changes that members proposed and that were decided"),
        after=PROPOSALS_KEPT,
        why=_("Kept to answer questions about the decision."),
        rows=lambda before: ChangeProposal.objects.filter(decided_at__lte=before),
    ),
    Rule(
        key="people",
        what=_("Members who left, or whose membership is over"),
        after=LEFT_KEPT,
        why=_AGREED,
        rows=_left,
        do=_forget_person,
    ),
    Rule(
        key="voices",
        what=_("What members told the office, with its photographs"),
        after=VOICES_KEPT,
        why=_("The page on which it is sent."),
        rows=_heard,
        do=_forget_voice,
    ),
    Rule(
        key="loans-unlent",
        what=_("Contacts of requests to borrow from which nothing came"),
        after=UNLENT_KEPT,
        why=_LENT,
        rows=_unlent,
        do=forget_borrower,
    ),
    Rule(
        key="loans-lent",
        what=_("Contacts, signatures and photographs of loans that are closed"),
        after=LENT_KEPT,
        why=_LENT,
        rows=_lent,
        do=forget_borrower,
    ),
)
