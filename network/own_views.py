"""People's own pages: by a personal link, or signed in as a partner."""

from dataclasses import dataclass
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from lopburi_pr.http import secret
from lopburi_pr.visitors import limited
from network import accounts, leaving, personal_links, proposing
from network.forms import OrganizationForm, OwnForm
from network.models import ChangeProposal, Organization, Person, PersonalLink

Purpose, State = PersonalLink.Purpose, ChangeProposal.State
may_send = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Visitor:
    """Who looks at a page of their own: by a personal link, or signed in as a partner."""

    person: Person
    token: str = ""  # blank for those who signed in

    @property
    def party(self) -> Person | Organization:
        """On whose behalf they act: a volunteer on their own, a partner on the organisation's."""
        return self.person.organization or self.person

    def address(self, name: str, *args) -> str:
        """The path of another page of theirs, of those whose addresses ``own_paths`` made."""
        if self.token:
            return reverse(f"{name}-by-link", args=[self.token, *args])
        return reverse(name, args=args)


def own(view):
    """The view gets ``(request, visitor, …)`` at both addresses that ``own_paths`` makes.

    A link that is over says so; who is not signed in is sent to the sign-in page.
    """

    def by_link(request, token, *args, **kwargs):
        person = personal_links.person_of(token, Purpose.DESK)
        if person is None:
            return render(request, "network/link_over.html", status=410)
        return view(request, Visitor(person, token), *args, **kwargs)

    @csrf_protect
    @login_required(login_url="account_login")
    def signed_in(request, *args, **kwargs):
        return view(request, Visitor(_partner(request)), *args, **kwargs)

    # Many telephones share an address of their network, and the token is the proof.
    by_link = limited(600, 3600)(secret(by_link))

    @csrf_exempt  # the secret in the address is the proof, and those pages need no cookie
    @may_send
    @wraps(view)
    def opened(request, *args, **kwargs):
        return (by_link if "token" in kwargs else signed_in)(request, *args, **kwargs)

    return opened


def personal(view):
    """The view gets the person whom the link in the address stands for, or says it is over."""

    @csrf_exempt  # the secret in the address is the proof, and the pages need no cookie
    @may_send
    @limited(60, 3600)
    @secret
    def opened(request, token):
        person = personal_links.person_of(token, Purpose.DESK, Purpose.REVIEW)
        if person is None:
            return render(request, "network/link_over.html", status=410)
        return view(request, token, person)

    return opened


@personal
def me(request, token, person):
    """What is kept about a volunteer; one press says that it still holds."""
    if request.method == "POST":
        return _answered(request, person, person)
    return render(request, "network/me.html", _own(request, person, token=token))


@personal
def change_me(request, token, person):
    """Change telephone, e-mail and visibility at once; propose the rest."""
    back = reverse("network:me", args=[token])
    return _change(request, OwnForm(request.POST or None, instance=person), back)


@may_send
@login_required(login_url="account_login")
def mine(request):
    """A partner's own page: their organisation, its membership, themselves."""
    person = _partner(request)
    if request.method == "POST":
        return _answered(request, person, person.organization)
    return render(request, "network/me.html", _own(request, person))


@may_send
@login_required(login_url="account_login")
def change_mine(request, what):
    """Change oneself, or propose a change of one's organisation."""
    person, data = _partner(request), request.POST or None
    if what == "me":
        form = OwnForm(data, instance=person)
    else:
        form = OrganizationForm(data, instance=person.organization)
    return _change(request, form, reverse("network:mine"), person)


def _answered(request, person, subject):
    """What one of the buttons on an own page says: the facts hold, or the data are to go."""
    if wish := request.POST.get("forget"):
        leaving.ask(person, wanted=wish == "1")
        return redirect(f"{request.path}#forget")
    proposing.review(subject, by=person.user)
    return redirect(f"{request.path}?reviewed=1")


def _partner(request):
    if not accounts.is_partner(request.user):
        raise PermissionDenied
    return request.user.person


def _own(request, person, token=""):
    """What templates/network/me.html shows; ``token`` is blank for those who signed in."""
    subject = person if token else person.organization
    subjects = [person] if token else [person, subject]
    latest = [each.proposals.first() for each in subjects]
    return {
        "token": token,
        "has_desk": not token or personal_links.person_of(token) is not None,
        "person": person,
        "organization": person.organization,
        "memberships": list(subject.memberships.all()),
        "places": list(subject.subdistricts.select_related("district")),
        "means": [
            label
            for key, label in subject._meta.get_field("means").base_field.choices
            if key in subject.means
        ],
        "waiting": [each for each in latest if each and each.state == State.WAITING],
        "rejected": [each for each in latest if each and each.state == State.REJECTED],
        "review_by": subject.review_by,
        "is_reviewed": request.GET.get("reviewed") == "1",
        "is_changed": request.GET.get("changed") == "1",
        "is_proposed": request.GET.get("changed") == "2",
        "change_url": reverse("network:change-me", args=[token])
        if token
        else reverse("network:change-mine", args=["me"]),
        "passkeys_url": "" if token else reverse("mfa_index"),
        "change_organization_url": ""
        if token
        else reverse("network:change-mine", args=["organization"]),
    }


def _change(request, form, back, person=None):
    if form.is_valid():
        try:
            if isinstance(form, OwnForm):
                proposal = form.change()
            else:
                proposal = form.propose(by_person=person)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            return redirect(f"{back}?changed={2 if proposal else 1}")
    context = {"form": form, "back": back, "is_own": isinstance(form, OwnForm)}
    # By a personal link no cookie is set: the secret in the address is the proof.
    context["is_signed_in"] = person is not None
    status = 400 if form.is_bound else 200
    return render(request, "network/change.html", context, status=status)
