"""The editors' desk."""

from datetime import timedelta

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Subquery
from django.forms import Script
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
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
from lopburi_pr.templatetags.thai import daytime
from news import publishing
from news.attachments import AttachmentForm
from news.forms import ARTICLE_FIELDS, EditionForm, named_articles
from news.models import (
    Article,
    Attachment,
    Edition,
    EditionPicture,
    Picture,
    SynonymSet,
    Tag,
    Topic,
)
from news.pictures import PictureForm


def stage(edition, at=None):
    """``(key, label)`` of where an edition stands now, as the list and the form say it."""
    at = at or timezone.now()
    if edition.shown_from is None:
        return "draft", gettext("Draft")
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
        return "–" if value in {None, ""} else value

    fact.__name__ = name
    return fact


@admin.display(description=_("body"))
def _body(edition):
    return mark_safe(edition.body)  # noqa: S308 -- cleaned by rich_text on every save


READ_ONLY = {name: _fact(name) for name in ARTICLE_FIELDS} | {"body": _body}


class StageFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "stage"

    def lookups(self, request, model_admin):
        return [
            ("draft", _("Draft")),
            ("scheduled", _("Scheduled")),
            ("published", _("Published")),
            ("expired", _("Expired")),
            ("all", _("Every version")),
        ]

    def queryset(self, request, editions):
        if self.value() == "draft":
            return editions.drafts()
        if self.value() == "scheduled":
            return editions.scheduled()
        if self.value() == "published":
            return editions.published()
        if self.value() == "expired":
            return editions.filter(expires_at__lte=timezone.now())
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
    extra = 0
    autocomplete_fields = ["picture"]
    fields = (("picture", "role", "order"), ("alt", "is_decorative"), "caption")
    verbose_name = _("picture")
    verbose_name_plural = _("Which pictures show it?")


class AttachmentInline(admin.TabularInline):
    model = Attachment
    form = AttachmentForm
    extra = 0
    fields = ("file", "title", "order")
    verbose_name_plural = _("Which files go with it?")


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
    actions = ("publish_selected", "expire_selected", "pin_selected", "unpin_selected")
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
            {"fields": (("kind", "language"), "translation_of", "is_pinned")},
        ),
        (_("When is it shown?"), {"fields": (("publish_at", "expires_at"),)}),
    )

    class Media:
        js = (Script("js/editor.js", defer=True), Script("js/script_desk.js", defer=True))

    # Which rows

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .select_related("article__topic", "created_by")
            .prefetch_related("article__districts")
        )

    def get_fieldsets(self, request, obj=None):
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        return [
            (
                question,
                {
                    "fields": [
                        READ_ONLY.get(name, name)
                        for name in flatten(options["fields"])
                        if name != "publish_at"
                    ]
                },
            )
            for question, options in self.fieldsets
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
        # What was approved stays as it was said; a change is a new edition.
        if obj is not None and obj.state != Edition.State.DRAFT:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        if obj is not None and obj.state != Edition.State.DRAFT:
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

    def save_model(self, request, edition, form, change):
        edition.article = form.save_article(request.user)
        if not change:
            edition.created_by = request.user
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

    def response_add(self, request, edition, post_url_continue=None):
        return self._after_save(request, edition) or super().response_add(
            request, edition, post_url_continue
        )

    def response_change(self, request, edition):
        return self._after_save(request, edition) or super().response_change(request, edition)

    def _after_save(self, request, edition):
        """The buttons beside “Save”: preview, publish now, schedule."""
        if "_preview" in request.POST:
            return HttpResponseRedirect(preview_address(edition))
        if not {"_publish", "_schedule"} & set(request.POST):
            return None
        at = None
        if "_schedule" in request.POST:
            at = self._wanted_moment(request, edition)
            if at is None:
                self.message_user(
                    request,
                    _("The draft is saved. To schedule it, give a day and an hour to come."),
                    messages.ERROR,
                )
                return HttpResponseRedirect(self._form_address(edition))
        self._publish(request, edition, at)
        return HttpResponseRedirect(self._form_address(edition))

    def _wanted_moment(self, request, edition):
        form = self.get_form(request, edition)(request.POST, instance=edition)
        form.is_valid()
        at = form.cleaned_data.get("publish_at")
        return at if at and at > timezone.now() else None

    def _publish(self, request, edition, at=None):
        if not self.has_publish_permission(request):
            self.message_user(
                request, _("The draft is saved. You may not publish; ask the head."), messages.ERROR
            )
            return False
        try:
            publishing.publish(edition, by=request.user, at=at)
        except ValidationError as refused:
            for sentence in refused.messages:
                self.message_user(request, sentence, messages.ERROR)
            return False
        when = daytime(edition.shown_from)
        self.message_user(
            request,
            gettext("%(reference)s is shown from %(when)s.")
            % {"reference": edition.article.reference, "when": when},
            messages.SUCCESS,
        )
        return True

    # Steps from the form of an approved edition

    def get_urls(self):
        step = "<number:pk>"
        return [
            path(f"{step}/revise/", self.admin_site.admin_view(self.revise), name="news_revise"),
            path(f"{step}/expire/", self.admin_site.admin_view(self.expire), name="news_expire"),
            path(
                f"{step}/take-back/",
                self.admin_site.admin_view(self.take_back),
                name="news_take_back",
            ),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def revise(self, request, pk):
        edition = self._edition_for(request, pk, "news.change_edition")
        if edition is None:
            return self._refused(request, pk)
        draft = publishing.revise(edition.article, by=request.user)
        return HttpResponseRedirect(self._form_address(draft))

    @method_decorator(require_POST)
    def expire(self, request, pk):
        return self._step(
            request,
            pk,
            lambda edition: publishing.expire(edition.article, by=request.user),
            _("Readers no longer see it. Its number and text are kept."),
        )

    @method_decorator(require_POST)
    def take_back(self, request, pk):
        return self._step(
            request,
            pk,
            lambda edition: publishing.take_back(edition, by=request.user),
            _("It is a draft again."),
        )

    def _step(self, request, pk, verb, done):
        edition = self._edition_for(request, pk, "news.publish_edition")
        if edition is None:
            return self._refused(request, pk)
        try:
            verb(edition)
        except ValidationError as refused:
            for sentence in refused.messages:
                self.message_user(request, sentence, messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)
        return HttpResponseRedirect(self._form_address(edition))

    def _edition_for(self, request, pk, permission):
        edition = get_object_or_404(self.get_queryset(request), pk=pk)
        return edition if request.user.has_perm(permission) else None

    def _refused(self, request, pk):
        self.message_user(request, _("You may not do this."), messages.ERROR)
        return HttpResponseRedirect(reverse("admin:news_edition_change", args=[pk]))

    def _form_address(self, edition):
        return reverse("admin:news_edition_change", args=[edition.pk])

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context |= {"may_publish": self.has_publish_permission(request)}
        if obj:
            key, label = stage(obj)
            context |= {
                "preview_url": preview_address(obj),
                "stage_key": key,
                "stage_label": label,
                "obstacles": publishing.obstacles(obj) if key == "draft" else [],
                "versions": obj.article.editions.order_by("-version"),
                "is_draft": obj.state == Edition.State.DRAFT,
                "has_draft": obj.article.editions.drafts().exists(),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    # Bulk actions

    @admin.action(description=_("Publish now"), permissions=["publish"])
    def publish_selected(self, request, editions):
        for edition in editions:
            if self._publish(request, edition) is False:
                self.message_user(request, f"“{edition}”", messages.WARNING)

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


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    """Only for choosing an original: articles are written through their editions."""

    search_fields = ("editions__title", "number")
    ordering = ("-pk",)

    def get_queryset(self, request):
        return named_articles()

    def has_module_permission(self, request):
        return False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, search_term)[0].distinct(), False


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin):
    form = PictureForm
    list_display = ("thumbnail", "title", "credit", "size", "state", "uses")
    list_display_links = ("title",)
    list_filter = ("state",)
    search_fields = ("title", "credit")
    list_per_page = 24
    fieldsets = (
        (_("What is on it?"), {"fields": ("file", "title")}),
        (_("Who made it?"), {"fields": ("credit",)}),
        (_("What must stay in view when it is cropped?"), {"fields": (("focal_x", "focal_y"),)}),
    )

    def get_queryset(self, request):
        places = EditionPicture.objects.filter(picture=OuterRef("pk"))
        return super().get_queryset(request).annotate(used=Exists(places))

    @admin.display(description=_("picture"))
    def thumbnail(self, picture):
        return format_html(
            '<img class="thumbnail" src="/pictures/{}/320.jpg" width="120" height="80" alt="">',
            picture.pk,
        )

    @admin.display(description=_("size"))
    def size(self, picture):
        return f"{picture.width} × {picture.height}"

    @admin.display(description=_("in use"), boolean=True)
    def uses(self, picture):
        return picture.used


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    list_display = ("name_th", "name_en", "slug", "order")
    search_fields = ("name_th", "name_en", "slug")


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    list_display = ("name",)
    search_fields = ("name",)
    fields = ("name",)
    ordering = ("sort_key",)


@admin.register(SynonymSet)
class SynonymSetAdmin(admin.ModelAdmin):
    list_display = ("__str__",)
    search_fields = ("words",)


def waiting(request):
    """Counts for the back office's front page."""
    if not request.user.has_perm("news.view_edition"):
        return []
    list_url = reverse("admin:news_edition_changelist")
    failed = Picture.objects.filter(state=Picture.State.FAILED).count()
    counts = [
        (_("drafts"), Edition.objects.drafts().count(), f"{list_url}?stage=draft"),
        (_("scheduled"), Edition.objects.scheduled().count(), f"{list_url}?stage=scheduled"),
        (
            _("expire within 7 days"),
            Edition.objects.published()
            .filter(expires_at__lte=timezone.now() + timedelta(days=7))
            .count(),
            f"{list_url}?stage=published",
        ),
    ]
    if failed:
        counts.append(
            (
                _("pictures that failed"),
                failed,
                reverse("admin:news_picture_changelist") + "?state__exact=failed",
            )
        )
    return [{"label": label, "count": count, "url": url} for label, count, url in counts]


admin.site.counters.append(waiting)
