"""Where LINE tells what happens in rooms of the office's account."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from news import line


@csrf_exempt  # LINE signs what it says
@require_POST
def webhook(request):
    """Without the secret of the account nobody is believed: the address does not exist."""
    if not settings.LINE_CHANNEL_SECRET:
        raise Http404
    if not line.is_genuine(request.body, request.headers.get("X-Line-Signature", "")):
        return HttpResponse(status=403)
    try:
        told = line.read(request.body)
    except ValueError:
        return HttpResponse(status=400)
    for each in told:
        line.receive(each)
    return HttpResponse()
