"""The library: questions that were well made, to be asked again in the same words."""

from copy import deepcopy

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from surveys import drafting, editing
from surveys.definition import normalised
from surveys.models import LibraryQuestion, Questionnaire

LOGIC = ("relevant", "choice_filter", "role")  # what belongs to the questionnaire it came from


def keep(question: dict, *, name: str, source: str = "", by) -> LibraryQuestion:
    """A question into the library, without its condition. Raises ValidationError for a name that
    is taken.
    """
    kept = {key: value for key, value in question.items() if key not in LOGIC}
    if isinstance(kept.get("required"), str):
        kept["required"] = True
    if "${" in kept.get("constraint", ""):
        kept.pop("constraint")
    entry = LibraryQuestion(name=name, source=source, question=kept, updated_by=by)
    if LibraryQuestion.objects.filter(name=name).exists():
        raise ValidationError(_("The library has a question of this name already."))
    entry.full_clean()
    entry.save()
    return entry


def take(
    entry: LibraryQuestion, questionnaire: Questionnaire, definition: dict, section: str
) -> str:
    """A copy of it at the end of a section of the definition; its uid.

    It keeps its name where that is free, so that waves can be compared.
    """
    question = deepcopy(entry.question)
    published = {name.lower() for name in drafting.published_names(questionnaire.survey)}
    taken = editing.names(definition) | published
    if question["name"].lower() in taken:
        question["name"] = editing.free_name(definition, "Q", published)
    question["uid"] = editing.free_uid(definition)
    # One canonical form, also of what was kept long ago.
    whole = normalised({"sections": [{"name": section, "questions": [question]}]})
    return editing.put(definition, section, whole["sections"][0]["questions"][0])
