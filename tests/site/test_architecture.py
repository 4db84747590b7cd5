"""Laws of the slopes: what import-linter can't see, and that it sees everything else."""

import re
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from importlinter import cli

SLOPE = ["planning", "news", "surveys", "consulting", "network", "office"]
BESIDE_EACH_OTHER = {"news", "surveys", "consulting"}
BANNED = {"utils", "util", "helpers", "helper", "common", "core", "misc", "base_utils", "shared"}
OURS = [
    config for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR
]
LINTER = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text("utf-8"))["tool"][
    "importlinter"
]


def may_point_to(upper, lower):
    """Whether a table of app ``upper`` may hold a key of app ``lower``."""
    if upper == lower or lower not in SLOPE:
        return True
    if {upper, lower} <= BESIDE_EACH_OTHER:
        return False
    return upper in SLOPE and SLOPE.index(upper) < SLOPE.index(lower)


def relations():
    """``(app, model.field, app pointed to)`` of every key, those given as strings too."""
    for config in OURS:
        for model in config.get_models(include_auto_created=True):
            for field in model._meta.get_fields():
                if field.is_relation and not field.auto_created and field.related_model:
                    name = f"{model.__name__}.{field.name}"
                    yield config.label, name, field.related_model._meta.app_label


def test_relations_run_downhill():
    uphill = [relation for relation in relations() if not may_point_to(relation[0], relation[2])]

    assert len(list(relations())) > 20
    assert uphill == []


@pytest.mark.parametrize(
    ("upper", "lower", "allowed"),
    [
        ("news", "office", True),
        ("news", "auth", True),
        ("office", "news", False),
        ("news", "surveys", False),
        ("planning", "consulting", True),
        ("portal", "news", False),
    ],
)
def test_slope_is_the_contract_of_the_product(upper, lower, allowed):
    assert may_point_to(upper, lower) is allowed


def test_imports_keep_the_contracts(tmp_path):
    assert cli.lint_imports(cache_dir=str(tmp_path)) == 0


def test_every_module_of_the_wiring_stands_on_the_slope():
    apps_contract = LINTER["contracts"][0]
    named = set(re.findall(r"lopburi_pr\.(\w+)", " ".join(apps_contract["layers"])))
    folder = settings.BASE_DIR / "lopburi_pr"
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}

    assert named == modules | packages


def test_every_app_is_linted():
    names = [config.name for config in OURS]

    assert sorted(LINTER["root_packages"]) == sorted(names)
    assert sorted(LINTER["contracts"][1]["containers"]) == sorted(set(names) - {"lopburi_pr"})


def test_no_module_is_a_dumping_ground():
    modules = [path for config in OURS for path in Path(config.path).rglob("*.py")]

    assert [path for path in modules if BANNED & {path.stem, *path.parent.parts}] == []


def test_every_app_says_what_it_is_answerable_for():
    silent = [
        config.name
        for config in OURS
        if '"""' not in (Path(config.path) / "__init__.py").read_text("utf-8")
    ]

    assert silent == []


def test_embedded_postgres_needs_only_the_standard_library():
    source = (settings.BASE_DIR / "lopburi_pr" / "embedded_postgres.py").read_text("utf-8")

    roots = set(re.findall(r"^(?:import|from) (\w+)(?:$| import)", source, re.MULTILINE))

    assert {"fcntl", "subprocess"} <= roots <= sys.stdlib_module_names


@pytest.mark.django_db
def test_tables_and_migrations_agree(capsys):
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)

    assert capsys.readouterr().out == ""
