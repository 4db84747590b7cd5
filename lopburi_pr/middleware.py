"""What every request passes: refusal of impossible input, language from the path, plain headers."""

from django.http import HttpResponseBadRequest
from django.template.loader import render_to_string
from django.utils import translation


def refuse_impossible_input(get_response):
    """Answer 400 to NUL characters in address and cookies: PostgreSQL can't store them."""

    def middleware(request):
        given = (request.path, *request.COOKIES.values())
        if "%00" in request.META.get("QUERY_STRING", "") or any("\x00" in text for text in given):
            return HttpResponseBadRequest(render_to_string("400.html", request=request))
        return get_response(request)

    return middleware


def language_from_path(get_response):
    """English below /en/, Thai elsewhere; never a cookie, never the browser's preference.

    Django's own LocaleMiddleware would add ``Vary: Accept-Language`` to every Thai page and make
    a shared cache useless.
    """

    def middleware(request):
        request.LANGUAGE_CODE = language = language_of(request.path_info)
        translation.activate(language)
        response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def response_headers(get_response):
    """Headers that hold for the whole site."""

    def middleware(request):
        response = get_response(request)
        response.headers["Permissions-Policy"] = "geolocation=(), camera=(), microphone=()"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def language_of(path):
    """The language in which a page at this path is written."""
    return "en" if path.startswith("/en/") or path == "/en" else "th"
