"""One number that moves whenever something changes that many pages show.

Lists, facets and the frame of every page are remembered inside the process under this number, so a
change is visible to the next request and nothing has to be invalidated by hand. PostgreSQL itself
moves it, in the transaction of the change, by a trigger on each watched table.
"""

from collections import OrderedDict
from threading import Lock

from django.db import connection, migrations

REMEMBERED_AT_MOST = 2000

_memory = OrderedDict()
_lock = Lock()


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
    with _lock:
        found = _memory.get(key)
        if found is not None and found[0] == stamp:
            _memory.move_to_end(key)
            return found[1]
    value = compute()
    with _lock:
        _memory[key] = (stamp, value)
        _memory.move_to_end(key)
        while len(_memory) > REMEMBERED_AT_MOST:
            _memory.popitem(last=False)
    return value


def forget():
    """Empty the memory (tests, whose rolled back transactions move the number backwards)."""
    with _lock:
        _memory.clear()


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
