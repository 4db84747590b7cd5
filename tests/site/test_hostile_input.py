"""Whatever is sent, the portal answers with a page of 2xx, 3xx or 4xx in the right language."""

from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client
from lxml import html

from tests import make

pytestmark = pytest.mark.django_db
LANGUAGES = [("", "th"), ("/en", "en")]

# What may stand in an address, percent-encoded already.
NUMBERS = ["0", "00", "-1", "1e9", "1.5", "99999999999999999999", "2147483648", "999999999"]
NUMBERS += [quote("๑๒๓"), quote("١٢"), quote("½"), "+1", "0x10", "NaN", "%20", "%2b", "1%0a"]
CODES = ["", "%00", "a%00b", "%ff%fe", "%c3%28", "%ed%a0%80", "%f4%90%80%80", "%u0e01", "%", "%zz"]
CODES += [
    quote("ก\u0e31\u0e31\u0e31"),
    quote("\u200b\u202e\ufeff"),
    quote("😀" * 20),
    "%0d%0aSet-Cookie:x=1",
]
QUERIES = ["'", "%27%20OR%201=1--", "%22", "%5c", "%25%5f", "%26%7c%21%28%29%3a%2a", "%3cscript%3e"]
QUERIES += [
    "..%2f..%2fetc%2fpasswd",
    "%7b%7b7*7%7d%7d",
    quote("ก" * 17_000),
    "%20" * 5000,
    "a%20" * 5000,
]
QUERIES += [quote("เ" * 300), quote("\u0e48\u0e49"), quote('น้ำ -ท่วม "กก'), quote("พ.ศ. ๒๕๖๙")]
VALUES = NUMBERS + CODES + QUERIES

LISTS = ["/news/", "/search/", "/districts/1601/feed.json", "/fact-check/"]
PARAMETERS = [
    "q",
    "page",
    "topic",
    "kind",
    "year",
    "district",
    "province",
    "issue",
    "tag",
    "language",
    "label",
]
PLACES = [
    *("/news/{}/1/", "/news/2569/{}/", "/news/2569/{}/print/", "/news/preview/{}/"),
    *("/topics/{}/", "/districts/{}/", "/tags/{}/", "/tags/{}/feed.json", "/news/feed.{}"),
    *("/fact-check/{}/", "/fact-check/{}/v1/", "/fact-check/1/v{}/", "/fact-check/feed.{}"),
    *("/topics/{}/feed.rss", "/districts/{}/feed.atom", "/{}/", "/{}"),
    *("/alerts/{}/", "/alerts/{}-1/", "/alerts/2569-{}/", "/mistakes/{}-1/", "/mistakes/2569-{}/"),
    *("/verify/{}/", "/verify/LPB-2569-{}/", "/verify/LPB-{}-1.1/", "/verify/LPB-2569-1.{}/"),
    *("/verify/{}/record.json", "/verify/{}/content.json", "/verify/?reference={}"),
    *("/news/2569/{}/mistake/", "/news/2569/{}/stars/", "/news/2569/{}/follow/"),
    *("/consulting/request/{}/", "/consulting/request/?topic={}", "/consulting/track/{}/"),
    *("/topics/{}/follow/", "/follow/confirm/{}/", "/follow/leave/{}/", "/mistakes/?page={}"),
]
PLACES_OF_MACHINES = [
    *("/alerts/{}-1.cap.xml", "/alerts/2569-{}.cap.xml"),
    *("/n/{}-1", "/n/2569-{}", "/pictures/{}/original.jpg", "/pictures/1/{}.avif", "/files/{}/"),
    *(
        "/sitemap-{}.xml",
        "/sitemap-articles.xml?p={}",
        "/sitemap.xml?p={}",
        "/static/{}",
        "/{}/feed",
    ),
]
FOREIGN_HOSTS = ["evil.example", "a b", "[::1", "x" * 5000, "testserver@evil", "à¸à¸²"]


@pytest.fixture(scope="module")
def visitor(words):
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


def complaint(answer, language):
    """What is wrong with an answer; empty when nothing is."""
    if not 200 <= answer.status_code < 500:
        return f"{answer.status_code}"
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    if not is_page or answer.status_code in {301, 302} or not answer.content:
        return ""
    page = html.document_fromstring(answer.text)
    said = page.get("lang")
    if said != language or len(page.xpath("//h1")) != 1:
        return f"{answer.status_code} lang={said} {answer.text[:80]!r}"
    return ""


def complaints(visitor, addresses, language, **headers):
    found = (
        (address, complaint(visitor.get(address, **headers), language)) for address in addresses
    )
    return [(address[:90], wrong) for address, wrong in found if wrong]


@pytest.mark.parametrize(("prefix", "language"), LANGUAGES)
@pytest.mark.parametrize("name", PARAMETERS)
def test_no_value_of_a_parameter_breaks_a_list(visitor, name, prefix, language):
    paths = LISTS if language == "th" else LISTS[:1]
    addresses = [f"{prefix}{path}?{name}={value}" for path in paths for value in VALUES]

    assert complaints(visitor, addresses, language) == []


@pytest.mark.parametrize(("prefix", "language"), LANGUAGES)
def test_no_text_breaks_the_suggestions(visitor, prefix, language):
    addresses = [f"{prefix}/search/suggest/?q={value}" for value in VALUES]

    assert complaints(visitor, addresses, language) == []


@pytest.mark.parametrize(("prefix", "language"), LANGUAGES)
@pytest.mark.parametrize("place", PLACES)
def test_no_text_in_the_path_breaks_an_address(visitor, place, prefix, language):
    addresses = [prefix + place.format(value) for value in VALUES if len(value) < 20_000]

    assert complaints(visitor, addresses, language) == []


@pytest.mark.parametrize("place", PLACES_OF_MACHINES)
def test_no_text_in_the_path_breaks_an_address_for_machines(visitor, place):
    addresses = [place.format(value) for value in VALUES if len(value) < 20_000]

    assert complaints(visitor, addresses, "th") == []


@pytest.mark.parametrize(("prefix", "language"), LANGUAGES)
def test_repeated_and_countless_parameters_are_answered(visitor, prefix, language):
    addresses = [
        f"{prefix}/news/?topic=disaster&topic=&topic=x&page=1&page=zz",
        f"{prefix}/search/?q=a&q=b&q=%ff&q",
        f"{prefix}/news/?{'&'.join(f'x{n}=1' for n in range(3000))}",
        f"{prefix}/news/?{'&' * 5000}",
        f"{prefix}/news/?{'=' * 500}",
        f"{prefix}/news/?page[]=1&topic[$ne]=x&__proto__=1&csrfmiddlewaretoken=1",
        f"{prefix}/news/?{'ก' * 2000}",
    ]

    assert complaints(visitor, addresses, language) == []


@pytest.mark.parametrize(
    "method", ["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"]
)
def test_no_method_breaks_a_page(visitor, words, method):
    paths = ["/", "/news/", f"/news/{words['rich']}/", "/search/?q=x", "/about/", "/news/feed.rss"]
    paths += ["/healthz", "/robots.txt", "/sitemap.xml", "/files/1/", "/nothing/", "/n/2569-1"]

    answers = [visitor.generic(method, path, b"\xff\x00" * 50, "text/plain") for path in paths]

    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []
    if method not in {"HEAD", "POST"}:
        assert answers[0].status_code in {403, 405}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n--x"),
        ("application/x-www-form-urlencoded; charset=bogus", b"a=1"),
        ("application/x-www-form-urlencoded", b"%ff=%00&" * 2000),
        ("application/json", b'{"a":' * 500),
    ],
)
@pytest.mark.parametrize("path", ["/", "/en/search/", "/admin/login/", "/fact-check/"])
def test_no_body_breaks_a_page(visitor, path, content_type, body):
    answer = visitor.generic("POST", path, body, content_type)

    assert complaint(answer, "en" if path.startswith("/en/") else "th") == ""
    assert answer.status_code in {400, 403}


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
@pytest.mark.parametrize("path", ["/", "/en/news/", "/nothing/", "/robots.txt", "/admin/"])
def test_foreign_host_is_refused(visitor, path, host):
    answer = visitor.get(path, headers={"host": host})

    assert answer.status_code == 400
    assert complaint(answer, "en" if path.startswith("/en/") else "th") == ""
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "x" * 50_000},
        {"cookie": 'sid="\\000abcdefghij"; csrf="\\000"'},
        {"cookie": "sid=à¸à¸²à¸"},
        {"cookie": "sid=; =; ;;;=;sid"},
        {"user-agent": "\xff" * 50_000},
        {"accept-language": "x" * 5000 + ",th;q=zz"},
        {"referer": "http://[::1"},
        {"origin": "null"},
        {"if-modified-since": "yesterday", "if-none-match": '"' * 500},
        {"range": "bytes=9-1,99999999999-"},
        {"x-forwarded-for": "à¸", "x-forwarded-host": "evil.example", "x-forwarded-proto": "ftp"},
        {"x-http-method-override": "DELETE"},
        {"accept": "text/\x00html"},
    ],
    ids="-".join,
)
def test_no_header_breaks_a_page(visitor, words, headers):
    paths = ["/", f"/news/{words['rich']}/", "/search/?q=x", "/styleguide/", "/admin/login/"]
    paths += [f"/pictures/{words['picture']}/original.jpg", f"/news/preview/{words['draft']}/"]

    found = complaints(visitor, paths, "th", headers=headers)
    home = visitor.get("/", headers=headers)

    assert found == []
    assert "evil.example" not in home.text


@pytest.mark.parametrize(
    "query",
    [
        "title__iregex=(",
        "article__topic__id__exact=x",
        "stage=%ff",
        "o=99.-x",
        "p=-1",
        "e=1",
        "q=%ff'",
    ],
)
def test_no_filter_breaks_the_editors_list(words, query):
    desk = Client(raise_request_exception=False)
    desk.force_login(User.objects.get(pk=make.editor().pk))

    answer = desk.get(f"/admin/news/edition/?{query}", follow=True)

    assert answer.status_code in {200, 400}
