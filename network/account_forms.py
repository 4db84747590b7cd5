"""How django-allauth is told our rules: partners alone, by a code sent to their mailbox."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import RequestLoginCodeForm
from django.core.exceptions import PermissionDenied
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
