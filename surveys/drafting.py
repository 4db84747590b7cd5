"""Versions of a questionnaire: begin a draft, save it, say what keeps it back, publish it.

Answers belong to a version, and a version that was published never changes and never goes: nothing
here deletes an answer or a published row (the database refuses both).
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

import rfc8785
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lopburi_pr.templatetags.thai import daytime
from office import audit
from office.people import name_of
from surveys import editing, linting, scoring
from surveys.definition import normalised, problems
from surveys.models import Questionnaire, Survey

LARGEST = 1_000_000  # bytes of a definition
CHANGING = (Survey.State.DRAFT, Survey.State.OPEN)  # while new versions make sense


class OlderEditionError(ValidationError):
    """Somebody saved in the meantime; ``questionnaire`` is what stands there now."""

    def __init__(self, questionnaire):
        self.questionnaire = questionnaire
        sentence = _("%(who)s saved it at %(when)s while you had it open.") % {
            "who": name_of(questionnaire.updated_by) or _("Somebody"),
            "when": daytime(questionnaire.updated_at),
        }
        super().__init__(sentence, code="older-edition")


@dataclass(frozen=True)
class Reworded:
    """A published code that now stands under other words; ``key`` is what is ticked to say so."""

    key: str
    sentence: str


@transaction.atomic
def begin_version(survey: Survey, *, by) -> Questionnaire:
    """The draft of the survey: the one there is, a copy of its latest version, or an empty one.

    Raises ValidationError when nothing is asked any more.
    """
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    if draft := survey.questionnaires.drafts().first():
        return draft
    if survey.state not in CHANGING:
        raise ValidationError(_over())
    latest = survey.questionnaires.first()
    draft = Questionnaire.objects.create(
        survey=survey,
        number=latest.number + 1 if latest else 1,
        definition=latest.definition
        if latest
        else normalised(editing.empty(survey.title_th, survey.title_en)),
        updated_by=by,
    )
    audit.record(draft, "begin version", by=by)
    return draft


@transaction.atomic
def save(questionnaire: Questionnaire, definition: dict, *, by, edition: int) -> None:
    """Keep what a draft asks now; ``edition`` is the one that was read.

    Raises OlderEditionError when somebody saved since, ValidationError for a published version or
    far too much.
    """
    row = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    if row.published_at:
        raise ValidationError(_("This version is published and never changes. Begin a new one."))
    if row.edition != edition:
        raise OlderEditionError(row)
    definition = normalised(definition)
    if len(rfc8785.dumps(definition)) > LARGEST:
        raise ValidationError(_("The questionnaire is too large to be saved."))
    questionnaire.definition = definition
    questionnaire.edition = edition + 1
    questionnaire.updated_at = timezone.now()
    questionnaire.updated_by = by
    questionnaire.save(update_fields=["definition", "edition", "updated_at", "updated_by"])


def published_names(survey: Survey) -> dict[str, str]:
    """Name → uid of each question of any published version; these names are never free again."""
    return {
        question["name"]: question["uid"]
        for version in survey.questionnaires.published().order_by("number")
        for question in editing.questions(version.definition)
    }


def may_be_renamed(questionnaire: Questionnaire, uid: str) -> bool:
    """Answers are kept under the name of a question, so it stays once it was published."""
    return uid not in published_names(questionnaire.survey).values()


def changed_meanings(questionnaire: Questionnaire) -> list[str]:
    """Names of published versions that would now mean something else, in sentences."""
    found = []
    now = {each["name"]: each for each in editing.questions(questionnaire.definition)}
    of_uid = {each["uid"]: each["name"] for each in now.values()}
    for name, before in _published(questionnaire).items():
        same = now.get(name)
        if same and same["kind"] != before["kind"]:
            found.append(
                _("%(name)s was asked in another kind before. Give the new question another name.")
                % {"name": name}
            )
        elif same and same["uid"] != before["uid"]:
            found.append(
                _("%(name)s is the name of another question of an earlier version.")
                % {"name": name}
            )
        if not same and (renamed := of_uid.get(before["uid"])):
            found.append(
                _("%(former)s was published under that name and can't become %(name)s.")
                % {"former": name, "name": renamed}
            )
    return found


def rewordings(questionnaire: Questionnaire) -> list[Reworded]:
    """Codes of choices and rows of published versions that now stand under other words."""
    found = []
    now = {each["name"]: each for each in editing.questions(questionnaire.definition)}
    for name, before in _published(questionnaire).items():
        for part in ("choices", "rows"):
            words = {each["code"]: each["label"]["th"] for each in now.get(name, {}).get(part, ())}
            for code, said in before[part].items():
                if code in words and words[code] != said:
                    sentence = _("%(name)s, code %(code)s: “%(before)s” became “%(now)s”.") % {
                        "name": name,
                        "code": code,
                        "before": said,
                        "now": words[code],
                    }
                    # The words belong to it: what was agreed to is not a later change.
                    sign = hashlib.sha256(f"{said}\n{words[code]}".encode()).hexdigest()[:8]
                    found.append(Reworded(f"{name}/{part}/{code}/{sign}", sentence))
    return found


def _published(questionnaire):
    """What each name meant in the published versions of the survey, the latest words last."""
    found = {}
    for version in questionnaire.survey.questionnaires.published().order_by("number"):
        for each in editing.questions(version.definition):
            entry = found.setdefault(each["name"], {"choices": {}, "rows": {}})
            entry |= {"kind": each["kind"], "uid": each["uid"]}
            for part in ("choices", "rows"):
                entry[part] |= {row["code"]: row["label"]["th"] for row in each.get(part, ())}
    return found


def _over():
    return _("The survey is over: what is asked no longer changes. Make a new survey of it.")


def obstacles(questionnaire: Questionnaire, *, accepted: Collection[str] = ()) -> list[str]:
    """Why the draft can't be published yet, in sentences; [] when it can.

    ``accepted``: keys of ``rewordings`` of which somebody says that they mean the same.
    """
    if questionnaire.published_at:
        return [_("This version is published and never changes. Begin a new one.")]
    found = [] if questionnaire.survey.state in CHANGING else [_over()]
    found += [
        f"{problem.where}: {problem.sentence}" if problem.where else problem.sentence
        for problem in problems(questionnaire.definition)
    ]
    for finding in linting.lint(questionnaire.definition, questionnaire.survey):
        if finding.level == linting.ERROR:
            place = f"{finding.question}: " if finding.question else ""
            found.append(f"{place}{finding.sentence} {finding.mend}")
    found += changed_meanings(questionnaire)
    found += [
        _("%(change)s Say that it means the same, or use a new code.") % {"change": row.sentence}
        for row in rewordings(questionnaire)
        if row.key not in accepted
    ]
    if (latest := questionnaire.survey.questionnaire) and latest.sha256 == checksum(
        questionnaire.definition
    ):
        found.append(_("Nothing differs from the version that is asked now."))
    return found


def checksum(definition: dict) -> str:
    """SHA-256 of the canonical JSON (RFC 8785), in hexadecimal."""
    return hashlib.sha256(rfc8785.dumps(definition)).hexdigest()


@transaction.atomic
def publish(
    questionnaire: Questionnaire, *, by, edition: int | None = None, accepted: Collection[str] = ()
) -> None:
    """Make the draft the version that is asked; from here on no letter of it changes.

    ``edition`` is the one that was read, if somebody read it. Answers to earlier versions stay with
    these. Raises OlderEditionError, or ValidationError with the obstacles.
    """
    survey = Survey.objects.select_for_update().get(pk=questionnaire.survey_id)
    row = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    row.survey = survey
    if edition is not None and row.edition != edition:
        raise OlderEditionError(row)
    row.definition = scoring.scored(normalised(row.definition))
    if found := obstacles(row, accepted=accepted):
        raise ValidationError(found)
    same = [change.sentence for change in rewordings(row)]
    row.sha256 = checksum(row.definition)
    row.published_at = timezone.now()
    row.published_by = by
    row.save(update_fields=["definition", "sha256", "published_at", "published_by"])
    note = _("Said to mean the same: %(changes)s") % {"changes": " ".join(same)} if same else ""
    audit.record(row, "publish version", by=by, note=note)
    for field in ("definition", "sha256", "published_at", "published_by"):
        setattr(questionnaire, field, getattr(row, field))
