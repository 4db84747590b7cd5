"""Published results: the page, the files, and every version that ever was.

A page reads one row, the publication; there is nothing else that it could tell.
"""

import json
from datetime import date

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lopburi_pr import citing
from lopburi_pr.http import origin_of, public
from network.tables import CONTENT_TYPES
from office.pulse import remembered
from surveys import charts, methodology, reports, results_files, snapshots
from surveys.models import Publication, Survey

# Ending of a file → what people and what machines call it.
FILES = {
    "csv": ("CSV", "text/csv"),
    "xlsx": ("Excel", CONTENT_TYPES["xlsx"]),
    "json": ("JSON", "application/json"),
}
CITATIONS = {
    "txt": gettext_lazy("Thai style and APA"),
    "ris": "RIS",
    "bib": "BibTeX",
    "csl.json": "CSL-JSON",
}
SHARE = "https://social-plugins.line.me/lineit/share?"
FACEBOOK = "https://www.facebook.com/sharer/sharer.php?"


@require_safe
@public
def results(request, pk, version=None):
    """What came out: a sentence, a drawing, a table for each question, and how it was made."""
    survey, publication = _found(pk, version)
    if survey.state == Survey.State.WITHDRAWN:
        return render(request, "surveys/withdrawn.html", {"survey": survey}, status=410)
    origin = origin_of(request)
    newest = publication if version is None else _current(survey)
    own = version_url(publication)
    page = reverse("surveys:results", args=[survey.pk])
    address = origin + page
    files = {form: origin + reverse(f"surveys:results-{form}", args=[survey.pk]) for form in FILES}
    told = remembered(
        ("surveys", "results", publication.pk, get_language()),
        publication.sha256,
        lambda: _kept(publication),
    )
    title, cited = survey.title, methodology.citation(publication, origin + own)
    context = {
        "survey": survey,
        "publication": publication,
        "newest": newest,
        "is_old": newest.pk != publication.pk,
        "is_version": version is not None,
        "newest_url": page,
        "body": told["body"],
        "description": told["description"],
        "caution": told["caution"],
        "cited": [("th", citing.thai(cited)), ("en", citing.apa(cited))],
        "citations": [
            (label, reverse("surveys:results-cite", args=[survey.pk, publication.version, form]))
            for form, label in CITATIONS.items()
        ],
        "errata": [
            {
                "version": each.version,
                "day": each.published_at,
                "text": each.erratum,
                "url": version_url(each),
            }
            for each in _versions(survey)
        ],
        "files": [(FILES[form][0], address) for form, address in files.items()],
        "reports": [
            (
                {"pdf": "PDF", "docx": "Word"}[form],
                reverse("surveys:results-report", args=[survey.pk, kind, form]),
                kind,
            )
            for kind in ("summary", "full")
            for form in ("pdf", "docx")
        ],
        "findings": list(survey.findings.public().select_related("agency")),
        "share": {
            "line": SHARE + urlencode({"url": address}),
            "facebook": FACEBOOK + urlencode({"u": address}),
            "address": address,
        },
        "json_ld": _script(
            told["dataset"]
            | methodology.addresses(address, {FILES[form][1]: url for form, url in files.items()})
        ),
        "title": title,
    }
    return render(request, "surveys/results.html", context)


def _kept(publication):
    """What a version says, drawn once: a version never changes."""
    card = publication.card
    return {
        "body": render_to_string("surveys/_results.html", _told(publication)),
        "description": charts.said(card["sentence"]),
        "caution": charts.said(card["caution"]),
        "dataset": methodology.dataset(publication.survey, publication.snapshot, card),
    }


def _script(data):
    """JSON that is safe inside a script block, which a "<" could close."""
    text = json.dumps(data, ensure_ascii=False)
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return mark_safe(text)  # noqa: S308


def version_url(publication: Publication) -> str:
    """The address at which this version stays."""
    return reverse("surveys:results-version", args=[publication.survey_id, publication.version])


@require_safe
@public
def results_csv(request, pk, version=None):
    """Every number of the page, one row each, for spreadsheets; a hidden one is empty, marked *."""
    survey, publication = _published(pk, version)
    return _file(survey, publication, "csv", results_files.as_csv(publication))


@require_safe
@public
def results_xlsx(request, pk):
    """The same rows in a workbook, with the method and a code book."""
    survey, publication = _published(pk)
    return _file(survey, publication, "xlsx", results_files.as_xlsx(publication))


def _file(survey, publication, form, content):
    name = f"survey-{survey.pk}-v{publication.version}.{form}"
    response = HttpResponse(content, content_type=CONTENT_TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@public
def cite(request, pk, version, form):
    """One version as a citation to download."""
    if form not in citing.FORMATS:
        raise Http404
    _survey, publication = _published(pk, version)
    cited = methodology.citation(publication, origin_of(request) + version_url(publication))
    return citing.download(cited, form)


@require_safe
@public
def results_json(request, pk, version=None):
    """The publication as it stands: results, method, version and its sum."""
    survey, publication = _published(pk, version)
    found = {
        "survey": survey.pk,
        "version": publication.version,
        "published_at": publication.published_at.isoformat(),
        "sha256": publication.sha256,
        "address": origin_of(request) + version_url(publication),
        "errata": [
            {"version": each.version, "th": each.erratum_th, "en": each.erratum_en}
            for each in survey.publications.published().order_by("version")
            if each.erratum_th
        ],
        "results": publication.snapshot,
        "method": publication.card,
    }
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False})


@require_safe
@public
def report(request, pk, kind, form):
    """The results on paper: the summary on one page or the full report, as PDF or Word file."""
    survey, publication = _published(pk)
    makers = {"pdf": reports.pdf, "docx": reports.docx}
    if kind not in {"summary", "full"} or form not in makers:
        raise Http404
    address = origin_of(request) + version_url(publication)
    made = makers[form](reports.told(publication, address, is_full=kind == "full"))
    response = HttpResponse(made, content_type=reports.TYPES[form])
    name = f"survey-{survey.pk}-v{publication.version}-{kind}.{form}"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


# What the page shows


def _told(publication):
    snapshot = publication.snapshot
    labels = {each["name"]: charts.said(each["label"]) for each in snapshot["breakdowns"]}
    trends = {each["name"]: each for each in snapshot.get("trends", ())}
    sections = []
    for question in snapshot["questions"]:
        told = _question(question, snapshot, labels, trends.get(question["name"]))
        name = question.get("of")
        if name and sections and sections[-1]["of"] == name:
            sections[-1]["rows"].append(told)
        else:
            label = charts.said(question["of_label"]) if name else told["label"]
            sections.append({"of": name, "label": label, "rows": [told]})
    first, last = (date.fromisoformat(day) for day in snapshot["days"])
    return {
        "sections": [_section(each) for each in sections],
        "snapshot": snapshot,
        "first_day": first,
        "last_day": last,
        "card": [
            {"title": charts.said(item["title"]), "text": charts.said(item["text"])}
            for item in publication.card["items"]
        ],
        "sentence": charts.said(publication.card["sentence"]),
        "modes": [
            {"label": charts.said(mode["label"]), "n": mode["n"]} for mode in snapshot["modes"]
        ],
        "has_margin": snapshot["errors"] == snapshots.SAMPLING,
        "is_modelled": snapshot["errors"] == snapshots.MODELLED,
    }


def _section(section):
    """A question, or all things that one question asked about."""
    rows = section["rows"]
    first = rows[0]
    return {
        "name": section["of"] or first["name"],
        "label": section["label"],
        "headline": "" if section["of"] else first["headline"],
        "rows": rows,
        "is_table": bool(section["of"]),
        "is_who": first["is_who"],
        "is_key": first["is_key"],
        "legend": next((row["stack"] for row in rows if row["stack"]), []) if section["of"] else [],
        "bands": next((row["bands"] for row in rows if row["bands"]), []),
        # Of answers in people's own words there is nothing to count but how many.
        "has_tables": any(len(table["rows"]) > 1 for table in rows[0]["tables"]),
        "trends": [row["trend"] for row in rows if row["trend"]],
        "waves": max(
            (len(row["trend"]["headings"]) - 1 for row in rows if row["trend"]), default=0
        ),
        "has_one_base": len({(row["base"], row["blank"], row["is_small"]) for row in rows}) == 1,
    }


def _question(question, snapshot, labels, trend):
    whole = question["tables"][0]["groups"][0]
    bands = snapshots.bands_of(question, snapshot["bands"])
    mean = whole.get("mean")
    sentences = iter(question["differences"])
    tables = []
    for table in question["tables"]:
        told = _table(question, table, labels)
        if "test" in table:
            told |= {"said": charts.said(next(sentences)), "is_clear": table["test"]["is_clear"]}
        tables.append(told)
    return {
        "name": question["name"],
        "label": charts.said(question["label"]),
        "headline": charts.said(question["headline"]),
        "is_who": bool(question.get("role")),
        "is_key": not question.get("role") and question["kind"] not in {"text", "date"},
        "differences": [table["said"] for table in tables if table.get("is_clear")],
        "base": whole["base"],
        "blank": whole.get("blank"),
        "is_small": whole["standing"] == "small",
        "bars": charts.bars(question, whole) if question["choices"] else [],
        "stack": charts.stack(question, whole) if question["kind"] == "matrix" else [],
        "mean": f"{mean['value']:.2f}" if mean and "band" in mean else "",
        "is_multiple": question["kind"] == "multiple",
        "bands": [
            {"low": band.low, "high": band.high, "words": band.words[get_language() != "th"]}
            for band in bands
        ],
        "tables": tables,
        "trend": _trend(trend, question) if trend else None,
    }


def _table(question, table, labels):
    """Rows for ``data_table``: answers, then mean and number of people, one column for a group."""
    groups = table["groups"]
    caption = question_caption(question, labels.get(table["by"], ""))
    headings = [(_("Answer"), False), *((charts.said(group["label"]), True) for group in groups)]
    rows = []
    for place, choice in enumerate(question["choices"]):
        cells = [(_percent_and_n(group["cells"][place]), True) for group in groups]
        rows.append([(charts.said(choice["label"]), False), *cells])
    if any("mean" in group for group in groups):
        rows.append([(_("Mean"), False), *((_mean(group), True) for group in groups)])
    bases = [(charts.HIDDEN if g["base"] is None else _with_mark(g), True) for g in groups]
    rows.append([(_("People (n)"), False), *bases])
    return {"caption": caption, "headings": headings, "rows": rows, "by": table["by"]}


def question_caption(question, by):
    label = _whole_label(question)
    return _("%(question)s, by %(by)s") % {"question": label, "by": by} if by else label


def _whole_label(question):
    """The words of a question; of a thing that it asked about, both."""
    label = charts.said(question["label"])
    return f"{charts.said(question['of_label'])} · {label}" if "of_label" in question else label


def _percent_and_n(cell):
    if cell["n"] is None:
        return charts.HIDDEN
    return (
        f"{charts.interval(cell)} · {cell['n']:,}"
        if cell["percent"] is not None
        else f"{cell['n']:,}"
    )


def _mean(group):
    mean = group.get("mean")
    if not mean:
        return charts.HIDDEN
    text = f"{mean['value']:.2f}"
    if "sd" in mean:
        text += _(" (S.D. %(sd)s)") % {"sd": f"{mean['sd']:.2f}"}
    return f"{text} {charts.said(mean['band'])}" if "band" in mean else text


def _with_mark(group):
    return f"{group['base']:,}" + (" !" if group["standing"] == "small" else "")


def _trend(trend, question):
    """Rows of a table of waves, for the answers of the question."""
    points = trend["points"]
    headings = [(_("Answer"), False), *((_wave(point), True) for point in points)]
    rows = [
        [
            (charts.said(choice["label"]), False),
            *((_moved(point, choice["code"]), True) for point in points),
        ]
        for choice in question["choices"]
    ]
    return {
        "headings": headings,
        "rows": rows,
        "caption": _("%(question)s, over time") % {"question": _whole_label(question)},
        "label": charts.said(question["label"]),
        "name": question["name"],
        "panels": charts.waves(trend, question),
        "moved": [
            (charts.said(choice["label"]), charts.points(moved["points"]))
            for choice in question["choices"]
            if (moved := points[-1]["change"].get(choice["code"])) and moved["is_clear"]
        ],
        "has_break": any(point["is_break"] for point in points),
        "has_intervals": any("low" in cell for cell in points[-1]["percents"].values()),
    }


def _wave(point):
    text = charts.said(point["title"])
    return f"‖ {text}" if point["is_break"] else text


def _moved(point, code):
    cell = point["percents"][code]
    if cell.get("percent") is None:
        return charts.HIDDEN
    text = charts.interval(cell)
    moved = point["change"].get(code)
    if not moved:
        return text
    return f"{text} {charts.change(moved)}"


# Which version


def _found(pk, version):
    survey = get_object_or_404(Survey, pk=pk)
    if survey.state == Survey.State.WITHDRAWN and survey.publications.published().exists():
        return survey, None
    if survey.state != Survey.State.PUBLISHED:
        raise Http404
    published = _versions(survey)
    found = published.filter(version=version).first() if version else published.first()
    if found is None:
        raise Http404
    return survey, found


def _published(pk, version=None):
    survey, publication = _found(pk, version)
    if publication is None:
        raise Http404
    return survey, publication


def _current(survey):
    return _versions(survey).first()


def _versions(survey):
    """Published versions, the newest first; their numbers are read only where they are shown."""
    return survey.publications.published().defer("snapshot", "card").order_by("-version")
