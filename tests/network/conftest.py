"""The network's people: one client for each role."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from network import accounts
from network.models import Organization, Person
from office import loading, roles


@pytest.fixture
def places(db):
    """Every district and subdistrict of the office."""
    loading.load()


@pytest.fixture
def sign_in(db):
    """``sign_in(role)``: a client of somebody in that role; without one, nobody's."""
    roles.sync()

    def enter(role=None):
        client = Client()
        if role is None:
            return client
        if role == "partner":
            body = Organization.objects.create(kind="radio", name_th="วิทยุของภาคี", is_listed=True)
            person = Person.objects.create(
                name="ภาคี", organization=body, email="partner@example.org"
            )
            client.user = accounts.open_account(person, by=None)
        else:
            client.user = User.objects.create_user(f"a-{role}", is_staff=True)
            client.user.groups.add(Group.objects.get(name=role))
        client.force_login(client.user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def officer(sign_in):
    return sign_in("officer")
