"""When an answer is due: worked examples, and thousands of cases against a walker of its own."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from django.utils.translation import override

from consulting.clock import HOURS, WORKING_DAYS, Span, due, is_late, took
from lopburi_pr.thai_calendar import BANGKOK
from office import holidays
from office.working_days import Name, WorkingCalendar

PLOUGHING = Name("วันพืชมงคล", "Royal Ploughing Ceremony")
REGIONAL = Name("วันหยุดพิเศษประจำภาค", "Regional holiday")
CASES = 4000
MINUTE = timedelta(minutes=1)


def at(day, hour="10:00", month=5, year=2026):
    return datetime.fromisoformat(f"{year}-{month:02}-{day:02}T{hour}+07:00")


def days(count):
    return Span(count, WORKING_DAYS)


def hours(count):
    return Span(count, HOURS)


@pytest.fixture(scope="module")
def government():
    """The days off of a government office in 2569 to 2571, and a regional one."""
    rows = [row for year in (2026, 2027, 2028) for row in holidays.suggested(year)]
    found = {row.day: Name(row.name_th, row.name_en) for row in rows}
    return WorkingCalendar(found | {date(2026, 10, 21): REGIONAL, date(2027, 5, 12): PLOUGHING})


def test_three_working_days_skip_the_ploughing_day(government):
    found = due(days(3), at(11), [], government)

    assert (found.at, found.left, found.day_zero) == (at(15, "16:30"), None, date(2026, 5, 11))
    assert found.skipped == ((date(2026, 5, 13), PLOUGHING),)
    with override("th"):
        assert found.explained == "ครบกำหนดศุกร์ 15 พ.ค. 2569 (3 วันทำการ; ข้าม 13 พ.ค. วันพืชมงคล)"
    with override("en"):
        assert found.explained == (
            "Due Friday 15 May 2026 (3 working days; skipping 13 May Royal Ploughing Ceremony)"
        )


@pytest.mark.parametrize(
    ("received", "day_zero", "due_on"),
    [
        (at(11, "00:00"), date(2026, 5, 11), at(12, "16:30")),
        (at(11, "16:29"), date(2026, 5, 11), at(12, "16:30")),
        (at(11, "16:30"), date(2026, 5, 12), at(14, "16:30")),
        (at(12, "16:30"), date(2026, 5, 14), at(15, "16:30")),
        (at(13, "09:00"), date(2026, 5, 14), at(15, "16:30")),
        (at(16, "09:00"), date(2026, 5, 18), at(19, "16:30")),
        (at(30, "09:00", month=4), date(2026, 4, 30), at(1, "16:30")),  # Labour Day is worked
        (at(29, "09:00"), date(2026, 5, 29), at(2, "16:30", month=6)),  # 1 June is a substitute
        (at(20, "09:00", month=10), date(2026, 10, 20), at(22, "16:30", month=10)),  # regional
    ],
)
def test_day_zero_is_the_working_day_on_which_it_is_received(
    government, received, day_zero, due_on
):
    found = due(days(1), received, [], government)

    assert (found.day_zero, found.at) == (day_zero, due_on)


def test_days_at_whose_close_the_asker_owes_an_answer_do_not_count(government):
    waiting = (at(18, "16:30"), at(21, "16:30"))

    found = due(days(2), at(15), [waiting], government)

    assert found.at == at(22, "16:30")
    assert [pause[2:] for pause in found.pauses] == [(3, date(2026, 5, 18), date(2026, 5, 20))]
    with override("th"):
        assert found.explained == (
            "ครบกำหนดศุกร์ 22 พ.ค. 2569 (2 วันทำการ; หยุดนับ 3 วันทำการ ระหว่างรอข้อมูลจากท่าน 18–20 พ.ค.)"
        )


def test_a_pause_between_two_closes_moves_nothing(government):
    found = due(days(2), at(18), [(at(19, "08:00"), at(19, "16:30"))], government)

    assert (found.at, found.pauses) == (at(20, "16:30"), ())


def test_pauses_that_touch_are_told_as_one(government):
    waiting = [(at(20, "10:00"), at(21)), (at(18), at(20, "10:00"))]

    found = due(days(2), at(15), waiting, government)

    assert found.at == at(22, "16:30")
    assert [pause.length for pause in found.pauses] == [3]


def test_an_open_pause_says_what_is_left(government):
    found = due(days(3), at(18), [(at(19, "17:00"), None)], government)

    assert (found.at, found.left) == (None, 2)
    assert not is_late(found, at(31))
    with override("th"):
        assert found.explained == (
            "หยุดนับเวลา: รอข้อมูลจากท่านตั้งแต่ 19 พ.ค. 2569 เมื่อได้รับแล้วจะเหลือเวลาอีก 2 วันทำการ"
        )
    with override("en"):
        assert found.explained == (
            "The clock stands still: waiting for your information since 19 May 2026; "
            "once it is here, 2 working days will be left"
        )


def test_a_pause_after_the_last_day_changes_nothing(government):
    late = due(days(1), at(18), [(at(19, "16:31"), None)], government)
    in_time = due(days(1), at(18), [(at(19, "16:30"), None)], government)

    assert (late.at, in_time.at, in_time.left) == (at(19, "16:30"), None, 1)
    assert is_late(late, at(19, "16:31"))
    assert not is_late(late, at(19, "16:30"))


def test_neighbouring_days_off_of_one_name_are_told_as_one(government):
    found = due(days(1), at(10, month=4), [], government)

    assert found.at == at(16, "16:30", month=4)
    with override("th"):
        assert found.explained == (
            "ครบกำหนดพฤหัสบดี 16 เม.ย. 2569 (1 วันทำการ; ข้าม 13–15 เม.ย. วันสงกรานต์)"
        )


def test_days_off_of_another_year_carry_it(government):
    found = due(days(1), at(30, month=12), [], government)

    with override("th"):
        assert found.explained == (
            "ครบกำหนดจันทร์ 4 ม.ค. 2570 (1 วันทำการ; ข้าม 31 ธ.ค. 2569 วันสิ้นปี, 1 ม.ค. วันขึ้นปีใหม่)"
        )


def test_hours_run_at_night_and_on_days_off(government, travel):
    found = due(hours(1), at(13, "09:05"), [], government)

    travel(at(13, "09:06"))
    assert found.at == at(13, "10:05")
    with override("th"):
        assert found.explained == "ครบกำหนด 10:05 น. วันนี้ (1 ชั่วโมง)"
    with override("en"):
        assert found.explained == "Due at 10:05 today (1 hour)"
    travel(at(14))
    with override("th"):
        assert found.explained == "ครบกำหนด 10:05 น. พุธ 13 พ.ค. 2569 (1 ชั่วโมง)"


def test_a_pause_adds_its_length_to_hours(government):
    found = due(hours(2), at(12, "23:00"), [(at(12, "23:30"), at(13, "00:15"))], government)

    assert found.at == at(13, "01:45")
    with override("th"):
        assert found.explained.replace("\xa0", " ") == (
            "ครบกำหนด 01:45 น. พุธ 13 พ.ค. 2569 (2 ชั่วโมง; หยุดนับ 45 นาที "
            "ระหว่างรอข้อมูลจากท่าน 12–13 พ.ค. (เริ่ม 23:30 น.))"
        )


def test_hours_stand_still_while_a_pause_is_open(government):
    found = due(hours(2), at(12, "23:00"), [(at(12, "23:30"), None)], government)
    reached = due(hours(2), at(12, "23:00"), [(at(13, "01:00"), None)], government)

    assert (found.at, found.left) == (None, timedelta(hours=1, minutes=30))
    assert reached.at == at(13, "01:00")
    with override("th"):
        assert found.explained.replace("\xa0", " ") == (
            "หยุดนับเวลา: รอข้อมูลจากท่านตั้งแต่ 12 พ.ค. 2569 เวลา 23:30 น. "
            "เมื่อได้รับแล้วจะเหลือเวลาอีก 1 ชั่วโมง 30 นาที"
        )


def test_used_days_follow_the_same_rule(government):
    waiting = [(at(18), at(20))]

    used = [
        took(at(15), stopped, waiting, government)
        for stopped in (at(15, "12:00"), at(18), at(20), at(20, "16:31"), at(23))
    ]

    assert used == [0, 1, 1, 2, 4]


@pytest.mark.parametrize(("value", "unit"), [(0, WORKING_DAYS), (-1, HOURS), (1, "weeks")])
def test_a_span_is_at_least_one_of_a_known_unit(value, unit):
    with pytest.raises(ValueError, match="A span is"):
        Span(value, unit)


# The walker: it knows closing moments in a list, no calendar object and no time zone.


def closes(days_off):
    """Every closing moment of a working day until 2030, in UTC: 16:30 is 09:30 there."""
    first = datetime(2026, 1, 1, 9, 30, tzinfo=UTC)
    moments = [first + timedelta(days=n) for n in range(4 * 366)]
    return [m for m in moments if f"{m:%a}" not in {"Sat", "Sun"} and m.date() not in days_off]


def owes(pauses, moment):
    return any(since <= moment and not (until and until <= moment) for since, until in pauses)


def counted(received, pauses, moments):
    """Closing moments of day 0, then of every day that counts."""
    start = bisect_right(moments, received)
    zero, *later = moments[start : start + 90]  # more than the longest pauses and promise take
    return [zero, *(moment for moment in later if not owes(pauses, moment))]


def walk_minutes(count, received, pauses):
    """The minute in which so many hours have run, or how many minutes are still left."""
    now, left = received, count * 60
    ends = max([received, *(until or since for since, until in pauses)]) + timedelta(hours=count)
    while left and now <= ends:
        left -= not owes(pauses, now)
        now += MINUTE
    return (None, left) if left else (now, 0)


def moment(random):
    """A minute in 2569 to 2571, often round closing time, round holidays and at weekends."""
    day = date(2026, 1, 1) + timedelta(days=random.randrange(1096))
    if random.random() < 0.3:
        month_day = random.choice([(4, 10), (4, 30), (5, 1), (5, 12), (5, 29), (12, 4), (12, 30)])
        day = date(random.choice([2026, 2027, 2028]), *month_day)
    hour, minute = random.choice(
        [(16, 29), (16, 30), (16, 31), (8, 29), (0, 0), (23, 59), (9, 15), (13, 40)]
    )
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BANGKOK)


def some_pauses(random, received, longest):
    """Up to four pauses, now and then from before receipt, touching, or open."""
    pauses, current = [], received - timedelta(minutes=random.choice([0, 0, 600]))
    for _ in range(random.randrange(5)):
        since = current + random.choice([0, 1, longest // 3, longest]) * MINUTE * random.random()
        since = since.replace(second=0, microsecond=0)
        if random.random() < 0.3:
            since = since.replace(hour=16, minute=30)
        until = since + timedelta(minutes=random.randrange(1, longest))
        if random.random() < 0.3:
            until = max(since + MINUTE, until.replace(hour=16, minute=30))
        if random.random() < 0.15:
            return [*pauses, (since, None)]
        pauses.append((since, until))
        current = until
    random.shuffle(pauses)
    return pauses


def with_regional_days(random, calendar):
    extra = {moment(random).date(): REGIONAL for _ in range(random.randrange(6))}
    return WorkingCalendar({**calendar.days_off, **extra})


def test_working_days_agree_with_the_walker(government):
    random = Random(2569)
    seen = {"paused": 0, "open": 0, "skipped": 0}
    for _ in range(40):
        calendar = with_regional_days(random, government)
        moments = closes(set(calendar.days_off))
        for _ in range(CASES // 40):
            received, count = moment(random), random.randrange(1, 16)
            pauses = some_pauses(random, received, longest=9 * 24 * 60)

            found = due(days(count), received, pauses, calendar)

            ways = counted(received, pauses, moments)
            expected = ways[count] if len(ways) > count else None
            assert found.at == expected, (received, count, pauses)
            assert found.left == (None if expected else count + 1 - len(ways))
            assert found.day_zero == ways[0].date()
            seen["open"] += expected is None
            seen["paused"] += bool(found.pauses)
            seen["skipped"] += bool(found.skipped)
            check_what_moved_it(found, received, expected or ways[-1], moments, pauses)
            check_days_off(found, received, expected or ways[-1], calendar)
    assert min(seen.values()) > 200


def check_what_moved_it(found, received, end, moments, pauses):
    """The pauses that are told account for every day that did not count."""
    if not found.at:
        assert found.pauses[-1].until is None
        return
    way = moments[bisect_right(moments, received) + 1 : bisect_right(moments, end)]
    uncounted = [m for m in way if owes(pauses, m)]
    assert sum(pause.length for pause in found.pauses) == len(uncounted)
    assert len(way) - len(uncounted) == found.span.value
    assert all(pause.length for pause in found.pauses)


def check_days_off(found, received, end, calendar):
    """Every day off on a weekday of the way is named, and no other."""
    received_on = received.astimezone(BANGKOK).date()
    way = {received_on + timedelta(days=n) for n in range((end.date() - received_on).days + 1)}
    named = [day for day, _name in found.skipped if found.at or day <= end.date()]
    assert named == [day for day in sorted(way & set(calendar.days_off)) if day.isoweekday() < 6]


def test_used_days_agree_with_the_walker_and_with_what_is_due(government):
    random = Random(2570)
    moments = closes(set(government.days_off))
    for _ in range(CASES):
        received, count = moment(random), random.randrange(1, 12)
        pauses = some_pauses(random, received, longest=6 * 24 * 60)
        stopped = received + timedelta(minutes=random.randrange(40 * 24 * 60))

        used = took(received, stopped, pauses, government)

        assert used == sum(m < stopped for m in counted(received, pauses, moments))
        promise = due(days(count), received, pauses, government)
        if promise.at:
            assert is_late(promise, stopped) == (used > count)
        else:
            assert used <= count


def test_hours_agree_with_the_walker(government):
    random = Random(2571)
    for _ in range(CASES // 8):
        received, count = moment(random), random.choice([1, 2, 24])
        pauses = some_pauses(random, received, longest=600)

        found = due(hours(count), received, pauses, government)

        expected, left = walk_minutes(count, received, pauses)
        assert (found.at, found.left) == (expected, timedelta(minutes=left) if left else None)
        if expected:
            paused = sum((pause.length for pause in found.pauses), timedelta())
            assert expected - received == timedelta(hours=count) + paused
