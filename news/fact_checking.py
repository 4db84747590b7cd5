"""The steps of a rumour: reported, taken on, answered by a verdict that two people stand behind.

    received → checking → answered; or declined with a reason, or joined to the same rumour in other
    words. A verdict: draft ⇄ submitted → approved, shown until a newer version.

Each step locks the claim, refuses with the sentences of its obstacles and writes down who took it.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from lopburi_pr.photographs import Reencoded
from lopburi_pr.thai_calendar import BANGKOK
from lopburi_pr.thai_text import normalise
from news.models import Claim, Evidence, Picture, Verdict
from news.pictures import keep
from news.rumours import is_same
from office import audit

ANSWER_HOURS = 16  # working hours: two days
OPENS, CLOSES = (8, 30), (16, 30)
WORKING_DAYS = 5  # from Monday
MOST_COMPARED = 500  # claims that wait
COPIED_FIELDS = ("label", "claim_text", "short_answer", "explanation", "picture_alt")
State = Verdict.State


def due(received_at: datetime) -> datetime:
    """The moment by which a claim received then is to be answered: ``ANSWER_HOURS`` later, counted
    Monday to Friday from 08:30 to 16:30 in Bangkok. Public holidays are not known here.
    """
    moment, left = timezone.localtime(received_at, BANGKOK), timedelta(hours=ANSWER_HOURS)
    while True:
        opens, closes = (
            moment.replace(hour=hour, minute=minute, second=0, microsecond=0)
            for hour, minute in (OPENS, CLOSES)
        )
        begins = max(moment, opens)
        if moment.weekday() < WORKING_DAYS and begins < closes:
            if left <= closes - begins:
                return begins + left
            left -= closes - begins
        moment = moment.replace(hour=0, minute=0) + timedelta(days=1)


# Why not


def obstacles(verdict: Verdict) -> list[str]:
    """Sentences that say why this verdict can't be submitted or shown; empty when it can."""
    if not verdict.is_open:
        return [_("This verdict is already approved. Write a new version.")]
    found = [
        sentence
        for text, sentence in (
            (verdict.label, _("Choose a verdict.")),
            (verdict.claim_text, _("Say in one sentence what is said.")),
            (verdict.short_answer, _("Write the short answer.")),
        )
        if not text.strip()
    ]
    if not verdict.evidence.exists():
        found.append(_("Add at least one piece of evidence: who says so, and on which day."))
    if verdict.version > 1 and not verdict.change_note.strip():
        found.append(_("Tell readers why the verdict changed."))
    return found


def approval_obstacles(verdict: Verdict, *, by) -> list[str]:
    """Why this person can't approve this verdict; empty when they can."""
    found = obstacles(verdict)
    if verdict.is_open and (by.pk in verdict.writers if by else verdict.writers):
        found.append(_("Nobody approves their own text."))
    return found


# A claim


@transaction.atomic
def report(text: str, *, link: str = "", picture: Reencoded | None = None) -> Claim:
    """Take in what somebody passes on; the claim that stands for it: one that waits with the same
    words and numbers, counted once more, or a new one. Who reports it is not asked.
    """
    text = normalise(text).strip()
    if picture is None:
        for waiting in Claim.objects.waiting()[:MOST_COMPARED]:
            if is_same((text, link), (waiting.text, waiting.link)):
                Claim.objects.filter(pk=waiting.pk).update(reports=F("reports") + 1)
                waiting.refresh_from_db()
                return waiting
    now = timezone.now()
    claim = Claim.objects.create(
        text=text, link=link, picture=_kept(picture), received_at=now, due_at=due(now)
    )
    _record(claim, "report", None, "")
    return claim


def _kept(picture: Reencoded | None) -> Picture | None:
    if picture is None:
        return None
    # Staff read these two where pictures are chosen, in the office's language.
    return keep(picture, title="ภาพที่ส่งมาตรวจสอบ", credit="ประชาชนส่งมา ห้ามใช้ในข่าว")


@transaction.atomic
def take(claim: Claim, *, by) -> None:
    """Begin to check a claim. Raises ValidationError when it is answered or joined to another."""
    before = _fresh(claim)
    _refuse(
        before in (Claim.State.ANSWERED, Claim.State.JOINED) and _("It is answered already."),
        before == Claim.State.CHECKING and _("Somebody checks it already."),
    )
    claim.state, claim.taken_by, claim.decline_reason = Claim.State.CHECKING, by, ""
    claim.save(update_fields=["state", "taken_by", "decline_reason"])
    _record(claim, "take", by, before)


@transaction.atomic
def decline(claim: Claim, *, by, reason: str) -> None:
    """Say that the office does not check a claim, and why: whoever has its number reads it.

    Raises ValidationError without a reason, or when it does not wait.
    """
    before = _fresh(claim)
    _refuse(
        not claim.is_waiting and _("It does not wait any more."),
        claim.verdicts.exists() and _("There is a verdict about it already."),
        not reason.strip() and _("Say why it is not checked."),
    )
    claim.state, claim.decline_reason = Claim.State.DECLINED, normalise(reason).strip()
    claim.save(update_fields=["state", "decline_reason"])
    _record(claim, "decline", by, before, claim.decline_reason)


@transaction.atomic
def join(claim: Claim, to: Claim, *, by) -> None:
    """Note that a claim is another one in other words: its number leads there, and its words will
    find the verdict. Raises ValidationError when that makes no sense.
    """
    before = _fresh(claim)
    to.refresh_from_db()
    _refuse(
        not claim.is_waiting and _("It does not wait any more."),
        (claim.pk == to.pk or to.state in (Claim.State.JOINED, Claim.State.DECLINED))
        and _("Choose another claim, one that is checked or answered."),
        claim.verdicts.exists() and _("There is a verdict about it already."),
    )
    claim.state, claim.same_as = Claim.State.JOINED, to
    claim.save(update_fields=["state", "same_as"])
    claim.others.update(same_as=to)
    Claim.objects.filter(pk=to.pk).update(reports=F("reports") + claim.reports)
    _record(claim, "join", by, before, str(to))


# A verdict


@transaction.atomic
def answer(claim: Claim, *, by) -> Verdict:
    """The claim's open verdict; if it has none, a draft, made from the latest with its evidence.

    Raises ValidationError when the claim is declined or joined to another.
    """
    before = _fresh(claim)
    _refuse(
        before in (Claim.State.DECLINED, Claim.State.JOINED)
        and _("It is not checked. Take it on first.")
    )
    if found := claim.verdicts.open().first():
        return found
    latest = claim.verdicts.order_by("-version").first()
    draft = Verdict.objects.create(
        claim=claim,
        version=latest.version + 1 if latest else 1,
        **{name: getattr(latest, name) for name in COPIED_FIELDS if latest},
    )
    if latest:
        copied = ("title", "said_by", "said_on", "url")
        for row in latest.evidence.values(*copied):
            Evidence.objects.create(verdict=draft, **row)
    elif before == Claim.State.RECEIVED:
        claim.state, claim.taken_by = Claim.State.CHECKING, by
        claim.save(update_fields=["state", "taken_by"])
    _record(claim, "begin", by, before)
    return draft


def written(verdict: Verdict, *, by) -> None:
    """Take note, before it is saved, that this person wrote on it and that it is another text now.

    Raises ValidationError when it can't be written any more.
    """
    if not verdict.can_be_written:
        raise ValidationError(_("It was submitted or approved meanwhile."))
    if by and by.pk not in verdict.writers:
        verdict.writers = [*verdict.writers, by.pk]
    verdict.lock_version += 1


@transaction.atomic
def submit(verdict: Verdict, *, by) -> None:
    """Ask for an approval. Raises ValidationError with the obstacles."""
    before = _fresh_verdict(verdict)
    _refuse(*obstacles(verdict), not verdict.can_be_written and _("It is submitted already."))
    verdict.state, verdict.return_reason = State.SUBMITTED, ""
    verdict.submitted_by, verdict.submitted_at = by, timezone.now()
    verdict.save()
    _record(verdict, "submit", by, before)


@transaction.atomic
def send_back(verdict: Verdict, *, by, reason: str) -> None:
    """Return a submitted verdict to its writers. Raises ValidationError without a reason."""
    before = _fresh_verdict(verdict)
    _refuse(
        verdict.state != State.SUBMITTED and _("Only what is submitted can be returned."),
        not reason.strip() and _("Say what should be changed."),
    )
    verdict.state, verdict.return_reason = State.RETURNED, normalise(reason).strip()
    verdict.save()
    _record(verdict, "send back", by, before, verdict.return_reason)


@transaction.atomic
def take_back(verdict: Verdict, *, by) -> None:
    """What was submitted as a draft again. Raises ValidationError when it is not submitted."""
    before = _fresh_verdict(verdict)
    _refuse(verdict.state != State.SUBMITTED and _("It is not submitted yet."))
    verdict.state = State.DRAFT
    verdict.save()
    _record(verdict, "take back", by, before)


@transaction.atomic
def approve(verdict: Verdict, *, by, at: datetime | None = None, seen: int | None = None) -> None:
    """Show a submitted verdict from now on (sample data: from ``at``) instead of the earlier one.

    ``seen`` is the ``lock_version`` that the person read. Raises ValidationError with the
    obstacles, or when the text is another one by now.
    """
    before = _fresh_verdict(verdict)
    at = at or timezone.now()
    _refuse(
        *approval_obstacles(verdict, by=by),
        verdict.is_open and verdict.state != State.SUBMITTED and _("It is not submitted yet."),
        seen not in (None, verdict.lock_version)
        and _("The text was changed after you opened it. Read it again."),
    )
    claim = verdict.claim
    claim.verdicts.filter(shown_from__isnull=False, shown_until=None).update(shown_until=at)
    verdict.state, verdict.approved_by, verdict.shown_from = State.APPROVED, by, at
    verdict.save()
    claim.state = Claim.State.ANSWERED
    claim.save(update_fields=["state"])
    _record(verdict, "approve", by, before)


# Together


def _refuse(*sentences: str | bool) -> None:
    if found := [said for said in sentences if said]:
        raise ValidationError(found)


def _fresh(claim):
    """Read the claim anew, ours until the transaction ends; the state in which it was."""
    claim.refresh_from_db(from_queryset=Claim.objects.select_for_update())
    return claim.state


def _fresh_verdict(verdict):
    claim = Claim.objects.select_for_update().get(pk=verdict.claim_id)
    # Somebody else may have changed or approved it since it was read.
    verdict.refresh_from_db()
    verdict.claim = claim
    return verdict.state


def _record(thing, verb, by, before, note=""):
    audit.record(thing, verb, by=by, before=before, after=thing.state, note=note)
