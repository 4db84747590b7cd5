"""XLSForm in and out: a workbook becomes the draft, any version becomes a workbook."""

from django.http import Http404


def download(version):
    raise Http404


def upload(desk, request, version):
    raise Http404
