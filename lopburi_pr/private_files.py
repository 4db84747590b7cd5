"""Hands out stored files. Who may have one is decided by the view that calls ``send``."""

import hashlib
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date

from lopburi_pr.thai_text import normalise

FILENAME_LETTERS = 120
# Explorer, Finder and shells give these a meaning; bidirectional marks disguise an ending.
NOT_IN_FILENAMES = '\\/:*?"<>|'


def send(request, stored_file, *, content_type, filename=None, max_age=None):
    """Answer with a stored file, or 304 when the reader has it already, or raise Http404.

    ``stored_file`` is a file field's value or a name in the default storage. ``filename`` makes it
    a download of that name. Without ``max_age`` no cache may keep it. A reader's browser never
    treats the answer as a page, whatever the bytes say.
    """
    name = getattr(stored_file, "name", stored_file)
    path = Path(default_storage.path(name))
    try:
        facts = path.stat()
    except FileNotFoundError as missing:
        raise Http404 from missing
    modified = int(facts.st_mtime)
    version = f"{name} {facts.st_mtime_ns} {facts.st_size}"
    etag = f'"{hashlib.sha256(version.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag, modified)
    if response is None:
        response = _whole(request, name, path)
        response.headers["Content-Type"] = content_type
        if filename:
            response.headers["Content-Disposition"] = content_disposition_header(True, filename)
    is_public = max_age is not None
    headers = {
        "ETag": etag,
        "Last-Modified": http_date(modified),
        "Cache-Control": f"public, max-age={max_age}" if is_public else "private, no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "cross-origin" if is_public else "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    for header, value in headers.items():
        response.headers[header] = value
    return response


def download_name(title, extension):
    """A file name that says the title, safe on every system and in every header."""
    letters = "".join(
        " " if letter in NOT_IN_FILENAMES or not letter.isprintable() else letter
        for letter in normalise(title)
    )
    stem = " ".join(letters.split())[:FILENAME_LETTERS].strip(" .")
    return f"{stem or 'file'}.{extension}"


def _whole(request, name, path):
    if settings.MEDIA_ACCEL_LOCATION:
        accel = f"{settings.MEDIA_ACCEL_LOCATION.rstrip('/')}/{quote(name)}"
        return HttpResponse(headers={"X-Accel-Redirect": accel})
    if request.method == "HEAD":
        return HttpResponse(headers={"Content-Length": str(path.stat().st_size)})
    response = FileResponse(path.open("rb"))
    del response.headers["Content-Disposition"]  # it would tell the stored name
    return response
