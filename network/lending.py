"""Steps of lending: ask, approve, refuse, cancel, hand out, take back, close; repair, own use.

Booking comes first: approving writes holds for whole days, which the database keeps from
overlapping. Whether a thing is free, out or overdue is read from them and stored nowhere.
"""

from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lopburi_pr.photographs import Reencoded
from lopburi_pr.templatetags.thai import day
from lopburi_pr.thai_calendar import be_year
from lopburi_pr.thai_text import normalise
from network import reminders, tokens
from network.models import Asset, Handover, Hold, Loan, Organization
from network.models.equipment import span
from network.models.loans import file_name
from office import audit
from office.numbering import next_number

NUMBER_SERIES = "loan"
# What can be found when a thing comes back: it is here, here but damaged, lost, or comes later.
FINE, DAMAGED, MISSING, LATER = "fine", "damaged", "missing", "later"
CONDITIONS = {
    FINE: Asset.Condition.USABLE,
    DAMAGED: Asset.Condition.DAMAGED,
    MISSING: Asset.Condition.MISSING,
}
TERMS_OUT = gettext_lazy(
    "I have received the things ticked above in the condition written here. I look after them, use "
    "them for the purpose of the request only, lend them to nobody else, bring them back by the "
    "last day, and make good what is lost or broken through my fault."
)
TERMS_IN = gettext_lazy("The things above came back in the condition written here.")
State = Loan.State


@dataclass
class Checked:
    """What was seen of one thing at a handover."""

    hold: Hold
    is_there: bool = True  # out: it is handed over; in: see ``finding``
    finding: str = FINE
    note: str = ""
    accessories: list[tuple[str, bool]] = field(default_factory=list)

    def as_json(self):
        asset = self.hold.asset
        return {
            "asset": asset.pk,
            "number": asset.number,
            "name": asset.name_th,
            "finding": self.finding,
            "note": self.note,
            "accessories": [list(pair) for pair in self.accessories],
        }


@dataclass
class Signed:
    """Who signed a handover, under which words, with what beside it."""

    name: str
    terms: str
    note: str = ""
    signature: Reencoded | None = None
    photos: list[Reencoded] = field(default_factory=list)


# What is free


def together(assets) -> list[Asset]:
    """The same with all parts of the kits among them, each once, in the order of their keys."""
    keys = [asset.pk for asset in assets]
    meant = Q(pk__in=keys) | Q(kit__in=keys, retired_on=None)
    return list(Asset.objects.filter(meant).order_by("pk"))


def in_the_way(assets, period, *, but: Loan | None = None) -> dict[int, Hold]:
    """By key of the asset: the first hold for which it can't be had in that period."""
    holds = Hold.objects.against(period).filter(asset__in=[asset.pk for asset in assets])
    holds = holds.select_related("asset", "loan__organization").order_by("-period")
    return {hold.asset_id: hold for hold in holds if but is None or hold.loan_id != but.pk}


def obstacles(assets, period, *, but: Loan | None = None) -> list[str]:
    """Sentences for staff that say why these, with their parts, can't be had; empty when they can.

    ``but`` is the loan whose own holds don't count.
    """
    things = together(assets)
    return _obstacles(things, in_the_way(things, period, but=but))


def _obstacles(things, taken):
    found = []
    for asset in things:
        if asset.retired_on:
            found.append(_("%(asset)s was disposed of.") % {"asset": asset})
        elif asset.condition != Asset.Condition.USABLE:
            told = {"asset": asset, "condition": asset.get_condition_display().lower()}
            found.append(_("%(asset)s can't be lent: %(condition)s.") % told)
        elif hold := taken.get(asset.pk):
            found.append(_taken(hold))
    return found


@dataclass
class Choice:
    """One thing that may be lent, whether the borrower asked for it, and why it can't be had."""

    asset: Asset
    is_wanted: bool
    obstacles: list[str]


def choices(loan: Loan) -> list[Choice]:
    """What staff choose from for a request: what is wanted first, then what is free."""
    wanted = set(loan.wanted.values_list("pk", flat=True))
    owned = list(Asset.objects.owned())
    taken = in_the_way(owned, loan.period, but=loan)
    found = []
    for asset in owned:
        things = [asset, *(part for part in owned if part.kit_id == asset.pk)]
        found.append(Choice(asset, asset.pk in wanted, _obstacles(things, taken)))
    return sorted(found, key=lambda choice: (not choice.is_wanted, bool(choice.obstacles)))


def _taken(hold):
    told = {"asset": hold.asset, "who": hold.holder, "day": day(hold.last_day)}
    if hold.state == Hold.State.OUT and hold.period.upper <= timezone.now():
        return _("%(asset)s is not back yet: %(who)s had it until %(day)s.") % told
    return _("%(asset)s is not free: %(who)s has it until %(day)s.") % told


# A request


@transaction.atomic
def ask(*, first: date, last: date, wanted=(), is_sample=False, **given) -> tuple[Loan, str]:
    """Write down what somebody wants to borrow; the loan and the secret of its page.

    The secret is told once and only its hash is kept. An agency that the directory knows by this
    very name is linked to it.
    """
    given = {name: normalise(text).strip() for name, text in given.items()}
    year = be_year(timezone.now())
    token = tokens.new()
    loan = Loan(
        year=year,
        number=next_number(NUMBER_SERIES, year),
        token_hash=tokens.hashed(token),
        organization=Organization.objects.known_as(given["agency"]).first(),
        period=span(first, last),
        language=get_language() or "th",
        is_sample=is_sample,
        **given,
    )
    loan.full_clean()
    loan.save()
    loan.wanted.set(wanted)
    audit.record(loan, "ask to borrow", by=None, after=loan.state)
    return loan, token


def find(token: str) -> Loan | None:
    """The loan whose secret this is."""
    return (
        Loan.objects.select_related("organization").filter(token_hash=tokens.hashed(token)).first()
    )


def approval_obstacles(loan: Loan, assets) -> list[str]:
    """Why these things can't be promised to this borrower; empty when they can."""
    found = []
    if loan.state != State.REQUESTED:
        return [_("This request is answered already.")]
    if loan.period.upper <= timezone.now():
        found.append(_("The days that were asked for are over."))
    if not assets:
        found.append(_("Choose what is lent."))
    return found + obstacles(assets, loan.period)


@transaction.atomic
def approve(loan: Loan, assets, *, by) -> None:
    """Promise these things, with the parts of kits, for the days of the request.

    Whoever comes second for the same thing gets the sentence that says who was first: assets are
    locked in the order of their keys, and behind that stands the constraint of the table. Raises
    ValidationError with the obstacles.
    """
    before = _fresh(loan)
    things = _locked(together(assets))
    _refuse(*approval_obstacles(loan, things))
    _hold(things, loan.period, Hold.Kind.LOAN, by=by, loan=loan)
    _settle(loan, State.APPROVED, by)
    loan.save()
    names = ", ".join(str(asset) for asset in things)
    audit.record(loan, "approve", by=by, before=before, after=loan.state, note=names)


@transaction.atomic
def refuse(loan: Loan, *, by, reason: str) -> None:
    """Say that it is not lent, and why: the borrower reads it. Raises ValidationError."""
    before = _fresh(loan)
    _refuse(
        loan.state != State.REQUESTED and _("This request is answered already."),
        not reason.strip() and _("Say why it is refused."),
    )
    _settle(loan, State.REFUSED, by)
    loan.reason = normalise(reason).strip()
    loan.save()
    audit.record(loan, "refuse", by=by, before=before, after=loan.state, note=loan.reason)


@transaction.atomic
def cancel(loan: Loan, *, by, reason: str = "") -> None:
    """Give back what is reserved, or the request; ``by`` is None when the borrower does it.

    Raises ValidationError when it is handed out or over already.
    """
    before = _fresh(loan)
    _refuse(not can_cancel(loan) and _("It can't be cancelled any more. Please call the office."))
    loan.state, loan.reason = State.CANCELLED, normalise(reason).strip()
    loan.save()
    loan.holds.update(state=Hold.State.CANCELLED)
    audit.record(loan, "cancel", by=by, before=before, after=loan.state, note=loan.reason)


def can_cancel(loan: Loan) -> bool:
    return loan.state in {State.REQUESTED, State.APPROVED}


# Custody


def hand_out_obstacles(loan: Loan) -> list[str]:
    """Why what was promised can't leave today; empty when it can."""
    if loan.state != State.APPROVED:
        return [_("Only what is approved can be handed out.")]
    if loan.period.upper <= timezone.now():
        return [_("The days that were asked for are over.")]
    assets = [hold.asset for hold in loan.holds.live().select_related("asset")]
    return obstacles(assets, _from_today(loan), but=loan)


def _from_today(loan):
    """The days of the loan, and those before them if it leaves earlier."""
    return span(min(loan.first_day, timezone.localdate()), loan.last_day)


@transaction.atomic
def hand_out(loan: Loan, checked: list[Checked], signed: Signed, *, by) -> Handover:
    """Give the borrower what was promised; what is not there to be given is free again.

    Raises ValidationError with the obstacles.
    """
    before = _fresh(loan)
    _locked(hold.asset for hold in loan.holds.live().select_related("asset"))
    given = [seen for seen in checked if seen.is_there]
    _refuse(*hand_out_obstacles(loan), not given and _("Tick what is handed over."))
    leaving = [seen.hold.pk for seen in given]
    period, holds = _from_today(loan), loan.holds.live()
    holds.exclude(pk__in=leaving).update(state=Hold.State.CANCELLED)
    holds.filter(pk__in=leaving).update(state=Hold.State.OUT, period=period)
    loan.state = State.OUT
    loan.save(update_fields=["state"])
    handover = _sign(loan, Handover.Direction.OUT, given, signed, by)
    reminders.plan(loan)
    audit.record(loan, "hand out", by=by, before=before, after=loan.state, note=signed.note)
    return handover


@transaction.atomic
def take_back(loan: Loan, checked: list[Checked], signed: Signed, *, by) -> Handover:
    """Take back what comes, note in which condition, and leave out what comes later.

    When nothing is out any more the loan is returned and no reminder follows. Raises
    ValidationError when it is not out, or nothing came.
    """
    before = _fresh(loan)
    came = [seen for seen in checked if seen.finding != LATER]
    _refuse(
        loan.state != State.OUT and _("It is not handed out."),
        loan.state == State.OUT and not came and _("Say what came back."),
    )
    loan.holds.out().filter(pk__in=[seen.hold.pk for seen in came]).update(state=Hold.State.OVER)
    for seen in came:
        judge(seen.hold.asset, CONDITIONS[seen.finding])
    if not loan.holds.out().exists():
        loan.state = State.RETURNED
        loan.save(update_fields=["state"])
        reminders.drop(loan)
    handover = _sign(loan, Handover.Direction.IN, came, signed, by)
    audit.record(loan, "take in", by=by, before=before, after=loan.state, note=signed.note)
    return handover


@transaction.atomic
def close(loan: Loan, *, by, outcome: str = "") -> None:
    """Everything is settled; ``outcome`` says what the thing was used for and what came of it.

    Raises ValidationError when it is not returned.
    """
    before = _fresh(loan)
    _refuse(loan.state != State.RETURNED and _("It is not returned yet."))
    loan.state, loan.outcome = State.CLOSED, normalise(outcome).strip()
    loan.save(update_fields=["state", "outcome"])
    audit.record(loan, "close", by=by, before=before, after=loan.state, note=loan.outcome)


# The office's own days


@transaction.atomic
def reserve(asset: Asset, *, by, first: date, last: date, note: str) -> None:
    """Keep a thing, with its parts, for the office's own work. Raises ValidationError."""
    things = _locked(together([asset]))
    _check_days(first, last)
    period = span(first, last)
    _refuse(not note.strip() and _("Say what for."), *obstacles(things, period))
    _hold(things, period, Hold.Kind.OWN_USE, by=by, note=note)
    audit.record(asset, "reserve", by=by, note=note)


@transaction.atomic
def release(hold: Hold, *, by) -> None:
    """Give up the office's own days. Raises ValidationError for any other hold."""
    hold.refresh_from_db(from_queryset=Hold.objects.select_for_update())
    _refuse(
        (hold.kind != Hold.Kind.OWN_USE or hold.state not in Hold.LIVE)
        and _("Only reservations of the office can be given up here.")
    )
    hold.state = Hold.State.CANCELLED
    hold.save(update_fields=["state"])
    audit.record(hold.asset, "give up", by=by, note=hold.note)


@transaction.atomic
def send_to_repair(asset: Asset, *, by, until: date, note: str) -> None:
    """Send one thing to a workshop from today until a day. Raises ValidationError, also when
    somebody has it or is promised it before that day.
    """
    _locked([asset])
    _check_days(timezone.localdate(), until)
    period = span(timezone.localdate(), until)
    taken = in_the_way([asset], period)
    _refuse(
        asset.retired_on and _("%(asset)s was disposed of.") % {"asset": asset},
        not note.strip() and _("Say what is broken."),
        *(_taken(hold) for hold in taken.values()),
    )
    state = Hold.State.OUT
    _hold([asset], period, Hold.Kind.MAINTENANCE, by=by, note=note, state=state)
    audit.record(asset, "send to repair", by=by, note=note)


@transaction.atomic
def back_from_repair(asset: Asset, *, by, is_mended: bool = True, note: str = "") -> None:
    """Take a thing back from the workshop, mended or not. Raises ValidationError when it is not
    there.
    """
    _locked([asset])
    out = asset.holds.out().filter(kind=Hold.Kind.MAINTENANCE)
    _refuse(not out.exists() and _("It is not being repaired."))
    out.update(state=Hold.State.OVER)
    judge(asset, Asset.Condition.USABLE if is_mended else Asset.Condition.DAMAGED)
    audit.record(asset, "back from repair", by=by, after=asset.condition, note=note)


# Together


def _check_days(first, last):
    _refuse(last < first and _("The last day must not come before the first."))


def _hold(assets, period, kind, *, by, **facts):
    try:
        with transaction.atomic():
            Hold.objects.bulk_create(
                Hold(asset=asset, period=period, kind=kind, made_by=by, **facts) for asset in assets
            )
    except IntegrityError as refused:
        if "network_hold_one_at_a_time" not in str(refused):
            raise
        # Somebody wrote a hold past these functions; the table says no, we say who.
        sentences = obstacles(assets, period) or [
            _("It is not free: somebody else has it on these days.")
        ]
        raise ValidationError(sentences) from refused


def judge(asset: Asset, condition: str) -> None:
    """Note in which condition a thing was seen."""
    if asset.condition != condition:
        asset.condition = condition
        asset.save(update_fields=["condition", "updated_at"])


def _sign(loan, direction, checked, signed, by):
    handover = Handover(
        loan=loan,
        direction=direction,
        by=by,
        checklist=[seen.as_json() for seen in checked],
        note=normalise(signed.note).strip(),
        terms=signed.terms,
        signed_name=normalise(signed.name).strip(),
        signature=signed.signature or "",
        photos=[],
    )
    handover.full_clean(exclude=["by", "signature"])
    handover.photos = [
        default_storage.save(file_name(handover, photo.name), photo) for photo in signed.photos
    ]
    handover.save()
    return handover


def _refuse(*sentences: str | bool) -> None:
    if found := [said for said in sentences if said]:
        raise ValidationError(found)


def _locked(assets) -> list[Asset]:
    """The same rows read anew, ours until the transaction ends."""
    keys = [asset.pk for asset in assets]
    return list(Asset.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def _fresh(loan):
    """Read the loan anew, ours until the transaction ends; the state in which it was."""
    loan.refresh_from_db(from_queryset=Loan.objects.select_for_update())
    return loan.state


def _settle(loan, state, by):
    loan.state, loan.decided_by, loan.decided_at = state, by, timezone.now()
