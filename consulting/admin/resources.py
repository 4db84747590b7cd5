"""Where answers and resources are written, read by a second person and published."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, Q
from django.forms import Script
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consulting import editing, finding, redaction
from consulting.models import AdvisoryRequest, Resource, ResourceEdition
from consulting.resource_forms import BeginForm, EditionForm
from lopburi_pr import rich_text
from lopburi_pr.back_office import DeskAdmin, EditorPages
from lopburi_pr.templatetags.thai import day, day_long
from office import audit

LISTED = 20
WRITE, PUBLISH = "consulting.change_resourceedition", "consulting.publish_resourceedition"
SEES_REQUESTS = "consulting.view_advisoryrequest"
State = ResourceEdition.State
# The colours of news.admin.editions for the states of resources.
TONES = {State.IN_REVIEW: "submitted", State.INTERNAL: "scheduled", State.ARCHIVED: "expired"}


def stage(edition):
    tone = TONES.get(edition.state, edition.state)
    label = edition.get_state_display()
    return format_html('<span class="stage stage--{}">{}</span>', tone, label)


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "queue"

    def lookups(self, request, model_admin):
        return [("due", _("Due for review")), *State.choices]

    def queryset(self, request, resources):
        if self.value() == "due":
            due = ResourceEdition.objects.due_for_review()
            return resources.filter(pk__in=due.values("resource"))
        if self.value() == State.ARCHIVED:
            shown = ResourceEdition.objects.published()
            gone = resources.filter(editions__state=State.ARCHIVED)
            return gone.exclude(pk__in=shown.values("resource")).distinct()
        if self.value() in State.values:
            return resources.filter(editions__state=self.value()).distinct()
        return resources


@admin.register(Resource)
class ResourceAdmin(admin.ModelAdmin):
    """Everything there is to learn from; each leads to its latest version."""

    form = BeginForm
    list_display = ("titled", "standing", "holds")
    list_filter = (StateFilter, "kind", "topic")
    search_fields = ("editions__search_text",)
    list_per_page = 30
    list_select_related = ("topic",)
    fieldsets = ((_("What is it, and about what?"), {"fields": ("kind", "topic")}),)

    def get_queryset(self, request):
        heavy = ("body_th", "body_en", "original", "search_text")
        versions = ResourceEdition.objects.order_by("-version").defer(*heavy)
        votes = Count("editions__votes", distinct=True)
        helped = Count("editions__votes", Q(editions__votes__is_helpful=True), distinct=True)
        rows = super().get_queryset(request).annotate(votes_all=votes, votes_helped=helped)
        if not request.user.has_perm(SEES_REQUESTS):
            raw = ResourceEdition.objects.raw_drafts()
            rows = rows.exclude(pk__in=raw.values("resource"))
        return rows.prefetch_related(Prefetch("editions", versions, to_attr="versions"))

    def get_search_results(self, request, queryset, search_term):
        # Words are compared as readers' search compares them.
        for word in finding.words_of(search_term):
            found = ResourceEdition.objects.filter(search_text__contains=word)
            queryset = queryset.filter(pk__in=found.values("resource"))
        return queryset, False

    def has_delete_permission(self, request, obj=None):
        return False  # what was public stays on record

    def get_actions(self, request):
        return {}

    def save_model(self, request, resource, form, change):
        begun = editing.begin(resource.kind, resource.topic, by=request.user)
        resource.pk, resource.begun = begun.resource_id, begun

    def response_add(self, request, resource, post_url_continue=None):
        return HttpResponseRedirect(resource.begun.get_admin_url())

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The page of its latest version."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        resource = get_object_or_404(self.get_queryset(request), pk=object_id)
        return HttpResponseRedirect(resource.versions[0].get_admin_url())

    @admin.display(description=_("title"))
    def titled(self, resource):
        told = (
            resource.get_kind_display(),
            str(resource.topic),
            gettext("version %(n)s") % {"n": resource.versions[0].version},
            gettext("sample data") if resource.is_sample else "",
        )
        return format_html(
            '<span class="row-title">{}</span><span class="row-note">{}</span>',
            resource.versions[0].title_th or gettext("No title yet"),
            " · ".join(filter(None, told)),
        )

    @admin.display(description=_("state"))
    def standing(self, resource):
        """Of the latest version, and of what readers see meanwhile."""
        latest, *others = resource.versions
        shown = [row for row in others if row.state == State.PUBLISHED]
        return format_html("{} {}", stage(latest), stage(shown[0]) if shown else "")

    @admin.display(description=_("does it hold, did it help"), ordering="votes_helped")
    def holds(self, resource):
        """In words: on a phone no heading says what a day or a number is."""
        shown = [row for row in resource.versions if row.state == State.PUBLISHED]
        said = []
        if shown:
            said.append(gettext("review by %(day)s") % {"day": day(shown[0].review_by)})
        if resource.votes_all:
            told = {"helped": resource.votes_helped, "all": resource.votes_all}
            said.append(gettext("it helped %(helped)s of %(all)s") % told)
        return " · ".join(said)


def _told(name, of):
    """A column that Django shows under the name of a field of the model."""
    label = ResourceEdition._meta.get_field(name).verbose_name
    return admin.display(description=label)(of)


def _text(name):
    """Rich text as readers see it."""
    return _told(
        name,
        lambda edition: mark_safe(  # noqa: S308 -- cleaned on every save, and here again
            rich_text.clean(getattr(edition, name)) or "–"
        ),
    )


@admin.display(description=_("file"))
def current_file(edition):
    if not edition.file:
        return "–"
    address = reverse("resource-file", args=[edition.pk])
    name = edition.file_title or gettext("file without a name")
    return format_html('<a href="{}">{}</a> ({})', address, name, edition.format.upper())


READ_ONLY = {
    "body_th": _text("body_th"),
    "body_en": _text("body_en"),
    "review_by": _told("review_by", lambda edition: day_long(edition.review_by) or "–"),
}
OF_THE_FORM = {"kind", "topic", "upload", "without_file"}


@admin.register(ResourceEdition)
class ResourceEditionAdmin(DeskAdmin, EditorPages):
    """The form that writes a version, and the same read-only for whoever publishes it."""

    form = EditionForm
    change_form_template = "admin/consulting/resource/edition.html"
    list_display = ("title_th", "resource", "version", "state")
    fieldsets = (
        (_("What is it, and about what?"), {"fields": ("kind", "topic")}),
        (_("What changed?"), {"fields": ("change_note",)}),
        (_("What does it say?"), {"fields": ("title_th", "body_th")}),
        (_("And in English?"), {"fields": ("title_en", "body_en"), "classes": ("collapse",)}),
        (
            _("Is there a file or a clip?"),
            {"fields": (current_file, "upload", "without_file", "file_title", "url")},
        ),
        (
            _("May it be public, and until when does it hold?"),
            {"fields": ("basis", "licence", "review_by")},
        ),
    )
    steps = {
        "submit": (
            WRITE,
            lambda edition, by, _said: editing.submit(edition, by=by),
            _("Submitted. Somebody else reads and publishes it."),
        ),
        "keep-internal": (
            WRITE,
            lambda edition, by, _said: editing.keep_internal(edition, by=by),
            _("It stays in the office. You can go on writing and submit it later."),
        ),
        "send-back": (
            PUBLISH,
            lambda edition, by, said: editing.send_back(
                edition, by=by, remark=said.get("remark", "")
            ),
            _("Returned to its writer with your remark."),
        ),
        "publish": (
            PUBLISH,
            lambda edition, by, said: editing.publish(
                edition, by=by, accepted=said.getlist("accepted")
            ),
            _("Readers see it now. Whoever was given a former version gets a letter."),
        ),
        "archive": (
            PUBLISH,
            lambda edition, by, said: editing.archive(
                edition, by=by, reason=said.get("reason", "")
            ),
            _("It is taken away. Readers see your reason."),
        ),
        "revise": (
            WRITE,
            lambda edition, by, _said: editing.revise(edition.resource, by=by),
            _("This is the new version. Readers see the former one until it is published."),
        ),
        "still-holds": (
            WRITE,
            lambda edition, by, _said: editing.review(edition, by=by),
            _("Reviewed. It comes up again in a year."),
        ),
    }

    class Media:
        js = (Script("js/editor.js", defer=True),)

    def get_queryset(self, request):
        return super().get_queryset(request).open_to(request.user)

    def has_module_permission(self, request):
        return False  # reached through its resource

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        # What was typed while somebody else submitted it comes back with a sentence (EditionForm).
        is_sent = request.method == "POST" and "title_th" in request.POST
        return may and (obj is None or is_sent or obj.state in editing.WRITABLE)

    def get_readonly_fields(self, request, obj=None):
        return (current_file,)

    def get_fieldsets(self, request, obj=None):
        is_first = obj is None or obj.version == 1
        may = self.has_change_permission(request, obj)
        found = []
        for question, options in self.fieldsets:
            fields = [name for name in options["fields"] if name != "change_note" or not is_first]
            if not may:
                fields = [READ_ONLY.get(name, name) for name in fields if name not in OF_THE_FORM]
            if fields:
                found.append((question, options | {"fields": fields}))
        if may:
            found[-1][1]["fields"].append("seen")
        return found

    def save_model(self, request, edition, form, change):
        form.keep(by=request.user)

    def response_change(self, request, edition):
        if "_submit" in request.POST:
            return self.step(request, edition, "submit")
        if "_internal" in request.POST and edition.state != State.INTERNAL:
            return self.step(request, edition, "keep-internal")
        return super().response_change(request, edition)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        person, is_read = request.user, obj.state == State.IN_REVIEW
        is_open = is_read or obj.state in editing.WRITABLE
        found = redaction.check(obj) if is_open else []
        # Those that the publisher ticks are told beside the button, not among the obstacles.
        ticked = [row.key for row in found]
        may_see = person.has_perm(SEES_REQUESTS)
        is_linked = admin.site.is_registered(AdvisoryRequest)
        context |= {
            "stage": stage(obj),
            "resource": obj.resource,
            "is_writable": obj.state in editing.WRITABLE,
            "findings": found,
            "must_tick": obj.basis != ResourceEdition.Basis.OWN,
            "obstacles": editing.publishing_obstacles(obj, by=person, accepted=ticked, found=found)
            if is_read
            else editing.obstacles(obj) * is_open,
            "may_publish": person.has_perm(PUBLISH),
            "may_write": person.has_perm(WRITE),
            "is_latest": editing.latest(obj.resource) == obj,
            "versions": [(row, row.get_admin_url()) for row in obj.resource.editions.all()],
            "sources": [
                (request_, request_.get_admin_url() if is_linked else "")
                for request_ in obj.resource.sources.all()
            ]
            if may_see
            else [],
            "original_text": obj.original if may_see else "",
            "votes": obj.votes.aggregate(
                all=Count("pk"),
                helped=Count("pk", Q(is_helpful=True)),
                instead=Count("pk", Q(is_instead=True)),
            ),
            "reasons": obj.votes.exclude(reason="").order_by("-pk")[:50],
            "trail": audit.trail(*obj.resource.editions.all()),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)


# The front page


def counts(request):
    """Counts for the back office's front page; what is none is left out."""
    if not request.user.has_perm(WRITE):
        return []
    base = reverse("admin:consulting_resource_changelist")
    found = [
        (
            _("answers and resources to publish"),
            ResourceEdition.objects.to_review().count() * request.user.has_perm(PUBLISH),
            f"{base}?queue=in-review",
        ),
        (
            _("answers and resources to look at again"),
            ResourceEdition.objects.due_for_review().count(),
            f"{base}?queue=due",
        ),
    ]
    return [{"label": label, "count": count, "url": url} for label, count, url in found if count]


def tasks(request):
    """What waits for the person who looks: to publish, to write again, to look at again."""
    person, groups = request.user, []
    if person.has_perm(PUBLISH):
        waiting = ResourceEdition.objects.to_review().exclude(author=person)
        groups.append((_("Answers and resources that wait for you"), waiting, _note))
    if person.has_perm(WRITE):
        mine = ResourceEdition.objects.filter(author=person, state=State.DRAFT).exclude(remark="")
        groups.append((_("Answers and resources returned to you"), mine, _note))
        due = ResourceEdition.objects.due_for_review()
        groups.append((_("Do these answers and resources still hold?"), due, _due))
    found = []
    for title, editions, note in groups:
        rows = [
            {"about": edition, "url": edition.get_admin_url(), "note": note(edition)}
            for edition in editions.select_related("resource__topic")[:LISTED]
        ]
        if rows:
            found.append({"title": title, "rows": rows})
    return found


def _note(edition):
    return f"{edition.resource.get_kind_display()} · {edition.resource.topic}"


def _due(edition):
    return gettext("review by %(day)s") % {"day": day_long(edition.review_by)}


admin.site.counters.append(counts)
admin.site.task_lists.append(tasks)
