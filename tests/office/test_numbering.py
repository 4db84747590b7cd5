"""Numbers never repeat and none is skipped, whoever asks at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from office.models import RunningNumber
from office.numbering import last_of_next, next_number


@pytest.mark.django_db
def test_each_series_and_year_counts_from_one():
    given = [next_number("news", 2569), next_number("news", 2569), next_number("news", 2570)]

    assert given == [1, 2, 1]
    assert last_of_next("news", 2569, 10) == 12
    assert next_number("advice", 2569) == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_are_refused_outside_of_a_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        next_number("news", 2569)


@pytest.mark.django_db(transaction=True)
def test_twenty_connections_at_once_never_get_one_number_twice():
    together = Barrier(20)

    def take(_):
        together.wait()
        taken = []
        for turn in range(5):
            with transaction.atomic():
                number = next_number("news", 2569)
                # A failed transaction gives its number back.
                transaction.set_rollback(turn == 2)
            if turn != 2:
                taken.append(number)
        connection.close()
        return taken

    with ThreadPoolExecutor(20) as pool:
        taken = [number for numbers in pool.map(take, range(20)) for number in numbers]

    assert sorted(taken) == list(range(1, 81))
    assert RunningNumber.objects.get().last == 80
