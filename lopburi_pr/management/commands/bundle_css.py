"""``manage.py bundle_css``: write static/css/site.css from its parts.

One file means one request on a slow phone; a waterfall of imports would mean twenty. The result is
committed, so running the portal needs no build; a test says when it is stale.
"""

import re

from django.conf import settings
from django.core.management.base import BaseCommand

CSS = settings.BASE_DIR / "static" / "css"
LAYERS = "tokens", "base", "layout", "components", "print"
HEADING = "/* Made by manage.py bundle_css from the files beside it: change those, not this. */\n"


def bundle():
    """The text of site.css: every part in its layer, without comments and spare blanks."""
    text = HEADING + f"@layer {','.join(LAYERS)};\n"
    for layer in LAYERS:
        own = CSS / f"{layer}.css"
        parts = [own] if own.exists() else sorted((CSS / layer).glob("*.css"))
        body = "".join(squeezed(part.read_text("utf-8")) for part in parts)
        text += f"@layer {layer}{{{body}}}\n"
    return text


def squeezed(css):
    """The same rules without comments and without blanks that mean nothing."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};,]) ?", r"\1", css)
    css = re.sub(r"(?<=[\w-]): (?=[^{}]*[;}])", ":", css)
    css = re.sub(r"(?<![\d.])0(\.\d)", r"\1", css)
    css = re.sub(r"#([\da-f])\1([\da-f])\2([\da-f])\3\b", r"#\1\2\3", css)
    return css.replace(";}", "}").strip()


class Command(BaseCommand):
    help = "Write static/css/site.css from its parts."

    def handle(self, *args, **options):
        text = bundle()
        (CSS / "site.css").write_text(text, "utf-8")
        self.stdout.write(f"site.css: {len(text.encode()):,} bytes")
