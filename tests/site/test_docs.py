"""Documents that name what exists; they fail when something new is not named."""

import re

from django.apps import apps
from django.conf import settings

ROOT = settings.BASE_DIR
OURS = ("office", "network", "news", "consulting", "surveys")


def test_architecture_names_every_app():
    text = (ROOT / "docs" / "architecture.md").read_text()

    assert [label for label in OURS if f"`{label}`" not in text] == []
    assert {config.label for config in apps.get_app_configs() if "." not in config.name} >= {*OURS}


def test_glossary_names_every_model():
    text = (ROOT / "docs" / "glossary.md").read_text()

    named = set(re.findall(r"`(?:\w+\.)?(\w+)(?:\.\w+)*`", text))

    models = {model.__name__ for label in OURS for model in apps.get_app_config(label).get_models()}
    assert models - named == set()


def test_example_environment_names_every_variable():
    code = (ROOT / "lopburi_pr" / "settings.py").read_text()
    example = (ROOT / ".env.example").read_text()

    read = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', code))

    assert read == set(re.findall(r"^#?\s?([A-Z_]+)=", example, re.MULTILINE))


def test_readme_names_only_what_exists():
    text = (ROOT / "README.md").read_text()

    paths = [path for path in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in path]

    assert [path for path in paths if not (ROOT / path).exists()] == []
    makefile = (ROOT / "Makefile").read_text()
    commands = set(re.findall(r"^make (\w+)|`make (\w+)", text, re.MULTILINE))
    assert [c for pair in commands for c in pair if c and f"\n{c}:" not in makefile] == []
