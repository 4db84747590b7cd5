"""`make run`: prepare everything, then serve the portal and its worker on this machine.

First run: writes .env, creates tables, loads the office and labelled sample data, prints the demo
accounts. The web server takes over this process; the worker ends with it.
"""

import os
import secrets
import subprocess
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_ENV = """\
# Written by `make run` for this machine only. See .env.example for production.
SECRET_KEY={key}
ALLOWED_HOSTS=127.0.0.1,localhost
HTTPS=0
"""


def main():
    port = os.environ.get("PORT", "8000")
    os.chdir(BASE_DIR)
    dotenv = BASE_DIR / ".env"
    if not dotenv.exists():
        dotenv.write_text(LOCAL_ENV.format(key=secrets.token_urlsafe(60)))
        dotenv.chmod(0o600)
    for command in (
        ["migrate", "--noinput", "-v0"],
        ["createcachetable"],
        ["collectstatic", "--noinput", "-v0"],
        ["load_demo", "--i-know", "--if-empty"],
    ):
        done = subprocess.run([sys.executable, "manage.py", *command], check=False)  # noqa: S603
        if done.returncode:
            sys.exit(done.returncode)
    subprocess.Popen([sys.executable, "manage.py", "worker", "--with-parent"])
    print(f"\n  The portal: http://127.0.0.1:{port}/   back office: http://127.0.0.1:{port}/admin/")  # noqa: T201
    print("  Ctrl-C stops everything.\n", flush=True)  # noqa: T201
    web = ["gunicorn", "lopburi_pr.wsgi", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    web += ["--limit-request-line", "8190"]  # a Thai letter is nine bytes of an address
    web += ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    web += ["--log-level", "warning"]
    os.execv(sys.executable, [sys.executable, "-m", *web])  # noqa: S606


if __name__ == "__main__":
    main()
