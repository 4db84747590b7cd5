"""The yearly count: a line for everything owned, and no end while one is open."""

import pytest
from django.core.exceptions import ValidationError

from network import stock_taking
from network.models import StockLine, StockTake
from office import audit
from tests import make

pytestmark = pytest.mark.django_db


def test_a_count_holds_everything_owned_and_is_begun_once():
    make.asset(retired_on="2026-01-01")
    truck = make.asset()
    first = stock_taking.begin(by=None)
    camera = make.asset("กล้อง")

    assert stock_taking.begin(by=None) == first
    assert {line.asset for line in first.lines.all()} == {truck, camera}
    assert [event.verb for event in audit.trail(first)] == ["begin count"]


@pytest.mark.parametrize(
    ("finding", "condition"),
    [("found", "usable"), ("damaged", "damaged"), ("missing", "missing")],
)
def test_what_is_found_is_its_condition(finding, condition):
    officer, truck = make.officer(), make.asset(condition="damaged")
    line = stock_taking.begin(by=officer).lines.get()

    stock_taking.mark(line, finding, by=officer, note="ชั้น 2")

    truck.refresh_from_db()
    assert (truck.condition, line.counted_by, line.note) == (condition, officer, "ชั้น 2")


def test_a_count_is_closed_when_everything_is_counted_and_then_stays():
    make.asset()
    take = stock_taking.begin(by=None)
    line = take.lines.get()

    assert "1" in stock_taking.obstacles(take)[0]
    with pytest.raises(ValidationError):
        stock_taking.close(take, by=None)
    with pytest.raises(ValidationError):
        stock_taking.mark(line, "eaten", by=None)
    stock_taking.mark(line, "found", by=None)
    stock_taking.close(take, by=None)

    with pytest.raises(ValidationError):
        stock_taking.mark(line, "missing", by=None)
    assert StockLine.objects.get().finding == "found"
    assert StockTake.objects.get().closed_at
    assert stock_taking.begin(by=None).lines.count() == 1
