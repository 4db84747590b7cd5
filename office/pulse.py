"""One number that moves whenever something changes that many pages show.

Lists, facets and the frame of every page are remembered inside the process under this number, so a
change is visible to the next request and nothing has to be invalidated by hand. PostgreSQL itself
moves it, in the transaction of the change, by a trigger on each watched table.
"""

import sys
from collections import OrderedDict
from threading import Lock

from django.db import connection, migrations
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL

REMEMBERED_BYTES = 48 * 2**20  # of one process; about, because only the large is weighed
SMALLEST_BYTES = 1024

# ``beat`` as a column of a query that is asked anyway.
BEAT = RawSQL("(SELECT beat FROM office_pulse)", [], BigIntegerField())

_memory = OrderedDict()
_lock = Lock()
_held = 0


def beat() -> int:
    """The number as of now; one small query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT beat FROM office_pulse")
        return cursor.fetchone()[0]


def remembered(key, stamp, compute):
    """Value of ``compute()``, kept in this process until ``stamp`` differs.

    ``key`` says what it is, ``stamp`` how fresh it must be (the beat, and the clock where time
    decides). Values must not be changed by their readers.
    """
    found = recalled([key], stamp)
    if key in found:
        return found[key]
    value = compute()
    _keep(key, stamp, value)
    return value


def recalled(keys, stamp):
    """Those of ``keys`` that are remembered under ``stamp``, with their values."""
    found = {}
    with _lock:
        for key in keys:
            kept = _memory.get(key)
            if kept is not None and kept[0] == stamp:
                _memory.move_to_end(key)
                found[key] = kept[1]
    return found


def _keep(key, stamp, value):
    global _held  # noqa: PLW0603 -- one memory in a process
    size = _size(value)
    with _lock:
        _held += size - _memory.pop(key, (None, None, 0))[2]
        _memory[key] = (stamp, value, size)
        while _held > REMEMBERED_BYTES:
            _held -= _memory.popitem(last=False)[1][2]


def _size(value):
    parts = value.values() if isinstance(value, dict) else ()
    return max(SMALLEST_BYTES, sys.getsizeof(value) + sum(map(sys.getsizeof, parts)))


def forget():
    """Empty the memory (tests, whose rolled back transactions move the number backwards)."""
    global _held  # noqa: PLW0603 -- one memory in a process
    with _lock:
        _memory.clear()
        _held = 0


CREATE = migrations.RunSQL(
    """
    CREATE TABLE office_pulse (beat bigint NOT NULL);
    INSERT INTO office_pulse VALUES (1);
    CREATE FUNCTION office_pulse_move() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE office_pulse SET beat = beat + 1;
        RETURN NULL;
    END $$;
    """,
    "DROP FUNCTION office_pulse_move() CASCADE; DROP TABLE office_pulse;",
)


def watch(*tables):
    """Migration operation: changes of these tables move the pulse."""
    create = "".join(
        f"CREATE TRIGGER office_pulse AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION office_pulse_move();"
        for table in tables
    )
    drop = "".join(f"DROP TRIGGER office_pulse ON {table};" for table in tables)
    return migrations.RunSQL(create, drop)
