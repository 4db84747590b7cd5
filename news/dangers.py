"""What people here are warned of again and again, with the words that are right in a hurry."""

import json
from pathlib import Path

DANGERS = {
    danger.pop("key"): danger
    for danger in json.loads((Path(__file__).parent / "data" / "dangers.json").read_text("utf-8"))
}
