"""Equipment for agencies to borrow: what there is, when it is free, a request, its own page."""

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from lopburi_pr.http import public, secret
from lopburi_pr.private_files import send
from lopburi_pr.visitors import limited
from network import availability, lending
from network.equipment_forms import LoanForm
from network.lending import TERMS_OUT
from network.models import Asset
from network.models.equipment import DAY

HOUR = 3600
REQUESTS_AN_HOUR = 30  # of one address; a whole village may share one
PHOTO_MAX_AGE = 3600

may_send = require_http_methods(["GET", "HEAD", "POST"])


def _month(request):
    first = availability.month_asked(request.GET.get("month", ""))
    if first is None:
        raise Http404
    return first


def _calendar(assets, first):
    """Taken days of the month and of today."""
    today = timezone.localdate()
    last = availability.later(first, 1) - DAY
    busy = availability.busy_days(assets, first, last)
    now = busy if first <= today <= last else availability.busy_days(assets, today, today)
    return busy, {pk for pk, days in now.items() if today in days}


@require_safe
@public
def equipment(request):
    """Everything that can be borrowed, and on which days of a month each thing is not free."""
    first = _month(request)
    assets = list(Asset.objects.listed().prefetch_related("parts"))
    busy, taken_now = _calendar(assets, first)
    in_order = set(Asset.objects.listed().in_order().values_list("pk", flat=True))
    rows = [
        {
            "asset": asset,
            "parts": [part for part in asset.parts.all() if part.retired_on is None],
            "is_free_now": asset.pk not in taken_now,
            "is_fit": asset.pk in in_order,
            "stretches": availability.stretches(busy[asset.pk]),
        }
        for asset in assets
    ]
    context = {"rows": rows, "month": first, **availability.turning(first)}
    return render(request, "network/equipment.html", context)


@require_safe
@public
def asset(request, pk):
    """One thing with its calendar of a month; who has it is not told."""
    first = _month(request)
    shown = get_object_or_404(Asset.objects.listed(), pk=pk)
    busy, taken_now = _calendar([shown], first)
    context = {
        "asset": shown,
        "parts": shown.parts.owned(),
        "is_free_now": shown.pk not in taken_now,
        "is_fit": Asset.objects.in_order().filter(pk=pk).exists(),
        "ask_url": f"{reverse('network:request-loan')}?{urlencode({'asset': pk})}",
        "today": timezone.localdate(),
        "month": first,
        "weeks": availability.weeks(first, busy[shown.pk]),
        "stretches": availability.stretches(busy[shown.pk]),
        **availability.turning(first),
    }
    return render(request, "network/asset.html", context)


@require_safe
def asset_photo(request, pk):
    """The photograph: for everybody while the thing is in the list, else for staff."""
    found = get_object_or_404(Asset.objects.exclude(photo=""), pk=pk)
    is_public = found.is_lent and found.retired_on is None
    if not is_public and not request.user.has_perm("network.view_asset"):
        raise Http404
    max_age = PHOTO_MAX_AGE if is_public else None
    return send(request, found.photo, content_type="image/jpeg", max_age=max_age)


@may_send
@limited(REQUESTS_AN_HOUR, HOUR)
def request_loan(request):
    """Ask to borrow, on one page and without an account; then the loan's own page."""
    typed = request.POST if request.method == "POST" else None
    form = LoanForm(typed, initial={"wanted": request.GET.getlist("asset")})
    if form.is_valid():
        _loan, token = form.save()
        return redirect(f"{reverse('network:loan', args=[token])}?{urlencode({'new': 1})}")
    status = 400 if form.is_bound else 200
    return render(request, "network/request.html", {"form": form}, status=status)


def _loan(token):
    found = lending.find(token)
    if found is None:
        raise Http404
    return found


# The secret in the address is the proof, so a forged request can't be sent by who doesn't have it.
@csrf_exempt
@may_send
@limited(REQUESTS_AN_HOUR, HOUR)
@secret
def loan(request, token):
    """How far a loan is, for whoever has its secret; they may cancel it."""
    shown = _loan(token)
    refusal = ""
    if request.method == "POST":
        try:
            lending.cancel(shown, by=None)
            return redirect(request.path)
        except ValidationError as refused:
            refusal = " ".join(refused.messages)
            shown = _loan(token)
    context = {
        "loan": shown,
        "wanted": shown.wanted.all(),
        "assets": [hold.asset for hold in shown.holds.select_related("asset")],
        "can_cancel": lending.can_cancel(shown),
        "is_new": "new" in request.GET,
        "refusal": refusal,
        "form_url": reverse("network:loan-form", args=[token]),
    }
    return render(request, "network/loan.html", context, status=409 if refusal else 200)


@require_safe
@secret
def loan_form(request, token):
    """The same as a sheet of paper to be signed."""
    shown = _loan(token)
    held = [hold.asset for hold in shown.holds.live().select_related("asset")]
    context = {
        "loan": shown,
        "assets": held or list(shown.wanted.all()),
        "terms": TERMS_OUT,
        "back_url": reverse("network:loan", args=[token]),
    }
    return render(request, "network/loan_form.html", context)
