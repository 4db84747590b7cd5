"""A portal of its own for a script: database, files and web server apart from everybody else's."""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE_DIR))

from lopburi_pr import embedded_postgres  # noqa: E402


def prepare(folder, *, settings="lopburi_pr.settings"):
    """Point this process and its children at a database and files in ``folder``, tables made."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "DATABASE_URL": embedded_postgres.start(folder / "postgres"),
        "SECRET_KEY": "one-machine-only-" + "x" * 50,
        "DEBUG": "0",
        "HTTPS": "0",
        "ALLOWED_HOSTS": "127.0.0.1",
        "MEDIA_ROOT": str(folder / "media"),
        "DJANGO_SETTINGS_MODULE": settings,
    }
    manage("migrate", "--noinput", "-v0")
    manage("createcachetable")
    manage("collectstatic", "--noinput", "-v0")
    import django  # noqa: PLC0415 -- only now the environment is ready

    django.setup()


def manage(*command):
    subprocess.run([sys.executable, "manage.py", *command], cwd=BASE_DIR, check=True)


class Server:
    """gunicorn with two sync workers, the simplest kind to compare. A context manager."""

    def __init__(self, port):
        self.port = port
        self.address = f"http://127.0.0.1:{port}"

    def __enter__(self):
        command = [sys.executable, "-m", "gunicorn", "lopburi_pr.wsgi", "--no-control-socket"]
        command += ["--bind", f"127.0.0.1:{self.port}", "--workers", "2", "--log-level", "warning"]
        self.process = subprocess.Popen(command, cwd=BASE_DIR)
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{self.address}/healthz").close()
            except OSError:
                time.sleep(0.1)
            else:
                return self
        raise RuntimeError("gunicorn does not answer")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
