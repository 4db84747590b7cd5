"""How far the fieldwork is: numbers of answers, never what was answered.

One grouped query reads all responses of a survey; the rest is reckoned from its few rows.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, F, Max, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from network.models import Person
from office.people import name_of
from surveys.models import Interviewer, Response, Stratum, Survey
from surveys.statistics.sample_size import Z_95, margin_of_error

SILENT_DAYS = 3
RECENT_DAYS = 7  # from whose pace the end is projected
NEXT = 20  # interviews that are given to where they tell most
SHOWN_DAYS = 31
FARTHEST = 3650  # days; a slower pace has no end

State = Response.State


@dataclass
class Group:
    """Answers that belong together. ``effective``: n after weighting, or n while none is weighted;
    ``margin``: 95 %, for a share of 50 %, or None where there is none.
    """

    name: str
    target: int = 0
    done: int = 0
    effective: float = 0.0
    margin: float | None = None
    last: date | None = None
    is_silent: bool = False

    @property
    def margin_percent(self) -> float | None:
        return None if self.margin is None else 100 * self.margin

    @property
    def missing(self) -> int:
        return max(0, self.target - self.done)

    @property
    def share(self) -> int:
        """Percent of the target, at most 100."""
        return min(100, 100 * self.done // self.target) if self.target else 0


@dataclass
class Monitor:
    survey: Survey
    whole: Group
    strata: list[Group]
    modes: list[tuple[str, int]]
    interviewers: list[Group]
    days: list[tuple[date, int]]
    set_aside: list[tuple[str, int]]
    held: int
    margin_note: str  # why there is no margin; "" where there is one
    pace: float  # answers a day, lately
    finish: date | None
    next_best: list[tuple[str, int]] = field(default_factory=list)

    @property
    def silent(self) -> list[Group]:
        return [group for group in self.strata if group.is_silent]


def of(survey: Survey, *, today: date | None = None) -> Monitor:
    """Where the fieldwork of a survey stands, in five queries."""
    today = today or timezone.localdate()
    strata = list(survey.strata.all())
    rows = list(
        survey.responses.values("stratum", "mode", "interviewer", "received_on", "state")
        .annotate(
            n=Count("pk"),
            w=Sum("weight"),
            w2=Sum(F("weight") * F("weight")),
            weighed=Count("weight"),
            together=Count("pk", filter=~Q(cluster="")),
        )
        .order_by()
    )
    counted = [row for row in rows if row["state"] == State.COMPLETE]
    whole = _group(_("All"), survey.target, counted)
    by_stratum = defaultdict(list)
    for row in counted:
        by_stratum[row["stratum"]].append(row)
    has_margin = survey.has_margin_of_error and not any(row["together"] for row in counted)
    groups = [_stratum(survey, each, by_stratum[each.pk], today, has_margin) for each in strata]
    if stray := by_stratum[None]:
        groups.append(_group(_("Not in any stratum"), 0, stray))
    note = _no_margin(survey, strata, whole, has_margin)
    if not note:
        whole.margin = _margin_of_all(strata, groups, whole, counted)
    pace = _pace(counted, survey, today)
    return Monitor(
        survey,
        whole,
        groups,
        _counted_by(counted, "mode", dict(Survey.Mode.choices)),
        _by_interviewer(survey, counted),
        _by_day(counted, today),
        _counted_by(
            [row for row in rows if row["state"] != State.COMPLETE],
            "state",
            dict(State.choices),
        ),
        survey.held.filter(decision="").count(),
        note,
        pace,
        _finish(whole, pace, today),
        next_best(
            strata, {each.pk: group.done for each, group in zip(strata, groups, strict=False)}
        ),
    )


def _group(name, target, rows):
    n, w, w2 = (sum(row[key] or 0 for row in rows) for key in ("n", "w", "w2"))
    is_weighted = n and w2 and sum(row["weighed"] for row in rows) == n
    last = max((row["received_on"] for row in rows), default=None)
    return Group(name, target, n, w * w / w2 if is_weighted else float(n), last=last)


def _stratum(survey, stratum, rows, today, has_margin):
    group = _group(stratum.name, stratum.target, rows)
    if has_margin and stratum.population and group.effective >= 1:
        n = min(group.effective, stratum.population)
        group.margin = margin_of_error(n, population=stratum.population)
    since = group.last or survey.opens_on
    is_asking = survey.state == Survey.State.OPEN and survey.opens_on <= today <= survey.closes_on
    group.is_silent = is_asking and group.missing > 0 and today - since >= _silence()
    return group


def _silence():
    return timedelta(days=SILENT_DAYS)


def _no_margin(survey, strata, whole, has_margin):
    """Why no margin of error may be told; "" when it may."""
    if not survey.has_margin_of_error:
        return _("No margin of error: only a probability sample has one.")
    if not has_margin:
        return _(
            "No margin of error yet: people were drawn together, so it depends on how alike they"
            " answer. The results tell it."
        )
    if any(stratum.population is None for stratum in strata):
        return _("No margin of error yet: the people of a stratum are not known.")
    if whole.done < 2:
        return _("No margin of error yet: too few answers.")
    return ""


def _margin_of_all(strata, groups, whole, counted):
    """For a share of 50 %: by the strata (Cochran 1977, ch. 5), or by Kish's effective n once the
    answers are weighted. None while a stratum is empty.
    """
    people = sum(stratum.population for stratum in strata)
    is_weighted = all(row["weighed"] == row["n"] for row in counted)
    if is_weighted or not strata:
        population = max(people, whole.done) or None
        return margin_of_error(min(whole.effective, population or math.inf), population=population)
    variance = 0.0
    for stratum, group in zip(strata, groups, strict=False):
        if not group.done:
            return None
        inside = margin_of_error(
            min(group.done, stratum.population), population=stratum.population, z=1
        )
        variance += (stratum.population / people * inside) ** 2
    return float(Z_95) * math.sqrt(variance)


def next_best(strata: Iterable[Stratum], done: dict) -> list[tuple[str, int]]:
    """Where the next interviews make the whole result most certain: (stratum, how many of them).

    One after the other goes to where it takes most off the variance, W² p q (1/n - 1/(n + 1)); an
    empty stratum comes first. Needs the people of every stratum, otherwise empty.
    """
    strata = list(strata)
    if not strata or any(not stratum.population for stratum in strata):
        return []
    people = sum(stratum.population for stratum in strata)
    n = {stratum.pk: done.get(stratum.pk, 0) for stratum in strata}
    given = defaultdict(int)

    def gain(stratum):
        weight, have = stratum.population / people, n[stratum.pk]
        if have >= stratum.population:
            return -1.0
        # Two answers are the least from which a variance is known.
        return 1e9 * weight if have < 2 else weight**2 / (have * (have + 1))

    for _interview in range(NEXT):
        best = max(strata, key=lambda each: (gain(each), each.code))
        if gain(best) < 0:
            break
        n[best.pk] += 1
        given[best.name] += 1
    return sorted(given.items(), key=lambda pair: -pair[1])


def _counted_by(rows, key, labels):
    found = defaultdict(int)
    for row in rows:
        found[row[key]] += row["n"]
    return [
        (str(labels[value]), n) for value, n in sorted(found.items(), key=lambda each: -each[1])
    ]


def _by_interviewer(survey, rows):
    own = defaultdict(list)
    for row in rows:
        own[row["interviewer"]].append(row)
    people = survey.interviewers.select_related("user").order_by("number")
    return [
        _group(f"{row.number:02} · {name_of(row.user)}", row.target, own[row.pk]) for row in people
    ]


def _by_day(rows, today):
    found = defaultdict(int)
    for row in rows:
        found[row["received_on"]] += row["n"]
    first = today - timedelta(days=SHOWN_DAYS - 1)
    return [(day, n) for day, n in sorted(found.items(), reverse=True) if day >= first]


def _pace(rows, survey, today):
    """Answers a day over the last week, or since the first day."""
    days = min(RECENT_DAYS, max(1, (today - survey.opens_on).days + 1))
    first = today - timedelta(days=days - 1)
    return sum(row["n"] for row in rows if row["received_on"] >= first) / days


def _finish(whole, pace, today):
    if not whole.missing:
        return whole.last
    if pace <= 0 or (days := math.ceil(whole.missing / pace)) > FARTHEST:
        return None
    return today + timedelta(days=days)


# Whom to call


@dataclass(frozen=True)
class Call:
    """An interviewer whom somebody should telephone, and why."""

    name: str
    phone: str
    places: str
    done: int
    target: int
    last: date | None


def calls(survey: Survey, *, today: date | None = None) -> list[Call]:
    """The interviewers at work from whom nothing came for days, longest silence first."""
    today = today or timezone.localdate()
    rows = list(
        Interviewer.objects.filter(survey=survey, is_active=True)
        .select_related("user")
        .prefetch_related("strata")
    )
    counted = survey.responses.counted().filter(interviewer__in=rows).values("interviewer")
    told = {
        row["interviewer"]: row
        for row in counted.annotate(n=Count("pk"), last=Max("received_on")).order_by()
    }
    phones = dict(
        Person.objects.filter(user__in=[row.user_id for row in rows]).values_list("user", "phone")
    )
    found = []
    for row in rows:
        own = told.get(row.pk, {"n": 0, "last": None})
        is_done = row.target and own["n"] >= row.target
        if is_done or today - (own["last"] or survey.opens_on) < _silence():
            continue
        places = ", ".join(stratum.name for stratum in row.strata.all())
        phone = phones.get(row.user_id) or ""
        found.append(Call(name_of(row.user), phone, places, own["n"], row.target, own["last"]))
    return sorted(found, key=lambda call: call.last or date.min)
