"""Joining: the application step by step, and the page on which it is followed."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from lopburi_pr.http import origin_of, secret
from lopburi_pr.visitors import limited
from network import joining, notice
from network.forms import Journey, ReplyForm

may_send = require_http_methods(["GET", "HEAD", "POST"])


# A whole village may share an address, and every page of an application is one request.
@may_send
@limited(200, 3600)
def join(request):
    """One page of the application; the last one sends it."""
    journey = Journey(request.POST)
    if journey.is_sent and journey.form.is_valid():
        return _send(request, journey)
    context = {"journey": journey, "form": journey.form, "notice": notice.JOINING}
    status = 400 if journey.form.is_bound and journey.form.errors else 200
    return render(request, "network/join.html", context, status=status)


@limited(20, 3600)
def _send(request, journey):
    return redirect(journey.send())


# The secret in the address is the proof; nobody who doesn't know it can forge a request, and the
# page needs no cookie.
@csrf_exempt
@may_send
@limited(30, 3600)
@secret
def application(request, year, number, token):
    """How far an application is, for whom holds its link; a question is answered here."""
    found = joining.found_by(year, number, token)
    if found is None:
        raise Http404
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            joining.reply(found, form.cleaned_data["reply"])
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return redirect(request.path)
    context = {"application": found, "form": form, "address": origin_of(request) + request.path}
    status = 400 if form.is_bound else 200
    return render(request, "network/application.html", context, status=status)
