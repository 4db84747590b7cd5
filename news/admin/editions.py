"""The editors' desk."""

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import OuterRef, Subquery
from django.forms import Script
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from lopburi_pr.back_office import EditorPages
from lopburi_pr.calendar_fields import DayField, MomentField
from lopburi_pr.templatetags.thai import day_long, daytime
from news import history, presence, publishing, reach
from news.admin import today, upkeep
from news.admin.voices import origins
from news.attachments import AttachmentForm
from news.forms import ARTICLE_FIELDS, EditionForm, PlacementForm, WithdrawalForm
from news.models import Article, Attachment, Edition, EditionPicture
from office import audit


def stage(edition, at=None):
    """``(key, label)`` of where an edition stands now, as the list and the form say it."""
    at = at or timezone.now()
    if edition.is_open:
        return edition.state, edition.get_state_display()
    if edition.article.withdrawn_at:
        return "withdrawn", gettext("Withdrawn")
    if edition.shown_from > at and edition.shown_until != edition.shown_from:
        return "scheduled", gettext("Scheduled")
    if edition.is_published(at):
        return "published", gettext("Published")
    if edition.expires_at and edition.expires_at <= at:
        return "expired", gettext("Expired")
    return "superseded", gettext("Replaced by a newer edition")


def preview_address(edition):
    """The preview in the language that the edition is written in."""
    with override(edition.article.language):
        return reverse("news:preview", args=[edition.pk])


def _fact(name):
    """A read-only field of the edition's article; Django can't look it up by its name."""
    field = Article._meta.get_field(name)

    @admin.display(description=field.verbose_name, boolean=name == "is_pinned")
    def fact(edition):
        value = getattr(edition.article, name)
        if hasattr(value, "all"):
            value = ", ".join(map(str, value.all()))
        if field.choices:
            value = dict(field.choices)[value]
        if name == "review_by":
            value = day_long(value)
        return "–" if value in {None, ""} else value

    fact.__name__ = name
    return fact


@admin.display(description=_("body"))
def _body(edition):
    return mark_safe(edition.body)  # noqa: S308 -- cleaned by rich_text on every save


def _moment(name, told):
    """A read-only day or moment of the edition, in the era of the reader."""

    @admin.display(description=Edition._meta.get_field(name).verbose_name)
    def moment(edition):
        return told(getattr(edition, name)) or "–"

    return moment


READ_ONLY = {name: _fact(name) for name in ARTICLE_FIELDS} | {
    "body": _body,
    "event_on": _moment("event_on", day_long),
    "publish_at": _moment("publish_at", daytime),
    "expires_at": _moment("expires_at", daytime),
}


class StageFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "stage"

    def lookups(self, request, model_admin):
        return [
            ("draft", _("Being written")),
            ("submitted", _("Waits for approval")),
            ("scheduled", _("Scheduled")),
            ("published", _("Published")),
            ("expired", _("Expired")),
            ("withdrawn", _("Withdrawn")),
            ("all", _("Every version")),
        ]

    def queryset(self, request, editions):
        narrow = {
            "draft": editions.drafts,
            "submitted": editions.submitted,
            "scheduled": editions.scheduled,
            "published": editions.published,
            "expired": lambda: editions.filter(
                expires_at__lte=timezone.now(), article__withdrawn_at=None
            ),
            "withdrawn": lambda: editions.filter(article__withdrawn_at__isnull=False),
        }
        if self.value() in narrow:
            return narrow[self.value()]()
        if self.value() == "all":
            return editions
        # Editors see each article once: its latest version.
        latest = Edition.objects.filter(article=OuterRef("article")).order_by("-version")
        return editions.filter(pk=Subquery(latest.values("pk")[:1]))

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        yield first | {"display": _("Latest version of each")}
        yield from others


class PlacementInline(admin.StackedInline):
    model = EditionPicture
    form = PlacementForm
    extra = 0
    autocomplete_fields = ["picture"]
    fields = (
        ("upload", "credit"),
        "alt",
        "caption",
        ("picture", "role", "order", "is_decorative"),
    )
    verbose_name = _("picture")
    verbose_name_plural = _("Which pictures show it?")

    def get_fields(self, request, obj=None):
        if obj and not obj.can_be_written:
            return ("picture", "role", "alt", "is_decorative", "caption")
        return self.fields


class AttachmentInline(admin.TabularInline):
    model = Attachment
    form = AttachmentForm
    extra = 0
    fields = ("file", "title", "order")
    verbose_name_plural = _("Which files go with it?")


def _number(text):
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


# Verb: permission, what is done with (edition, person, what was typed) and gives the draft to go on
# with if there is one, what is said then, and where the person goes on.
STEPS = {
    "submit": (
        "news.change_edition",
        lambda edition, by, _said: publishing.submit(edition, by=by),
        _("Submitted. Somebody else reads and approves it."),
        "form",
    ),
    "take-back": (
        "news.change_edition",
        lambda edition, by, _said: publishing.take_back(edition, by=by),
        _("It is a draft again."),
        "form",
    ),
    "approve": (
        "news.publish_edition",
        lambda edition, by, said: publishing.approve(
            edition, by=by, seen=_number(said.get("seen", ""))
        ),
        _("%(reference)s is shown from %(when)s."),
        "queue",
    ),
    "send-back": (
        "news.publish_edition",
        lambda edition, by, said: publishing.send_back(
            edition, by=by, reason=said.get("reason", "")
        ),
        _("Returned to its writer with your reason."),
        "queue",
    ),
    "publish-in-emergency": (
        "news.publish_in_emergency",
        lambda edition, by, said: publishing.publish_in_emergency(
            edition, by=by, reason=said.get("emergency_reason", "")
        ),
        _("%(reference)s is shown from %(when)s. Somebody else has to confirm it."),
        "form",
    ),
    "confirm": (
        "news.change_edition",
        lambda edition, by, _said: publishing.confirm(edition, by=by),
        _("Confirmed. Thank you for reading it."),
        "queue",
    ),
    "revise": (
        "news.change_edition",
        lambda edition, by, _said: publishing.revise(edition.article, by=by),
        "",
        "form",
    ),
    "correct": (
        "news.change_edition",
        lambda edition, by, _said: publishing.correct(edition.article, by=by),
        "",
        "form",
    ),
    "expire": (
        "news.publish_edition",
        lambda edition, by, _said: publishing.expire(edition.article, by=by),
        _("Readers no longer see it. Its number and text are kept."),
        "form",
    ),
}


@admin.register(Edition)
class EditionAdmin(EditorPages):
    """The list of news and the form that writes them."""

    form = EditionForm
    formfield_overrides = {
        models.DateField: {"form_class": DayField},
        models.DateTimeField: {"form_class": MomentField},
    }
    change_form_template = "admin/news/edition/change_form.html"
    list_display = ("headline", "standing", "topic", "places", "since", "author")
    list_filter = (
        StageFilter,
        ("article__topic", admin.RelatedOnlyFieldListFilter),
        "article__kind",
        "article__language",
        ("article__districts", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("title", "lead", "article__tags__name")
    list_per_page = 30
    show_full_result_count = False
    ordering = ("-updated_at",)
    actions = ("expire_selected", "pin_selected", "unpin_selected")
    inlines = (PlacementInline, AttachmentInline)
    fieldsets = (
        (_("What happened?"), {"fields": ("title", "must_know", "lead", "body")}),
        (_("What does the loudspeaker say?"), {"fields": ("spoken", "spoken_budget")}),
        (
            _("Where and whom does it concern?"),
            {"fields": ("topic", "districts", "provinces", "tags", "issues")},
        ),
        (
            _("Who says so, and at which event?"),
            {
                "fields": (
                    ("source_agency", "source_url"),
                    *("event_on", "event_place", "presided_by"),
                )
            },
        ),
        (
            _("What is it, and in which language?"),
            {"fields": (("kind", "language"), "translation_of", "is_pinned", "has_stars")},
        ),
        (
            _("What stands on it as an official document?"),
            {
                "fields": (
                    ("saraban_number", "series_number"),
                    *("dated_on", ("signed_by", "signer_position")),
                ),
                "description": _(
                    "For ประกาศ, แถลงการณ์ and ข่าว on paper and as PDF. All of it may stay empty."
                ),
            },
        ),
        (_("When is it shown?"), {"fields": (("publish_at", "expires_at"), "review_by")}),
    )

    # Only for what readers have seen before; the first question then.
    change_fieldset = (_("What changed?"), {"fields": ("change_kind", "change_note")})

    class Media:
        js = (
            Script("js/editor.js", defer=True),
            Script("js/script_desk.js", defer=True),
            Script("js/autosave.js", defer=True),
        )

    # Which rows

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .select_related("article__topic", "created_by")
            .prefetch_related("article__districts")
        )

    def get_fieldsets(self, request, obj=None):
        fieldsets = list(self.fieldsets)
        if obj and obj.change_kind != Edition.ChangeKind.FIRST:
            fieldsets.insert(0, self.change_fieldset)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (
                question,
                {"fields": [READ_ONLY.get(name, name) for name in flatten(options["fields"])]},
            )
            for question, options in fieldsets
        ]

    def get_form(self, request, obj=None, **kwargs):
        # The form adds the article's fields itself; Django would look for them on the edition.
        kwargs["fields"] = EditionForm.Meta.fields
        form = super().get_form(request, obj, **kwargs)
        form.may_publish = self.has_publish_permission(request)
        return form

    def has_publish_permission(self, request):
        return request.user.has_perm("news.publish_edition")

    def has_change_permission(self, request, obj=None):
        # What was submitted is being read, what was approved stays as it was said.
        if obj is not None and not obj.can_be_written:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        if obj is not None and not obj.can_be_written:
            return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    # Columns

    @admin.display(description=_("headline"), ordering="title")
    def headline(self, edition):
        reference = edition.article.reference
        version = f" · {gettext('version')} {edition.version}" if edition.version > 1 else ""
        return format_html(
            '<span class="row-title">{}</span><span class="row-note">{}{}{}</span>',
            edition.title,
            reference or gettext("No number yet"),
            version,
            f" · {gettext('sample data')}" if edition.article.is_sample else "",
        )

    @admin.display(description=_("state"))
    def standing(self, edition):
        key, label = stage(edition)
        return format_html('<span class="stage stage--{}">{}</span>', key, label)

    @admin.display(description=_("topic"), ordering="article__topic__order")
    def topic(self, edition):
        return edition.article.topic

    @admin.display(description=_("districts"))
    def places(self, edition):
        return ", ".join(district.name for district in edition.article.districts.all()) or "–"

    @admin.display(description=_("shown from"), ordering="shown_from")
    def since(self, edition):
        return daytime(edition.shown_from) or "–"

    @admin.display(description=_("written by"), ordering="created_by__username")
    def author(self, edition):
        return edition.created_by or "–"

    # Saving

    def get_changeform_initial_data(self, request):
        return {"language": Article.Language.THAI} | super().get_changeform_initial_data(request)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "POST" and object_id:
            object_id = self._still_written(request, object_id)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _still_written(self, request, object_id):
        """The edition to which a form is saved that was opened before another person submitted or
        approved it: what somebody typed is never turned away.
        """
        edition = self.get_object(request, object_id)
        if edition is None or edition.can_be_written or not self.has_change_permission(request):
            return object_id
        if edition.state == Edition.State.SUBMITTED:
            draft = publishing.take_back(edition, by=request.user)
        else:
            draft = publishing.revise(edition.article, by=request.user)
        self.message_user(
            request,
            _("It was submitted or approved meanwhile. Your text is in this draft."),
            messages.WARNING,
        )
        return str(draft.pk)

    def save_model(self, request, edition, form, change):
        edition.article = form.save_article(request.user)
        if not change:
            edition.created_by = request.user
        if form.has_changed() or not change:
            publishing.written(edition, by=request.user)
        super().save_model(request, edition, form, change)

    def delete_model(self, request, edition):
        article = edition.article
        super().delete_model(request, edition)
        # A number is never given again, so what has one stays.
        if not (article.number or article.editions.exists() or article.translations.exists()):
            article.delete()

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.save_subjects()
        if change and not form.has_changed() and any(each.has_changed() for each in formsets):
            publishing.written(form.instance, by=request.user)
            form.instance.save()

    def response_add(self, request, edition, post_url_continue=None):
        return self._after_save(request, edition) or super().response_add(
            request, edition, post_url_continue
        )

    def response_change(self, request, edition):
        return self._after_save(request, edition) or super().response_change(request, edition)

    def _after_save(self, request, edition):
        """The buttons beside “Save”: preview, submit, publish in an emergency."""
        if "_preview" in request.POST:
            return HttpResponseRedirect(preview_address(edition))
        if "_submit" in request.POST:
            return self.step(request, edition.pk, "submit")
        if "_emergency" in request.POST:
            return self.step(request, edition.pk, "publish-in-emergency")
        return None

    @method_decorator(require_POST)
    def autosave(self, request, pk=None):
        """Save the texts of a form that is still being filled in; how it went, as JSON.

        Pictures and files wait for “Save”.
        """
        edition = pk and get_object_or_404(self.get_queryset(request), pk=pk)
        if not (
            self.has_change_permission(request, edition)
            if edition
            else self.has_add_permission(request)
        ):
            sentence = gettext("It was submitted or approved meanwhile.")
            return JsonResponse({"errors": [sentence]}, status=409)
        with transaction.atomic():
            form = self.get_form(request, edition)(request.POST, instance=edition)
            if not form.is_valid():
                errors = [error for errors in form.errors.values() for error in errors]
                status = 409 if form.conflict else 422
                return JsonResponse({"errors": errors}, status=status)
            saved = form.save(commit=False)
            self.save_model(request, saved, form, change=bool(edition))
            form.save_subjects()
        return JsonResponse(
            {
                "saved": gettext("Saved at %(hour)s")
                % {"hour": f"{timezone.localtime():%H:%M:%S}"},
                "seen": saved.lock_version,
                "address": self._form_address(saved),
                "others": presence.others(saved.pk, request.user),
            }
        )

    @method_decorator(require_POST)
    def present(self, request, pk):
        """Note that the form is open; who has it open too, as JSON."""
        edition = get_object_or_404(self.get_queryset(request), pk=pk)
        return JsonResponse(
            {"others": presence.others(pk, request.user), "seen": edition.lock_version}
        )

    # Steps

    def get_urls(self):
        pk, admitted = "<number:pk>", self.admin_site.admin_view
        return [
            path("autosave/", admitted(self.autosave), name="news_autosave_new"),
            path("calendar/", admitted(upkeep.calendar), name="news_calendar"),
            path("silence/", admitted(today.silence), name="news_silence"),
            path(f"{pk}/reviewed/", admitted(upkeep.reviewed), name="news_reviewed"),
            path(f"{pk}/autosave/", admitted(self.autosave), name="news_autosave"),
            path(f"{pk}/present/", admitted(self.present), name="news_present"),
            path(f"{pk}/review/", admitted(self.review), name="news_review"),
            path(f"{pk}/end/", admitted(self.end), name="news_end"),
            path(f"{pk}/steps/<slug:verb>/", admitted(self.take_step), name="news_step"),
            *super().get_urls(),
        ]

    def review(self, request, pk):
        """What the head reads before approving: the text, or what changed in it."""
        edition = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, edition):
            raise PermissionDenied
        earlier = edition.article.editions.released().filter(version__lt=edition.version)
        shown = earlier.order_by("-version").first()
        key, label = stage(edition)
        context = {
            **self.admin_site.each_context(request),
            "title": edition,
            "edition": edition,
            "opts": self.opts,
            "stage_key": key,
            "stage_label": label,
            "shown": shown,
            "changes": history.changes(shown, edition) if shown else [],
            "reasons": history.reasons(shown, edition) if shown else [],
            "obstacles": publishing.approval_obstacles(
                edition, by=request.user, at=edition.publish_at
            ),
            "may_decide": self.has_publish_permission(request),
            "trail": audit.trail(edition),
            "body": mark_safe(edition.body),  # noqa: S308 -- cleaned by rich_text on every save
            "preview_url": preview_address(edition),
        }
        return TemplateResponse(request, "admin/news/edition/review.html", context)

    def end(self, request, pk):
        """Withdraw an article, or merge it into another one."""
        edition = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_publish_permission(request):
            raise PermissionDenied
        form = WithdrawalForm(request.POST or None, article=edition.article)
        if request.method == "POST" and form.is_valid() and form.save(by=request.user):
            self.message_user(request, _("Readers now see why it is gone."), messages.SUCCESS)
            return HttpResponseRedirect(self._form_address(edition))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Withdraw: %(title)s") % {"title": edition},
            "edition": edition,
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, "admin/news/edition/end.html", context)

    @method_decorator(require_POST)
    def take_step(self, request, pk, verb):
        return self.step(request, pk, verb)

    def step(self, request, pk, verb):
        """Take a step of ``STEPS`` with an edition; back to where the next one is taken."""
        if verb not in STEPS:
            raise Http404
        permission, take, done, back_to = STEPS[verb]
        edition = get_object_or_404(self.get_queryset(request), pk=pk)
        there = self._form_address(edition)
        if not request.user.has_perm(permission):
            self.message_user(request, _("You may not do this."), messages.ERROR)
            return HttpResponseRedirect(there)
        try:
            draft = take(edition, request.user, request.POST)
        except ValidationError as refused:
            for sentence in refused.messages:
                self.message_user(request, sentence, messages.ERROR)
            return HttpResponseRedirect(
                reverse("admin:news_review", args=[pk]) if back_to == "queue" else there
            )
        if done:
            edition.refresh_from_db()
            facts = {
                "reference": edition.article.reference,
                "when": daytime(edition.shown_from) or "",
            }
            self.message_user(request, str(done) % facts, messages.SUCCESS)
        if back_to == "queue":
            return HttpResponseRedirect(reverse("admin:index"))
        return HttpResponseRedirect(self._form_address(draft) if draft else there)

    def _form_address(self, edition):
        return reverse("admin:news_edition_change", args=[edition.pk])

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form = context["adminform"].form
        context |= {
            "may_publish": self.has_publish_permission(request),
            "may_in_emergency": request.user.has_perm("news.publish_in_emergency"),
            "conflict": getattr(form, "conflict", None),
            "autosave_url": reverse("admin:news_autosave_new"),
            "present_url": "",
            "others": [],
        }
        if obj:
            key, label = stage(obj)
            context |= {
                "autosave_url": reverse("admin:news_autosave", args=[obj.pk]),
                "present_url": reverse("admin:news_present", args=[obj.pk]),
                "others": presence.others(obj.pk, request.user) if obj.can_be_written else [],
                "preview_url": preview_address(obj),
                "stage_key": key,
                "stage_label": label,
                "may_distribute": key in {"published", "scheduled"},
                "carried": reach.carried(obj.article)
                if not obj.is_open and request.user.has_perm("news.view_broadcast")
                else None,
                "obstacles": publishing.obstacles(obj) if obj.can_be_written else [],
                "versions": obj.article.editions.order_by("-version"),
                "has_draft": obj.article.editions.open().exists(),
                "trail": audit.trail(*obj.article.editions.all()),
                "origins": origins(request.user, article=obj.article_id),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    # Bulk actions

    @admin.action(description=_("Stop showing (expire)"), permissions=["publish"])
    def expire_selected(self, request, editions):
        done = 0
        for edition in editions:
            try:
                publishing.expire(edition.article, by=request.user)
                done += 1
            except ValidationError as refused:
                self.message_user(request, f"“{edition}”: {refused.messages[0]}", messages.WARNING)
        self.message_user(
            request,
            ngettext("%(n)s article expired.", "%(n)s articles expired.", done) % {"n": done},
        )

    @admin.action(description=_("Pin to the home page"), permissions=["publish"])
    def pin_selected(self, request, editions):
        self._pin(request, editions, is_pinned=True)

    @admin.action(description=_("Unpin"), permissions=["publish"])
    def unpin_selected(self, request, editions):
        self._pin(request, editions, is_pinned=False)

    def _pin(self, request, editions, *, is_pinned):
        changed = Article.objects.filter(editions__in=editions).update(is_pinned=is_pinned)
        self.message_user(
            request,
            ngettext("%(n)s article changed.", "%(n)s articles changed.", changed) % {"n": changed},
        )
