"""The people of the desk."""

import pytest
from django.test import Client

from tests import make


def signed_in(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    client.user = person
    return client


@pytest.fixture
def officer(db):
    return make.officer("kamon")


@pytest.fixture
def head(db):
    return make.officer("wanna", "head")


@pytest.fixture
def desk(officer):
    return signed_in(officer)


@pytest.fixture
def heads_desk(head):
    return signed_in(head)
