"""What else happens under the number of a request: a loan, news to be written, help with a survey.

A loan goes its own way at the equipment desk; the others are settled here, with an address that the
requester sees.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consulting.models import AdvisoryRequest, Service
from lopburi_pr.thai_text import normalise
from network import lending
from office import audit

Kind, State = Service.Kind, Service.State
OVER = (AdvisoryRequest.State.ANSWERED, AdvisoryRequest.State.CLOSED)


def obstacles(service: Service) -> list[str]:
    """Sentences that say why a service can't be settled here; empty when it can."""
    if service.kind == Kind.LOAN:
        return [_("The equipment desk goes on with a loan.")]
    return [_("It is done or called off already.")] if service.state != State.OPEN else []


@transaction.atomic
def borrow(
    request: AdvisoryRequest, *, first: date, last: date, purpose: str, place: str, by, **wanted
) -> Service:
    """Ask the equipment desk for things in the requester's name; ``wanted`` are the things and
    other wishes. Raises ValidationError with what the desk needs.
    """
    _begin(request)
    if not request.phone:
        raise ValidationError(_("The equipment desk needs a telephone number of the requester."))
    loan, _token = lending.ask(
        first=first,
        last=last,
        wanted=wanted.get("wanted", ()),
        wishes=wanted.get("wishes", ""),
        purpose=purpose,
        place=place,
        agency=request.requester,
        contact=request.contact,
        phone=request.phone,
        email=request.email,
        letter_number=request.letter_number,
        is_sample=request.is_sample,
    )
    return _order(Service(request=request, kind=Kind.LOAN, loan=loan), loan.reference, by)


@transaction.atomic
def order(request: AdvisoryRequest, *, kind: str, brief: str, by) -> Service:
    """Let news be written or a survey be helped with. Raises ValidationError without a brief."""
    _begin(request)
    brief = normalise(brief).strip()
    if not brief:
        raise ValidationError(_("Write what is to be done."))
    return _order(Service(request=request, kind=kind, brief=brief), "", by)


@transaction.atomic
def settle(service: Service, *, url: str = "", by) -> None:
    """It is done; whoever asked sees ``url``. Raises ValidationError with the obstacles."""
    service.url = url
    _end(service, State.DONE, "deliver", by)


@transaction.atomic
def call_off(service: Service, *, by) -> None:
    """It is not done any more. Raises ValidationError with the obstacles."""
    _end(service, State.CANCELLED, "call off", by)


def _begin(request):
    request.refresh_from_db(from_queryset=AdvisoryRequest.objects.select_for_update())
    if not request.is_open and request.state not in OVER:
        raise ValidationError(_("Nothing is ordered under a request that went no further."))


def _order(service, told, by):
    service.ordered_by = by
    service.full_clean(exclude=["loan", "ordered_by"])
    service.save()
    request = service.request
    note = ": ".join(filter(None, [service.get_kind_display(), told or service.brief]))
    audit.record(request, "order", by=by, before=request.state, after=request.state, note=note)
    return service


def _end(service, state, verb, by):
    url = service.url
    service.refresh_from_db(from_queryset=Service.objects.select_for_update())
    if sentences := obstacles(service):
        raise ValidationError(sentences)
    service.url, service.state = url, state
    service.settled_at, service.settled_by = timezone.now(), by
    service.full_clean(exclude=["loan", "ordered_by", "settled_by"])
    service.save()
    request = service.request
    audit.record(request, verb, by=by, before=request.state, after=request.state, note=str(service))
