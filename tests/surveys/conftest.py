"""Places, and the browser's half of the logic, run by Node."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import make


@pytest.fixture(scope="session")
def in_browser():
    """``in_browser([task, …])``: what JavaScript answers to each task of ``twin.js``."""
    if not shutil.which("node"):
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("There is no Node.")
        pytest.skip("There is no Node.")

    def run(tasks):
        done = subprocess.run(
            ["node", str(Path(__file__).with_name("twin.js"))],
            input="\n".join(map(json.dumps, tasks)),
            capture_output=True,
            check=True,
            text=True,
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


@pytest.fixture
def places(db):
    """The district that every answer names."""
    return make.district()


@pytest.fixture
def analyst(db):
    return make.user("analyst", "surveys.weigh_survey")


@pytest.fixture
def head(db):
    return make.user(
        "head", "surveys.weigh_survey", "surveys.publish_publication", "surveys.change_finding"
    )
