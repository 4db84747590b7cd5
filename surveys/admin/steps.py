"""Steps on a survey, each a form on one page: what was typed is never lost."""

from django.contrib import messages
from django.core.exceptions import ValidationError


def taken(desk, request, kind, survey):
    """Take the step that was pressed and say so: None; or its form when it is refused.

    ``kind`` is its form; its ``take`` gives the sentence, or raises ValidationError.
    """
    form = kind(request.POST, survey=survey, by=request.user)
    if form.is_valid():
        try:
            desk.message_user(request, form.take(), messages.SUCCESS)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            return None
    return form
