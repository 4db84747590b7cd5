"""Trainings and meetings of the network: who may come, who comes, who came, certificates."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lopburi_pr.bilingual import in_language
from lopburi_pr.thai_calendar import BANGKOK
from lopburi_pr.thai_text import normalise
from network.models.membership import Membership
from network.models.people import Person


def kinds_of(person: Person, day=None) -> set[str]:
    """As what somebody belongs to the network on that day, by themselves or by their body."""
    mine = Q(person=person)
    if person.organization_id:
        mine |= Q(organization=person.organization_id)
    return set(Membership.objects.in_force(day).filter(mine).values_list("kind", flat=True))


class MeetingQuerySet(models.QuerySet):
    def announced(self):
        """Opened once: those who may come know of it, even if it was cancelled since."""
        return self.exclude(opened_at=None)

    def to_come(self, at=None):
        """Not over yet, the next one first."""
        return self.filter(ends_at__gt=at or timezone.now()).order_by("starts_at", "pk")

    def to_begin(self, at=None):
        """Not begun yet, the next one first."""
        return self.filter(starts_at__gt=at or timezone.now()).order_by("starts_at", "pk")

    def taking_place(self):
        """Not cancelled."""
        return self.filter(cancelled_at=None)

    def public(self):
        """What everybody may read."""
        return self.announced().filter(is_public=True)

    def for_kinds(self, kinds):
        """Those to which members of one of these kinds may come; nobody else may."""
        if not kinds:
            return self.none()
        return self.filter(Q(kinds=[]) | Q(kinds__overlap=sorted(kinds)))

    def closing_by(self, until, at=None):
        """Whose registration is open and closes by then, the first to close first."""
        at = at or timezone.now()
        soon = self.announced().taking_place().filter(held_at=None)
        return soon.filter(closes_at__gt=at, closes_at__lte=until).order_by("closes_at", "pk")

    def to_finish(self, at=None):
        """Begun, and nobody said yet that it was held."""
        begun = self.announced().taking_place().filter(starts_at__lte=at or timezone.now())
        return begun.filter(held_at=None).order_by("starts_at", "pk")

    def with_counts(self):
        """With ``seated_count`` and ``waiting_count``."""
        seated = Q(attendances__state__in=Attendance.SEATED)
        waiting = Q(attendances__state=Attendance.State.WAITING)
        return self.annotate(
            seated_count=Count("attendances", filter=seated),
            waiting_count=Count("attendances", filter=waiting),
        )


class Meeting(models.Model):
    """One training or meeting. Where it stands follows from its moments and what was decided."""

    class Kind(models.TextChoices):
        TRAINING = "training", _("Training")
        MEETING = "meeting", _("Meeting")

    STANDINGS = {
        "planned": (_("Being prepared"), "neutral"),
        "open": (_("Open for registration"), "success"),
        "closed": (_("Registration is closed"), "warning"),
        "held": (_("Held"), "neutral"),
        "cancelled": (_("Cancelled"), "danger"),
    }

    kind = models.CharField(
        _("training or a meeting?"), max_length=10, choices=Kind, default=Kind.TRAINING
    )
    title_th = models.CharField(_("subject (Thai)"), max_length=200)
    title_en = models.CharField(_("subject (English)"), max_length=200, blank=True)
    programme = models.TextField(
        _("programme"),
        max_length=4000,
        blank=True,
        help_text=_("What happens when, who speaks, what to bring."),
    )
    place = models.CharField(_("place"), max_length=200)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    capacity = models.PositiveSmallIntegerField(
        _("number of places"),
        validators=[MinValueValidator(1)],
        help_text=_("Whoever comes later waits."),
    )
    closes_at = models.DateTimeField(_("registration closes"))
    kinds = ArrayField(
        models.CharField(max_length=10, choices=Membership.Kind),
        verbose_name=_("which members may come"),
        default=list,
        blank=True,
        help_text=_("Tick none when every member may come."),
    )
    contact = models.CharField(
        _("whom to ask"), max_length=200, help_text=_("Name and telephone number.")
    )
    is_public = models.BooleanField(
        _("everybody may read of it"),
        default=False,
        help_text=_("Otherwise only members who may come see it. Only members can register."),
    )
    signed_by = models.CharField(_("who signs the certificates"), max_length=120, blank=True)
    signer_position = models.CharField(_("position of the signer"), max_length=160, blank=True)

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)  # of the calendar entry
    opened_at = models.DateTimeField(_("opened"), null=True, editable=False)
    held_at = models.DateTimeField(_("held"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)
    cancellation_reason = models.TextField(
        _("why it is cancelled"), max_length=500, blank=True, editable=False
    )
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("training or meeting")
        verbose_name_plural = _("trainings and meetings")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="network_meeting_ends_after_it_begins",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("It must end after it begins."),
            ),
            models.CheckConstraint(
                name="network_meeting_closes_before_it_begins",
                condition=Q(closes_at__lte=F("starts_at")),
                violation_error_message=_("Registration must close before it begins."),
            ),
            models.CheckConstraint(
                name="network_meeting_has_places",
                condition=Q(capacity__gte=1),
                violation_error_message=_("It needs at least one place."),
            ),
            models.CheckConstraint(
                name="network_meeting_cancelled_with_reason",
                condition=Q(cancelled_at=None, cancellation_reason="")
                | Q(cancelled_at__isnull=False) & ~Q(cancellation_reason=""),
                violation_error_message=_("Say why it is cancelled."),
            ),
            models.CheckConstraint(
                name="network_meeting_held_or_cancelled",
                condition=Q(cancelled_at=None) | Q(held_at=None),
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        for name in ("title_th", "title_en", "place", "contact", "signed_by", "signer_position"):
            setattr(self, name, normalise(getattr(self, name)).strip())
        if self.signer_position and not self.signed_by:
            raise ValidationError({"signed_by": _("Write who signs, too.")})

    @property
    def title(self):
        return in_language(self, "title")

    @property
    def day(self):
        """The day on which it begins, in Bangkok."""
        return timezone.localtime(self.starts_at, BANGKOK).date()

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    def standing(self, at=None) -> str:
        """``planned``, ``open``, ``closed``, ``held`` or ``cancelled`` at that moment."""
        if self.cancelled_at:
            return "cancelled"
        if self.held_at:
            return "held"
        if self.opened_at is None:
            return "planned"
        return "open" if (at or timezone.now()) < self.closes_at else "closed"

    @property
    def places_left(self) -> int:
        """Of a row ``with_counts``."""
        return max(0, self.capacity - self.seated_count)

    @property
    def told(self):
        """Words and tone of the status component, as of now."""
        return self.STANDINGS[self.standing()]

    @property
    def invited(self) -> str:
        """Who may come, in words."""
        named = [label for kind, label in Membership.Kind.choices if kind in self.kinds]
        return ", ".join(map(str, named)) or str(_("Every member of the network"))

    def get_admin_url(self):
        return reverse("admin:network_meeting_change", args=[self.pk])


class AttendanceQuerySet(models.QuerySet):
    def seated(self):
        """Those who hold one of the places."""
        return self.filter(state__in=Attendance.SEATED)

    def waiting(self):
        """The waiting list, whoever came first at its head."""
        return self.filter(state=Attendance.State.WAITING).order_by("asked_at", "pk")

    def present(self):
        """Those who came."""
        return self.filter(state=Attendance.State.PRESENT)

    def standing(self):
        """Those who have not cancelled."""
        return self.exclude(state=Attendance.State.CANCELLED)

    def to_come(self, at=None):
        """At meetings that are not over, the next one first."""
        coming = self.filter(meeting__ends_at__gt=at or timezone.now())
        return coming.order_by("meeting__starts_at", "pk")

    def by_name(self):
        return self.select_related("person__organization").order_by("person__sort_key", "pk")

    def certifiable(self):
        """Who came and holds no certificate that stands."""
        standing = Certificate.objects.standing().values("attendance")
        return self.present().exclude(pk__in=standing)


class Attendance(models.Model):
    """One person at one meeting: from the registration to whether they came."""

    class State(models.TextChoices):
        REGISTERED = "registered", pgettext_lazy("meeting", "Registered")
        WAITING = "waiting", _("On the waiting list")
        PRESENT = "present", _("Came")
        CANCELLED = "cancelled", _("Cancelled")

    SEATED = (State.REGISTERED, State.PRESENT)
    TONES = {State.REGISTERED: "success", State.WAITING: "warning", State.PRESENT: "success"}

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    person = models.ForeignKey(Person, models.CASCADE, related_name="attendances")
    state = models.CharField(_("state"), max_length=10, choices=State)
    # Its place on the waiting list; new when somebody registers again.
    asked_at = models.DateTimeField(_("registered"))
    pre_score = models.PositiveSmallIntegerField(
        _("score before, in percent"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    post_score = models.PositiveSmallIntegerField(
        _("score after, in percent"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["-meeting__starts_at", "asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"], name="network_attendance_once_a_person"
            ),
            models.CheckConstraint(
                name="network_attendance_scores_in_percent",
                condition=(Q(pre_score=None) | Q(pre_score__lte=100))
                & (Q(post_score=None) | Q(post_score__lte=100)),
            ),
        ]

    def __str__(self):
        return f"{self.person} · {self.meeting}"

    @property
    def waiting_place(self) -> int:
        """Which one on the waiting list, from 1."""
        before = Q(asked_at__lt=self.asked_at) | Q(asked_at=self.asked_at, pk__lt=self.pk)
        return self.meeting.attendances.waiting().filter(before).count() + 1

    @property
    def told(self):
        """Words and tone of the status component: who held a place and did not come is told so."""
        if self.state == self.State.REGISTERED and self.meeting.held_at:
            return _("Did not come"), "neutral"
        return self.get_state_display(), self.TONES.get(self.state, "neutral")


class CertificateQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not revoked."""
        return self.filter(revoked_at=None)


class Certificate(models.Model):
    """What somebody gets who came. It keeps the name as it stands on the paper.

    The word leads to the page that says whether it is genuine; it is printed on the paper, so it is
    kept as it is.
    """

    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="certificates")
    year = models.PositiveSmallIntegerField(editable=False)
    number = models.PositiveIntegerField(editable=False)
    name = models.CharField(_("full name"), max_length=200)
    issued_on = models.DateField(_("issued on"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    word = models.CharField(max_length=64, unique=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    revocation_reason = models.CharField(_("why it was revoked"), max_length=300, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "number"], name="network_certificate_number_once"
            ),
            models.UniqueConstraint(
                name="network_certificate_one_stands",
                fields=["attendance"],
                condition=Q(revoked_at=None),
            ),
            models.CheckConstraint(
                name="network_certificate_revoked_with_reason",
                condition=Q(revoked_at=None, revocation_reason="")
                | Q(revoked_at__isnull=False) & ~Q(revocation_reason=""),
                violation_error_message=_("Say why it is revoked."),
            ),
        ]

    def __str__(self):
        return f"{self.reference} {self.name}"

    def get_absolute_url(self):
        """The page that says whether it is genuine."""
        return reverse("network:certificate", args=[self.word])

    @property
    def reference(self) -> str:
        """กบ.2569/0001, as it stands on the paper."""
        return f"กบ.{self.year}/{self.number:04}"

    @property
    def meeting(self) -> Meeting:
        return self.attendance.meeting


class MeetingLetter(models.Model):
    """One letter to one person about one meeting; the worker sends it."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("Reminder on the day before")
        MOVED_UP = "moved-up", _("A place became free")
        CHANGED = "changed", _("Day, hour or place changed")
        CANCELLED = "cancelled", _("It is cancelled")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits to be sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="letters")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(_("next try"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.TextField(_("error"), blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("letter about a meeting")
        verbose_name_plural = _("letters about meetings")
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attendance", "kind"], name="network_meetingletter_one_of_a_kind"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="network_meetingletter_waiting",
                condition=Q(state="waiting"),
            )
        ]

    def __str__(self):
        return f"{self.attendance} · {self.get_kind_display()}"
