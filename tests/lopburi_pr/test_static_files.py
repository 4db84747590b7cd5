"""Of the editor's 1,400 files only those that the toolbar needs are served."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from lopburi_pr.static_files import is_served

EDITOR = "ckeditor/ckeditor"


@pytest.fixture(scope="module")
def served():
    return sorted(path for finder in finders.get_finders() for path, _ in finder.list([]))


def plugins(served):
    found = {re.match(rf"{EDITOR}/plugins/([^/]+)/", path) for path in served}
    return {match[1] for match in found if match}


def test_no_sample_test_or_uploader_is_served(served):
    suspicious = r"sample|/tests?/|filemanager|upload|\.(php|aspx?|cfm|jsp)$|galleriffic"

    editor = [path for path in served if path.startswith("ckeditor")]
    assert [path for path in editor if re.search(suspicious, path)] == []


def test_no_plugin_with_a_known_hole_is_served(served):
    holes = {"preview", "iframe", "iframedialog", "embed", "embedbase", "embedsemantic", "flash"}
    holes |= {"codesnippet", "sourcedialog", "sourcearea", "exportpdf", "scayt", "wsc", "image"}
    holes |= {"uploadimage", "uploadfile", "pastefromword", "templates", "forms", "autoembed"}

    assert plugins(served) & holes == set()
    assert plugins(served) >= {"divarea", "link", "table", "find"}


def test_editor_has_two_languages_and_one_skin(served):
    languages = [path for path in served if re.fullmatch(rf"{EDITOR}/lang/.*", path)]
    skins = {path.split("/")[3] for path in served if path.startswith(f"{EDITOR}/skins/")}

    assert languages == [f"{EDITOR}/lang/en.js", f"{EDITOR}/lang/th.js"]
    assert skins == {"moono-lisa"}


def test_what_is_pruned_can_not_be_asked_for_either():
    assert finders.find(f"{EDITOR}/ckeditor.js") is not None
    assert finders.find(f"{EDITOR}/samples/index.html") is None
    assert finders.find(f"{EDITOR}/plugins/preview/preview.html") is None


def test_every_plugin_that_is_not_served_is_switched_off():
    switched_off = set(settings.CKEDITOR_CONFIGS["default"]["removePlugins"].split(","))

    assert {"preview", "iframe", "image", "sourcearea", "copyformatting"} <= switched_off
    assert "uploadimage" in switched_off


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("admin/css/base.css", True),
        ("ckeditor/ckeditor-init.js", True),
        ("ckeditor/galleriffic/js/jquery.js", False),
        (f"{EDITOR}/build-config.js", False),
        (f"{EDITOR}/plugins/link/lang/th.js", True),
        (f"{EDITOR}/plugins/link/lang/de.js", False),
        (f"{EDITOR}/adapters/jquery.js", False),
    ],
)
def test_file_is_served_when_the_product_needs_it(path, expected):
    assert is_served(path) is expected
