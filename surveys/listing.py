"""Which surveys the public sees, remembered under the pulse; how far each is, to the minute.

``beat`` is that of ``office.pulse``.
"""

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import get_language

from office.pulse import remembered
from surveys.definition import SILENT, Form
from surveys.models import Response, Survey

# Seconds that one answer takes, by kind of question; reading the question itself is by its letters.
SECONDS = {"text": 25, "number": 8, "date": 10, "place": 12, "rank": 20, "multiple": 12}
USUAL_SECONDS, ROW_SECONDS = 6, 6
LETTERS_A_SECOND = 15  # Thai, read slowly


def open_surveys(beat: int) -> list[dict]:
    """The surveys that take answers today, what ends first standing first."""
    return _remembered("open", beat, lambda: Survey.objects.open_on().order_by("closes_on", "pk"))


def past_surveys(beat: int) -> list[dict]:
    """The surveys whose answering is over, the latest first."""
    today = timezone.localdate()
    rows = Survey.objects.public().exclude(pk__in=Survey.objects.open_on(today).values("pk"))
    past = rows.filter(opens_on__lte=today).order_by("-closes_on", "-pk")
    return _remembered("past", beat, lambda: past)


def coming_surveys(beat: int) -> list[dict]:
    """The surveys that were opened before their first day."""
    today = timezone.localdate()
    rows = Survey.objects.filter(state=Survey.State.OPEN, opens_on__gt=today)
    return _remembered("coming", beat, lambda: rows.order_by("opens_on", "pk"))


def _remembered(what, beat, rows):
    # Answers move no pulse, or every answer would empty the memory of all pages.
    minute = timezone.localtime().replace(second=0, microsecond=0)
    return remembered(
        ("surveys", what, get_language()), (beat, minute), lambda: _cards(list(rows()))
    )


def _cards(surveys):
    counts = dict(
        Response.objects.counted()
        .filter(survey__in=[survey.pk for survey in surveys])
        .values_list("survey")
        .annotate(Count("pk"))
        .order_by()
    )
    return [card(survey, counts.get(survey.pk, 0)) for survey in surveys]


def card(survey: Survey, answered: int) -> dict:
    """A survey as lists show it."""
    url = survey.get_absolute_url()
    return {
        "pk": survey.pk,
        "url": url,
        "answer_url": f"{url}answer/",
        "results_url": f"{url}results/" if survey.state == Survey.State.PUBLISHED else "",
        "title": survey.title,
        "aim": survey.aim,
        "opens_on": survey.opens_on,
        "closes_on": survey.closes_on,
        "days_left": survey.days_left,
        "answered": answered,
        "shown_answered": min(answered, survey.target),
        "is_coming": survey.opens_on > timezone.localdate(),
        "target": survey.target,
        "is_sample": survey.is_sample,
        "on_web": Survey.Mode.WEB in survey.modes,
    }


def answered(survey: Survey) -> int:
    return survey.responses.counted().count()


def length_of(form: Form) -> tuple[int, int]:
    """How many questions are asked of somebody to whom all apply, and minutes that they take."""
    asked = [question for question in form.questions if question.kind not in SILENT]
    shown = [question for question in form.questions if question.kind != "calculate"]
    letters = sum(
        len(question.label.get("th", "")) + len(question.hint.get("th", "")) for question in shown
    )
    seconds = letters / LETTERS_A_SECOND + sum(map(_seconds, asked))
    return len(asked), max(1, round(seconds / 60))


def _seconds(question):
    if question.kind == "matrix":
        return ROW_SECONDS * len(question.rows)
    return SECONDS.get(question.kind, USUAL_SECONDS)


def wording(form: Form) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Every word of a questionnaire, in the reader's language: by section, each question with its
    rows and its answers. Part of the method of a survey (AAPOR 2021, item 3).
    """
    return [
        (
            str(section.title),
            [
                (
                    str(question.label),
                    " · ".join(str(row.label) for row in question.rows),
                    " · ".join(str(choice.label) for choice in question.choices),
                )
                for question in section.questions
                if question.kind != "calculate"
            ],
        )
        for section in form.sections
    ]
