"""Laws over every public page, in Thai and in English."""

import re
from collections import defaultdict
from itertools import pairwise

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLResolver, get_resolver, resolve

from lopburi_pr import urls as portal_urls
from lopburi_pr.http import PUBLIC
from tests.site import pages

pytestmark = pytest.mark.django_db
ORIGIN = "http://testserver"
THAI = re.compile(r"[\u0e00-\u0e7f]")
LATIN = re.compile(r"[A-Za-z]{2,}")
ADDRESS = re.compile(r"https?://\S+|\S+@\S+|\b[\w.-]+\.(?:org|th|com)\b\S*")
# Words that Thai readers meet in Latin letters everywhere, and what the test itself searches for.
LATIN_IN_THAI = {
    *("LINE", "Facebook", "RSS", "Atom", "JSON", "PDF", "LPB", "WCAG", "AA", "OTP"),
    *("JavaScript", "zzzz", "APA", "RIS", "BibTeX", "CSL", "ALERT", "CAP", "XML", "PM"),
    *("LED", "Word", "Excel", "PowerPoint", "CSV"),
    *("MP", "OGG", "WAV", "MB", "JPEG", "PNG", "WebP"),
    *("JavaScript", "zzzz", "APA", "RIS", "BibTeX", "CSL"),
    *("SHA", "OpenSSL", "TikTok"),
}
SPOKEN = ("alt", "title", "aria-label", "placeholder", "data-done")
LOADED = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    **dict.fromkeys(("iframe", "video", "audio", "track", "embed", "input"), ("src",)),
    "object": ("data",),
    "use": ("href",),
    "form": ("action",),
}
STRICT_POLICY = {
    "default-src 'none'",
    *(f"{part}-src 'self'" for part in ("script", "style", "font", "connect", "media", "manifest")),
    "img-src 'self' data:",
    "form-action 'self'",
    *(f"{name} 'none'" for name in ("base-uri", "object-src", "frame-ancestors")),
}


def routes(resolver, prefix=""):
    """Every route of an address book, except the back office."""
    for entry in resolver.url_patterns:
        if getattr(entry, "app_name", None) == "admin":
            continue
        if isinstance(entry, URLResolver):
            yield from routes(entry, prefix + str(entry.pattern))
        else:
            yield prefix + str(entry.pattern)


def test_every_address_of_the_portal_is_on_the_lists(words):
    addresses = [
        *pages.PAGES.values(),
        *pages.MACHINES,
        *pages.DOCUMENTS,
        *pages.SECRET_DOCUMENTS,
        *pages.STAFF,
        *pages.BEGUN_ELSEWHERE,
    ]

    listed = {resolve(address.format(**words).split("?")[0]).route for address in addresses}

    assert set(routes(get_resolver(portal_urls.__name__))) - listed == set()


def test_every_page_template_is_on_the_lists(visits):
    folder = settings.BASE_DIR / "templates"
    existing = {str(path.relative_to(folder)) for path in folder.rglob("*.html")}
    parts = ("admin/", "components/", "layouts/")
    elsewhere = {"500.html", "styleguide.html"}  # test_design_system.py
    elsewhere |= {"news/broadcast_refused.html"}  # the same: test_desk_views.py
    # tests/surveys/test_answer_views.py
    elsewhere |= {"surveys/over.html", "surveys/kiosk.html"}
    elsewhere |= {f"surveys/answer/_{kind}.html" for kind in ("matrix", "note", "rank", "text")}
    elsewhere |= {"news/claim_matches.html"}  # the answer to a form: test_claim_views.py
    # Of people who sign in: tests/network/test_accounts.py
    elsewhere |= {"account/confirm_login_code.html", "account/logout.html"}
    elsewhere |= {"network/passkeys.html"}  # tests/journeys/test_passkey.py

    shown = {template.name for visit in visits for template in visit.answer.templates}

    assert {name for name in existing if not name.startswith(parts)} - elsewhere - shown == set()


def test_page_answers_as_it_should(visits):
    wrong = [
        (str(visit), visit.answer.status_code)
        for visit in visits
        if visit.answer.status_code != pages.STATUS.get(visit.name, 200)
    ]

    assert wrong == []


def test_page_says_its_language(visits):
    for visit in visits:
        said = (visit.tree.get("lang"), visit.answer.headers["Content-Language"])

        assert said == (visit.language, visit.language), visit


def test_page_has_one_heading_and_skips_no_level(visits):
    for visit in visits:
        levels = [int(heading.tag[1]) for heading in visit.tree.xpath("//h1|//h2|//h3|//h4")]

        assert levels.count(1) == 1, visit
        main = [
            int(heading.tag[1])
            for heading in visit.tree.xpath(
                "//main//*[self::h1 or self::h2 or self::h3 or self::h4]"
            )
        ]
        assert all(later - earlier <= 1 for earlier, later in pairwise(main)), visit


def canonical(visit):
    """The page's one address, as search engines are told."""
    (address,) = visit.tree.xpath("//link[@rel='canonical']/@href")
    return address


def test_titles_tell_pages_apart(visits):
    titles = defaultdict(set)
    for visit in visits:
        (title,) = visit.tree.xpath("//head/title")
        if visit.is_indexed:
            titles[" ".join(title.text.split())].add(canonical(visit))

    assert "" not in titles
    assert {title: found for title, found in titles.items() if len(found) > 1} == {}


def test_indexed_page_describes_itself(visits):
    for visit in visits:
        if visit.is_indexed:
            (description,) = visit.tree.xpath("//meta[@name='description']/@content")

            assert len(description.strip()) > 20, visit


def test_page_names_its_one_address(visits):
    for visit in visits:
        is_english = visit.language == "en" and not visit.name.endswith("in-thai-only")

        assert canonical(visit).startswith(f"{ORIGIN}/"), visit
        assert canonical(visit).startswith(f"{ORIGIN}/en/") is is_english, visit


def test_indexed_page_leads_to_itself_in_the_other_language(visits):
    for visit in visits:
        if not visit.is_indexed or visit.name in pages.STATUS:
            continue
        links = visit.tree.xpath("//link[@rel='alternate'][@hreflang]")
        there = {link.get("hreflang"): link.get("href") for link in links}

        if visit.name in {"article-in-thai-only", "event-in-thai-only", "answer-in-thai-only"}:
            assert there == ({"th": canonical(visit)} if visit.language == "th" else {}), visit
        else:
            assert set(there) == {"th", "en"}, visit
            assert there[visit.language] == canonical(visit), visit


def spoken(visit):
    """``(text, language of the element it stands in)`` of everything a reader sees or hears."""
    for element in visit.tree.body.iter():
        if not isinstance(element.tag, str) or element.tag in {"script", "style"}:
            continue
        language = element.xpath("ancestor-or-self::*[@lang][1]/@lang")[-1]
        for text in (element.text, *(element.get(name) for name in SPOKEN)):
            if text and text.strip():
                yield text.strip(), language
        parent = element.getparent()
        if element.tail and element.tail.strip() and parent is not None:
            yield element.tail.strip(), parent.xpath("ancestor-or-self::*[@lang][1]/@lang")[-1]


def test_thai_page_holds_no_english(visits):
    left = {
        (visit.name, text)
        for visit in visits
        if visit.language == "th"
        for text, language in spoken(visit)
        if language == "th" and set(LATIN.findall(ADDRESS.sub("", text))) - LATIN_IN_THAI
    }

    assert sorted(left) == []


def test_english_page_marks_what_is_thai(visits):
    left = {
        (visit.name, text)
        for visit in visits
        if visit.language == "en"
        for text, language in spoken(visit)
        if language == "en" and THAI.search(text)
    }

    assert sorted(left) == []


def test_what_is_marked_as_another_language_is_in_that_language(visits):
    left = {
        (str(visit), text)
        for visit in visits
        for text, language in spoken(visit)
        if language != visit.language and not (THAI if language == "th" else LATIN).search(text)
        if LATIN.search(text) or THAI.search(text)
    }

    assert sorted(left) == []


def loaded(visit):
    """Every address that the browser fetches by itself."""
    for element in visit.tree.xpath("//*[@src or @srcset or @data or @action or self::link]"):
        if element.tag == "link" and element.get("rel") in {
            "alternate",
            "canonical",
            "prev",
            "next",
        }:
            continue
        for attribute in LOADED.get(element.tag, ("href",)):
            value = element.get(attribute) or ""
            for part in value.split(",") if attribute == "srcset" else [value]:
                if part.strip():
                    yield part.split()[0]


def test_page_loads_nothing_from_elsewhere(visits):
    foreign = {
        address
        for visit in visits
        for address in loaded(visit)
        if not address.startswith("/") or address.startswith("//")
    }

    assert foreign == set()


def test_page_has_nothing_inline(visits):
    for visit in visits:
        scripts = visit.tree.xpath("//script[not(@src)]/@type")
        handlers = visit.tree.xpath("//@*[starts-with(name(), 'on')]")

        assert set(scripts) <= {"application/ld+json", "application/json"}, visit
        assert visit.tree.xpath("//style|//@style") + handlers == [], visit


def test_page_sets_no_cookie(visits):
    given = {visit.name: set(visit.answer.cookies) for visit in visits if visit.answer.cookies}

    assert given == {name: {"csrf"} for name in pages.FORMS}


def test_page_forbids_everything_it_does_not_need(visits):
    for visit in visits:
        policy = visit.answer.headers["Content-Security-Policy"]

        assert {part.strip() for part in policy.split(";")} == STRICT_POLICY, visit
        assert visit.answer.headers["X-Content-Type-Options"] == "nosniff"
        assert visit.answer.headers["X-Frame-Options"] == "DENY"
        told = "no-referrer" if visit.name in pages.SECRET else "strict-origin-when-cross-origin"
        assert visit.answer.headers["Referrer-Policy"] == told, visit
        assert visit.answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in visit.answer.headers["Permissions-Policy"]


def test_only_pages_that_exist_may_be_kept_by_caches(visits):
    for visit in visits:
        is_form = visit.name in pages.FORMS
        is_kept = visit.answer.status_code == 200 and not is_form
        expected = PUBLIC if is_kept and visit.name not in pages.PERSONAL else "no-store"

        assert visit.answer.headers["Cache-Control"] == expected, visit
        assert ("Vary" in visit.answer.headers) is is_form, visit


def followed(visit):
    """Every address on this site that the page leads to or loads."""
    addresses = {*visit.tree.xpath("//a/@href"), *loaded(visit)}
    addresses |= set(visit.tree.xpath("//link/@href"))
    for address in addresses:
        path = address.removeprefix(ORIGIN)
        if path.startswith("/") and not path.startswith("//"):
            yield path.split("#")[0]


def test_every_link_leads_somewhere(visits):
    client = Client()
    from_where = {path: str(visit) for visit in visits for path in followed(visit)}
    # The other language of a page that does not exist does not exist either.
    missing = {visit.path for visit in visits if visit.name in pages.STATUS}

    dead = [
        (path, found, answer.status_code)
        for path, found in sorted(from_where.items())
        if not path.startswith("/static/")
        for answer in [client.get(path)]
        if answer.status_code not in {200, 301, 302} and path not in missing
    ]

    assert len(from_where) > 200
    assert dead == []


def test_every_link_inside_a_page_has_a_target(visits):
    for visit in visits:
        targets = {link[1:] for link in visit.tree.xpath("//a/@href") if link.startswith("#")}

        assert targets <= set(visit.tree.xpath("//@id")), visit


def test_no_id_stands_twice(visits):
    for visit in visits:
        found = visit.tree.xpath("//@id")

        assert len(found) == len(set(found)), visit


@pytest.mark.parametrize(("prefix", "language"), [("", "th"), ("/en", "en")])
@pytest.mark.parametrize(("address", "status"), pages.DOCUMENTS.items())
def test_document_for_machines_answers_in_its_language(words, address, status, prefix, language):
    answer = Client().get(prefix + address.format(**words))

    assert (answer.status_code, answer.headers["Content-Language"]) == (status, language)
    assert answer.headers["Cache-Control"] == PUBLIC
    assert not answer.cookies


@pytest.mark.parametrize(("address", "status"), pages.SECRET_DOCUMENTS.items())
def test_document_behind_a_secret_is_kept_by_nobody(words, address, status):
    answer = Client().get(address.format(**words))

    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies


@pytest.mark.parametrize(
    ("address", "status"), (pages.MACHINES | pages.STAFF | pages.BEGUN_ELSEWHERE).items()
)
def test_other_address_answers(words, address, status):
    answer = Client().get(address.format(**words))

    assert answer.status_code == status
    assert not answer.cookies
