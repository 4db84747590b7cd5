"""The Nu checker (validator.github.io) finds no error and no warning in any page.

It is a Java program of its own: VNU_JAR says where it is (see .ci/run). Without it this is skipped,
unless REQUIRE_BROWSER=1 demands everything.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests import make

JAR = os.environ.get("VNU_JAR", "")
IS_DEMANDED = os.environ.get("REQUIRE_BROWSER") == "1"
# VoiceOver forgets that a list is a list when it shows no bullets, unless its role is said.
DELIBERATE = "The “list” role is unnecessary for element"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not JAR and not IS_DEMANDED, reason="no VNU_JAR on this machine"),
]


def messages(folder):
    """What the checker says of all HTML files in a folder: ``file: message … extract``."""
    command = ["java", "-Xss2m", "-jar", JAR, "--format", "json", "--stdout", "--exit-zero-always"]
    done = subprocess.run([*command, folder], capture_output=True, text=True, check=True)
    return [
        f"{Path(said['url']).stem}: {said['message']} … {said.get('extract', '')}"
        for said in json.loads(done.stdout)["messages"]
        if not said["message"].startswith(DELIBERATE)
    ]


def test_every_page_is_valid(visits, tmp_path):
    for visit in visits:
        (tmp_path / f"{visit}.html").write_text(visit.answer.text, "utf-8")
    last_resort = settings.BASE_DIR / "templates" / "500.html"
    (tmp_path / "last-resort.html").write_text(last_resort.read_text("utf-8"), "utf-8")
    guide = Client()
    guide.force_login(make.user(is_staff=True))
    (tmp_path / "style-guide.html").write_text(guide.get("/styleguide/").text, "utf-8")

    assert messages(tmp_path) == []
