"""Settings of the tests: the product's own, on a throwaway PostgreSQL.

pytest-django loads settings before any conftest, so the server is started here. Workers of
pytest-xdist inherit the address through the environment.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from lopburi_pr import embedded_postgres

os.environ["SECRET_KEY"] = "tests-only-" + "x" * 50
os.environ["HTTPS"] = "0"
os.environ["DEBUG"] = "0"
os.environ["ALLOWED_HOSTS"] = "testserver,127.0.0.1,localhost"
if "DATABASE_URL" not in os.environ:
    folder = Path(tempfile.mkdtemp(prefix="lopburi-pr-test-"))
    os.environ["DATABASE_URL"] = embedded_postgres.start(folder / "postgres", throwaway=True)

from lopburi_pr.settings import *  # noqa: F403

MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="lopburi-pr-media-"))
atexit.register(shutil.rmtree, MEDIA_ROOT, ignore_errors=True)
SIGNING_KEY_FILE = MEDIA_ROOT / "signing-key.pem"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT = BASE_DIR / "static"  # noqa: F405 -- nothing has to be collected for a test
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
# A browser keeps its line to the test's web server open, and with it that thread's connection.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
