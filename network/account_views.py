"""Signing in and out as a partner; django-allauth does the work, ours are the limits."""

from datetime import timedelta

from allauth.account import views
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lopburi_pr.visitors import limited
from network import accounts
from network.account_forms import CodeForm
from office import audit

FRESH = timedelta(minutes=30)  # so long after signing in passkeys may be added and removed


@limited(20, 3600)
def ask_for_code(request):
    response = views.request_login_code(request)
    response.headers["Cache-Control"] = "no-store"  # as everywhere here; allauth says it longer
    return response


@limited(40, 3600)
def enter_code(request):
    return views.confirm_login_code(request)


def leave(request):
    return views.logout(request)


class PasskeyLogin(LoginWebAuthnView):
    """The page's script asks for a challenge (GET) and sends what the passkey made of it."""

    def form_invalid(self, form):
        context = {"form": CodeForm(), "refused": form.errors["credential"]}
        return render(self.request, "account/request_login_code.html", context, status=400)


@limited(40, 3600)
def enter_by_passkey(request):
    response = PasskeyLogin.as_view()(request)
    response.headers["Cache-Control"] = "no-store"
    return response


class Passkeys(AddWebAuthnView):
    """The passkeys of a partner, and a form that adds one while the sign-in is fresh."""

    template_name = "network/passkeys.html"

    def get_context_data(self, **kwargs):
        # One that the device itself finds: who signs in types no name.
        context = super().get_context_data(**kwargs)
        options = context["js_data"]["creation_options"]["publicKey"]
        choice = {"residentKey": "required", "requireResidentKey": True}
        choice = {**options["authenticatorSelection"], **choice}
        return context | {
            "creation_options": {"publicKey": {**options, "authenticatorSelection": choice}},
            "passkeys": [(key, key.wrap().name) for key in _passkeys(self.request)],
            "is_fresh": is_fresh(self.request),
        }

    def form_valid(self, form):
        super().form_valid(form)
        audit.record(self.request.user.person, "add passkey", by=self.request.user)
        return redirect("mfa_index")

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=400)

    def get_success_url(self):
        return reverse("mfa_index")


@login_required(login_url="account_login")
@limited(20, 3600)
def passkeys(request):
    if not accounts.is_partner(request.user):
        raise PermissionDenied
    if request.method == "POST" and not is_fresh(request):
        return redirect("mfa_index")  # which says what to do
    return Passkeys.as_view()(request)


@require_POST
@login_required(login_url="account_login")
def remove_passkey(request, pk):
    """Let a passkey open nothing any more."""
    if not accounts.is_partner(request.user):
        raise PermissionDenied
    passkey = get_object_or_404(_passkeys(request), pk=pk)
    if is_fresh(request):
        passkey.delete()
        audit.record(request.user.person, "remove passkey", by=request.user)
    return redirect("mfa_index")


def is_fresh(request) -> bool:
    """Whether they signed in so lately that nobody else sits at their screen."""
    return timezone.now() - request.user.last_login < FRESH


def _passkeys(request):
    mine = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN)
    return mine.order_by("pk")
