"""How django-allauth is told our rules: partners alone, by a code sent to their mailbox or by a
passkey that they added after such a code.
"""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import RequestLoginCodeForm
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm
from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _

from network import accounts
from office.models import OfficeIdentity


class PartnerAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves, and nobody but partners comes in this way."""

    def is_open_for_signup(self, request):
        return False

    def pre_login(self, request, user, **kwargs):
        if not accounts.is_partner(user):
            raise PermissionDenied
        return super().pre_login(request, user, **kwargs)

    def get_from_email(self):
        office = OfficeIdentity.current()
        return f'"{office.name}" <{office.email or super().get_from_email()}>'

    def format_email_subject(self, subject):
        return subject

    def is_reauthentication_required(self, *, app=""):
        return False  # network.account_views asks for a fresh sign-in, by whichever way

    def add_message(self, *args, **kwargs):
        """Our pages say what happened; messages would wait until somebody opens the back office."""


class CodeForm(RequestLoginCodeForm):
    """Asks for the address a code is sent to. Whether it is known to us is told nobody."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Your e-mail address")

    def clean_email(self):
        email = super().clean_email()
        if self._user and not accounts.is_partner(self._user):
            self._user = None
        return email


class PasskeyAdapter(DefaultMFAAdapter):
    """Passkeys bear the names of the office and of the person, and replace the code."""

    def is_mfa_enabled(self, user, types=None):
        return False  # nobody who comes by a code is asked for a passkey too

    def get_public_key_credential_rp_entity(self):
        return super().get_public_key_credential_rp_entity() | {
            "name": OfficeIdentity.current().name
        }

    def get_public_key_credential_user_entity(self, user):
        known = super().get_public_key_credential_user_entity(user)
        return known | {"display_name": str(user.person), "name": user.email}


class _Credential(forms.JSONField):
    """What the browser says; a script fills it in, and its words are for machines."""

    widget = forms.HiddenInput

    def clean(self, value):
        try:
            found = super().clean(value)
        except ValidationError:
            found = None
        if not isinstance(found, dict) or not isinstance(found.get("response"), dict):
            raise ValidationError(_("The passkey didn't work. Please try again."))
        return found


class PasskeyForm(AddWebAuthnForm):
    """A new passkey and the name by which its owner knows it."""

    passwordless = None  # every passkey is
    name = forms.CharField(
        label=_("Name of this passkey"),
        max_length=60,
        help_text=_("For example “my phone” or “office computer”."),
    )
    credential = _Credential()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = self.initial["name"] = ""

    def clean(self):
        return _told_plainly(super().clean)


class PasskeyLoginForm(LoginWebAuthnForm):
    credential = _Credential()

    def clean_credential(self):
        return _told_plainly(super().clean_credential)


def _told_plainly(check):
    """What a check gives; whatever was wrong with the credential is one sentence for people."""
    try:
        return check()
    except (ValueError, TypeError, KeyError, AttributeError, ValidationError) as refused:
        raise ValidationError(_("The passkey didn't work. Please try again.")) from refused
