"""Advisory requests: who asks what, how far it is, and every state it went through."""

import re
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consulting.models.topics import QuestionSet, ServiceStandard, Topic
from lopburi_pr.thai_text import to_arabic_digits
from network.models import Loan, Organization
from office.models import District, Province
from office.models.identity import phone_number
from office.people import staff

REFERENCE = re.compile(r"(?:ปช\.?)?\s*(2[4-6]\d\d)\s*/\s*(\d{1,8})")


class AdvisoryRequestQuerySet(models.QuerySet):
    def open(self):
        """The office still has something to do, or waits for somebody."""
        return self.filter(state__in=AdvisoryRequest.OPEN)

    def by_due(self):
        """What is due first before what is due later; what waits for the requester last."""
        return self.order_by(F("due_at").asc(nulls_last=True), "pk")

    def overdue(self, at=None):
        """Open, and the promised moment is past."""
        return self.open().filter(due_at__lt=at or timezone.now())

    def unassigned(self):
        return self.filter(state=AdvisoryRequest.State.RECEIVED)

    def of(self, person):
        """In this officer's hands."""
        return self.filter(assignee=person)

    def in_crisis(self):
        """Those whose clock runs in hours."""
        return self.filter(standard__lane=ServiceStandard.Lane.CRISIS)

    def called(self, reference):
        """The one of the number that is told on the telephone: ปช.2570/0001, 2570/1, ๒๕๗๐/๑."""
        found = REFERENCE.fullmatch(to_arabic_digits(reference).strip())
        return self.filter(year=found[1], number=found[2]) if found else self.none()

    def beside(self, request):
        """Open ones of the same agency or the same mailbox, for those who join doubles."""
        same = Q(agency=request.agency)
        if request.organization_id:
            same |= Q(organization=request.organization_id)
        if request.email:
            same |= Q(email__iexact=request.email)
        return self.open().filter(same).exclude(pk=request.pk).order_by("pk")

    def counted(self):
        """What statistics tell of: neither samples, nor spam, nor what was joined to another."""
        left_out = (AdvisoryRequest.State.SPAM, AdvisoryRequest.State.MERGED)
        return self.exclude(state__in=left_out).exclude(is_sample=True)


class AdvisoryRequest(models.Model):
    """What an agency asks the office's advice on. Never public.

    The requester follows it by a secret address, made from ``link_name`` by ``network.tokens``;
    its hash alone opens the page, and neither number nor ``key`` does.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        ASSIGNED = "assigned", _("Assigned")
        IN_CONSULTATION = "in-consultation", _("In consultation")
        WAITING_REQUESTER = "waiting-requester", _("More information needed")
        WAITING_OTHERS = "waiting-others", _("Waits for somebody else")
        IN_REVIEW = "in-review", _("Answer is being reviewed")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")
        FORWARDED = "forwarded", _("Forwarded")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("request", "Withdrawn")
        MERGED = "merged", _("Joined to another")
        SPAM = "spam", _("Not a request")

    OPEN = (
        State.RECEIVED,
        State.ASSIGNED,
        State.IN_CONSULTATION,
        State.WAITING_REQUESTER,
        State.WAITING_OTHERS,
        State.IN_REVIEW,
    )
    # What the requester reads about each.
    EXPLAINED = {
        State.RECEIVED: _("We have your request and choose who advises you."),
        State.ASSIGNED: _("An officer has it and begins soon."),
        State.IN_CONSULTATION: _("An officer works on it."),
        State.WAITING_REQUESTER: _(
            "We need something from you: see our question below. The time stands still until you"
            " reply."
        ),
        State.WAITING_OTHERS: _(
            "We asked somebody else and wait for their reply. The time goes on meanwhile."
        ),
        State.IN_REVIEW: _("The answer is written and a second person reads it."),
        State.ANSWERED: _(
            "The answer is below. If something is missing, write to us within 7 working days; then"
            " it is closed by itself."
        ),
        State.CLOSED: _("It is closed. You can still write to us here and we take it up again."),
        State.FORWARDED: _("We handed it to the office that answers for it: see below."),
        State.DECLINED: _("We can't do this. Why, and what else helps, stands below."),
        State.WITHDRAWN: _("You took it back. Nothing more is done."),
        State.MERGED: _("It goes on together with another request of yours, under its number."),
        State.SPAM: _("We did not take this for a request. Please call us if it is one."),
    }

    class Channel(models.TextChoices):
        WEB = "web", _("This website")
        PHONE = "phone", _("Telephone")
        LETTER = "letter", _("Official letter")
        WALK_IN = "walk-in", _("At the office")
        LINE = "line", "LINE"

    # Names one sending of the form: whatever is sent twice is kept once.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(_("fiscal year"), editable=False)
    number = models.PositiveIntegerField(_("number"), editable=False)
    link_name = models.CharField(max_length=64, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)

    topic = models.ForeignKey(
        Topic, models.PROTECT, related_name="requests", verbose_name=_("topic of advice")
    )
    question_set = models.ForeignKey(
        QuestionSet, models.PROTECT, null=True, editable=False, related_name="+"
    )
    answers = models.JSONField(_("answers"), default=dict, blank=True, editable=False)
    standard = models.ForeignKey(
        ServiceStandard,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("service standard"),
    )
    subject = models.CharField(_("subject"), max_length=200)
    detail = models.TextField(_("what it is about"), max_length=5000)
    wanted_by = models.DateField(_("wanted by"), null=True, blank=True)

    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="advisory_requests",
        verbose_name=_("organisation in the directory"),
    )
    agency = models.CharField(_("agency or group"), max_length=200)
    agency_kind = models.CharField(
        _("kind of organisation"), max_length=20, choices=Organization.Kind, blank=True
    )
    province = models.ForeignKey(
        Province,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("province"),
        help_text=_("Empty for a province outside the cluster."),
    )
    district = models.ForeignKey(
        District,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("district"),
    )
    contact = models.CharField(_("contact person"), max_length=200)
    position = models.CharField(_("position"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True, validators=[phone_number])
    email = models.EmailField(_("e-mail"), blank=True)
    channel = models.CharField(
        _("came by"), max_length=8, choices=Channel, default=Channel.WEB, editable=False
    )
    letter_number = models.CharField(_("number of the letter"), max_length=60, blank=True)
    letter_on = models.DateField(_("date of the letter"), null=True, blank=True)
    may_publish = models.BooleanField(
        _("the answer may teach others"),
        default=False,
        help_text=_("Without names, and after you have seen it."),
    )
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, editable=False)
    notice = models.TextField(_("what they read about their data"), blank=True, editable=False)

    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.RECEIVED, editable=False
    )
    reason = models.TextField(
        _("reason"), max_length=1000, blank=True, editable=False, help_text=_("They read it.")
    )
    forwarded_to = models.CharField(_("forwarded to"), max_length=200, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="merged",
        verbose_name=_("joined to"),
    )
    assignee = staff(_("officer"))
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    received_by = staff(_("taken down by"))
    # What consulting.clock says of the next promise, kept for the order of the queue alone;
    # empty while it stands still and when nothing is promised any more.
    due_at = models.DateTimeField(_("due"), null=True, editable=False)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)

    objects = AdvisoryRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("advisory request")
        verbose_name_plural = _("advisory requests")
        ordering = ["-pk"]
        permissions = [
            ("assign_advisoryrequest", _("Can give advisory requests to others")),
            ("decide_advisoryrequest", _("Can decline, forward and reopen advisory requests")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "number"], name="consulting_advisoryrequest_number_once"
            ),
            models.CheckConstraint(
                name="consulting_advisoryrequest_reachable",
                condition=~Q(phone="") | ~Q(email="") | ~Q(letter_number=""),
                violation_error_message=_("Write a telephone number or an e-mail address."),
            ),
            models.CheckConstraint(
                name="consulting_advisoryrequest_end_has_reason",
                condition=~Q(state__in=["declined", "forwarded"]) | ~Q(reason=""),
                violation_error_message=_("Write the reason that the requester reads."),
            ),
            models.CheckConstraint(
                name="consulting_advisoryrequest_forwarded_somewhere",
                condition=~Q(state="forwarded") | ~Q(forwarded_to=""),
                violation_error_message=_("Write to which office it is forwarded."),
            ),
            models.CheckConstraint(
                name="consulting_advisoryrequest_merged_somewhere",
                condition=Q(state="merged", merged_into__isnull=False)
                | ~Q(state="merged") & Q(merged_into=None),
            ),
            models.CheckConstraint(
                name="consulting_advisoryrequest_merged_elsewhere",
                condition=Q(merged_into=None) | ~Q(merged_into=F("pk")),
                violation_error_message=_("It can't be joined to itself."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="consulting_request_by_due",
                condition=Q(
                    state__in=[
                        "received",
                        "assigned",
                        "in-consultation",
                        "waiting-requester",
                        "waiting-others",
                        "in-review",
                    ]
                ),
            ),
            models.Index(fields=["assignee", "state"], name="consulting_request_of"),
        ]

    def __str__(self):
        return f"{self.reference} {self.subject}"

    @property
    def reference(self) -> str:
        """ปช.2570/0001, as it is told on the telephone; the year is a fiscal year."""
        return f"ปช.{self.year}/{self.number:04}"

    @property
    def requester(self) -> str:
        return str(self.organization) if self.organization_id else self.agency

    @property
    def explained(self) -> str:
        """What the requester has to know about the state it is in."""
        return self.EXPLAINED[self.state]

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_crisis(self) -> bool:
        return self.standard.lane == ServiceStandard.Lane.CRISIS

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_at is not None and self.due_at < timezone.now()

    @property
    def tone(self) -> str:
        """Of the status component."""
        if self.is_overdue:
            return "danger"
        State = self.State  # noqa: N806
        tones = {
            State.RECEIVED: "info",
            State.WAITING_REQUESTER: "warning",
            State.ANSWERED: "success",
            State.DECLINED: "danger",
        }
        return tones.get(self.state, "info" if self.is_open else "neutral")

    def get_admin_url(self):
        return reverse("admin:consulting_advisoryrequest_change", args=[self.pk])


class Change(models.Model):
    """A request came into a state: timelines, the clock and statistics are read from these rows
    and from nothing else. Never changed.
    """

    request = models.ForeignKey(AdvisoryRequest, models.CASCADE, related_name="changes")
    state = models.CharField(_("state"), max_length=20, choices=AdvisoryRequest.State)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = staff(_("who"))
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    # Set where a promise of its own begins: at the first and whenever it is taken up again.
    standard = models.ForeignKey(
        ServiceStandard, models.PROTECT, null=True, related_name="+", verbose_name=_("standard")
    )

    class Meta:
        verbose_name = _("change of a request")
        verbose_name_plural = _("changes of requests")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["request", "at"], name="consulting_change_of_request")]

    def __str__(self):
        return f"{self.request_id} {self.state}"


class Draft(models.Model):
    """A request that is not sent yet: what was typed on each page, under a secret address.

    ``key`` becomes the key of the request, so that a second sending finds the first.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    token_hash = models.CharField(max_length=64, unique=True)
    typed = models.JSONField(default=dict)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    begun_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("unsent request")
        verbose_name_plural = _("unsent requests")

    def __str__(self):
        return str(self.key)


class CaseRound(models.Model):
    """The one row under which the worker looks for what time does to requests by itself."""

    state = models.CharField(max_length=10, default="waiting")
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    # Fingerprint of the days off for which ``due_at`` of the requests was reckoned.
    calendar_seen = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("round of requests")
        verbose_name_plural = _("rounds of requests")
        constraints = [models.CheckConstraint(name="consulting_case_round_one", condition=Q(pk=1))]

    def __str__(self):
        return f"{self.due_at}"


class ServiceQuerySet(models.QuerySet):
    def orders(self):
        """What this office makes itself; of a loan the loan says how far it is."""
        return self.exclude(kind=Service.Kind.LOAN)

    def waiting(self):
        """Ordered and not made yet, the longest wait first."""
        return self.orders().filter(state=Service.State.OPEN).order_by("ordered_at", "pk")


class Service(models.Model):
    """Something else under the number of a request: a loan, or news to be written."""

    class Kind(models.TextChoices):
        LOAN = "loan", _("Equipment on loan")
        NEWS = "news", _("News to be written")
        SURVEY = "survey", _("Help with a survey")

    class State(models.TextChoices):
        OPEN = "open", _("To be done")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    request = models.ForeignKey(AdvisoryRequest, models.CASCADE, related_name="services")
    kind = models.CharField(_("what"), max_length=8, choices=Kind)
    loan = models.OneToOneField(
        Loan, models.PROTECT, null=True, related_name="+", verbose_name=_("loan")
    )
    brief = models.TextField(_("what is to be done"), max_length=1000, blank=True)
    url = models.URLField(
        _("address of the result"), max_length=500, blank=True, help_text=_("They see it.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    ordered_at = models.DateTimeField(_("ordered"), default=timezone.now)
    ordered_by = staff(_("ordered by"))
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)
    settled_by = staff(_("settled by"))

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service under a request")
        verbose_name_plural = _("services under requests")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="consulting_service_loan_or_brief",
                condition=Q(kind="loan", loan__isnull=False) | ~Q(kind="loan") & ~Q(brief=""),
                violation_error_message=_("Write what is to be done."),
            ),
            models.CheckConstraint(
                name="consulting_service_settled_when",
                condition=Q(state="open", settled_at=None)
                | ~Q(state="open") & Q(settled_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.request.reference}"
