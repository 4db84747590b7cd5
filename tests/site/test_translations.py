"""Laws of the words: Thai is complete, compiled, in step with the code, and mends Django's."""

import ast
import json
import re
import shutil
from functools import cache
from pathlib import Path

import django
import polib
import pytest
from django import forms
from django.conf import settings
from django.core.management import call_command
from django.utils.translation import override

CATALOGUES = sorted(
    path for folder in settings.LOCALE_PATHS for path in Path(folder).glob("th/LC_MESSAGES/*.po")
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sdrif]|%[sdr%]|\{\w*\}")
THAI_LETTER = re.compile("[ก-๙]")
SAME_IN_THAI = {"IPv4", "IPv6", "…", "%(truncated_text)s…", "The %(site_name)s team"}
SAME_IN_THAI |= {"n = %(n)s", "Rao-Scott: F = %(f)s, p %(p)s"}  # statistics has one spelling
PARTS_OF_DJANGO = ("conf", "contrib/admin", "contrib/auth", "contrib/postgres")
# Names of languages, pages that only developers open, names of apps nobody sees.
UNSEEN = ("conf/", "views/", *(f"contrib/{app}/apps.py" for app in ("sitemaps", "staticfiles")))
UNSEEN += ("contrib/syndication/apps.py",)


def catalogue_id(path):
    return "/".join(path.relative_to(settings.BASE_DIR / "locale").parts)


each_catalogue = pytest.mark.parametrize("path", CATALOGUES, ids=catalogue_id)


@cache
def entries(path):
    return [entry for entry in polib.pofile(path) if not entry.obsolete]


def key(entry):
    return entry.msgctxt, entry.msgid, bool(entry.msgid_plural)


def words(entry):
    return [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]


def is_translated(entry):
    return not entry.fuzzy and all(words(entry))


@each_catalogue
def test_every_text_has_its_thai(path):
    assert [entry.msgid for entry in entries(path) if not is_translated(entry)] == []


@each_catalogue
def test_thai_is_written_in_thai(path):
    copied = {
        entry.msgid
        for entry in entries(path)
        if is_translated(entry) and not THAI_LETTER.search("".join(words(entry)))
    }

    assert copied - SAME_IN_THAI == set()


@each_catalogue
def test_thai_keeps_the_placeholders(path):
    differing = {
        entry.msgid: words(entry)
        for entry in entries(path)
        for text in words(entry)
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(entry.msgid))
    }

    assert differing == {}


@each_catalogue
def test_compiled_catalogue_is_fresh(path):
    """A fresh clone has no gettext, so what it runs on is what was committed: `make messages`."""
    compiled = {key(entry): words(entry) for entry in polib.mofile(path.with_suffix(".mo"))}

    assert compiled == {key(entry): words(entry) for entry in entries(path) if is_translated(entry)}


@pytest.mark.skipif(not shutil.which("xgettext"), reason="no gettext on this machine")
def test_catalogue_holds_the_texts_of_the_code(tmp_path, monkeypatch, settings):
    """When it differs: `make messages`, then write the Thai."""
    own = settings.BASE_DIR / "locale"
    for folder in source_folders():
        shutil.copytree(
            folder, tmp_path / folder.name, ignore=shutil.ignore_patterns("data", "__pycache__")
        )
    (tmp_path / "locale").mkdir()
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    monkeypatch.chdir(tmp_path)

    call_command("makemessages", locale=["th"], no_obsolete=True, no_location=True, verbosity=0)

    name = "th/LC_MESSAGES/django.po"
    assert {key(entry) for entry in entries(own / name)} == {
        key(entry) for entry in entries(tmp_path / "locale" / name)
    }


def source_folders():
    """The folders that `make messages` reads."""
    names = {path.relative_to(settings.BASE_DIR).parts[0] for path in _sources()}
    return [settings.BASE_DIR / name for name in sorted(names) if "." not in name]


def _sources():
    yield from settings.BASE_DIR.glob("*/*.py")
    yield settings.BASE_DIR / "templates"


def test_texts_are_marked_with_a_name_that_xgettext_knows():
    """`gettext as _t` works in Python, but makemessages would never see its texts."""
    unknown = [
        f"{path.relative_to(settings.BASE_DIR)}: {name.name} as {name.asname}"
        for folder in source_folders()
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if "gettext" in name.name and name.asname not in {None, "_"}
    ]

    assert unknown == []


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_editors_meet_no_english_of_django(domain):
    """What is missing goes into locale/django/th/, which makemessages leaves alone."""
    has_thai = {key(entry) for path in CATALOGUES if path.stem == domain for entry in entries(path)}
    for part in PARTS_OF_DJANGO:
        has_thai |= {key(entry) for entry in djangos(part, "th", domain) if is_translated(entry)}

    lacking = [
        entry.msgid
        for part in PARTS_OF_DJANGO
        for entry in djangos(part, "en", domain)
        if is_seen(entry) and key(entry) not in has_thai
    ]

    assert lacking == []


def djangos(part, language, domain):
    folder = Path(django.__file__).parent / part / "locale" / language / "LC_MESSAGES"
    path = folder / f"{domain}.po"
    return entries(path) if path.exists() else []


def is_seen(entry):
    return not all(place.startswith(UNSEEN) for place, _line in entry.occurrences)


def test_thai_of_the_portal_wins_over_djangos():
    with override("th"):
        assert str(forms.DateField().error_messages["invalid"]) == "กรอกวันที่ให้ถูกต้อง"


def test_scripts_of_the_back_office_speak_thai(desk):
    catalogue = desk.get("/admin/jsi18n/").text

    assert f'"Choose a Date": {json.dumps("เลือกวันที่")}' in catalogue
