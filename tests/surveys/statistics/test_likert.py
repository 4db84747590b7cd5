from decimal import Decimal
from fractions import Fraction

import pytest

from surveys.statistics.likert import SATISFACTION, Tally, bands, level, summary
from surveys.statistics.rounding import half_up


def edges(scale):
    return [(str(band.low), str(band.high), band.words[0]) for band in scale]


@pytest.mark.parametrize(
    ("number", "places", "rounded"),
    [
        *((2.675, 2, "2.68"), (1.005, 2, "1.01"), (Decimal("2.675"), 2, "2.68")),
        *((Fraction(107, 40), 2, "2.68"), (-2.675, 2, "-2.68"), (0.05, 1, "0.1")),
        *((2.67499999999999999, 2, "2.68"), (2.6749, 2, "2.67"), (51.05, 1, "51.1")),
        *((333.5, 0, "334"), (7, 2, "7.00"), (-0.001, 2, "0.00"), (0, 1, "0.0")),
    ],
)
def test_halves_are_rounded_up(number, places, rounded):
    assert str(half_up(number, places)) == rounded


def test_sums_of_floats_that_mean_a_half_are_rounded_up():
    assert 0.1 + 0.575 < 0.675
    assert half_up(0.1 + 0.575, 2) == Decimal("0.68")


def test_what_is_no_number_is_not_rounded():
    with pytest.raises(ValueError, match="finite"):
        half_up(float("nan"), 1)


def test_satisfaction_of_2563_is_the_printed_one():
    """National Statistical Office for King Prajadhipok's Institute: 6.3 % had no opinion."""
    shares = ((4, 9.4), (3, 51.3), (2, 24.8), (1, 8.2), (None, 6.3))

    found = summary([Tally(value, round(w * 100), w) for value, w in shares])

    assert [half_up(100 * share, 1) for share in found.shares] == [
        Decimal(v) for v in ("9.4", "51.3", "24.8", "8.2", "6.3")
    ]
    assert str(half_up(found.mean, 2)) == "2.66"
    assert found.sd == pytest.approx(0.78, abs=0.01)  # printed from shares before rounding
    scale = bands(1, 4, words=SATISFACTION)
    assert level(found.mean, scale).words[0] == "ค่อนข้างพอใจ"
    assert level(2.39, scale).words[0] == "ไม่ค่อยพอใจ"


def test_a_plain_standard_deviation_divides_by_one_less():
    found = summary([Tally(1, 2, 2.0), Tally(4, 1, 1.0), Tally(None, 9, 9.0)])

    assert (found.n, found.weight, found.mean) == (3, 3.0, 2.0)
    assert found.sd == pytest.approx(3**0.5)


def test_weights_count_in_mean_and_deviation():
    found = summary([Tally(1, 5, 30.0), Tally(3, 5, 10.0)])

    assert found.mean == 1.5
    assert found.sd == pytest.approx((0.75 * 10 / 9) ** 0.5)
    assert found.shares == (0.75, 0.25)


def test_where_nobody_answered_there_is_no_mean():
    found = summary([Tally(1, 0, 0.0), Tally(None, 3, 3.0)])

    assert (found.n, found.mean, found.sd, found.shares) == (0, None, None, (0.0, 1.0))
    assert summary([]).shares == ()
    assert summary([Tally(4, 1, 2.0)]).sd is None


def test_bands_of_equal_width():
    assert edges(bands(1, 5)) == [
        ("1.00", "1.80", "น้อยที่สุด"),
        ("1.81", "2.60", "น้อย"),
        ("2.61", "3.40", "ปานกลาง"),
        ("3.41", "4.20", "มาก"),
        ("4.21", "5.00", "มากที่สุด"),
    ]
    assert [str(band.high) for band in bands(1, 4)] == ["1.75", "2.50", "3.25", "4.00"]
    assert edges(bands(1, 3)) == [
        ("1.00", "1.66", "น้อย"),
        ("1.67", "2.33", "ปานกลาง"),
        ("2.34", "3.00", "มาก"),
    ]
    assert [str(band.high) for band in bands(0, 10)] == ["2.00", "4.00", "6.00", "8.00", "10.00"]


def test_bands_of_boonchom_and_from_the_half_on():
    assert [str(b.high) for b in bands(1, 5, "boonchom")] == [
        "1.50",
        "2.50",
        "3.50",
        "4.50",
        "5.00",
    ]
    assert [(str(b.low), str(b.high)) for b in bands(1, 5, "half")] == [
        *(("1.00", "1.49"), ("1.50", "2.49"), ("2.50", "3.49"), ("3.50", "4.49"), ("4.50", "5.00")),
    ]
    assert [str(b.high) for b in bands(1, 3, "half")] == ["1.49", "2.49", "3.00"]


@pytest.mark.parametrize("scheme", ["equal", "boonchom", "half"])
@pytest.mark.parametrize("steps", [3, 4, 5])
def test_every_mean_falls_into_one_band(scheme, steps):
    scale = bands(1, steps, scheme)
    means = [Decimal(100 + i) / 100 for i in range(100 * (steps - 1) + 1)]

    found = [sum(band.low <= mean <= band.high for band in scale) for mean in means]

    assert set(found) == {1}
    assert level(means[0], scale) == scale[0]
    assert level(means[-1], scale) == scale[-1]


@pytest.mark.parametrize(
    ("mean", "equal", "boonchom", "half"),
    [
        (1.8049, "น้อยที่สุด", "น้อย", "น้อย"),
        (1.805, "น้อย", "น้อย", "น้อย"),
        (2.605, "ปานกลาง", "ปานกลาง", "ปานกลาง"),
        (4.5, "มากที่สุด", "มาก", "มากที่สุด"),
        (4.504, "มากที่สุด", "มาก", "มากที่สุด"),
        (4.495, "มากที่สุด", "มาก", "มากที่สุด"),
        (1.5, "น้อยที่สุด", "น้อยที่สุด", "น้อย"),
    ],
)
def test_a_mean_is_rounded_first_and_then_looked_up(mean, equal, boonchom, half):
    found = [level(mean, bands(1, 5, scheme)).words[0] for scheme in ("equal", "boonchom", "half")]

    assert found == [equal, boonchom, half]


def test_bands_that_make_no_sense_are_refused():
    for wrong in (
        lambda: bands(5, 1),
        lambda: bands(1, 2),
        lambda: bands(0, 10, "half"),
        lambda: bands(1, 5, "other"),
        lambda: bands(1, 5, words=[("ก", "A")]),
        lambda: level(0.99, bands(1, 5)),
    ):
        with pytest.raises(ValueError, match=r"\.$"):
            wrong()
