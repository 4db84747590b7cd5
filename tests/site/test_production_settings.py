"""Production refuses unsafe values by name, and sends the headers that protect readers."""

import json
import os
import re
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

SAFE = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOP-only-for-this-test",
    "ALLOWED_HOSTS": "pr.lopburi.example.go.th",
    "DATABASE_URL": "postgres://portal@db.example/portal",
    "DEBUG": "0",
    "HTTPS": "1",
    "SIGNING_KEY_FILE": __file__,  # that it is there is all that settings ask
}
# What readers of the pages below get to see, printed by a process with production's settings.
LOOK = """
import django, json
django.setup()
from django.conf import settings
from django.test import Client
settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
client = Client(raise_request_exception=False, headers={"host": "pr.lopburi.example.go.th"})
found = {}
for path in PATHS:
    is_secure = not path.startswith("http:")
    answer = client.get(path.removeprefix("http:"), secure=is_secure)
    cookies = [morsel.OutputString() for morsel in answer.cookies.values()]
    found[path] = {"status": answer.status_code, "cookies": cookies, **answer.headers}
print(json.dumps(found))
"""


def python(*command, **changed):
    """A process with production's environment, apart from ``changed``."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=kept | {"DJANGO_SETTINGS_MODULE": "lopburi_pr.settings"} | SAFE | changed,
        capture_output=True,
        text=True,
        check=False,
    )


def test_safe_values_are_accepted():
    done = python("-c", "import lopburi_pr.settings")

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "x" * 49}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "pr.lopburi.example.go.th,*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "127.0.0.1,localhost"}, "ALLOWED_HOSTS"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"SIGNING_KEY_FILE": ""}, "SIGNING_KEY_FILE"),
        ({"SIGNING_KEY_FILE": "/nowhere/key.pem"}, "SIGNING_KEY_FILE"),
        ({"HTTPS": "0"}, "HTTPS"),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"DEBUG": "1", "HTTPS": "0"}, "DEBUG"),
    ],
    ids=str,
)
def test_unsafe_value_is_refused_by_name(changed, named):
    done = python("-c", "import lopburi_pr.settings", **changed)

    assert done.returncode == 1
    assert "ImproperlyConfigured" in done.stderr.splitlines()[-1]
    assert named in done.stderr.splitlines()[-1]


def test_deploy_check_has_nothing_to_say():
    done = python("manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="module")
def seen(django_db_setup, django_db_blocker):
    paths = ["/", "/en/news/", "/nothing/", "/news/?q=%00", "/admin/login/", "/healthz", "http:/"]
    paths += ["http:/healthz", "/robots.txt"]
    with django_db_blocker.unblock():
        database = connection.settings_dict
    address = f"{database['USER']}@/{quote(database['HOST'], safe='')}/{database['NAME']}"
    if not database["HOST"].startswith("/"):
        credentials = f"{database['USER']}:{quote(database['PASSWORD'])}"
        address = f"{credentials}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    code = LOOK.replace("PATHS", repr(paths))
    done = python("-c", code, DATABASE_URL=f"postgres://{address}")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def pages_of(seen):
    return {path: answer for path, answer in seen.items() if answer["status"] != 301}


@pytest.mark.django_db
def test_pages_answer_under_production_settings(seen):
    assert {path: answer["status"] for path, answer in seen.items()} == {
        "/": 200,
        "/en/news/": 200,
        "/nothing/": 404,
        "/news/?q=%00": 400,
        "/admin/login/": 200,
        "/healthz": 200,
        "http:/": 301,
        "http:/healthz": 200,
        "/robots.txt": 200,
    }
    assert seen["http:/"]["Location"] == "https://pr.lopburi.example.go.th/"


@pytest.mark.django_db
def test_every_secure_answer_says_to_come_back_by_https(seen):
    said = {answer["Strict-Transport-Security"] for path, answer in seen.items() if path[0] == "/"}

    assert said == {"max-age=63072000; includeSubDomains"}


@pytest.mark.django_db
def test_every_answer_is_guarded(seen):
    for path, answer in pages_of(seen).items():
        assert answer["X-Content-Type-Options"] == "nosniff", path
        assert answer["X-Frame-Options"] == "DENY", path
        assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin", path
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert "default-src 'none'" in answer["Content-Security-Policy"], path
        assert "unsafe" not in answer["Content-Security-Policy"], path


@pytest.mark.django_db
def test_only_the_back_office_sets_a_cookie_and_it_is_locked_to_this_host(seen):
    cookies = {path: answer["cookies"] for path, answer in seen.items() if answer["cookies"]}

    assert list(cookies) == ["/admin/login/"]
    (cookie,) = cookies["/admin/login/"]
    assert cookie.startswith("__Host-csrf=")
    for part in ("HttpOnly", "Path=/", "SameSite=Lax", "Secure"):
        assert part in cookie
    assert "Domain" not in cookie


def test_session_cookie_is_locked_to_this_host():
    names = ["SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"]
    code = f"from lopburi_pr import settings; print([getattr(settings, n) for n in {names}])"

    assert python("-c", code).stdout.strip() == "['__Host-sid', True, True]"


def test_nothing_leaves_the_machine_until_it_is_allowed():
    code = "from lopburi_pr import settings as s; print(s.OUTBOUND_ENABLED, s.EMAIL_BACKEND)"

    assert python("-c", code).stdout.strip() == "False django.core.mail.backends.dummy.EmailBackend"


@pytest.mark.django_db
@pytest.mark.urls("tests.site.urls")
def test_page_of_the_last_resort_tells_nothing_about_the_source():
    answer = Client(raise_request_exception=False).get("/broken/")

    assert answer.status_code == 500
    assert answer.text == (settings.BASE_DIR / "templates/500.html").read_text("utf-8")
    assert answer.headers["Cache-Control"] == "no-store"


def test_every_value_from_the_environment_is_explained():
    source = (settings.BASE_DIR / "lopburi_pr" / "settings.py").read_text("utf-8")
    example = (settings.BASE_DIR / ".env.example").read_text("utf-8")

    asked = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', source))

    assert {name for name in asked if not re.search(rf"^#? ?{name}=", example, re.M)} == set()
    assert len(asked) > 8
