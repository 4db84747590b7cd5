"""What is said about a request: to and from the requester, among staff, in files, by letter."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consulting.models.requests import AdvisoryRequest, Draft
from office.people import staff


class MessageQuerySet(models.QuerySet):
    def told(self):
        """What both sides have read: everything from the requester, and what the office sent."""
        return self.filter(state=Message.State.SENT)

    def from_office(self):
        return self.filter(is_from_office=True)

    def to_review(self, person):
        """Answers that wait for somebody else than their author: those this person may send."""
        waiting = self.filter(is_answer=True, state=Message.State.IN_REVIEW)
        waiting = waiting.filter(request__state=AdvisoryRequest.State.IN_REVIEW)
        return waiting.exclude(author=person)


class Message(models.Model):
    """Words between the office and the requester. What staff say among themselves is a ``Note``,
    and no letter is ever made of one.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in-review", _("In review")
        SENT = "sent", _("Sent")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(AdvisoryRequest, models.CASCADE, related_name="messages")
    is_from_office = models.BooleanField(default=False, editable=False)
    # An answer stops the clock; anything else from the office is a question or a word meanwhile.
    is_answer = models.BooleanField(_("answer"), default=False, editable=False)
    text = models.TextField(_("message"), max_length=10_000)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    author = staff(_("written by"))
    reviewer = staff(_("reviewed by"))
    # In a crisis an answer may go out before a second person has read it.
    is_unreviewed = models.BooleanField(_("sent unreviewed"), default=False, editable=False)
    remark = models.TextField(_("what to change"), max_length=1000, blank=True, editable=False)
    written_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["written_at", "pk"]
        permissions = [("review_message", _("Can review answers to requests"))]
        constraints = [
            models.CheckConstraint(
                name="consulting_message_sent_when",
                condition=Q(state="sent", sent_at__isnull=False)
                | ~Q(state="sent") & Q(sent_at=None),
            ),
            models.CheckConstraint(
                name="consulting_message_of_requester_is_sent",
                condition=Q(is_from_office=True) | Q(state="sent", is_answer=False),
            ),
            models.CheckConstraint(
                name="consulting_message_answer_reviewed",
                condition=Q(is_answer=False)
                | ~Q(state="sent")
                | Q(is_unreviewed=True)
                | Q(reviewer__isnull=False) & ~Q(reviewer=F("author")),
                violation_error_message=_("Somebody else than its author reviews an answer."),
            ),
            models.UniqueConstraint(
                fields=["request"],
                name="consulting_message_one_answer_at_work",
                condition=Q(is_answer=True) & ~Q(state="sent"),
                violation_error_message=_("An answer is being written already."),
            ),
        ]

    def __str__(self):
        return f"{self.request_id} {self.written_at:%Y-%m-%d}"


class Note(models.Model):
    """What staff say among themselves about a request. It leaves the office by no way."""

    request = models.ForeignKey(AdvisoryRequest, models.CASCADE, related_name="notes")
    text = models.TextField(_("note"), max_length=5000)
    author = staff(_("written by"))
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.request_id} {self.at:%Y-%m-%d}"


def stored_name(row, filename):
    """Nothing of the name it was sent under."""
    return f"consulting/files/{uuid.uuid4().hex}"


class RequestFileQuerySet(models.QuerySet):
    def told(self):
        """What the requester may open: their own, and what went with a message that was sent."""
        return self.filter(note=None).filter(Q(message=None) | Q(message__state=Message.State.SENT))


class RequestFile(models.Model):
    """A file to a request that is not sent yet, to a request, to a message or to a note."""

    draft = models.ForeignKey(Draft, models.CASCADE, null=True, related_name="files")
    request = models.ForeignKey(AdvisoryRequest, models.CASCADE, null=True, related_name="files")
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="files")
    note = models.ForeignKey(Note, models.CASCADE, null=True, related_name="files")
    file = models.FileField(_("file"), upload_to=stored_name)
    name = models.CharField(_("name"), max_length=200)
    format = models.CharField(_("format"), max_length=5)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    objects = RequestFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a request")
        verbose_name_plural = _("files of requests")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="consulting_requestfile_of_one",
                condition=Q(draft__isnull=False, request=None, message=None, note=None)
                | Q(draft=None, request__isnull=False) & (Q(message=None) | Q(note=None)),
            ),
        ]

    def __str__(self):
        return self.name


class RequestLetter(models.Model):
    """An e-mail about a request, which waits for the worker. It is worded when it leaves."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        MESSAGE = "message", _("Message")
        STATE = "state", _("New state")
        LINK = "link", _("Link asked for")
        APPOINTMENT = "appointment", _("Appointment")
        FOLLOW_UP = "follow-up", _("How it went")
        RECALL = "recall", _("An answer changed")
        ALARM = "alarm", _("Crisis, to the office")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits to be sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    request = models.ForeignKey(AdvisoryRequest, models.CASCADE, related_name="letters")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="letters")
    appointment = models.ForeignKey(
        "consulting.Appointment", models.CASCADE, null=True, related_name="letters"
    )
    edition = models.ForeignKey(
        "consulting.ResourceEdition", models.CASCADE, null=True, related_name="+"
    )
    wave = models.PositiveSmallIntegerField(_("days after the answer"), null=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(_("next try"), default=timezone.now)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.TextField(_("error"), blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("letter about a request")
        verbose_name_plural = _("letters about requests")
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "wave"],
                name="consulting_requestletter_wave_once",
                condition=Q(kind="follow-up"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="consulting_letter_waiting",
                condition=Q(state="waiting"),
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} · {self.request.reference}"
