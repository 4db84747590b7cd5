"""Laws of the look: components are complete, colours are tokens and legible, nothing is inline."""

import re
from functools import cache

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from lopburi_pr.management.commands.bundle_css import CSS, bundle
from lopburi_pr.templatetags.components import register
from lopburi_pr.templatetags.styleguide import examples

TEMPLATES = settings.BASE_DIR / "templates"
COMPONENTS = sorted(path.stem for path in (TEMPLATES / "components").glob("*.html"))
PUBLIC_TEMPLATES = sorted(
    path for path in TEMPLATES.rglob("*.html") if "admin" not in path.relative_to(TEMPLATES).parts
)
STYLE_SHEETS = sorted(CSS.rglob("*.css"))
LIGHTEST_TEXT, LIGHTEST_MARK = 4.5, 3  # WCAG 2.2 AA: 1.4.3 and 1.4.11
COLOUR = re.compile(
    r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b|\b(?:rgb|hsl)a?\(", re.IGNORECASE
)
# Loaded by their own pages alone.
BESIDE = ("survey.css", "surveys_results.css", "field.css", "sheet.css")
FONT_BYTES, BUNDLE_BYTES, EARLY_BYTES = 22_000, 44_000, 400


def sheet_of(component):
    """Cards share a sheet, and a photo is dressed by what it stands in."""
    return {"photo": "picture"}.get(component, re.sub("^card_.*", "card", component))


@pytest.mark.parametrize("component", COMPONENTS)
def test_component_has_a_style_sheet_that_begins_with_its_usage(component):
    sheet = (CSS / "components" / f"{sheet_of(component)}.css").read_text("utf-8")

    usage = sheet.split("*/")[0]

    assert usage.startswith("/* ")
    assert "<" in usage
    assert sheet_of(component) in usage


@pytest.mark.parametrize("component", COMPONENTS)
def test_component_says_its_arguments_first(component):
    text = (TEMPLATES / "components" / f"{component}.html").read_text("utf-8")

    assert text.startswith(f"{{# {component}: ")


@pytest.mark.parametrize("component", COMPONENTS)
def test_component_stands_in_the_style_guide(component):
    guide = (TEMPLATES / "styleguide.html").read_text("utf-8")

    assert f"<code>{component}</code>" in guide
    assert component == "photo" or f"{{% {component}" in guide


def test_every_tag_of_the_design_system_has_a_template():
    assert set(register.tags) - {"kept"} | {"photo"} == set(COMPONENTS)


@pytest.mark.parametrize("sheet", STYLE_SHEETS, ids=lambda path: path.name)
def test_only_tokens_hold_colours(sheet):
    if sheet.name in {"tokens.css", "site.css"}:
        return
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
    declarations = "".join(re.findall(r":[^;{}]*;", text))

    assert COLOUR.findall(declarations) == []


@pytest.mark.parametrize("template", PUBLIC_TEMPLATES, ids=lambda path: path.stem)
def test_template_has_nothing_inline(template):
    text = template.read_text("utf-8")

    assert re.findall(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<style", text) == []
    assert re.findall(r"<script(?![^>]*(?:src=|application/ld\+json))", text) == []
    assert re.findall(r"#[0-9a-fA-F]{6}\b|rgba?\(", text) == []
    assert "|safe" not in text


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@cache
def themes():
    """``{selector: {token: (colour, note)}}`` of tokens.css; print takes the rest from light."""
    text = (CSS / "tokens.css").read_text("utf-8")
    found = {}
    for media, block in re.findall(r"(@media[^{]*\{)?\s*:root[^{]*\{(.*?)\n\s*\}", text, re.DOTALL):
        token = r"--([\w-]+): (#[0-9a-f]{6});(?: /\* (.*?) \*/)?"
        colours = {name: (colour, note) for name, colour, note in re.findall(token, block)}
        key = "print" if "print" in media else f"theme {len(found) + 1}"
        found[key] = colours
    found["print"] = found["theme 1"] | found["print"]
    return found


def noted_pairs():
    for theme, colours in themes().items():
        for name, (_, note) in colours.items():
            for relation, other, ratio in re.findall(r"(on|beside) ([\w-]+) ([\d.]+)", note):
                yield theme, name, relation, other, float(ratio)


def test_there_are_a_light_two_dark_a_contrast_and_a_paper_theme():
    light, system_dark, chosen_dark, high, _ = themes().values()

    assert list(themes()) == ["theme 1", "theme 2", "theme 3", "theme 4", "print"]
    assert system_dark == chosen_dark
    assert set(light) == set(chosen_dark) == set(high)
    assert {colour for colour, _ in high.values()} == {"#000000", "#ffffff", "#ffff00"}


@pytest.mark.parametrize(("theme", "name", "relation", "other", "noted"), list(noted_pairs()))
def test_noted_contrast_is_true_and_enough(theme, name, relation, other, noted):
    colours = themes()[theme]
    measured = contrast(colours[name][0], colours[other][0])

    assert measured >= (LIGHTEST_TEXT if relation == "on" else LIGHTEST_MARK)
    if theme != "print" or name in {"ink", "ink-soft", "indigo", "indigo-strong"}:
        assert noted <= measured < noted + 0.1


@pytest.mark.parametrize(
    "sheet",
    [sheet for sheet in STYLE_SHEETS if sheet.name != "site.css"],
    ids=lambda sheet: sheet.name,
)
def test_every_rule_of_a_sheet_is_closed(sheet):
    """A browser would take everything behind an open rule for a part of it, and say nothing."""
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    depth = 0

    for number, line in enumerate(text.split("\n"), 1):
        assert depth == 0 or line[:1] in {" ", "}", ""}, number
        depth += line.count("{") - line.count("}")
    assert depth == 0


def test_bundle_is_current():
    assert (CSS / "site.css").read_text("utf-8") == bundle(), "Run: manage.py bundle_css"


def test_what_every_page_loads_stays_small():
    fonts = [path.stat().st_size for path in (settings.BASE_DIR / "static/fonts").glob("*.woff2")]

    assert len(fonts) == 2
    assert max(fonts) <= FONT_BYTES
    assert len(bundle().encode()) <= BUNDLE_BYTES
    assert (settings.BASE_DIR / "static/js/early.js").stat().st_size <= EARLY_BYTES


def test_every_token_used_exists():
    text = bundle()

    used, defined = set(re.findall(r"var\((--[\w-]+)", text)), set(re.findall(r"(--[\w-]+):", text))

    assert used - defined == {"--flow", "--x", "--y"} - defined


def test_every_class_in_the_templates_is_styled_or_said_to_be_bare():
    bare = {"article__main", "card__text", "latest", "browse__side", "search-words"}
    beside = "".join((CSS / name).read_text("utf-8") for name in BESIDE)
    styled = set(re.findall(r"\.([a-zA-Z][\w-]*)", bundle() + beside))
    written = set()
    for path in PUBLIC_TEMPLATES:
        text = re.sub(r"\{[{%#].*?[}%#]\}", " ", path.read_text("utf-8"))
        for classes in re.findall(r'class="([^"]*)"', text):
            written |= {name for name in classes.split() if not name.endswith("-")}

    assert written - styled - bare == set()


def test_letters_are_never_spaced_nor_justified():
    assert re.findall(r"letter-spacing:(?!0)|text-align:justify", bundle()) == []


def rendered(source, **context):
    return Template(source).render(Context(context))


def test_card_says_its_language_only_where_it_differs():
    card = examples()["card"]

    with override("th"):
        same = rendered("{% card_row card %}", card=card)
    with override("en"):
        foreign = rendered("{% card_row card %}", card=card)

    assert "lang=" not in same
    assert '<h2 class="card__title" lang="th">' in foreign
    assert '<p class="card__lead" lang="th">' in foreign
    assert foreign.count("lang=") == 3  # and the picture


def test_card_escapes_what_people_wrote():
    card = examples()["card"] | {"title": "<script>x</script>", "lead": "a & b"}

    html = rendered("{% card_row card %}", card=card)

    assert "&lt;script&gt;x&lt;/script&gt;" in html
    assert "a &amp; b" in html


def test_picture_offers_what_exists_and_never_more_than_its_place_needs():
    picture = examples()["picture"] | {"id": 7, "widths": [320, 640, 960, 1280, 1600]}

    html = rendered("{% picture picture 'gallery' %}", picture=picture)

    assert 'srcset="/pictures/7/320.avif 320w, /pictures/7/640.avif 640w, ' in html
    assert "1280" not in html
    assert 'src="/pictures/7/640.jpg"' in html
    assert 'width="1200" height="630"' in html
    assert 'loading="lazy"' in html


def test_first_picture_of_a_page_is_fetched_at_once():
    html = rendered("{% picture picture 'full' True %}", picture=examples()["picture"])

    assert 'fetchpriority="high"' in html
    assert "lazy" not in html


def test_picture_without_sizes_shows_its_original():
    picture = examples()["picture"] | {"fallback_src": "/pictures/9/original.jpg"}

    html = rendered("{% picture picture %}", picture=picture)

    assert 'src="/pictures/9/original.jpg"' in html
    assert "<source" not in html


def test_decorative_picture_has_an_empty_alternative():
    picture = examples()["picture"] | {"is_decorative": True}

    assert 'alt=""' in rendered("{% picture picture %}", picture=picture)


def test_wrong_field_is_tied_to_its_error_and_the_summary_to_the_field():
    form = examples()["wrong_form"]

    field = rendered("{% field bound %}", bound=form["agency"])
    summary = rendered("{% error_summary form %}", form=form)

    assert 'aria-describedby="id_agency-hint id_agency-error"' in field
    assert 'aria-invalid="true"' in field
    assert 'id="id_agency-error"' in field
    assert '<a href="#id_agency">' in summary


def test_kept_text_is_rendered_again_only_for_another_owner_key_or_language():
    template = Template("{% kept owner key %}{{ value }}{% endkept %}")
    owner = {"name": "one"}

    def shown(owner, key, value):
        return template.render(Context({"owner": owner, "key": key, "value": value}))

    with override("th"):
        assert shown(owner, "a", 1) == "1"
        assert shown(owner, "a", 2) == "1"
        assert shown(owner, "b", 3) == "3"
        assert shown(dict(owner), "a", 4) == "4"
    with override("en"):
        assert shown(owner, "a", 5) == "5"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["th", "en"])
def test_style_guide_renders_every_component(language):
    request = RequestFactory().get("/styleguide/")

    with override(language):
        html = render_to_string("styleguide.html", request=request)

    for component in COMPONENTS:
        assert f"<code>{component}</code>" in html


def test_page_of_the_last_resort_needs_nothing():
    html = render_to_string("500.html")

    assert html == (TEMPLATES / "500.html").read_text("utf-8")
    assert "{%" not in html
    assert 'href="tel:1111"' in html
