"""What every request passes."""

import pytest
from django.utils import translation

from lopburi_pr.http import PUBLIC
from lopburi_pr.middleware import language_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/", "th"),
        ("/en/", "en"),
        ("/en", "en"),
        ("/en/news/", "en"),
        ("/english/", "th"),
        ("/news/en/", "th"),
        ("/EN/", "th"),
    ],
)
def test_language_is_decided_by_the_path_alone(path, language):
    assert language_of(path) == language


def test_browser_and_cookies_have_no_say_in_the_language(client):
    client.cookies["django_language"] = "en"

    answer = client.get("/", headers={"accept-language": "en"})

    assert answer.headers["Content-Language"] == "th"
    assert '<html lang="th">' in answer.text
    assert "Vary" not in answer.headers


def test_one_request_leaves_no_language_behind_for_the_next(client):
    client.get("/en/")

    assert client.get("/nothing/").headers["Content-Language"] == "th"
    assert client.get("/robots.txt").headers["Content-Language"] == "th"
    assert translation.get_language() == "th"


@pytest.mark.parametrize(
    "address", ["/news/?q=%00", "/news/?topic=a%00b", "/ne%00ws/", "/en/search/?x[%00]=1"]
)
def test_nul_in_the_address_is_refused_with_a_page(client, address):
    answer = client.get(address)

    assert answer.status_code == 400
    assert answer.headers["Content-Language"] == ("en" if address.startswith("/en") else "th")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_nul_hidden_in_a_cookie_is_refused(client):
    answer = client.get("/admin/", headers={"cookie": 'sid="\\000abcdefgh"'})

    assert answer.status_code == 400


def test_percent_signs_that_hide_no_nul_pass(client):
    assert client.get("/search/?q=100%25").status_code == 200
    assert client.get("/search/?q=%2500").status_code == 200


def test_only_what_is_marked_public_may_be_kept_by_caches(client):
    kept = {path: client.get(path).headers["Cache-Control"] for path in ("/", "/robots.txt", "/x/")}

    assert kept == {"/": PUBLIC, "/robots.txt": "no-store", "/x/": "no-store"}


def test_devices_of_the_reader_are_never_asked_for(client):
    policy = client.get("/").headers["Permissions-Policy"]

    assert policy == "geolocation=(), camera=(), microphone=()"


def test_form_without_its_token_gets_a_page_that_explains(client):
    client.handler.enforce_csrf_checks = True

    answer = client.post("/admin/login/", {"username": "x"})

    assert answer.status_code == 403
    assert answer.text.count("<h1") == 1
    assert answer.headers["Content-Language"] == "th"
