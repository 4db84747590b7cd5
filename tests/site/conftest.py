"""A full portal that the laws of this folder only read."""

from dataclasses import dataclass
from functools import cached_property

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from lxml import html

from tests.site import pages

LANGUAGES = {"th": "", "en": "/en"}


@dataclass
class Visit:
    """One page in one language, as it was answered."""

    name: str
    language: str
    path: str
    answer: HttpResponse

    @cached_property
    def tree(self):
        return html.document_fromstring(self.answer.text)

    @property
    def is_indexed(self):
        return not self.tree.xpath("//meta[@name='robots'][contains(@content, 'noindex')]")

    def __str__(self):
        return f"{self.name}-{self.language}"


@pytest.fixture(scope="package")
def words(django_db_setup, django_db_blocker):
    """The words for the addresses of ``pages``, of a portal that is filled once for this folder."""
    with (
        django_db_blocker.unblock(),
        override_settings(ROOT_URLCONF="tests.site.urls"),
        transaction.atomic(),
    ):
        yield pages.build()
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def visits(words):
    """Every page in both languages."""
    client = Client(raise_request_exception=False)
    found = []
    for name, path in (pages.PAGES | pages.ERRORS).items():
        for language, prefix in LANGUAGES.items():
            address = prefix + path.format(**words)
            cookie = {"cookie": words[pages.COOKIES[name]]} if name in pages.COOKIES else {}
            answer = client.get(address, headers=cookie)
            found.append(Visit(name, language, address, answer))
    return found
