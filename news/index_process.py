"""A second process that indexes for an import: cutting Thai into words is most of its work."""

import multiprocessing

import django
from django.db import connection, reset_queries

WAITING_AT_MOST = 2  # one at hand, one for the moment it is done


class IndexProcess:
    """A process with its own database connection that calls ``indexing.index``.

    It ends with the process that started it, even if that one is killed. A context manager;
    leaving it without an exception waits until everything is indexed.
    """

    def __init__(self):
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        database = connection.settings_dict["NAME"]
        self.process = context.Process(target=_run, args=(theirs, database), daemon=True)
        self.process.start()
        theirs.close()
        self.waiting = 0

    def take(self, edition_ids) -> bool:
        """Whether it takes these editions on; not when it has enough to do."""
        while self.waiting and self.pipe.poll():
            self._hear()
        if self.waiting == WAITING_AT_MOST:
            return False
        self.pipe.send(list(edition_ids))
        self.waiting += 1
        return True

    def __enter__(self):
        return self

    def __exit__(self, exception_type, *_):
        try:
            while self.waiting and exception_type is None:
                self._hear()
        finally:
            self.pipe.close()
            self.process.join()

    def _hear(self):
        try:
            error = self.pipe.recv()
        except EOFError:
            error = "its process ended by itself"
        self.waiting -= 1
        if error:
            raise RuntimeError(f"Indexing failed: {error}")


def _run(pipe, database):
    """Index what comes through ``pipe`` until its other end closes."""
    django.setup()
    from news import indexing  # noqa: PLC0415 -- models can be imported only now

    connection.settings_dict["NAME"] = database  # a test's, when a test imports
    try:
        while True:
            edition_ids = pipe.recv()
            reset_queries()  # DEBUG would keep the text of every one
            try:
                indexing.index(edition_ids)
            except Exception as error:  # noqa: BLE001 -- told to the process that asked
                pipe.send(f"{type(error).__name__}: {error}")
            else:
                pipe.send("")
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        pass
