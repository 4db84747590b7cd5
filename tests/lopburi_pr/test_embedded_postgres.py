"""The server inside the development environment: shared, durable, gone with its last user."""

import os
import signal
import subprocess
import sys
import time

import environ
import psycopg2
import pytest
from django.conf import settings

from lopburi_pr import embedded_postgres

# A process that uses the server until its standard input ends.
USE = """
import sys
from lopburi_pr.embedded_postgres import start
print(start(sys.argv[1], throwaway=len(sys.argv) > 2), flush=True)
sys.stdin.read()
"""
PATIENCE_SECONDS = 15


class User:
    """Another process that holds the server."""

    def __init__(self, data, *options):
        self.process = subprocess.Popen(
            [sys.executable, "-c", USE, data, *options],
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def url(self):
        return self.process.stdout.readline().strip()

    def leave(self):
        self.process.communicate()

    def kill(self):
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def use():
    users = []

    def opened(data, *options):
        users.append(User(data, *options))
        return users[-1]

    yield opened
    for user in users:
        if user.process.poll() is None:
            user.kill()


@pytest.fixture
def data(tmp_path):
    """A folder with spaces and Thai letters, as people have them."""
    return tmp_path / "งานของ สำนักงาน" / "postgres"


def run(url, statement):
    connection = psycopg2.connect(
        host=environ.Env.db_url_config(url)["HOST"], user="postgres", dbname="postgres"
    )
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


def is_up(url):
    return embedded_postgres._is_ready(environ.Env.db_url_config(url)["HOST"])


def ends(url):
    """Whether the server is gone before patience is."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while is_up(url):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_server_is_shared_and_ends_with_its_last_user_even_a_killed_one(use, data):
    first = use(data, "throwaway")
    url = first.url()
    second = use(data, "throwaway")

    assert second.url() == url
    run(url, "CREATE TABLE news (title text)")
    first.leave()
    assert run(url, "SELECT count(*) FROM news") == [(0,)]
    second.kill()

    assert ends(url)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while data.parent.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not data.parent.exists()  # thrown away


def test_two_processes_may_start_it_at_the_same_moment(use, data):
    users = [use(data, "throwaway") for _ in range(2)]

    first, second = (user.url() for user in users)

    assert first == second != ""
    assert run(first, "SHOW server_encoding") == [("UTF8",)]


def test_killed_server_comes_back_with_every_committed_row(use, data):
    url = use(data).url()
    run(url, "CREATE TABLE news (title text)")
    run(url, "INSERT INTO news VALUES ('น้ำท่วม'), ('ประปา')")
    postmaster = int((data / "postmaster.pid").read_text().splitlines()[0])

    os.kill(postmaster, signal.SIGKILL)
    assert ends(url)
    again = use(data).url()

    assert run(again, "SELECT title FROM news ORDER BY title") == [("น้ำท่วม",), ("ประปา",)]


def test_server_listens_to_nobody_outside(use, data):
    url = use(data, "throwaway").url()

    assert run(url, "SHOW listen_addresses") == [("",)]
    assert run(url, "SHOW unix_socket_permissions") == [("0700",)]


def test_command_gets_the_address_and_holds_the_server(tmp_path):
    code = "import os; print(os.environ['DATABASE_URL'], os.environ['EMBEDDED_POSTGRES'])"
    module = "import sys; from pathlib import Path; from lopburi_pr import embedded_postgres as e;"
    module += f"e.data_directory = lambda: Path({str(tmp_path / 'postgres')!r});"
    module += f"e.execute([sys.executable, '-c', {code!r}])"

    done = subprocess.run(
        [sys.executable, "-c", module],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    url, is_embedded = done.stdout.split()
    assert is_embedded == "1"
    assert ends(url)


def test_broken_folder_is_explained_by_what_the_log_says(tmp_path):
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("9")

    with pytest.raises(embedded_postgres.EmbeddedPostgresError) as refused:
        embedded_postgres.start(data)

    assert "did not start" in str(refused.value)
    assert str(data) in str(refused.value)


def test_long_path_gets_a_short_socket(tmp_path):
    deep = tmp_path / ("ก" * 60)
    deep.mkdir()

    folder = embedded_postgres._socket_directory(deep)

    assert len(str(folder).encode()) < embedded_postgres.SOCKET_PATH_BYTES
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.rmdir()
