"""How far the news was carried, and whom the office calls where nobody has carried it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from network import tables
from news import reach, reach_page
from news.models import Article

TO_CALL = ("network.view_person", "network.view_organization")


class ReachPages:
    """Gives the list of broadcasts the pages reach/, reach/of/<article>/ and the lists of calls."""

    change_list_template = "admin/news/broadcast/change_list.html"

    def get_urls(self):
        admitted = self.admin_site.admin_view
        return [
            path("reach/", admitted(self.reach), name="news_reach"),
            path("reach/of/<number:pk>/", admitted(self.reach_of), name="news_reach_of"),
            path("reach/calls/", admitted(self.calls), name="news_reach_calls"),
            *(
                path(
                    f"reach/calls.{form}",
                    admitted(self.call_file),
                    {"form": form},
                    name=f"news_reach_{form}",
                )
                for form in tables.CONTENT_TYPES
            ),
            *super().get_urls(),
        ]

    def reach(self, request):
        """The figures of a period, with every number, and whom to call in the gaps."""
        asked = reach.Asked.of(request.GET)
        context = self._page(request, asked, reverse("admin:news_reach"), reach.Stand.now())
        return TemplateResponse(request, "admin/news/broadcast/reach.html", context)

    def reach_of(self, request, pk):
        """How far one item of news was carried since it was published."""
        article = get_object_or_404(Article, pk=pk)
        asked = reach.Asked(reach.period("year"), article=reach.item_of(article))
        stand = reach.Stand.now(is_sample=article.is_sample)
        context = self._page(request, asked, request.path, stand) | {
            "title": gettext("How far it was carried: %(title)s") % {"title": article},
            "article": article,
        }
        return TemplateResponse(request, "admin/news/broadcast/reach.html", context)

    def calls(self, request):
        """Whom to call, on paper: a sheet for each district."""
        asked, found = self._calls(request)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Whom to call"),
            "opts": self.opts,
            "asked": asked,
            "sheets": found,
        }
        return TemplateResponse(request, "admin/news/broadcast/calls.html", context)

    def call_file(self, request, form):
        """The same as a file for a spreadsheet."""
        _asked, found = self._calls(request)
        content = tables.write(form, *reach.call_table(found))
        name = f"{gettext('Whom to call')} {timezone.localdate().isoformat()}.{form}"
        headers = {"Content-Disposition": content_disposition_header(True, name)}
        return HttpResponse(content, content_type=tables.CONTENT_TYPES[form], headers=headers)

    def _calls(self, request):
        if not (self.has_view_permission(request) and request.user.has_perms(TO_CALL)):
            raise PermissionDenied
        asked, stand = reach.Asked.of(request.GET), reach.Stand.now()
        rows = reach.by_district(reach.reach(asked, stand))
        return asked, reach.gaps(asked, stand, rows)

    def _page(self, request, asked, base, stand):
        if not self.has_view_permission(request):
            raise PermissionDenied
        shown = reach_page.page(asked, base, stand)
        may_call = request.user.has_perms(TO_CALL)
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return {
            **self.admin_site.each_context(request),
            "title": _("How far the news was carried"),
            "opts": self.opts,
            **shown,
            "districts": [
                (row, [(each, shown["reach"].subdistricts[each.pk]) for each in row.reached])
                for row in shown["rows"]
            ],
            "may_call": may_call,
            "gaps": reach.gaps(asked, stand, shown["rows"]) if may_call else [],
            "calls_url": reverse("admin:news_reach_calls") + query,
            "files": [
                (form.upper(), reverse(f"admin:news_reach_{form}") + query)
                for form in tables.CONTENT_TYPES
            ],
        }
