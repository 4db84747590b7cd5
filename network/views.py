"""The public pages of the network's directory."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lopburi_pr.http import public
from network import directory as listing
from network.models import Organization
from office import pulse


@require_safe
@public
def directory(request):
    """Who belongs to the network, by name, kind and district."""
    page = listing.list_page(request.GET, pulse.beat(), reverse("network:directory"))
    return render(request, "network/directory.html", {"directory": page})


@require_safe
@public
def partner(request, pk):
    """One body; one that was merged leads to the row that stands for it now."""
    found = get_object_or_404(Organization, pk=pk)
    if found.merged_into_id:
        return redirect(found.merged_into, permanent=True)
    if not Organization.objects.listed().filter(pk=pk).exists():
        raise Http404
    return render(request, "network/partner.html", {"partner": listing.partner_page(found)})
