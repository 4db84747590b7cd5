"""What others may learn from: answers, guides and templates, for everybody."""

from dataclasses import dataclass

from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from consulting import files, finding
from consulting.models import Resource, ResourceEdition, Topic
from consulting.resource_forms import VoteForm
from lopburi_pr import rich_text, thai_words, visitors
from lopburi_pr.bilingual import in_language
from lopburi_pr.http import public
from lopburi_pr.paging import PageOf, page_number
from lopburi_pr.private_files import download_name, send
from lopburi_pr.thai_text import excerpt_around
from office.pulse import remembered

HOUR = 3600
VOTES_AN_HOUR = 60  # of one address; a whole office shares one
FILE_MAX_AGE = 600  # it may be archived
EXCERPT_LETTERS = 170
SEARCH_HITS = 5
ANSWER = Resource.Kind.ANSWER
LICENCE_URLS = {
    ResourceEdition.Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/deed.{}",
    ResourceEdition.Licence.CC_BY_NC: "https://creativecommons.org/licenses/by-nc/4.0/deed.{}",
}


@dataclass(frozen=True)
class Side:
    """Answers, or everything else: each has its list and its addresses."""

    name: str  # of its list
    one: str  # of one of it
    kind: str  # for finding.search
    title: str
    intro: str


ANSWERS = Side(
    "consulting:answers",
    "consulting:answer",
    ANSWER,
    _("Answers to what agencies asked"),
    _("What agencies of the province asked us, and what we advised, without names."),
)
RESOURCES = Side(
    "consulting:resources",
    "consulting:resource",
    "resource",
    _("Guides, templates and checklists"),
    _("To use at once in the public relations of your agency or village."),
)


@require_safe
@public
def answers(request):
    return _list(request, ANSWERS)


@require_safe
@public
def resources(request):
    return _list(request, RESOURCES)


def _list(request, side):
    q = " ".join(request.GET.get("q", "")[: finding.MOST_LETTERS].split())
    topics = {topic.key: topic for topic in Topic.objects.order_by("order", "pk")}
    topic = topics.get(request.GET.get("topic", ""))
    kinds = dict(Resource.Kind.choices) if side is RESOURCES else {}
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds and kind != ANSWER else ""
    rows = finding.search(q, kind=side.kind)
    counts = list(
        rows.order_by().values_list("resource__topic__key", "resource__kind").annotate(Count("pk"))
    )
    total = sum(
        count
        for key, of, count in counts
        if (not topic or key == topic.key) and (not kind or of == kind)
    )
    shown = PageOf(page_number(request.GET.get("page", ""), total), total)
    base = reverse(side.name)

    def address(page=1, topic=topic and topic.key, kind=kind, q=q):
        given = {"q": q, "topic": topic, "kind": kind, "page": page if page > 1 else ""}
        query = urlencode({name: value for name, value in given.items() if value})
        return f"{base}?{query}" if query else base

    def facet(heading, names, chosen, place, link):
        found = {}
        for row in counts:
            other = row[1 - place]
            if (place == 0 and (not kind or other == kind)) or (
                place == 1 and (not topic or other == topic.key)
            ):
                found[row[place]] = found.get(row[place], 0) + row[2]
        values = [
            {
                "label": str(name),
                "count": found[key],
                "url": link("" if key == chosen else key),
                "is_on": key == chosen,
            }
            for key, name in names.items()
            if key in found
        ]
        return [{"name": heading, "values": values}] if len(values) > 1 or chosen else []

    facets = facet(
        gettext("Topic of advice"), topics, topic and topic.key, 0, lambda key: address(topic=key)
    )
    if kinds:
        facets += facet(pgettext("resource", "Kind"), kinds, kind, 1, lambda key: address(kind=key))
    if topic:
        rows = rows.filter(resource__topic=topic)
    if kind:
        rows = rows.filter(resource__kind=kind)
    applied = [{"value": str(topic), "remove_url": address(topic="")}] if topic else []
    applied += [{"value": kinds[kind], "remove_url": address(kind="")}] if kind else []
    context = {
        "side": side,
        "is_answers": side is ANSWERS,
        "other_url": reverse((RESOURCES if side is ANSWERS else ANSWERS).name),
        "base": base,
        "q": q,
        "topic": topic,
        "kind": kind,
        "cards": [_card(edition, q) for edition in rows[shown.slice]],
        "total": total,
        "facets": facets,
        "applied": applied,
        "is_filtered": bool(applied or q),
        "pagination": shown.links(lambda page: address(page=page)),
    }
    return render(request, "consulting/resources.html", context)


def _card(edition, q):
    resource, words = edition.resource, [word.strip() for word in finding.words_of(q)]
    text = finding.plain(in_language(edition, "body"))
    return {
        "url": resource.get_absolute_url(),
        "title": in_language(edition, "title"),
        "kind": resource.get_kind_display(),
        "topic": str(resource.topic),
        "published_at": edition.published_at,
        "format": edition.format.upper() if edition.file else "",
        "excerpt": excerpt_around(text, words, EXCERPT_LETTERS, thai_words.word_spans),
        "is_sample": resource.is_sample,
    }


@require_safe
@public
def answer(request, pk):
    return _page(request, pk, ANSWERS)


@require_safe
@public
def resource(request, pk):
    return _page(request, pk, RESOURCES)


@require_safe
@public
def answer_version(request, pk, version):
    return _page(request, pk, ANSWERS, version)


@require_safe
@public
def resource_version(request, pk, version):
    return _page(request, pk, RESOURCES, version)


def _page(request, pk, side, version=None):
    """The version that holds, or a former one under a notice; 410 for what was taken away."""
    editions = list(
        ResourceEdition.objects.filter(resource=pk, published_at__isnull=False)
        .select_related("resource__topic")
        .order_by("-version")
    )
    if not editions:
        raise Http404
    current = next((row for row in editions if row.state == ResourceEdition.State.PUBLISHED), None)
    found = editions[0].resource
    if found.is_answer != (side is ANSWERS):
        return redirect(found, permanent=True)
    if current is None:
        return _gone(request, editions[0], side)
    # What was taken away for a reason stays away, also when a new version came after it.
    readable = [row for row in editions if not row.remark or row is current]
    edition = current
    if version is not None:
        edition = next((row for row in editions if row.version == version), None)
        if edition is None:
            raise Http404
        if edition is current:
            return redirect(found)
        if edition not in readable:
            return _gone(request, edition, side)
    is_foreign = get_language() == "en" and not edition.body_en
    url = found.get_absolute_url()
    context = {
        "side": side,
        "list_url": reverse(side.name),
        "edition": edition,
        "resource": found,
        "title": in_language(edition, "title"),
        "body": mark_safe(  # noqa: S308 -- cleaned on every save, and here again
            rich_text.clean(in_language(edition, "body"))
        ),
        "is_old": edition is not current,
        "is_foreign": is_foreign,
        "first": editions[-1],
        "versions": [
            {
                "row": row,
                "url": url if row is current else f"{url}v{row.version}/",
                "is_this": row is edition,
            }
            for row in readable
        ]
        if len(readable) > 1
        else [],
        "files": _file_items(edition) if edition is current else [],
        "licence_url": LICENCE_URLS.get(edition.licence, "").format(get_language()),
        "url": url,
        "vote_url": reverse(f"{side.one}-vote", args=[pk]),
    }
    return render(request, "consulting/resource.html", context)


def _gone(request, edition, side):
    context = {"edition": edition, "side": side, "list_url": reverse(side.name)}
    context["title"] = in_language(edition, "title")
    return render(request, "consulting/resource_gone.html", context, status=410)


def _file_items(edition):
    if not edition.file:
        return []
    return [
        {
            "url": reverse("resource-file", args=[edition.pk]),
            "title": edition.file_title,
            "format": edition.format.upper(),
            "size": edition.size,
        }
    ]


@require_safe
def file(request, pk):
    """The file of a published version under the name that its editors gave it; others for staff."""
    edition = get_object_or_404(ResourceEdition.objects.exclude(file=""), pk=pk)
    is_public = edition.state == ResourceEdition.State.PUBLISHED
    may_look = not is_public and (
        request.user.is_staff
        and request.user.has_perm("consulting.view_resourceedition")
        and ResourceEdition.objects.open_to(request.user).filter(pk=pk).exists()
    )
    if not (is_public or may_look):
        raise Http404
    return send(
        request,
        edition.file,
        content_type=files.CONTENT_TYPES[edition.format],
        filename=download_name(edition.file_title, edition.format),
        max_age=FILE_MAX_AGE if is_public else None,
    )


def answer_vote(request, pk):
    return _vote(request, pk, ANSWERS)


def resource_vote(request, pk):
    return _vote(request, pk, RESOURCES)


# A page of its own, so that the text itself needs no cookie against forgery.
@require_http_methods(["GET", "HEAD", "POST"])
def _vote(request, pk, side):
    edition = get_object_or_404(
        finding.search("", kind=side.kind).filter(resource=pk)  # published, and of this side
    )
    sent = request.POST if request.method == "POST" else None
    form = VoteForm(sent, initial={"helpful": request.GET.get("helpful", "")})
    wait, status = 0, 400 if form.is_bound else 200
    if form.is_valid():
        wait = visitors.seconds_to_wait(request, "helpful", most=VOTES_AN_HOUR, seconds=HOUR)
        if not wait:
            form.save(edition, visitors.mark(request, "helpful", edition.pk))
            return redirect(f"{request.path}?thanks=1")
        form.add_error(None, visitors.TOO_MUCH)
    context = {
        "side": side,
        "list_url": reverse(side.name),
        "title": in_language(edition, "title"),
        "url": edition.resource.get_absolute_url(),
        "form": form,
        "is_thanked": request.GET.get("thanks") == "1" and not form.is_bound,
    }
    answer = render(request, "consulting/resource_vote.html", context, status=status)
    return visitors.told_to_wait(answer, wait)


def search_block(words, stamp):
    """What the site's search shows of advice beside the news; None when there is nothing."""
    is_there = remembered("advice to search", stamp, ResourceEdition.objects.published().exists)
    if not (is_there and words.strip()):
        return None
    hits = [_card(edition, words) for edition in finding.search(words)[:SEARCH_HITS]]
    return {"title": _("Answers and papers of our advisers"), "hits": hits} if hits else None
