"""Sample equipment with a loan out now, one overdue, one to hand out today and one to answer.

Days in ``network/sample/equipment.json`` are counted from the day on which it is loaded.
"""

import json
from datetime import timedelta
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from network import lending
from network.lending import TERMS_OUT, Checked, Signed
from network.models import Asset, Hold, Loan, StockLine
from network.models.equipment import span

FILE = Path(__file__).parent / "sample" / "equipment.json"


@transaction.atomic
def load(*, officer) -> int:
    """Write the sample things and their loans; how many things: none when they are there."""
    if Asset.objects.filter(is_sample=True).exists():
        return 0
    told = json.loads(FILE.read_text(encoding="utf-8"))
    assets = {}
    for facts in told["assets"]:
        kit = assets.get(facts.pop("kit", None))
        assets[facts["number"]] = Asset.objects.create(
            **facts, kit=kit, custodian=officer, is_sample=True
        )
    with override("th"):
        for facts in told["loans"]:
            _lend(facts, assets, officer)
    return len(assets)


def _lend(facts, assets, officer):
    state, today = facts.pop("state"), timezone.localdate()
    wanted = [assets[number] for number in facts.pop("wanted")]
    first, last = (today + timedelta(days=facts.pop(name)) for name in ("first", "last"))
    blank = {"email": "", "letter_number": "", "wishes": ""}
    # What is overdue was lent when its days were still to come.
    later = last if state != "overdue" else today
    loan, _token = lending.ask(
        first=first, last=later, wanted=wanted, is_sample=True, **(blank | facts)
    )
    if state == "requested":
        return
    lending.approve(loan, wanted, by=officer)
    if state == "approved":
        return
    holds = loan.holds.select_related("asset")
    signed = Signed(name=facts["contact"], terms=str(TERMS_OUT))
    lending.hand_out(loan, [Checked(hold) for hold in holds], signed, by=officer)
    period = span(first, last)
    Loan.objects.filter(pk=loan.pk).update(period=period)
    Hold.objects.filter(loan=loan).update(period=period)
    loan.handovers.update(at=period.lower + timedelta(hours=9))


@transaction.atomic
def clear() -> int:
    """Remove sample things with everything that happened to them; how many things."""
    loans = Loan.objects.filter(is_sample=True)
    borrowed = Loan.objects.filter(holds__asset__is_sample=True)
    for loan in (loans | borrowed).distinct():
        for handover in loan.handovers.all():
            for name in filter(None, [handover.signature.name, *handover.photos]):
                default_storage.delete(name)
        loan.delete()
    samples = Asset.objects.filter(is_sample=True)
    Hold.objects.filter(asset__in=samples).delete()
    StockLine.objects.filter(asset__in=samples).delete()
    Asset.objects.filter(kit__in=samples, is_sample=False).update(kit=None)
    count = samples.count()
    for asset in samples.order_by("kit"):  # parts before their kits: no kit sorts last
        if asset.photo:
            default_storage.delete(asset.photo.name)
        asset.delete()
    return count
