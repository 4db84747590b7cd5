"""What others may learn from: answers made public, guides, templates; in versions."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consulting.models.requests import AdvisoryRequest
from consulting.models.topics import Topic
from office.people import staff


class Resource(models.Model):
    """One thing to learn from, whatever its version says: the address that is cited."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("Answer")
        GUIDE = "guide", _("Guide")
        TEMPLATE = "template", _("Template")
        CHECKLIST = "checklist", _("Checklist")
        SLIDES = "slides", _("Slides")
        CLIP = "clip", _("Clip")

    kind = models.CharField(pgettext_lazy("resource", "kind"), max_length=10, choices=Kind)
    topic = models.ForeignKey(
        Topic, models.PROTECT, related_name="resources", verbose_name=_("topic of advice")
    )
    # Whose questions it answers; never shown.
    sources = models.ManyToManyField(
        AdvisoryRequest, blank=True, related_name="resources", verbose_name=_("made from")
    )
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.pk}"

    def get_absolute_url(self):
        return reverse(f"consulting:{'answer' if self.is_answer else 'resource'}", args=[self.pk])

    @property
    def is_answer(self) -> bool:
        return self.kind == self.Kind.ANSWER


def file_name(edition, filename):
    return f"consulting/resources/{uuid.uuid4().hex}"


class ResourceEditionQuerySet(models.QuerySet):
    def published(self):
        """What readers see: at most one edition of each resource."""
        return self.filter(state=ResourceEdition.State.PUBLISHED)

    def due_for_review(self, day=None):
        """Published, and somebody has to look whether it still holds; the longest overdue first."""
        day = day or timezone.localdate()
        return self.published().filter(review_by__lte=day).order_by("review_by", "pk")

    def raw_drafts(self):
        """First drafts of what was made from a request: they may still carry its very words."""
        states = (ResourceEdition.State.DRAFT, ResourceEdition.State.INTERNAL)
        asked = Resource.sources.through.objects.values("resource")
        return self.filter(version=1, state__in=states, resource__in=asked)

    def open_to(self, person):
        """What this person of the office may read: drafts from requests not without these."""
        if person.has_perm("consulting.view_advisoryrequest"):
            return self
        return self.exclude(pk__in=ResourceEdition.objects.raw_drafts().values("pk"))

    def to_review(self):
        """Waits for somebody else than its author."""
        return self.filter(state=ResourceEdition.State.IN_REVIEW).order_by("written_at", "pk")


class ResourceEdition(models.Model):
    """One version of what a resource says."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        INTERNAL = "internal", _("For the office only")
        IN_REVIEW = "in-review", _("In review")
        PUBLISHED = "published", _("Published")
        ARCHIVED = "archived", _("Archived")

    class Basis(models.TextChoices):
        """Why it may be public."""

        OWN = "own", _("The office wrote it; it is from no request")
        CONSENT = "consent", _("The requester agreed")
        ANONYMOUS = "anonymous", _("Nobody can be recognised in it")

    class Licence(models.TextChoices):
        CC_BY = "cc-by", "CC BY 4.0"
        CC_BY_NC = "cc-by-nc", "CC BY-NC 4.0"
        PUBLIC = "public", _("Public domain (Copyright Act, section 7)")
        ASK = "ask", _("Ask the office before you use it")

    resource = models.ForeignKey(
        Resource, models.CASCADE, related_name="editions", verbose_name=_("resource")
    )
    version = models.PositiveSmallIntegerField(_("version"), editable=False)
    title_th = models.CharField(
        _("title or question (Thai)"), max_length=200, help_text=_("As somebody would ask it.")
    )
    title_en = models.CharField(_("title or question (English)"), max_length=200, blank=True)
    body_th = models.TextField(_("text (Thai)"))
    body_en = models.TextField(_("text (English)"), blank=True)
    # The words before they were made fit for the public; for staff alone.
    original = models.TextField(_("original text"), blank=True, editable=False)
    url = models.URLField(_("address of the clip"), max_length=500, blank=True)
    file = models.FileField(_("file"), upload_to=file_name, blank=True)
    file_title = models.CharField(_("name of the file"), max_length=120, blank=True)
    format = models.CharField(_("format"), max_length=5, blank=True, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), default=0, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)
    licence = models.CharField(_("licence"), max_length=10, choices=Licence, default=Licence.CC_BY)
    basis = models.CharField(_("why it may be public"), max_length=10, choices=Basis, blank=True)
    change_note = models.CharField(
        _("what changed"),
        max_length=300,
        blank=True,
        help_text=_("Everybody who was given the former version reads it."),
    )
    review_by = models.DateField(_("review by"), null=True, blank=True)
    search_text = models.TextField(editable=False, default="")

    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.DRAFT, editable=False
    )
    author = staff(_("written by"))
    written_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    publisher = staff(_("published by"))
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)
    remark = models.TextField(_("what to change"), max_length=1000, blank=True, editable=False)

    objects = ResourceEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition of a resource")
        verbose_name_plural = _("editions of resources")
        ordering = ["resource", "-version"]
        permissions = [("publish_resourceedition", _("Can publish resources"))]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "version"], name="consulting_resourceedition_version_once"
            ),
            models.UniqueConstraint(
                fields=["resource"],
                name="consulting_resourceedition_one_published",
                condition=Q(state="published"),
            ),
            models.CheckConstraint(
                name="consulting_resourceedition_four_eyes",
                condition=Q(published_at=None)
                | Q(publisher__isnull=False) & ~Q(publisher=F("author")),
                violation_error_message=_("Somebody else than its author publishes it."),
            ),
            models.CheckConstraint(
                name="consulting_resourceedition_public_with_facts",
                condition=~Q(state="published")
                | Q(published_at__isnull=False, review_by__isnull=False) & ~Q(basis=""),
                violation_error_message=_("Say why it may be public, and when it is reviewed."),
            ),
        ]

    def __str__(self):
        return self.title_th

    def get_admin_url(self):
        return reverse("admin:consulting_resourceedition_change", args=[self.pk])


class Given(models.Model):
    """A requester was given an edition: whoever was, is told when it changes."""

    request = models.ForeignKey(AdvisoryRequest, models.CASCADE, related_name="given")
    edition = models.ForeignKey(ResourceEdition, models.CASCADE, related_name="given")
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = staff(_("by"))

    class Meta:
        verbose_name = _("resource given to a requester")
        verbose_name_plural = _("resources given to requesters")
        constraints = [
            models.UniqueConstraint(fields=["request", "edition"], name="consulting_given_once")
        ]

    def __str__(self):
        return f"{self.request_id} {self.edition_id}"


class Vote(models.Model):
    """Whether an edition helped a reader: who that was nobody knows (lopburi_pr.visitors)."""

    edition = models.ForeignKey(ResourceEdition, models.CASCADE, related_name="votes")
    is_helpful = models.BooleanField(_("it helped"))
    # Pressed while a request was being written: the request was not needed.
    is_instead = models.BooleanField(_("instead of a request"), default=False)
    reason = models.CharField(_("what was missing"), max_length=500, blank=True)
    mark = models.CharField(max_length=64)
    on = models.DateField(_("day"), default=timezone.localdate)

    class Meta:
        verbose_name = _("vote on a resource")
        verbose_name_plural = _("votes on resources")
        constraints = [
            models.UniqueConstraint(fields=["edition", "mark"], name="consulting_vote_once")
        ]

    def __str__(self):
        return f"{self.edition_id} {self.is_helpful}"
