"""What interviewers' devices bring home: taken once each, and never lost.

A device keeps every interview until this module has answered for it. What can't be taken as it is
(other answers under the same key, answers that the questionnaire does not allow, a version that
was never published) is held for somebody to look at, and overwrites nothing.
"""

import hashlib
import json
import math
import string
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID, uuid4

import rfc8785
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from lopburi_pr.templatetags.thai import day as day_in_words
from office import audit
from office.models import District, Province, Subdistrict
from surveys import answering, fieldwork, sealing
from surveys.definition import Form, compiled
from surveys.models import HeldSubmission, Interviewer, Questionnaire, Response, Survey

LARGEST_BATCH = 2_000_000  # bytes, below what Django takes at once
MOST_ITEMS = 50  # in one sending
MOST_IN_BACKUP = 2000
LARGEST_ITEM = 200_000  # characters of JSON
DEEPEST = 6
LARGEST_NUMBER = 2**53 - 1
LONGEST_CLUSTER = 20
BACKUP = "lopburi-surveys-backup"  # what a device writes into its backup files

Reason = HeldSubmission.Reason


class UnreadableError(Exception):
    """What was sent is no list of interviews; ``str`` is a sentence."""


@dataclass(frozen=True)
class Outcome:
    """What became of one interview, for the device that sent it.

    ``status`` is a number of HTTP: 201 recorded, 200 recorded before, 409 other answers held, 422
    held as not valid, 404 held as of an unknown version; the device may forget all of these. 400,
    403 and 413 are not kept here: the device keeps them.
    """

    key: str
    status: int
    sentence: str = ""

    @property
    def is_kept(self) -> bool:
        return self.status not in {400, 403, 413}

    def as_json(self) -> dict:
        return asdict(self) | {"is_kept": self.is_kept}


@dataclass(frozen=True)
class Assignment:
    """What one interviewer is to ask, and how much of it is done; nothing of what was answered."""

    interviewer: Interviewer
    version: str  # the checksum of the questionnaire that is asked now
    done: int
    by_stratum: list[dict]

    def as_json(self) -> dict:
        survey, row = self.interviewer.survey, self.interviewer
        return {
            "interviewer": row.pk,
            "number": row.number,
            "title": survey.title,
            "aim": survey.aim,
            "population": survey.population,
            "closes": day_in_words(survey.closes_on),
            "days_left": survey.days_left,
            "questionnaire": self.version,
            "target": row.target,
            "done": self.done,
            "strata": self.by_stratum,
        }


def work_of(user) -> list[Assignment]:
    """The open surveys that an account asks people for, what ends first standing first."""
    rows = list(
        Interviewer.objects.filter(user=user, is_active=True, survey__in=Survey.objects.open_on())
        .select_related("survey")
        .prefetch_related("strata")
        .order_by("survey__closes_on", "pk")
    )
    counted = (
        Response.objects.counted()
        .filter(interviewer__in=rows)
        .values_list("interviewer", "stratum")
        .annotate(n=Count("pk"))
        .order_by()
    )
    done = {(interviewer, stratum): n for interviewer, stratum, n in counted}
    versions = {
        row.survey_id: row.sha256
        for row in Questionnaire.objects.published()
        .filter(survey__in=[row.survey_id for row in rows])
        .order_by("number")
    }
    return [
        Assignment(
            row,
            versions[row.survey_id],
            sum(n for (interviewer, _stratum), n in done.items() if interviewer == row.pk),
            [
                {"name": stratum.name, "done": done.get((row.pk, stratum.pk), 0)}
                for stratum in row.strata.all()
            ],
        )
        for row in rows
        if row.survey_id in versions
    ]


def contents(questionnaire: Questionnaire) -> dict:
    """All that a device needs to ask a version without a network: words, logic, names of places."""
    form = Form(questionnaire.definition)
    return {
        "sha256": questionnaire.sha256,
        "definition": form.definition,
        "compiled": compiled(form.definition),
        "places": _places(form),
    }


def _places(form):
    """``[code, Thai name, English name]`` of every place that the questions let people choose."""
    asked = [question for question in form.questions if question.kind == "place"]
    if not asked:
        return []
    wide = any(not question.scope for question in asked)
    scope = {code for question in asked for code in question.scope}
    levels = {question.level for question in asked}
    provinces = Province.objects.all() if wide else Province.objects.filter(code__in=scope)
    rows = [provinces]
    if levels - {"province"}:
        rows.append(District.objects.filter(province__in=provinces))
    if "subdistrict" in levels:
        rows.append(Subdistrict.objects.filter(district__province__in=provinces))
    return [
        list(place)
        for found in rows
        for place in found.order_by("sort_key").values_list("code", "name_th", "name_en")
    ]


def read_batch(body: bytes) -> list:
    """The interviews of one sending. Raises UnreadableError."""
    if len(body) > LARGEST_BATCH:
        raise UnreadableError(_("This is too much for one sending."))
    items = _read(body)
    items = items.get("items") if isinstance(items, dict) else None
    if not isinstance(items, list) or not items:
        raise UnreadableError(_("This is no list of interviews."))
    if len(items) > MOST_ITEMS:
        raise UnreadableError(_("These are too many interviews for one sending."))
    return items


def read_backup(content: bytes) -> tuple[list, int]:
    """The finished interviews of a device's backup file, and how many unfinished ones it holds.

    It is sealed; devices of an older version of the page wrote it open. Raises UnreadableError.
    """
    if sealing.is_sealed(content):
        try:
            content = sealing.opened(content)
        except sealing.SealedError:
            sentence = _("This file is damaged, or was made for another office.")
            raise UnreadableError(sentence) from None
    file = _read(content)
    if not isinstance(file, dict) or file.get("kind") != BACKUP:
        raise UnreadableError(_("This is no backup file of the interviewers' page."))
    items, unfinished = file.get("items"), file.get("unfinished")
    if not isinstance(items, list) or len(items) > MOST_IN_BACKUP:
        raise UnreadableError(_("This is no list of interviews."))
    return items, len(unfinished) if isinstance(unfinished, list) else 0


def _read(body):
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise UnreadableError(_("This is no list of interviews.")) from None


def receive(items: Iterable, *, by) -> list[Outcome]:
    """Take the interviews of the account ``by``, each in a transaction of its own."""
    own = {
        row.pk: row for row in Interviewer.objects.filter(user=by).select_related("survey", "user")
    }
    take = _Taking(own).take
    return [take(item) for item in items]


def import_backup(survey: Survey, items: Iterable, *, by) -> list[Outcome]:
    """Take the interviews of a backup file for the interviewers of one survey, by the office."""
    own = {row.pk: row for row in survey.interviewers.select_related("survey", "user")}
    take = _Taking(own).take
    outcomes = [take(item) for item in items]
    new = sum(outcome.status == 201 for outcome in outcomes)
    audit.record(survey, "import", by=by, note=f"{new}/{len(outcomes)}")
    return outcomes


class _Taking:
    """One sending: the questionnaires it needs are read once."""

    def __init__(self, interviewers):
        self.interviewers = interviewers
        self.versions = {}

    def take(self, item):
        key = _key(item)
        if key is None:
            return Outcome("", 400, _("An interview came without its number."))
        text = _written(item)
        if text is None or len(text) > LARGEST_ITEM:
            return Outcome(str(key), 413, _("This interview is too large. Save it as a file."))
        interviewer = self.interviewers.get(_plain(item.get("interviewer")))
        if interviewer is None:
            sentence = _("It was recorded under another account. Sign in with that one to send it.")
            return Outcome(str(key), 403, sentence)
        answers = item.get("answers")
        if not isinstance(answers, dict) or not _is_sound(answers):
            # Letters that the database can't hold stay readable: as \u0000 in plain text.
            return _hold(interviewer, key, {"text": text}, Reason.INVALID, _("It is damaged."))
        return self.record(key, _body(item, answers), interviewer)

    def record(self, key, body, interviewer):
        questionnaire = self.version(interviewer.survey_id, body["questionnaire"])
        if questionnaire is None:
            return _hold(interviewer, key, body, Reason.UNKNOWN_VERSION)
        try:
            recorded = fieldwork.record(
                questionnaire,
                body["answers"],
                key=key,
                mode=Survey.Mode.INTERVIEW,
                seconds=body["seconds"],
                interviewer=interviewer,
                cluster=body["cluster"],
                on=day_of(body["on"], questionnaire),
            )
        except fieldwork.OtherBodyError:
            return _hold(interviewer, key, body, Reason.OTHER_BODY)
        except ValidationError as refused:
            return _hold(interviewer, key, body, Reason.INVALID, told(refused))
        response = recorded.response
        is_counted = response.state == Response.State.COMPLETE
        sentence = "" if is_counted else str(response.get_state_display())
        return Outcome(str(key), 201 if recorded.is_new else 200, sentence)

    def version(self, survey, sha256):
        if (survey, sha256) not in self.versions:
            rows = Questionnaire.objects.published().filter(survey=survey, sha256=sha256)
            self.versions[survey, sha256] = rows.select_related("survey").first()
        return self.versions[survey, sha256]


def _hold(interviewer, key, body, reason, note=""):
    """Keep what can't be taken; the same sent again is kept once."""
    sha = hashlib.sha256(rfc8785.dumps([body.get("questionnaire"), body.get("answers", body)]))
    held, _is_new = HeldSubmission.objects.get_or_create(
        response_id=key,
        sha256=sha.hexdigest(),
        defaults={
            "survey": interviewer.survey,
            "interviewer": interviewer,
            "body": body,
            "reason": reason,
            "note": note,
        },
    )
    status = {Reason.OTHER_BODY: 409, Reason.INVALID: 422, Reason.UNKNOWN_VERSION: 404}
    return Outcome(str(key), status[Reason(held.reason)], str(held.get_reason_display()))


def _body(item, answers):
    """What is held and recorded of an interview: nothing that was not asked for."""
    sha = str(item.get("questionnaire"))[:64]
    seconds = item.get("seconds")
    return {
        "questionnaire": "".join(each for each in sha if each in string.hexdigits),
        "answers": answers,
        "on": str(item.get("on"))[:10] if _is_sound(item.get("on")) else "",
        "seconds": seconds if _is_whole(seconds) else None,
        "cluster": _cluster(item.get("cluster")),
    }


def day_of(text: str, questionnaire: Questionnaire) -> date:
    """The day on which an interview was held, by the clock of its device; today where that clock
    can't be right: a day to come, or one before the version was published.
    """
    today = timezone.localdate()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    first = timezone.localdate(questionnaire.published_at)
    return day if first <= day <= today else today


def told(refused: ValidationError) -> str:
    """A refusal as lines: the question and what is wrong with its answer."""
    if not hasattr(refused, "error_dict"):
        return "\n".join(refused.messages)
    return "\n".join(
        f"{variable}: {' '.join(sentences)}" for variable, sentences in refused.message_dict.items()
    )


def _key(item):
    key = item.get("key") if isinstance(item, dict) else None
    try:
        return UUID(key) if isinstance(key, str) else None
    except ValueError:
        return None


def _written(item):
    """The item as JSON in plain letters; None where it is nested too deep."""
    try:
        return json.dumps(item, ensure_ascii=True)
    except RecursionError:
        return None


def _plain(number):
    return number if _is_whole(number) else None


def _is_whole(number):
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**31


def _cluster(value):
    if not isinstance(value, str) or not _is_sound(value):
        return ""
    return value.strip()[:LONGEST_CLUSTER]


def _is_sound(value, depth=0):
    """Whether PostgreSQL can hold it: no NUL, no half letters, no numbers out of range."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= each <= "\udfff" for each in value)
    if isinstance(value, bool) or value is None:
        return True
    if isinstance(value, int):
        return abs(value) <= LARGEST_NUMBER
    if isinstance(value, float):
        return math.isfinite(value)
    if depth > DEEPEST:
        return False
    if isinstance(value, dict):
        return all(_is_sound(part, depth + 1) for pair in value.items() for part in pair)
    return all(_is_sound(part, depth + 1) for part in value)


# What was held


class Decision:
    """What the office may do with a held submission."""

    FIRST = "first"  # the one that came first stands
    OTHER = "other"  # the held answers replace it
    BOTH = "both"  # two people: the held answers count under a key of their own
    AGAIN = "again"  # try once more, after a version was published
    NEITHER = "neither"  # nothing of it counts


def choices(held: HeldSubmission) -> list[tuple[str, str]]:
    """The decisions that this one allows, with their words."""
    if held.decision:
        return []
    neither = (Decision.NEITHER, _("Neither counts"))
    if held.reason == Reason.OTHER_BODY:
        return [
            (Decision.FIRST, _("The first stands")),
            (Decision.OTHER, _("The later one replaces it")),
            (Decision.BOTH, _("Both count: they are two people")),
            neither,
        ]
    if "answers" not in held.body:
        return [(Decision.NEITHER, _("It does not count"))]
    again = (Decision.AGAIN, _("Take it again, as it is"))
    return [again, (Decision.NEITHER, _("It does not count"))]


@transaction.atomic
def settle(held: HeldSubmission, decision: str, *, by, reason: str) -> None:
    """Decide about a held submission; its body stays on record. Raises ValidationError."""
    held.refresh_from_db(from_queryset=HeldSubmission.objects.select_for_update(of=("self",)))
    words = dict(choices(held))
    if decision not in words:
        raise ValidationError(_("Choose what becomes of it."))
    if not reason.strip():
        raise ValidationError(_("Write why."))
    first = Response.objects.filter(pk=held.response_id).first()
    if first is None and held.reason == Reason.OTHER_BODY and decision != Decision.FIRST:
        raise ValidationError(_("The first is there no longer."))
    if decision == Decision.OTHER:
        data = {"data": held.body["answers"], "reason": reason}
        fieldwork.change_response(first, by=by, **data)
    elif decision == Decision.NEITHER and held.reason == Reason.OTHER_BODY:
        rejected = {"state": Response.State.REJECTED, "reason": reason}
        fieldwork.change_response(first, by=by, **rejected)
    elif decision in {Decision.BOTH, Decision.AGAIN}:
        key = uuid4() if decision == Decision.BOTH else held.response_id
        _record_held(held, key)
    held.settled_by = by
    held.decision = f"{words[decision]}: {reason.strip()}"[:300]
    held.save(update_fields=["settled_by", "decision"])
    if held.survey:
        audit.record(held.survey, "settle held", by=by, note=held.decision)


def _record_held(held, key):
    body = held.body
    rows = Questionnaire.objects.published().filter(survey=held.survey)
    questionnaire = rows.filter(sha256=body["questionnaire"]).select_related("survey").first()
    if questionnaire is None:
        raise ValidationError(_("This version was never published."))
    try:
        fieldwork.record(
            questionnaire,
            body["answers"],
            key=key,
            mode=Survey.Mode.INTERVIEW,
            seconds=body["seconds"],
            interviewer=held.interviewer,
            cluster=body["cluster"],
            on=day_of(body["on"], questionnaire),
        )
    except fieldwork.OtherBodyError:
        raise ValidationError(_("Other answers stand under its number already.")) from None


def differences(held: HeldSubmission) -> list[tuple[str, object, object]]:
    """(variable, first, held) of the answers that differ; all of it where there is no first."""
    first = Response.objects.filter(pk=held.response_id).first()
    mine, theirs = (first.data if first else {}), held.body.get("answers")
    if not isinstance(theirs, dict):
        return []
    if first:
        form = Form(first.questionnaire.definition)
        theirs = answering.settle(form, theirs)
        names = [v.name for v in form.variables if mine.get(v.name) != theirs.get(v.name)]
    else:
        names = list(theirs)
    return [(name, mine.get(name), theirs.get(name)) for name in names]
