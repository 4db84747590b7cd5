"""Ways by which a partner gets the news: a mailbox, a LINE room, a machine, a sheet of paper."""

import base64
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import Signer
from django.core.validators import EmailValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lopburi_pr.thai_calendar import BANGKOK
from network.models.organizations import Organization
from network.models.people import Person
from office.models import District, Subdistrict

OLD_SECRET_KEPT = timedelta(days=7)  # after a new one: time to change it at the other end
FEED_TOKENS = Signer(salt="network.channel.feed", sep=".")
_email = EmailValidator()


class ChannelQuerySet(models.QuerySet):
    def active(self):
        """Those that may be used: checked, not disabled, and their owner is still there."""
        return self.filter(
            Q(organization__closed_on=None, organization__merged_into=None, person=None)
            | Q(person__left_on=None, organization=None),
            state=Channel.State.ACTIVE,
        )


def _nonce():
    return secrets.token_urlsafe(24)


class Channel(models.Model):
    """One way to one partner, in the form and for the places that this partner can use.

    What a partner's machine must keep secret is not stored: it is made from ``secret``, a random
    name, with the key of this site. A copy of the database signs nothing and opens no feed.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        LINE = "line", "LINE"  # a name
        WEBHOOK = "webhook", _("Webhook")
        FEED = "feed", _("Feed")
        PRINTED = "printed", _("Printed")
        DESK = "desk", _("Own page")  # where corrections of what was used meet its user

    class Format(models.TextChoices):
        FULL = "full", _("Full text")
        SCRIPT = "script", _("Loudspeaker script")
        CAPTION = "caption", _("Caption")
        JSON = "json", _("Data (JSON)")

    class State(models.TextChoices):
        UNVERIFIED = "unverified", _("Not checked yet")
        ACTIVE = "active", _("Active")
        DISABLED = "disabled", _("Disabled")

    FOR_MACHINES = (Kind.WEBHOOK, Kind.FEED)

    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="channels",
        verbose_name=_("organisation"),
    )
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="channels",
        verbose_name=_("person"),
        help_text=_("Either an organisation or a person."),
    )
    kind = models.CharField(_("by which way"), max_length=10, choices=Kind)
    address = models.CharField(
        _("address of the channel"),
        max_length=500,
        blank=True,
        help_text=_(
            "Mailbox, LINE identifier (begins with U, C or R) or https:// address."
            " Empty for feeds and for what is printed."
        ),
    )
    format = models.CharField(_("in what form"), max_length=10, choices=Format, default=Format.FULL)
    districts = models.ManyToManyField(
        District,
        blank=True,
        related_name="+",
        verbose_name=_("districts"),
        help_text=_("News of these places only. Empty: of the whole province."),
    )
    subdistricts = models.ManyToManyField(
        Subdistrict, blank=True, related_name="+", verbose_name=_("subdistricts")
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(
        _("quiet until"),
        null=True,
        blank=True,
        help_text=_("Nothing but urgent news is sent in these hours, for example 21:00 to 06:00."),
    )
    daily_limit = models.PositiveSmallIntegerField(
        _("at most a day"),
        null=True,
        blank=True,
        help_text=_("More than that waits for the next day. Empty: no limit."),
    )
    line_people = models.PositiveIntegerField(
        _("people in the LINE room"),
        default=1,
        help_text=_("LINE counts a message for each of them."),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.UNVERIFIED, editable=False
    )
    disabled_reason = models.TextField(_("why it is disabled"), blank=True, editable=False)
    failures = models.PositiveSmallIntegerField(_("refusals in a row"), default=0, editable=False)
    secret = models.CharField(max_length=40, unique=True, default=_nonce, editable=False)
    earlier_secret = models.CharField(max_length=40, blank=True, editable=False)
    secret_changed_at = models.DateTimeField(default=timezone.now, editable=False)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["organization__sort_key", "person__sort_key", "pk"]
        constraints = [
            models.CheckConstraint(
                name="network_channel_of_one_owner",
                condition=Q(organization=None, person__isnull=False)
                | Q(organization__isnull=False, person=None),
                violation_error_message=_("Choose either an organisation or a person."),
            ),
            models.CheckConstraint(
                name="network_channel_address_where_needed",
                condition=Q(kind__in=["email", "line", "webhook"]) & ~Q(address="")
                # Which LINE room it is, is known when its code is typed there.
                | Q(kind="line", address="", state="unverified")
                | Q(kind__in=["feed", "printed", "desk"], address="")
                | Q(state="disabled", address=""),  # its owner is forgotten
                violation_error_message=_(
                    "E-mail, LINE and webhooks need an address; feeds, paper and pages have none."
                ),
            ),
            models.CheckConstraint(
                name="network_channel_data_for_machines",
                condition=Q(kind__in=["webhook", "feed"], format="json")
                | Q(
                    kind__in=["email", "line", "printed", "desk"],
                    format__in=["full", "script", "caption"],
                ),
                violation_error_message=_(
                    "Webhooks and feeds carry data (JSON); e-mail, LINE and paper carry text."
                ),
            ),
            models.CheckConstraint(
                name="network_channel_quiet_from_until",
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                violation_error_message=_("Quiet hours need a beginning and an end."),
            ),
            models.CheckConstraint(
                name="network_channel_disabled_with_reason",
                condition=Q(state="disabled") & ~Q(disabled_reason="")
                | Q(state__in=["unverified", "active"], disabled_reason=""),
                violation_error_message=_("Say why it is disabled."),
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(kind="desk"),
                name="network_channel_one_desk_of_organization",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(kind="desk"),
                name="network_channel_one_desk_of_person",
            ),
            models.UniqueConstraint(
                fields=["kind", "address"],
                condition=~Q(address=""),
                name="network_channel_address_once",
                violation_error_message=_("Another channel has this address already."),
            ),
        ]

    def __str__(self):
        return f"{self.owner} · {self.get_kind_display()}"

    def clean(self):
        checks = {self.Kind.EMAIL: _email, self.Kind.WEBHOOK: _machine}
        if check := checks.get(self.kind):
            try:
                check(self.address)
            except ValidationError as refused:
                raise ValidationError({"address": refused}) from None

    @property
    def owner(self):
        return self.organization or self.person

    @property
    def phone(self):
        """Whom to call about it; blank when nobody wrote down a number."""
        return self.owner.phone

    @property
    def line_messages(self):
        """How many messages LINE counts for one push."""
        return self.line_people if self.kind == self.Kind.LINE else 0

    def quiet_end(self, at: datetime) -> datetime | None:
        """When the quiet hours end in which that moment lies; None when it lies in none."""
        if self.quiet_from is None or self.quiet_from == self.quiet_until:
            return None
        local = at.astimezone(BANGKOK)
        hour, is_over_night = local.time(), self.quiet_from > self.quiet_until
        is_evening = hour >= self.quiet_from
        is_morning = hour < self.quiet_until
        if not (is_evening or is_morning if is_over_night else is_evening and is_morning):
            return None
        day = local.date() + timedelta(days=is_over_night and is_evening)
        return datetime.combine(day, self.quiet_until, BANGKOK)

    # Secrets

    def live_nonces(self, at: datetime | None = None) -> list[str]:
        """The names of the secrets that are good at that moment, the newest first."""
        at = at or timezone.now()
        is_kept = self.earlier_secret and at < self.secret_changed_at + OLD_SECRET_KEPT
        return [self.secret, self.earlier_secret] if is_kept else [self.secret]

    def signing_secrets(self, at: datetime | None = None) -> list[str]:
        """What a webhook is signed with, as Standard Webhooks writes them: ``whsec_…``."""
        return [f"whsec_{base64.b64encode(_key(name)).decode()}" for name in self.live_nonces(at)]

    def feed_token(self) -> str:
        """What stands in the address of its feed."""
        return FEED_TOKENS.sign(self.secret)


def _machine(address):
    schemes = ["https", "http"] if settings.WEBHOOKS_MAY_STAY_HERE else ["https"]
    URLValidator(schemes, message=_("Give an address that begins with https://."))(address)


def _key(name):
    return hmac.digest(settings.SECRET_KEY.encode(), f"network.channel.{name}".encode(), "sha256")
