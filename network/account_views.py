"""Signing in and out as a partner; django-allauth does the work, ours are the limits."""

from allauth.account import views

from lopburi_pr.http import limited


@limited(20, 3600)
def ask_for_code(request):
    response = views.request_login_code(request)
    response.headers["Cache-Control"] = "no-store"  # as everywhere here; allauth says it longer
    return response


@limited(40, 3600)
def enter_code(request):
    return views.confirm_login_code(request)


def leave(request):
    return views.logout(request)
