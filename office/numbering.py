"""Giving out numbers that never repeat, whoever asks at the same moment."""

from django.db import connection, transaction


def next_number(series: str, year: int) -> int:
    """Next number of ``series`` in the Buddhist ``year``, from 1.

    Must be called inside a transaction: the counter's row stays locked until it ends, so a number
    taken by a transaction that fails is given again and none is ever skipped or doubled. Raises
    TransactionManagementError outside of one.
    """
    return last_of_next(series, year, 1)


def last_of_next(series: str, year: int, count: int) -> int:
    """Reserve ``count`` numbers at once (imports) and return the last of them."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Numbers are given inside a transaction only.")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO office_runningnumber (series, year, last) VALUES (%s, %s, %s)"
            " ON CONFLICT (series, year) DO UPDATE SET last = office_runningnumber.last"
            " + EXCLUDED.last RETURNING last",
            [series, year, count],
        )
        return cursor.fetchone()[0]
