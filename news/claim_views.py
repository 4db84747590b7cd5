"""Is this rumour true? What was found out, and a way to ask."""

from urllib.parse import quote

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from lopburi_pr.http import origin_of, public
from lopburi_pr.paging import PageOf, page_number
from lopburi_pr.visitors import limited
from news import listing, rumours, structured_data
from news.claim_forms import CheckForm, ReportForm
from news.models import Claim, Verdict


# To look for a message changes nothing and stores nothing, so a forged request does no harm; and
# readers get no cookie for a token.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@limited(60, 60)
def claims(request):
    if request.method != "POST":
        return _list(request, CheckForm())
    form = CheckForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=400)
    return _matches(request, ReportForm(initial={"text": form.cleaned_data["text"]}))


@public
def _list(request, form, status=200):
    """The box to paste into, and below it every verdict, the latest first."""
    stamp = listing.stamp(request)
    label = request.GET.get("label", "")
    label = label if label in Verdict.Label.values else ""
    found = rumours.listed(stamp, label)
    shown = PageOf(page_number(request.GET.get("page", ""), len(found)), len(found))
    base = reverse("news:claims")

    def address(page=1, label=label):
        parts = [f"label={label}"] * bool(label) + [f"page={page}"] * (page > 1)
        return base + ("?" + "&".join(parts) if parts else "")

    choices = [("", _("All")), *Verdict.Label.choices]
    context = {
        "form": form,
        "cards": rumours.cards(found[shown.slice]),
        "labels": [
            {"text": text, "url": address(label=value), "is_on": value == label}
            for value, text in choices
        ],
        "label_text": dict(choices)[label] if label else "",
        "pagination": shown.links(address),
        "page_number": shown.number,
    }
    return render(request, "news/claims.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@limited(20, 600)
def report(request):
    """Send a rumour to the office; then its own address says what happens next, and by when."""
    if request.method != "POST":
        return redirect("news:claims")
    form = ReportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _matches(request, form, status=400)
    return redirect(form.save())


def _matches(request, form, status=200):
    """Verdicts about the same, and the form for what is not among them."""
    text = form["text"].value() or ""
    found = rumours.find_similar(text, listing.stamp(request), form["link"].value() or "")
    context = {"form": form, "cards": found}
    return render(request, "news/claim_matches.html", context, status=status)


@require_safe
@public
def claim(request, pk):
    """What the office says about a claim; before that only how far it is, never what it says."""
    verdict = _verdicts().published().filter(claim=pk).first()
    if verdict:
        return _verdict(request, verdict)
    found = get_object_or_404(Claim.objects.select_related("same_as"), pk=pk)
    if found.same_as:
        return redirect(found.same_as)
    return render(request, "news/claim_waiting.html", {"claim": found})


@require_safe
@public
def version(request, pk, version):
    """An earlier verdict as it was shown, under a notice that says so."""
    verdict = get_object_or_404(_verdicts().released(), claim=pk, version=version)
    if verdict.shown_until is None:
        return redirect(verdict.claim)
    return _verdict(request, verdict)


def _verdicts():
    return Verdict.objects.select_related("claim__picture").prefetch_related("evidence")


def _verdict(request, verdict):
    origin = origin_of(request)
    url = f"{origin}{verdict.get_absolute_url()}"
    is_old = verdict.shown_until is not None
    versions = Verdict.objects.released().filter(claim=verdict.claim).order_by("-version")
    context = {
        "verdict": verdict,
        "explanation": mark_safe(verdict.explanation),  # noqa: S308 -- cleaned on every save
        "is_old": is_old,
        "versions": list(versions) if verdict.version > 1 or is_old else [],
        "jsonld": "" if is_old else structured_data.claim_review(verdict, origin),
        "picture": _picture(verdict),
        "share_line_url": f"https://social-plugins.line.me/lineit/share?url={quote(url, safe='')}",
        "share_facebook_url": f"https://www.facebook.com/sharer/sharer.php?u={quote(url, safe='')}",
        "url": url,
    }
    return render(request, "news/verdict.html", context)


def _picture(verdict):
    """The contract of the component ``picture``, only if the verdict describes what was sent."""
    sent = verdict.claim.picture
    if not (sent and verdict.picture_alt):
        return None
    return {
        "id": sent.pk,
        "alt": verdict.picture_alt,
        "is_decorative": False,
        "caption": _("The picture that is passed on"),
        "credit": "",
        "width": sent.width,
        "height": sent.height,
        "focal_x": 5,
        "focal_y": 5,
        "widths": sent.widths,
        "fallback_src": f"/pictures/{sent.pk}/original.jpg",
    }
