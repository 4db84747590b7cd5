"""Publishing results: somebody prepares them, somebody else lets them go, and then they stand.

A version is frozen: its numbers, words and method are one row that pages only read. What was wrong
is mended by the next version, which says what was wrong.
"""

import hashlib

import rfc8785
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from office import audit
from surveys import disclosure, methodology, snapshots, tabulating, trends, weighing
from surveys.models import Publication, Survey

State = Publication.State
BY_THEMSELVES = (Survey.Mode.WEB, Survey.Mode.KIOSK)


def obstacles(survey: Survey) -> list[str]:
    """Why no results can be prepared of it; none when they can."""
    found = []
    if survey.state not in {Survey.State.CLOSED, Survey.State.PUBLISHED}:
        found.append(_("Close the survey first: results are of all its answers."))
    counted = survey.responses.counted()
    if not counted.exists():
        return [*found, _("Nothing was answered yet.")]
    if counted.filter(data={}).exists():
        return [*found, _("Its answers were kept long enough and are deleted: results stay as is.")]
    is_drawn = survey.design == Survey.Design.PROBABILITY and not survey.needs_code
    if is_drawn and (n := counted.filter(mode__in=BY_THEMSELVES).count()):
        found.append(
            _(
                "%(n)s answers came by the open web page from people whom nobody drew. Set them"
                " aside first: they are never told in one figure with interviews."
            )
            % {"n": n}
        )
    if survey.design != Survey.Design.OPEN_LINK and weighing.current(survey) is None:
        found.append(_("Weight the answers first."))
    if n := weighing.unweighted(survey):
        found.append(
            _("%(n)s answers came or changed after the weighting. Weight them anew.") % {"n": n}
        )
    known = tabulating.dimensions(survey)
    found += [
        _("Results can't be broken down by %(name)s: no such question with single answers.")
        % {"name": name}
        for name in survey.breakdowns
        if name not in known
    ]
    found += _obstacles_beside(survey)
    if survey.publications.filter(state=State.SUBMITTED).exists():
        found.append(_("A version waits to be published. Decide on it first."))
    return found


def _obstacles_beside(survey):
    """What the versions that are public already keep the next one from: readers hold both."""
    found, least = [], max(survey.min_base, disclosure.FEWEST)
    for publication in survey.publications.published().order_by("version"):
        told, version = publication.snapshot, {"version": publication.version}
        if 0 < (n := len(snapshots.changed_since(publication))) < least:
            found.append(
                _(
                    "Since version %(version)s, %(n)s answers were changed or set aside: the"
                    " difference would tell whose. Versions differ by at least %(least)s answers,"
                    " or by none."
                )
                % (version | {"n": n, "least": least})
            )
        if [each["name"] for each in told["breakdowns"]] != survey.breakdowns:
            found.append(
                _("Version %(version)s has other breakdowns; they stay as they were published.")
                % version
            )
        if survey.min_cell < told["min_cell"] or survey.min_base < told["min_base"]:
            found.append(
                _("Version %(version)s hides more: what it hides can't be shown now.") % version
            )
    return found


def obstacles_to_publishing(publication: Publication, *, by=None) -> list[str]:
    """Why this version can't be published by them; none when it can."""
    language = get_language() or "th"
    found = [
        _("The method does not say: %(item)s.")
        % {"item": item["title"].get(language) or item["title"]["th"]}
        for item in methodology.missing(publication.card)
    ]
    if publication.state == State.PUBLISHED:
        found.append(_("This version is published already."))
    if publication.version > 1 and not publication.erratum_th.strip():
        found.append(_("Say what was wrong in the version before."))
    if by is not None and publication.prepared_by_id == by.pk:
        found.append(_("Somebody else than who prepared them publishes results."))
    return found


@transaction.atomic
def draft(survey: Survey, *, by, erratum_th: str = "", erratum_en: str = "") -> Publication:
    """Prepare the results as they are now; a version that is still a draft is prepared anew.

    Raises PermissionDenied without ``surveys.weigh_survey``, ValidationError with the obstacles.
    """
    _needs(by, "surveys.weigh_survey")
    survey.refresh_from_db(from_queryset=Survey.objects.select_for_update())
    if found := obstacles(survey):
        raise ValidationError(found)
    if not tabulating.needs_answers(survey):
        tabulating.rebuild(survey)
    results = snapshots.snapshot(survey)
    results["trends"] = trends.of(survey, results)
    publication = survey.publications.exclude(state=State.PUBLISHED).first()
    last = survey.publications.aggregate(last=Max("version"))["last"] or 0
    publication = publication or Publication(survey=survey, version=last + 1)
    publication.snapshot, publication.card = results, methodology.card(survey, results)
    publication.prepared_by, publication.prepared_at = by, timezone.now()
    publication.erratum_th = erratum_th.strip() or publication.erratum_th
    publication.erratum_en = erratum_en.strip() or publication.erratum_en
    publication.state = State.DRAFT
    publication.save()
    audit.record(publication, "prepare", by=by, after=publication.state)
    return publication


def correct(survey: Survey, *, by, erratum_th: str, erratum_en: str = "") -> Publication:
    """Begin the next version, which says what was wrong in the one before."""
    if not survey.publications.published().exists():
        raise ValidationError(_("Nothing is published yet, so nothing is corrected."))
    if not erratum_th.strip():
        raise ValidationError(_("Say what was wrong in the version before."))
    return draft(survey, by=by, erratum_th=erratum_th, erratum_en=erratum_en)


@transaction.atomic
def submit(publication: Publication, *, by) -> None:
    """Hand it to somebody else. Raises ValidationError with what is missing."""
    _needs(by, "surveys.weigh_survey")
    _lock(publication)
    found = obstacles_to_publishing(publication)
    if publication.state != State.DRAFT:
        found = [_("Only a draft is submitted.")]
    if found:
        raise ValidationError(found)
    _turn(publication, State.SUBMITTED, "submit", by)


@transaction.atomic
def send_back(publication: Publication, *, by, reason: str) -> None:
    """Return it to who prepared it, with the reason."""
    _needs(by, "surveys.publish_publication")
    _lock(publication)
    if publication.state != State.SUBMITTED:
        raise ValidationError(_("Only what was submitted is returned."))
    if not reason.strip():
        raise ValidationError(_("Write why."))
    _turn(publication, State.DRAFT, "send back", by, note=reason.strip())


@transaction.atomic
def publish(publication: Publication, *, by) -> None:
    """Let it go, by somebody else than who prepared it; from here on it stays as it is."""
    _needs(by, "surveys.publish_publication")
    _lock(publication)
    found = obstacles_to_publishing(publication, by=by)
    if publication.state == State.DRAFT:
        found.append(_("It was not submitted yet."))
    if found:
        raise ValidationError(found)
    publication.published_by, publication.published_at = by, timezone.now()
    publication.sha256 = sum_of(publication)
    _turn(publication, State.PUBLISHED, "publish", by)
    survey = publication.survey
    survey.state = Survey.State.PUBLISHED
    survey.save(update_fields=["state"])


def sum_of(publication: Publication) -> str:
    """SHA-256 over the canonical JSON of results and method."""
    told = {"snapshot": publication.snapshot, "card": publication.card}
    return hashlib.sha256(rfc8785.dumps(told)).hexdigest()


def current(survey: Survey) -> Publication | None:
    """The version that readers see."""
    return survey.publications.published().order_by("-version").first()


def _turn(publication, state, verb, by, note=""):
    before, publication.state = publication.state, state
    publication.full_clean(exclude=["snapshot", "card"])
    publication.save()
    audit.record(publication, verb, by=by, before=before, after=state, note=note)


def _lock(publication):
    publication.refresh_from_db(from_queryset=Publication.objects.select_for_update(of=("self",)))


def _needs(by, permission):
    if by is not None and not by.has_perm(permission):
        raise PermissionDenied
