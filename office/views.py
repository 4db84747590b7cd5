"""Standing pages and the emblem."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from lopburi_pr.http import public
from lopburi_pr.private_files import send
from office.models import OfficeIdentity, StandingPage


@require_safe
@public
def standing_page(request, key):
    page = get_object_or_404(StandingPage, key=key)
    context = {
        "key": page.key,
        "title": page.title,
        "body": mark_safe(page.body),  # noqa: S308 -- cleaned by rich_text on every save
        "updated_at": page.updated_at,
        "language_notice": get_language() == "en" and not page.body_en,
    }
    return render(request, "office/page.html", {"page": context})


@require_safe
def emblem(request):
    identity = OfficeIdentity.objects.exclude(emblem="").first()
    if identity is None:
        raise Http404
    return send(request, identity.emblem, content_type="image/png", max_age=3600)
