"""The audit trail: who did what, from which state to which, and why."""

from functools import reduce
from operator import or_

from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from office.models import AuditEvent
from office.models.audit import NOTE_REMOVED

TOLD = {
    "submit": _("submitted it"),
    "take back": _("took it back"),
    "send back": _("returned it"),
    "approve": _("approved it"),
    "publish": _("approved and published it"),
    "publish in emergency": _("published it in an emergency"),
    "issue": _("issued it"),
    "issue alone": _("issued it alone"),
    "confirm": _("confirmed it"),
    "expire": _("ended it"),
    "withdraw": _("withdrew it"),
    "merge": _("merged it into another"),
    "report": _("took in the report"),
    "take": _("took it on"),
    "begin": _("began a verdict"),
    "decline": _("declined to check it"),
    "join": _("joined it to another"),
    "change": _("changed it"),
    "cancel": _("cancelled it"),
    "review": _("reviewed it"),
    "answer": _("answered it"),
    "take over": _("merged another into it"),
    "apply": _("asked to join"),
    "ask": _("asked for more"),
    "reply": _("replied"),
    "reject": _("rejected it"),
    "admit": _("admitted the member"),
    "renew": _("renewed it"),
    "end": _("ended it"),
    "link": _("gave a personal link"),
    "revoke": _("revoked a personal link"),
    "change own": _("changed their own facts"),
    "propose": _("proposed a change"),
    "propose day": _("proposed it as a day off"),
    "accept": _("accepted a proposed change"),
    "open account": _("opened an account"),
    "close account": _("closed the account"),
    "add passkey": _("added a passkey"),
    "remove passkey": _("removed a passkey"),
    "import": _("imported it"),
    "forget": _("deleted the personal data"),
    "ask to be forgotten": _("asked for their data to be deleted"),
    "ask to stay": _("took back the wish to have their data deleted"),
    "purge": _("deleted what was kept long enough"),
    "ask to borrow": _("asked to borrow it"),
    "refuse": _("refused it"),
    "hand out": _("handed it out"),
    "take in": _("took it in again"),
    "close": _("closed it"),
    "reserve": _("kept it for the office's own work"),
    "give up": _("gave up the office's own days"),
    "send to repair": _("sent it to be repaired"),
    "back from repair": _("took it back from the workshop"),
    "begin count": _("began the count"),
    "activate": _("made it active"),
    "ask for": _("asked for it"),
    "ask its owner": _("asked its owner to confirm it"),
    "move": _("gave it another address"),
    "disable": _("disabled it"),
    "rotate": _("made a new secret"),
    "prepare": _("prepared it"),
    "release": _("sent it to the network"),
    "retry": _("sent it again"),
    "hand over": _("handed it over on paper"),
    "open": _("opened the registration"),
    "register": _("registered"),
    "walk in": _("came without registration"),
    "move up": _("moved up from the waiting list"),
    "mark": _("changed who came"),
    "hold": _("finished it"),
    "certify": _("issued certificates"),
    "revoke certificate": _("revoked a certificate"),
    "call": _("told the partner by telephone"),
    "verify": _("verified it"),
    "trust": _("lets it see news before its hour"),
    "distrust": _("no longer lets it see news before its hour"),
    "hand on": _("handed it on"),
    "make claim": _("made it a claim to check"),
    "make draft": _("began news about it"),
    "ask for advice": _("asked for advice"),
    "assign": _("gave it to somebody"),
    "write": _("wrote to the requester"),
    "wait": _("waits for somebody else"),
    "go on": _("went on with it"),
    "write answer": _("wrote on the answer"),
    "order": _("ordered something under it"),
    "deliver": _("delivered what was ordered"),
    "call off": _("called off what was ordered"),
    "make request": _("made it a request for advice"),
    "forward": _("forwarded it"),
    "put aside": _("put it aside as no request"),
    "take up again": _("took it up again"),
    "rate": _("rated our advice"),
    "begin version": _("began the version"),
    "publish version": _("published the version"),
    "keep internal": _("kept it for the office only"),
    "archive": _("archived it"),
    "open survey": _("opened the survey"),
    "settle held": _("decided what was held"),
    "look at answers": _("looked at answers of one person"),
    "settle paper": _("settled a sheet"),
    "plan sample": _("changed the sample"),
    "issue codes": _("issued one-time codes"),
    "remind": _("reminded the agency"),
    "weigh": _("weighted the answers"),
    "look": _("looked at answers that are not published"),
    "export answers": _("asked for a file of the answers"),
}


def record(
    thing: Model, verb: str, *, by, before: str = "", after: str = "", note: str = ""
) -> None:
    """Write down a step of ``TOLD`` in the transaction that takes it.

    ``by`` is None for a command. Raises KeyError for a verb that people could not read.
    """
    TOLD[verb]
    AuditEvent.objects.create(
        actor=by,
        table=thing._meta.label_lower,
        key=thing.pk,
        verb=verb,
        before=before,
        after=after,
        note=note,
    )


def trail(*things: Model) -> list[AuditEvent]:
    """What was done to these rows, the latest first; each says it in ``told``."""
    events = list(_of(things).select_related("actor").order_by("-pk"))
    for event in events:
        event.told = TOLD.get(event.verb, event.verb)
    return events


def forget_notes(*things: Model) -> None:
    """Take the notes out of the trail of these rows; the steps stay."""
    _of(things).exclude(note__in=("", NOTE_REMOVED)).update(note=NOTE_REMOVED)


def _of(things):
    if not things:
        return AuditEvent.objects.none()
    which = reduce(or_, (Q(table=thing._meta.label_lower, key=thing.pk) for thing in things))
    return AuditEvent.objects.filter(which)
