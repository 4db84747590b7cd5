"""The office's working calendar: which days are worked, and counting in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from lopburi_pr.bilingual import BilingualName
from office import pulse
from office.models import Holiday

OPENS, CLOSES = time(8, 30), time(16, 30)  # in Bangkok
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Name(BilingualName):
    """What a day off is called, in the reader's language."""

    name_th: str
    name_en: str = ""

    __str__ = BilingualName.__str__


@dataclass(frozen=True)
class WorkingCalendar:
    """Monday to Friday without the given days off."""

    days_off: Mapping[date, Name]

    def is_working(self, day: date) -> bool:
        return not is_weekend(day) and day not in self.days_off

    def next_working(self, day: date) -> date:
        """The first working day after that one."""
        day += _DAY
        while not self.is_working(day):
            day += _DAY
        return day

    def add(self, day: date, count: int) -> date:
        """The working day that comes so many working days after that day."""
        if count < 1:
            raise ValueError("Working days are counted forwards, from one.")
        for _ in range(count):
            day = self.next_working(day)
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days lie after the first day, up to and with the last."""
        days = (last - first).days
        return sum(self.is_working(first + n * _DAY) for n in range(1, days + 1))


def is_weekend(day: date) -> bool:
    return day.weekday() >= 5


def calendar() -> WorkingCalendar:
    """The calendar of the confirmed days off, as of now."""
    return pulse.remembered("working calendar", pulse.beat(), _read)


def _read():
    rows = Holiday.objects.confirmed().values_list("day", "name_th", "name_en")
    return WorkingCalendar({day: Name(thai, english) for day, thai, english in rows})
