"""A request, for whoever holds its secret address."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from consulting import casework, promises
from lopburi_pr.http import secret


@require_safe
@secret
def follow(request, token):
    """How far a request is, when it is due and why then."""
    found = casework.find(token)
    if found is None:
        raise Http404
    context = {"advice": found, "rounds": promises.rounds(found)}
    return render(request, "consulting/follow.html", context)
