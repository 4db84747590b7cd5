"""Steps on a survey, each a form on one page: what was typed is never lost."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404


def offered(kinds, request, survey, bound):
    """The forms of those steps that somebody may take; ``bound``: the one that was refused."""
    return [
        bound if bound is not None and key == bound.key else kind(survey=survey, by=None)
        for key, kind in kinds.items()
        if request.user.has_perm(kind.permission)
    ]


def taken(desk, request, kinds, survey):
    """Take the step that was pressed and say so: None; or its form when it is refused.

    ``kinds`` are its forms by key; ``take`` of one gives the sentence, or raises ValidationError.
    """
    kind = kinds.get(request.POST.get("step"))
    if kind is None:
        raise Http404
    if not request.user.has_perm(kind.permission):
        raise PermissionDenied
    form = kind(request.POST, survey=survey, by=request.user)
    if form.is_valid():
        try:
            desk.message_user(request, form.take(), messages.SUCCESS)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            return None
    return form
