"""You said, we did: what came of surveys, for everybody to read."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lopburi_pr.http import public
from lopburi_pr.paging import PageOf, page_number
from surveys import findings as process
from surveys.models import Finding


@require_safe
@public
def findings(request):
    """What people said and what was done, the longest unanswered first."""
    listed = process.listed()
    count = listed.count()
    page = PageOf(page_number(request.GET.get("page", ""), count), count)
    base = reverse("surveys:findings")
    context = {
        "findings": listed[page.slice],
        "page": page.links(lambda number: f"{base}?page={number}" if number > 1 else base),
        "overdue": Finding.objects.public().overdue().count(),
    }
    return render(request, "surveys/findings.html", context)
