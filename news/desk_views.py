"""The desk of a partner or volunteer: today's news, what they did with it, what was corrected."""

import uuid

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from lopburi_pr import private_files
from lopburi_pr.http import origin_of
from lopburi_pr.paging import PageOf, page_number
from network.own_views import own
from news import broadcasting, desk, distributing
from news.broadcast_forms import BroadcastForm, KeyForm
from news.models import EditionPicture


@own
def today(request, visitor):
    """The script of the most important news at once, the other news below it."""
    found = desk.today(visitor.party)
    first, *others = found.editions or [None]
    context = {
        **_frame(visitor),
        "is_today": found.is_today,
        "corrections": _corrections(visitor),
        "kit": first and _kit(request, visitor, first),
        "others": _rows(visitor, others),
        "embargoed": _rows(visitor, desk.embargoed_for(visitor.party)),
        "is_taken_back": request.GET.get("undone") == "1",
        "is_confirmed": request.GET.get("confirmed") == "1",
    }
    return render(request, "news/desk.html", context)


@own
def kit(request, visitor, pk):
    """One piece of news in every form."""
    edition = _visible(visitor, pk)
    if edition is None:
        # An old page leads to the words that hold now; what is hidden stays unknown.
        newer = desk.shown_to(visitor.party).filter(article__editions=pk).first()
        if newer is None:
            raise Http404
        return redirect(visitor.address("news:kit", newer.pk))
    context = {**_frame(visitor), "kit": _kit(request, visitor, edition)}
    context["corrections"] = _corrections(visitor)
    return render(request, "news/kit.html", context)


@own
def photo(request, visitor, pk, placement):
    """A photograph of an edition, as a file to keep."""
    edition = _visible(visitor, pk)
    if edition is None:
        raise Http404
    keys = list(EditionPicture.objects.filter(edition=edition).values_list("pk", flat=True))
    found = get_object_or_404(edition.placements.select_related("picture"), pk=placement)
    name = desk.photo_name(edition, keys.index(found.pk) + 1)
    broadcasting.pick_up(edition, visitor.party)
    return private_files.send(request, found.picture.file, content_type="image/jpeg", filename=name)


def _visible(visitor, pk):
    """The edition, when this desk may show it now; else None."""
    shown = desk.shown_to(visitor.party).filter(pk=pk)
    return shown.first() or desk.embargoed_for(visitor.party).filter(pk=pk).first()


def _kit(request, visitor, edition):
    """What stands on the page is in their hands: that is noted, so that a correction finds them."""
    if request.method == "GET":
        broadcasting.pick_up(edition, visitor.party)
    found = desk.kit(edition, visitor.party, origin_of(request))
    for place in found["photos"]:
        place["url"] = visitor.address("news:kit-photo", edition.pk, place["pk"])
    return found | {
        "air_url": visitor.address("news:air", edition.pk),
        "report_url": visitor.address("news:report-broadcast", edition.pk),
        "key": uuid.uuid4(),
        "reported": _with_address(visitor, desk.last_reports(visitor.party, [edition])).get(
            edition.pk
        ),
    }


def _rows(visitor, editions):
    editions = list(editions)
    reported = _with_address(visitor, desk.last_reports(visitor.party, editions))
    return [
        {
            "edition": edition,
            "url": visitor.address("news:kit", edition.pk),
            "reported": reported.get(edition.pk),
        }
        for edition in editions
    ]


def _with_address(visitor, reports):
    for report in reports.values():
        report.own_url = visitor.address("news:broadcast", report.pk)
    return reports


def _corrections(visitor):
    found = distributing.unanswered_by(visitor.party)
    for delivery in found:
        delivery.acknowledge_url = visitor.address("news:acknowledge", delivery.pk)
        now = desk.shown_to(visitor.party).filter(article=delivery.release.edition.article_id)
        newest = now.values_list("pk", flat=True).first()
        delivery.kit_url = visitor.address("news:kit", newest) if newest else ""
    return found


def _frame(visitor):
    """What every page of the desk knows of its reader."""
    return {
        "person": visitor.person,
        "party": visitor.party,
        "token": visitor.token,
        "desk_url": visitor.address("news:desk"),
        "broadcasts_url": visitor.address("news:broadcasts"),
    }


# What they did with it


@own
def air(request, visitor, pk):
    """One press: it was on air, just now, by the usual means, in the usual places."""
    edition = _aired(visitor, pk)
    form = KeyForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return redirect(visitor.address("news:report-broadcast", edition.pk))
    try:
        made = broadcasting.report(edition, visitor.party, key=form.cleaned_data["key"])
    except ValidationError as refused:
        context = _frame(visitor) | {"edition": edition, "refusals": refused.messages}
        return render(request, "news/broadcast_refused.html", context, status=409)
    return redirect(visitor.address("news:broadcast", made.pk) + "?new=1")


@own
def report(request, visitor, pk):
    """A report with everything that can be said: where on the web, when, how many people."""
    edition = _aired(visitor, pk)
    form = BroadcastForm(
        request.POST or None, request.FILES or None, edition=edition, party=visitor.party
    )
    if form.is_valid() and (made := form.save()):
        return redirect(visitor.address("news:broadcast", made.pk) + "?new=1")
    context = _frame(visitor) | {"edition": edition, "form": form}
    context["key"] = request.POST.get("key") or uuid.uuid4()
    status = 400 if form.is_bound else 200
    return render(request, "news/broadcast_form.html", context, status=status)


def _aired(visitor, pk):
    """An edition that readers have seen; those replaced since too, for they may have been used."""
    return get_object_or_404(desk.seen_by(visitor.party), pk=pk)


@own
def broadcasts(request, visitor):
    """Their own reports, and what became of each."""
    found = desk.reports_of(visitor.party)
    total = found.count()
    page = PageOf(page_number(request.GET.get("page", ""), total), total)
    context = _frame(visitor) | {
        "reports": [
            {"report": each, "url": visitor.address("news:broadcast", each.pk)}
            for each in found[page.slice]
        ],
        "pagination": page.links(lambda n: f"?page={n}" if n > 1 else request.path),
    }
    return render(request, "news/broadcasts.html", context)


@own
def broadcast(request, visitor, pk):
    """One report: it is noted, can be corrected, and for some minutes taken back."""
    shown = get_object_or_404(desk.reports_of(visitor.party), pk=pk)
    form = BroadcastForm(
        request.POST or None,
        request.FILES or None,
        edition=shown.edition,
        party=visitor.party,
        broadcast=shown,
    )
    if form.is_valid() and form.save(by=visitor.person.user):
        return redirect(f"{request.path}?changed=1")
    if form.is_bound:
        shown.refresh_from_db()
    context = _frame(visitor) | {
        "broadcast": shown,
        "places": list(shown.subdistricts.all()),
        "form": form,
        "is_open": shown.state == shown.State.REPORTED,
        "undo_url": visitor.address("news:undo-broadcast", pk)
        if broadcasting.can_undo(shown)
        else "",
        "is_new": request.GET.get("new") == "1",
        "is_changed": request.GET.get("changed") == "1",
        "corrections": _corrections(visitor),
    }
    status = 400 if form.is_bound else 200
    return render(request, "news/broadcast.html", context, status=status)


@own
def undo(request, visitor, pk):
    """Take back what was pressed by mistake."""
    shown = desk.reports_of(visitor.party).filter(pk=pk).first()
    if shown is None or request.method != "POST":
        return redirect(visitor.address("news:desk"))
    try:
        broadcasting.undo(shown)
    except ValidationError:
        return redirect(visitor.address("news:broadcast", pk))  # it says what holds now
    return redirect(visitor.address("news:desk") + "?undone=1")


@own
def acknowledge(request, visitor, pk):
    """They know of a correction."""
    delivery = distributing.chased(visitor.party).filter(pk=pk).first()
    if delivery is None:
        raise Http404
    if request.method == "POST":
        distributing.acknowledge(delivery)
        return redirect(visitor.address("news:desk") + "?confirmed=1")
    return redirect(visitor.address("news:desk"))
