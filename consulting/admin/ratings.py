"""What requesters said of the advice, and who never asks, at the desk."""

from datetime import timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from consulting import measuring, rating
from consulting.models import Rating
from lopburi_pr.templatetags.thai import daytime

SILENT_FOR = timedelta(days=365)
SILENT_PER_PAGE = 50


@admin.register(Rating)
class RatingAdmin(admin.ModelAdmin):
    """Read only; of one's own work not before there are several."""

    change_list_template = "admin/consulting/rating/change_list.html"
    list_display = ("said", "standing", "given")
    list_filter = ("wave", "overall", "use")
    ordering = ("-given_at",)
    list_per_page = 30
    fields = ("about", "wave", "overall", *Rating.ASPECTS, "use", "words", "given")
    readonly_fields = fields

    def get_urls(self):
        silent = self.admin_site.admin_view(self.silent)
        return [path("silent/", silent, name="consulting_silent"), *super().get_urls()]

    def get_queryset(self, request):
        return rating.shown_to(request.user)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("what they say of it"))
    def said(self, row):
        days = ngettext("after %(n)s day", "after %(n)s days", row.wave) % {"n": row.wave}
        later = days if row.wave else ""
        return format_html(
            '<span class="row-title">{}</span><span class="row-note">{}</span>',
            row.words or gettext("Without words"),
            " · ".join(filter(None, [row.request.reference, str(row.request.requester), later])),
        )

    @admin.display(description=_("rating"), ordering="overall")
    def standing(self, row):
        """Stars, or what became of the advice."""
        return "★" * row.overall if row.overall else row.get_use_display()

    @admin.display(description=_("request"))
    def about(self, row):
        return format_html('<a href="{}">{}</a>', row.request.get_admin_url(), row.request)

    @admin.display(description=pgettext_lazy("rating", "given"), ordering="given_at")
    def given(self, row):
        return daytime(row.given_at)

    def silent(self, request):
        """Bodies of the directory that have not asked for a year, for the plan of trainings."""
        if not request.user.has_perm("consulting.view_advisoryrequest"):
            raise PermissionDenied
        since = timezone.localdate() - SILENT_FOR
        page = Paginator(measuring.silent(since), SILENT_PER_PAGE).get_page(request.GET.get("page"))
        context = self.admin_site.each_context(request) | {
            "title": _("Who never asks"),
            "opts": self.opts,
            "page": page,
            "since": since,
        }
        return TemplateResponse(request, "admin/consulting/rating/silent.html", context)
