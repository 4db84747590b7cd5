"""Pictures and files: for everybody while an edition shown now uses them, otherwise for staff."""

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.urls import re_path
from django.views.decorators.http import require_safe

from lopburi_pr.private_files import download_name, send
from lopburi_pr.uploads import CONTENT_TYPES
from news.models import Attachment, Picture
from news.renditions import CONTENT_TYPES as PICTURE_CONTENT_TYPES
from news.renditions import WIDTHS, rendition_name

MAX_AGE = 3600  # they may be withdrawn
MAX_AGE_OF_STAND_IN = 10


@require_safe
def picture(request, pk, size, extension):
    """One size of a picture; the master stands in for a size that is not made yet."""
    found = _with_publicity(Picture, pk).values_list("file", "widths", "is_public").first()
    if found is None:
        raise Http404
    master_name, widths, is_public = found
    _admit(request, is_public, "news.view_picture")
    if size.isdecimal() and int(size) not in {*WIDTHS, *widths}:
        raise Http404
    max_age = MAX_AGE
    if size != "original":
        name = rendition_name(master_name, size, extension)
        try:
            return _send(request, name, PICTURE_CONTENT_TYPES[extension], is_public, MAX_AGE)
        except Http404:
            max_age = MAX_AGE_OF_STAND_IN
    return _send(request, master_name, PICTURE_CONTENT_TYPES["jpg"], is_public, max_age)


@require_safe
def attachment(request, pk):
    """A file of an edition, always as a download named after its title."""
    rows = _with_publicity(Attachment, pk)
    found = rows.values_list("file", "title", "format", "is_public").first()
    if found is None:
        raise Http404
    name, title, format_, is_public = found
    _admit(request, is_public, "news.view_attachment")
    filename = download_name(title, format_)
    return _send(request, name, CONTENT_TYPES[format_], is_public, MAX_AGE, filename=filename)


def _with_publicity(model, pk):
    shown = model.objects.published().filter(pk=OuterRef("pk"))
    return model.objects.filter(pk=pk).annotate(is_public=Exists(shown))


def _admit(request, is_public, permission):
    if not is_public and not (request.user.is_staff and request.user.has_perm(permission)):
        raise Http404


def _send(request, name, content_type, is_public, max_age, **options):
    max_age = max_age if is_public else None
    return send(request, name, content_type=content_type, max_age=max_age, **options)


file_urlpatterns = [
    re_path(
        r"^pictures/(?P<pk>[0-9]{1,18})/(?P<size>original|share)\.(?P<extension>jpg)$",
        picture,
        name="picture",
    ),
    re_path(
        r"^pictures/(?P<pk>[0-9]{1,18})/(?P<size>[1-9][0-9]{2,3})\.(?P<extension>avif|webp|jpg)$",
        picture,
        name="picture",
    ),
    re_path(r"^files/(?P<pk>[0-9]{1,18})/$", attachment, name="attachment"),
]
