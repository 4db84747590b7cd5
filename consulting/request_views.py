"""Asking for advice: what the office advises on, and a request page by page."""

from functools import wraps
from pathlib import PurePath
from urllib.parse import quote, urlencode

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from consulting import drafts, files, finding, letters, notice
from consulting.clock import Span
from consulting.models import Draft, ResourceEdition, ServiceStandard, Topic
from consulting.request_forms import QuestionPage, SendForm, TopicForm, WhoPage
from lopburi_pr import uploads, visitors
from lopburi_pr.http import origin_of, public, secret

HOUR = 3600
BEGUN_AN_HOUR = 60  # of one address; a whole district office may share one
SENT_AN_HOUR = 60
STEPS_AN_HOUR = 600
BACK = ("topic", *drafts.PAGES)
PAGES = (*BACK, "send")
FORMS = {"question": QuestionPage, "who": WhoPage}

may_send = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@public
def front(request):
    """What the office advises on, how long it takes, and the ways in."""
    standards = ServiceStandard.objects
    spans = {}
    for lane in (ServiceStandard.Lane.ORDINARY, ServiceStandard.Lane.CRISIS):
        if standard := standards.now_for(lane):
            spans[lane.value] = {
                "first_reply": Span(standard.first_reply, standard.unit),
                "answer": Span(standard.answer, standard.unit),
            }
    begin = reverse("consulting:begin")
    context = {
        "topics": [
            (topic, f"{begin}?{urlencode({'topic': topic.key})}")
            for topic in Topic.objects.offered()
        ],
        "spans": spans,
        "is_helped": "helped" in request.GET,
        "is_discarded": "discarded" in request.GET,
    }
    return render(request, "consulting/front.html", context)


# To begin changes nothing of anybody's, so a forged request does no harm; and readers get no
# cookie for a token.
@csrf_exempt
@may_send
@public
def begin(request):
    """Choose what it is about; then everything goes on under an address of its own."""
    if request.method == "POST":
        form, wait = TopicForm(request.POST), 0
        if form.is_valid():
            wait = visitors.seconds_to_wait(request, "ask", most=BEGUN_AN_HOUR, seconds=HOUR)
            if not wait:
                token = drafts.begin(form.cleaned_data["topic"])
                return redirect(f"{reverse('consulting:draft', args=[token])}?new=1")
            form.add_error(None, visitors.TOO_MUCH)
        return visitors.told_to_wait(_first_page(request, form, 400), wait)
    return _first_page(request, TopicForm(initial={"topic": request.GET.get("topic", "")}))


def _first_page(request, form, status=200):
    context = {"form": form, "place": _place("topic")}
    return render(request, "consulting/request/topic.html", context, status=status)


def _of_draft(view):
    """The view gets the draft of the address; what was sent leads to its page of the request."""

    @csrf_exempt  # the secret in the address is the proof
    @may_send
    @secret
    @wraps(view)
    def found(request, token):
        if draft := drafts.find(token):
            try:
                return view(request, token, draft)
            except Draft.DoesNotExist:  # sent or deleted in another window meanwhile
                pass
        if sent := drafts.sent(token):
            return redirect(f"{letters.address(sent)}?new=1")
        return render(request, "consulting/request/over.html", status=410)

    return found


@_of_draft
def draft(request, token, draft):
    """One page of a request, and what is pressed there."""
    if files.declares_too_much(request):
        return _send_page(request, token, draft, refused=[uploads.TOO_LARGE], status=413)
    if request.method == "POST":
        wait = visitors.seconds_to_wait(request, "ask-step", most=STEPS_AN_HOUR, seconds=HOUR)
        return _wait(request, token, draft, wait) if wait else _press(request, token, draft)
    page = request.GET.get("page", "")
    if page not in PAGES:
        page = next(iter(drafts.missing(draft)), "send")
    return _show(request, token, draft, page)


def _wait(request, token, draft, wait):
    """The page as it was typed, with how long to wait."""
    page, topic = request.POST.get("page", ""), drafts.topic_of(draft)
    if page not in FORMS or topic is None:
        answer = _send_page(request, token, draft, refused=[visitors.TOO_MUCH])
    else:
        form = _form(page, draft, topic, request.POST)
        form.add_error(None, visitors.TOO_MUCH)
        answer = _show(request, token, draft, page, form)
    return visitors.told_to_wait(answer, wait)


def _press(request, token, draft):
    page, go = request.POST.get("page", ""), request.POST.get("go", "")
    if page == "topic":
        return _choose(request, token, draft)
    if page in FORMS:
        return _fill_in(request, token, draft, page, go)
    if page == "helped":
        return _helped(request, token, draft, _number(go, "helped-"))
    return _finish(request, token, draft, go)


def _finish(request, token, draft, go):
    """What is pressed on the last page; the files that were chosen come first, or they are lost."""
    if go == "discard":
        drafts.discard(draft)
        return redirect(f"{reverse('consulting:front')}?discarded=1")
    form = SendForm(request.POST)
    if not form.is_valid():
        return _send_page(request, token, draft, form=form, status=400)
    drafts.keep(draft, "send", form.answers())
    chosen = request.FILES.getlist("files")
    if refused := drafts.add_files(draft, chosen):
        return _send_page(request, token, draft, refused=refused, status=400)
    if go == "add" and not chosen:
        refused = [_("Choose a file first, then press the button.")]
        return _send_page(request, token, draft, refused=refused, status=400)
    if go in {"add", "keep", *BACK}:
        return redirect(_address(token, go if go in BACK else "send"))
    if (pk := _number(go, "remove-")) is not None:
        drafts.remove_file(draft, pk)
        return redirect(_address(token, "send"))
    return _send(request, token, draft, form)


def _number(go, verb):
    """The number behind a verb on a button."""
    told = go.removeprefix(verb)
    is_number = go.startswith(verb) and told.isascii() and told.isdecimal() and len(told) < 10
    return int(told) if is_number else None


def _choose(request, token, draft):
    form = TopicForm(request.POST)
    if form.is_valid():
        drafts.choose(draft, form.cleaned_data["topic"])
        return redirect(_address(token, "question"))
    return _show(request, token, draft, "topic", form, 400)


def _fill_in(request, token, draft, page, go):
    topic = drafts.topic_of(draft)
    if topic is None:
        return redirect(_address(token, "topic"))
    form = _form(page, draft, topic, request.POST)
    if form.is_valid():
        drafts.keep(draft, page, form.answers())
    else:
        drafts.keep_unfinished(draft, page, form.raw())
    if go in BACK:  # what is wrong there is said when they come again
        return redirect(_address(token, go))
    if form.is_valid():
        return redirect(_address(token, next(iter(drafts.missing(draft)), "send")))
    return _show(request, token, draft, page, form, 400)


def _helped(request, token, draft, pk):
    found = ResourceEdition.objects.published().filter(pk=pk).first()
    if found is None:
        return redirect("consulting:draft", token=token)
    drafts.helped(draft, found, visitors.mark(request, "vote", found.pk))
    return redirect(f"{reverse('consulting:front')}?helped=1")


def _send(request, token, draft, form):
    if left := drafts.missing(draft):
        return redirect(_address(token, left[0]))
    wait = visitors.seconds_to_wait(request, "ask-send", most=SENT_AN_HOUR, seconds=HOUR)
    if wait:
        form.add_error(None, visitors.TOO_MUCH)
        return visitors.told_to_wait(_send_page(request, token, draft, form=form), wait)
    try:
        sent = drafts.send(draft)
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return _send_page(request, token, draft, form=form, status=400)
    return redirect(f"{letters.address(sent)}?new=1")


def _show(request, token, draft, page, form=None, status=200):
    topic = drafts.topic_of(draft)
    if page == "send" and not drafts.missing(draft):
        return _send_page(request, token, draft)
    if page == "send" or topic is None:
        page = next(iter(drafts.missing(draft)), "topic")
    context = {**_frame(request, token, page), "topic": topic, "draft": draft}
    if page == "topic":
        context["form"] = form or TopicForm(initial={"topic": draft.typed.get("topic", "")})
    else:
        context["form"] = form or _form(page, draft, topic)
    if page == "who":
        context["matching"] = _matching(draft, topic)
    return render(request, f"consulting/request/{page}.html", context, status=status)


def _form(page, draft, topic, data=None):
    more = {"topic": topic} if page == "question" else {}
    return FORMS[page](data, draft=draft, **more)


def _send_page(request, token, draft, *, form=None, refused=(), status=200):
    """Files, every answer once more, what is kept about them, and the button that sends it."""
    topic = drafts.topic_of(draft)
    summary = []
    if topic is not None:
        summary = [
            {
                "url": f"{_address(token, page)}#{bound.id_for_label or bound.auto_id}",
                "label": label,
                "text": text,
            }
            for page in FORMS
            if page in draft.typed
            for bound, label, text in _form(page, draft, topic).told()
        ]
    context = {
        **_frame(request, token, "send"),
        "topic": topic,
        "topic_url": _address(token, "topic"),
        "form": form or SendForm(initial=draft.typed.get("send")),
        "refused": refused,
        "files": [
            {
                "go": f"remove-{file.pk}",
                "title": PurePath(file.name).stem,
                "format": file.format.upper(),
                "size": file.size,
            }
            for file in draft.files.all()
        ],
        "accept": files.ACCEPT,
        "summary": summary,
        "notice": notice.ASKING,
    }
    return render(request, "consulting/request/send.html", context, status=status)


def _frame(request, token, page):
    here = reverse("consulting:draft", args=[token])
    kept = f"{origin_of(request)}{here}"
    back = PAGES[PAGES.index(page) - 1] if page != "topic" else ""
    return {
        "here": here,
        "page": page,
        "place": _place(page),
        "back": back,
        "kept_url": kept,
        "line_url": f"https://line.me/R/msg/text/?{quote(kept)}",
        "mail_url": "mailto:?"
        + urlencode({"subject": _("My request to the PR office"), "body": kept}, quote_via=quote),
        "is_new": "new" in request.GET,
        "answers_url": reverse("consulting:draft-answers", args=[token]),
    }


def _place(page):
    return PAGES.index(page) + 1, len(PAGES)


def _address(token, page):
    return f"{reverse('consulting:draft', args=[token])}?page={page}"


@_of_draft
def answers(request, token, draft):
    """Published answers about the same, as a piece of the page: asked for while they type."""
    topic = drafts.topic_of(draft)
    text = request.POST.get("text", "") if request.method == "POST" else None
    found = _matching(draft, topic, text) if topic else []
    if not found:
        return HttpResponse("")
    context = {"matching": found, "here": reverse("consulting:draft", args=[token])}
    return render(request, "consulting/request/_matching.html", context)


def _matching(draft, topic, text=None):
    if text is None:
        kept = draft.typed.get("question", {})
        text = f"{kept.get('subject', '')}\n{kept.get('detail', '')}"
    return [
        {"pk": str(edition.pk), "title": drafts.title(edition), "text": drafts.gist(edition)}
        for edition in finding.matching(topic, text)
    ]
