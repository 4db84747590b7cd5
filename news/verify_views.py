"""Is this notice genuine? One edition in the register, and a forwarded text beside all of them."""

import re
from urllib.parse import urlsplit

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from lopburi_pr.http import origin_of, public
from lopburi_pr.visitors import limited
from news import comparing, register, signing, verifying
from news.comparing import CHANGED, ELSEWHERE, OLDER
from news.differences import SAME, Piece
from news.forms import PasteForm, ReferenceForm
from news.reading import verify_url
from news.verifying import Wanted

PASTES, PASTE_SECONDS = 30, 60
_thai = re.compile("[ก-ฮ]")

# Of an edition: tone, what is said of it in a table, and the answer with what to do.
STANDINGS = {
    verifying.CURRENT: (
        "success",
        gettext_lazy("current version"),
        gettext_lazy("Genuine and current"),
        gettext_lazy("The office issued this notice, and it is what the office says now."),
    ),
    verifying.REPLACED: (
        "warning",
        gettext_lazy("replaced by a newer version"),
        gettext_lazy("Genuine, but replaced by a newer version"),
        gettext_lazy("The office issued this notice and changed it later. Use the newer version."),
    ),
    verifying.EXPIRED: (
        "warning",
        gettext_lazy("expired"),
        gettext_lazy("Genuine, but expired"),
        gettext_lazy("The office issued this notice. Its time is over; don't go by it any more."),
    ),
    verifying.WITHDRAWN: (
        "danger",
        gettext_lazy("withdrawn by the office"),
        gettext_lazy("Withdrawn by the office"),
        gettext_lazy("The office no longer stands behind this notice. Please don't pass it on."),
    ),
    verifying.ALTERED: (
        "danger",
        gettext_lazy("not as registered"),
        gettext_lazy("Not what was registered"),
        gettext_lazy(
            "The text on this website is not the one that was approved. "
            "Don't go by it, and please tell the office."
        ),
    ),
}
UNKNOWN = (
    "info",
    gettext_lazy("Unknown to the register"),
    gettext_lazy("The office has published no notice with this number. Don't pass it on yet."),
)

# Of a pasted text, the gravest first: tone, and the answer with what to do.
ANSWERS = {
    "unknown": (
        "info",
        gettext_lazy("This text does not come from the office"),
        gettext_lazy(
            "It is not in any news of this office. That does not make it untrue. "
            "Ask before you pass it on."
        ),
    ),
    "mixed": (
        "danger",
        gettext_lazy("Most of this text does not come from the office"),
        gettext_lazy("Only some passages stand in news of the office. Ask before you pass it on."),
    ),
    "changed": (
        "danger",
        gettext_lazy("This text differs from the news of the office"),
        gettext_lazy(
            "It resembles what the office said, but does not say the same. "
            "See below what differs, and don't pass it on."
        ),
    ),
    verifying.WITHDRAWN: (
        "danger",
        gettext_lazy("The office has withdrawn this news"),
        gettext_lazy("The office no longer stands behind what it says. Please don't pass it on."),
    ),
    "older": (
        "warning",
        gettext_lazy("The office has changed this news since"),
        gettext_lazy("It came from the office, but is out of date. Pass on the newer version."),
    ),
    verifying.EXPIRED: (
        "warning",
        gettext_lazy("This news has expired"),
        gettext_lazy("It came from the office, but its time is over."),
    ),
    "added": (
        "warning",
        gettext_lazy("News of the office, with something added"),
        gettext_lazy(
            "Somebody put in passages that are not the office's. Don't go by those marked below."
        ),
    ),
    "same": (
        "success",
        gettext_lazy("This text is the same as the news of the office"),
        gettext_lazy("Every passage stands in the version in force. You can read all of it below."),
    ),
}
PASSAGES = {
    SAME: ("success", gettext_lazy("the same")),
    OLDER: ("warning", gettext_lazy("changed by the office since")),
    CHANGED: ("danger", gettext_lazy("differs")),
    ELSEWHERE: ("neutral", gettext_lazy("not from the office")),
}
PLACES = {
    "title": gettext_lazy("headline"),
    "must_know": gettext_lazy("what people must know"),
    "lead": gettext_lazy("lead"),
    "body": gettext_lazy("paragraph %(number)s of the text"),
}


# A comparison changes nothing, stores nothing and knows nobody, so a forged request could do no
# harm; and readers get no cookie for a token.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@limited(PASTES, PASTE_SECONDS)
def verify(request):
    return _compared(request) if request.method == "POST" else _asked(request)


@public
def _asked(request):
    """The two forms; a reference number leads to its page."""
    is_given = "reference" in request.GET
    form = ReferenceForm(request.GET if is_given else None)
    if is_given and form.is_valid():
        return redirect("record", form.cleaned_data["reference"].text)
    return _page(request, PasteForm(), form, status=400 if is_given else 200)


def _compared(request):
    form = PasteForm(request.POST)
    if not form.is_valid():
        return _page(request, form, ReferenceForm(), status=400)
    host = urlsplit(origin_of(request)).netloc
    comparison = comparing.compare(form.cleaned_data["text"], host)
    return _page(request, form, ReferenceForm(), _shown(comparison))


def _page(request, paste, reference, comparison=None, status=200):
    context = {"paste": paste, "reference": reference, "comparison": comparison}
    return render(request, "news/verify.html", {"verify": context}, status=status)


def _shown(comparison):
    tone, title, sentence = ANSWERS[_answer(comparison)]
    return {
        "tone": tone,
        "title": title,
        "sentence": sentence,
        "sources": [_source(source) for source in comparison.sources],
        "passages": [_passage(passage) for passage in comparison.passages],
    }


def _answer(comparison):
    """The gravest thing that is true of a text."""
    kinds, standings = comparison.kinds, {source.standing for source in comparison.sources}
    elsewhere, total = kinds[ELSEWHERE], kinds.total()
    for answer, holds in (
        ("unknown", elsewhere > 0.85 * total),
        ("mixed", elsewhere > 0.5 * total),
        ("changed", kinds[CHANGED]),
        (verifying.WITHDRAWN, verifying.WITHDRAWN in standings),
        ("older", kinds[OLDER]),
        (verifying.EXPIRED, verifying.EXPIRED in standings),
        ("added", elsewhere),
    ):
        if holds:
            return answer
    return "same"


def _source(source):
    edition, article = source.latest.edition, source.article
    tone, standing, *_rest = STANDINGS[source.standing]
    return {
        "title": edition.title if source.standing != verifying.WITHDRAWN else "",
        "language": article.language,
        "tone": tone,
        "standing": standing,
        "is_sample": article.is_sample,
        "url": article.get_absolute_url() if source.is_shown else "",
        "record_url": verify_url("", article.language, f"{article.reference}.{edition.version}"),
        "reference": f"{article.reference}.{edition.version}",
    }


def _passage(passage):
    tone, kind = PASSAGES[passage.kind]
    where = ""
    if passage.source:
        where = _("%(place)s, %(reference)s version %(version)s") % {
            "place": PLACES[passage.paragraph.place] % {"number": passage.paragraph.number},
            "reference": passage.source.article.reference,
            "version": passage.version.edition.version,
        }
    return {
        "tone": tone,
        "kind": kind,
        "is_changed": passage.kind == CHANGED and bool(passage.pieces),
        "is_older": passage.kind == OLDER and bool(passage.pieces),
        "where": where,
        "language": "th" if _thai.search(passage.text) else "en",
        "pieces": passage.pieces or [Piece(SAME, passage.text)],
    }


@require_safe
@public
def record(request, reference):
    """One edition and what the register says of it."""
    wanted = Wanted.of(reference)
    if wanted and reference != wanted.text:
        return redirect("record", wanted.text)
    found = wanted and verifying.find(wanted, get_language())
    if not found:
        return _unknown(request, wanted.text if wanted else "")
    if wanted.version is None:
        return redirect("record", found.reference)
    tone, _standing, title, sentence = STANDINGS[found.state]
    context = {
        "reference": found.reference,
        "tone": tone,
        "title": title,
        "sentence": sentence,
        "found": _found(request, found),
    }
    return render(request, "news/record.html", {"record": context})


def _unknown(request, reference):
    tone, title, sentence = UNKNOWN
    context = {
        "reference": reference,
        "tone": tone,
        "title": title,
        "sentence": sentence,
        "found": None,
    }
    return render(request, "news/record.html", {"record": context}, status=404)


def _found(request, found):
    edition, entry, article = found.edition, found.entry, found.edition.article
    address = article.get_absolute_url() if found.is_shown else ""
    here = verify_url(origin_of(request), article.language, found.reference)
    return {
        "headline": edition.title if found.state != verifying.WITHDRAWN else "",
        "language": article.language,
        "is_sample": article.is_sample,
        "address": address,
        "why_url": article.get_absolute_url() if found.state == verifying.WITHDRAWN else "",
        "version": edition.version,
        "latest": found.latest.version,
        "latest_url": verify_url(
            "", article.language, f"{article.reference}.{found.latest.version}"
        ),
        "changes_url": f"{address}v{edition.version}..v{found.latest.version}/"
        if address and edition is not found.latest
        else "",
        "shown_from": edition.shown_from,
        "shown_until": edition.shown_until if found.state != verifying.CURRENT else None,
        "versions": [
            {
                "version": version.version,
                "url": verify_url("", article.language, f"{article.reference}.{version.version}"),
                "shown_from": version.shown_from,
                "tone": STANDINGS[version.standing][0],
                "standing": STANDINGS[version.standing][1],
            }
            for version in found.versions
        ],
        "url": here,
        "record_url": f"{here}record.json",
        "content_url": f"{here}content.json" if found.is_shown else "",
        "entry": entry,
        "entry_text": register.canonical(register.entry_facts(entry)).decode(),
        "pem": signing.public_pem(entry.key),
        "checked_at": timezone.now(),
    }


@require_safe
@public
def record_json(request, reference):
    found = _released(reference)
    here = verify_url(origin_of(request), found.edition.article.language, found.reference)
    return JsonResponse(
        verifying.record_data(found, here), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )


@require_safe
@public
def content(request, reference):
    """Exactly the bytes whose SHA-256 the register holds, as long as readers see the article."""
    found = _released(reference)
    if not found.is_shown:
        raise Http404
    pk = found.edition.pk
    return HttpResponse(
        register.canonical(register.contents([pk])[pk]),
        content_type="application/json",
        headers={"X-Robots-Tag": "noindex"},
    )


def _released(reference):
    """The record at the canonical address of one version."""
    wanted = Wanted.of(reference)
    found = wanted and reference == wanted.text and verifying.find(wanted, get_language())
    if not found or wanted.version is None:
        raise Http404
    return found


@require_safe
@public
def keys(request):
    """Every key that ever signed an entry."""
    return JsonResponse(
        {"keys": verifying.published_keys()}, json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
