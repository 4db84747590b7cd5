"""The computing modules stay plain: standard library, no Django, short."""

import re
import sys
from pathlib import Path

from surveys import statistics

MODULES = [p for p in Path(statistics.__file__).parent.glob("*.py") if p.stem != "wording"]


def test_statistics_need_only_the_standard_library():
    text = "\n".join(path.read_text("utf-8") for path in MODULES)

    imported = set(re.findall(r"^\s*(?:import|from) ([\w.]+)", text, re.MULTILINE))

    foreign = {
        name
        for name in imported
        if name.split(".")[0] not in sys.stdlib_module_names
        and not name.startswith("surveys.statistics.")
    }
    assert "math" in imported
    assert foreign == set()


def test_statistics_are_short_modules():
    assert [p.name for p in MODULES if len(p.read_text("utf-8").splitlines()) >= 300] == []
