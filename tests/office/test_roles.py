"""Who may do what, exactly."""

import pytest
from django.contrib.auth.models import Group, Permission, User

from office import roles

pytestmark = pytest.mark.django_db


def permissions_of(role):
    rows = Group.objects.get(name=role).permissions.select_related("content_type")
    return {f"{row.content_type.app_label}.{row.codename}" for row in rows}


def test_sync_gives_exactly_the_permissions_of_each_role():
    roles.sync()

    assert {role: permissions_of(role) for role in roles.ROLES} == roles.ROLES
    assert set(roles.LABELS) == set(roles.ROLES)


def test_only_the_head_publishes():
    may_publish = {role for role, may in roles.ROLES.items() if "news.publish_edition" in may}

    assert may_publish == {"head"}


def test_only_the_head_issues_alerts_and_sets_occasions():
    may_issue = {role for role, may in roles.ROLES.items() if "news.issue_alert" in may}
    may_set = {role for role, may in roles.ROLES.items() if "news.add_occasion" in may}

    assert may_issue == may_set == {"head"}
    assert {"news.add_alert", "news.change_alert"} <= roles.ROLES["editor"]


def test_editors_write_news_but_not_the_office():
    editor = roles.ROLES["editor"]

    assert {"news.add_edition", "news.change_edition", "news.add_picture"} <= editor
    assert "office.view_district" in editor
    assert not {name for name in editor if name.startswith(("auth.", "office.change"))}


def test_partners_may_nothing_and_nobody_manages_accounts():
    assert roles.ROLES["partner"] == set()
    assert not {name for may in roles.ROLES.values() for name in may if name.startswith("auth.")}


def test_sync_takes_away_what_was_added_by_hand():
    roles.sync()
    Group.objects.get(name="officer").permissions.add(
        Permission.objects.get(codename="publish_edition")
    )
    Group.objects.get(name="editor").permissions.clear()

    changed = roles.sync()

    assert changed == ["editor", "officer"]
    assert permissions_of("officer") == roles.ROLES["officer"]
    assert permissions_of("editor") == roles.ROLES["editor"]
    assert roles.sync() == []


def test_sync_names_a_permission_that_no_model_has(monkeypatch):
    monkeypatch.setitem(roles.ROLES, "officer", {"news.fly_edition"})

    with pytest.raises(LookupError, match=r"news\.fly_edition"):
        roles.sync()


def test_a_head_has_the_permission_through_the_group():
    roles.sync()
    head = User.objects.create_user("head", is_staff=True)
    head.groups.add(Group.objects.get(name="head"))

    assert head.has_perm("news.publish_edition")
    assert not head.has_perm("auth.change_user")
