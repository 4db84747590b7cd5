"""The Django admin as the office's back office: grouped by duty, one policy for the editor."""

from functools import wraps

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST


class BackOffice(admin.AdminSite):
    site_header = _("Back office · Lopburi Provincial Public Relations Office")
    site_title = _("Back office")
    index_title = _("Today")
    enable_nav_sidebar = False  # the duties stand in a bar above every page

    # The order of duties; what no duty claims comes last.
    DUTIES = (
        (
            _("News"),
            (
                *("news.Edition", "news.Alert", "news.Claim", "news.Challenge", "news.Event"),
                *("news.Picture", "news.Topic", "news.Tag", "news.SynonymSet", "news.Occasion"),
                *("news.Follower", "news.Letter"),
            ),
        ),
        (
            _("Network"),
            (
                *("network.Voice", "network.Application", "network.Membership"),
                "network.ChangeProposal",
                *("network.Organization", "network.Person", "network.Channel", "news.Release"),
                *("news.Broadcast", "network.Meeting"),
                *("network.Loan", "network.Asset", "network.StockTake", "network.Reminder"),
                "network.ApplicationLetter",
            ),
        ),
        (
            _("Surveys"),
            (
                *("surveys.Survey", "surveys.Questionnaire", "surveys.LibraryQuestion"),
                *("surveys.Stratum", "surveys.Interviewer", "surveys.HeldSubmission"),
                "surveys.PaperForm",
                *("surveys.Publication", "surveys.Finding"),
            ),
        ),
        (
            _("Advice"),
            (
                *("consulting.AdvisoryRequest", "consulting.Appointment", "consulting.Resource"),
                *("consulting.Topic", "consulting.ServiceStandard", "consulting.Availability"),
                *("consulting.Absence", "consulting.Service", "consulting.QuestionSet"),
                *("consulting.Rating", "consulting.RequestLetter"),
            ),
        ),
        (
            _("The office"),
            (
                *("office.OfficeIdentity", "office.StandingPage", "office.Holiday"),
                "office.CommunicationIssue",
                *("office.ProvincialCluster", "office.Province", "office.District"),
                *("office.Subdistrict", "office.RunningNumber"),
            ),
        ),
        (_("People who may enter"), ("auth.User", "auth.Group")),
    )

    def admin_view(self, view, cacheable=False):
        admitted = super().admin_view(view, cacheable)

        @wraps(admitted)
        def checked(request, *args, **kwargs):
            # PostgreSQL fails on a broken pattern, and no filter of ours needs one.
            if any("regex" in name for name in request.GET):
                raise DisallowedModelAdminLookup
            return admitted(request, *args, **kwargs)

        return checked

    def get_app_list(self, request, app_label=None):
        apps = super().get_app_list(request, app_label)
        if app_label:
            return apps
        models = {
            f"{app['app_label']}.{model['object_name']}": model
            for app in apps
            for model in app["models"]
        }
        grouped = []
        for name, labels in self.DUTIES:
            found = [models.pop(label) for label in labels if label in models]
            if found:
                grouped.append(
                    {
                        "name": name,
                        "app_label": labels[0].split(".")[0],
                        "app_url": "",
                        "has_module_perms": True,
                        "models": found,
                    }
                )
        return grouped

    def each_context(self, request):
        context = super().each_context(request)
        if request.user.is_staff and request.resolver_match.url_name == "index":
            context["waiting"] = [count for ask in self.counters for count in ask(request)]
            context["task_lists"] = [tasks for ask in self.task_lists for tasks in ask(request)]
        return context

    @cached_property
    def counters(self):
        """Functions of the request that give counts of what may need somebody today."""
        return []

    @cached_property
    def task_lists(self):
        """Functions of the request that give lists of what waits for the person who looks."""
        return []


# CKEditor's buttons carry onclick attributes and it sets styles; inline <script> stays forbidden.
editor_policy = csp_update({"script-src-attr": [UNSAFE_INLINE], "style-src": [SELF, UNSAFE_INLINE]})


@method_decorator(editor_policy, name="changeform_view")
class EditorPages(admin.ModelAdmin):
    """A ModelAdmin whose form holds the rich text editor."""


class PlainChoices:
    """Other rows are chosen from a list, without Django's signs beside it, which lead away from
    what was typed. Stands before ``ModelAdmin``.
    """

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class DeskAdmin(admin.ModelAdmin):
    """Rows with which steps are taken: ``steps`` names for each verb the permission, what is done
    with (row, person, what was typed), which may give the row to go on with, and what is said then.
    """

    steps = {}

    def get_urls(self):
        admitted = self.admin_site.admin_view(self.take_step)
        name = f"{self.opts.model_name}_step"
        return [path("<number:pk>/steps/<slug:verb>/", admitted, name=name), *super().get_urls()]

    @method_decorator(require_POST)
    def take_step(self, request, pk, verb):
        return self.step(request, get_object_or_404(self.get_queryset(request), pk=pk), verb)

    def step(self, request, row, verb):
        """Take a step of ``steps`` with a row; back to its page, or on to another's."""
        if verb not in self.steps:
            raise Http404
        permission, take, done = self.steps[verb]
        there = row
        if not request.user.has_perm(permission):
            self.message_user(request, _("You may not do this."), messages.ERROR)
        else:
            try:
                there = take(row, request.user, request.POST) or row
                self.message_user(request, done, messages.SUCCESS)
            except ValidationError as refused:
                for sentence in refused.messages:
                    self.message_user(request, sentence, messages.ERROR)
        address = f"admin:{there._meta.app_label}_{there._meta.model_name}_change"
        return HttpResponseRedirect(reverse(address, args=[there.pk]))
