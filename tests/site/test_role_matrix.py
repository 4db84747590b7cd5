"""Every role on every list and page of the back office sees what its permissions say, no more."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.urls import URLPattern, reverse
from django.urls.converters import SlugConverter

from consulting import services
from consulting.models import ResourceEdition
from news.models import Article, Verdict
from office import roles
from office.models import OfficeIdentity
from surveys.models import AccessCode
from tests import make

LISTS = sorted(
    (model for model in admin.site._registry if model._meta.app_label != "auth"),
    key=lambda model: model._meta.label,
)
# Through editions, claims, resources, surveys.
REACHED_THROUGH_OTHERS = {Article, Verdict, ResourceEdition, AccessCode}
PEOPLE = [*roles.ROLES, None]  # None has no role at all, but an account


@pytest.fixture(scope="module")
def portal(words, django_db_blocker):
    """Rows of every kind, so that a list which must not be seen would have something to show."""
    with django_db_blocker.unblock():
        _portal()


def _portal():
    services.order(make.advisory_request(), kind="news", brief="ข่าว", by=make.user())
    roles.sync()


def member_of(role):
    made = make.user(f"as-{role}", is_staff=role in roles.STAFF)
    if role:
        made.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=made.pk)


def may(role, verb, model):
    allowed = roles.ROLES.get(role, set())
    meta = model._meta
    return any(f"{meta.app_label}.{v}_{meta.model_name}" in allowed for v in verb.split("|"))


def rights(role, model):
    """What a role may do with rows of a model."""
    verbs = ("add", "change", "delete", "view")
    return frozenset(verb for verb in verbs if may(role, verb, model))


def own_addresses(model):
    """Each address that a desk adds to Django's own, as its name and whether it names a row."""
    desk = admin.site._registry[model]
    theirs = {pattern.name for pattern in admin.ModelAdmin(model, admin.site).get_urls()}
    for pattern in desk.get_urls():
        if isinstance(pattern, URLPattern) and pattern.name and pattern.name not in theirs:
            yield pattern


@pytest.fixture
def each_role(portal, db, client):
    """Every role in turn, signed in; what one of them changed is undone for the next."""

    def walk():
        for role in PEOPLE:
            with transaction.atomic():
                client.force_login(member_of(role))
                yield role
                transaction.set_rollback(True)

    return walk()


def test_each_role_sees_the_lists_of_its_permissions(client, each_role):
    found, expected = {}, {}
    for role in each_role:
        for model in LISTS:
            meta = model._meta
            answer = client.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"))
            found[role, meta.label] = answer.status_code
            enters = 200 if may(role, "view|change", model) else 403
            if enters == 200 and model is OfficeIdentity:
                enters = 302  # the one row there is
            expected[role, meta.label] = enters if role in roles.STAFF else 302

    assert found == expected


def test_each_role_opens_the_rows_of_its_permissions(client, each_role):
    opened, refused = set(), []
    for role in each_role:
        for model in LISTS:
            meta, held = model._meta, rights(role, model)
            row = model._default_manager.order_by("pk").first()
            for page in ("change", "history", "delete") if row else ():
                verb = "delete" if page == "delete" else "view|change"
                is_allowed = role in roles.STAFF and may(role, verb, model)
                # What others with the same permissions opened looks the same.
                if is_allowed and (meta.label, page, held) in opened:
                    continue
                name = f"admin:{meta.app_label}_{meta.model_name}_{page}"
                answer = client.get(reverse(name, args=[row.pk]))
                if answer.status_code == 200:
                    opened.add((meta.label, page, held))
                    if not is_allowed:
                        refused.append((role, meta.label, page))

    assert refused == []
    assert {page for _label, page, _held in opened} == {"change", "history", "delete"}


def test_nobody_opens_a_page_of_a_desk_whose_list_they_may_not_see(client, each_role):
    opened, failed = [], []
    for role in each_role:
        for model in LISTS:
            row = model._default_manager.order_by("pk").first()
            for pattern in own_addresses(model):
                converters = pattern.pattern.converters
                if converters and row is None:
                    continue
                arguments = {
                    name: "zzzz" if isinstance(converter, SlugConverter) else row.pk
                    for name, converter in converters.items()
                }
                address = reverse(f"admin:{pattern.name}", kwargs=arguments)
                for answer in (client.get(address), client.post(address)):
                    if answer.status_code >= 500:
                        failed.append((role, address))
                    if answer.status_code == 200 and not may(role, "view|change", model):
                        opened.append((role, address))

    assert (opened, failed) == ([], [])


def test_a_list_shows_the_desk_only_to_those_who_may_see_it(client, portal, db):
    for role in roles.STAFF:
        client.force_login(member_of(role))
        told = {
            model["object_name"]
            for group in client.get("/admin/").context["app_list"]
            for model in group["models"]
        }
        desks = [model for model in LISTS if model not in REACHED_THROUGH_OTHERS]

        assert told == {
            model._meta.object_name for model in desks if may(role, "view|change", model)
        }
