"""How far the news was carried, as everybody may read it: no names, and nobody's own numbers."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lopburi_pr.http import public
from news.reach import Asked, Stand
from news.reach_page import page


@require_safe
@public
def reach(request):
    """In which subdistricts verified broadcasts carried the news, and in which none did."""
    context = page(Asked.of(request.GET), reverse("news:reach"), Stand.now())
    return render(request, "news/reach.html", context)
