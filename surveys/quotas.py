"""Quotas: at most so many answers of one kind, however many arrive at once."""

from django.db.models import F

from surveys.models import Quota, Response, Survey


def fits(condition: dict, answers: dict) -> bool:
    """Whether these answers are of the kind that a quota counts: all of its variables fit.

    A place fits by the beginning of its code, so that a district holds its subdistricts.
    """
    return bool(condition) and all(
        any(_is(answers.get(variable), code) for code in codes)
        for variable, codes in condition.items()
    )


def _is(answer, code):
    if isinstance(answer, list):
        return code in answer
    if answer is None:
        return False
    answer = str(answer)
    return answer == code or (
        code.isdigit() and len(code) in {2, 4} and len(answer) > len(code)
        and answer.startswith(code)
    )  # fmt: skip


def reserve(survey: Survey, answers: dict) -> bool:
    """Count these answers in every quota that they fit; False, and nothing counted, when one that
    takes no more is full.

    Inside a transaction: the quotas stay locked until its end, in the order of their keys.
    """
    fitting = [quota.pk for quota in survey.quotas.all() if fits(quota.condition, answers)]
    if not fitting:
        return True
    rows = Quota.objects.filter(pk__in=fitting)
    locked = list(rows.order_by("pk").select_for_update())
    if any(quota.filled >= quota.target and quota.action == "stop" for quota in locked):
        return False
    rows.update(filled=F("filled") + 1)
    return True


def release(response: Response) -> None:
    """Give back what this response was counted in. Inside a transaction."""
    for quota in response.survey.quotas.order_by("pk").select_for_update():
        if quota.filled and fits(quota.condition, response.data):
            Quota.objects.filter(pk=quota.pk).update(filled=F("filled") - 1)
