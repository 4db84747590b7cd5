import pytest
from django.utils.translation import override

from surveys import charts


@pytest.fixture(autouse=True)
def thai():
    with override("th"):
        yield


def question(*words, kind="single", **of_choices):
    """``of_choices``: for each choice one value of a key; None where it has none."""
    choices = [{"code": str(n), "label": {"th": word}} for n, word in enumerate(words, 1)]
    for key, values in of_choices.items():
        for choice, value in zip(choices, values, strict=True):
            if value is not None:
                choice[key] = value
    return {"kind": kind, "label": {"th": "ถาม"}, "choices": choices}


def group(*percents, reach=None):
    cells = [{"n": 1, "percent": percent} for percent in percents]
    for cell in cells:
        if reach:
            cell |= {"low": cell["percent"] - reach, "high": cell["percent"] + reach}
    return {"cells": cells}


def wave(year, *percents, is_break=False, change=None, reach=None):
    cells = group(*percents, reach=reach)["cells"]
    return {
        "days": [f"{year}-03-01", f"{year}-03-20"],
        "is_break": is_break,
        "percents": {str(n): cell for n, cell in enumerate(cells, 1)},
        "change": change or {},
    }


def test_bars_of_several_answers_stand_by_size_what_is_hidden_or_says_nothing_last():
    asked = question("ก", "ข", "ค", "ง", kind="multiple", missing=("refused", None, None, None))

    drawn = charts.bars(asked, group(90.0, 20.0, None, 40.0))

    assert [(bar["label"], bar["text"]) for bar in drawn] == [
        ("ง", "40.0%"),
        ("ข", "20.0%"),
        ("ค", "–"),
        ("ก", "90.0%"),
    ]


def test_bars_of_one_answer_stand_as_they_were_read_out():
    drawn = charts.bars(question("ก", "ข"), group(20.0, 80.0))

    assert [bar["label"] for bar in drawn] == ["ก", "ข"]


def test_stack_of_a_scale_goes_from_the_lowest_to_the_highest_and_then_what_says_nothing():
    asked = question(
        *("มาก", "กลาง", "น้อย", "ไม่ทราบ"),
        kind="matrix",
        value=(3, 2, 1, None),
        missing=(None, None, None, "no_opinion"),
    )

    drawn = charts.stack(asked, group(50.0, 30.0, 12.5, 7.5))

    assert [(part["label"], part["x"], part["shade"], part["text"]) for part in drawn] == [
        ("น้อย", "0.0", 1, "13"),
        ("กลาง", "12.5", 3, "30"),
        ("มาก", "42.5", 5, "50"),
        ("ไม่ทราบ", "92.5", 0, ""),  # too narrow for figures
    ]


def test_stack_of_other_answers_keeps_their_order():
    drawn = charts.stack(question("ทราบ", "เคยได้ยิน", "ไม่ทราบ"), group(50.0, 30.0, 20.0))

    assert [(part["label"], part["shade"]) for part in drawn] == [
        ("ทราบ", 5),
        ("เคยได้ยิน", 3),
        ("ไม่ทราบ", 1),
    ]


def test_nothing_is_stacked_that_would_give_a_hidden_answer_away_or_has_too_many():
    assert charts.stack(question("ก", "ข", "ค"), group(50.0, 30.0, None)) == []
    assert charts.stack(question(*"กขคงจฉ"), group(*[10.0] * 6)) == []


def test_waves_are_joined_except_where_the_words_changed_or_a_share_is_hidden():
    points = [
        wave(2023, 40.0, 60.0),
        wave(2024, 30.0, None),
        wave(2025, 20.0, 80.0, is_break=True),
        wave(2026, 25.0, 75.0, change={"1": {"points": 5.0, "is_clear": True}}),
    ]

    first, second = charts.waves({"points": points}, question("ก", "ข"))

    joined = [(one["text"], other["text"]) for one, other in first["lines"]]
    assert joined == [("40.0", "30.0"), ("20.0", "25.0")]
    assert first["breaks"] == ["50.0"]  # in the middle between both
    assert (first["text"], first["moved"]) == ("25.0%", "+5.0*")
    assert first["title"] == "2566 40.0%; 2567 30.0%; ‖ 2568 20.0%; 2569 25.0%"
    assert [point["text"] for point in second["points"]] == ["60.0", "80.0", "75.0"]
    assert [(one["text"], other["text"]) for one, other in second["lines"]] == [("80.0", "75.0")]
    assert second["moved"] == ""


def test_all_answers_share_one_scale_that_holds_every_interval():
    points = [wave(2025, 40.0, 5.0, reach=3.0), wave(2026, 48.0, 5.0, reach=3.0)]

    panels = charts.waves({"points": points}, question("ก", "ข"))

    assert [panel["top"] for panel in panels] == [60, 60]
    highest = panels[0]["points"][1]
    lowest = panels[1]["points"][0]
    assert float(highest["high"]) > float(panels[0]["ceiling"])
    assert float(highest["high"]) < float(highest["y"]) < float(highest["low"])
    assert float(highest["y"]) < float(lowest["y"]) < float(panels[0]["floor"])


def test_an_open_link_has_no_intervals_over_time():
    points = [wave(2025, 40.0), wave(2026, 48.0)]

    (panel,) = charts.waves({"points": points}, question("ก"))

    assert all("low" not in point for point in panel["points"])


def test_waves_stand_by_time_unless_two_would_lie_on_each_other():
    far = [wave(year, 50.0) for year in (2020, 2024, 2026)]
    near = [wave(year, 50.0) for year in (2016, 2025, 2026)]

    (by_time,) = charts.waves({"points": far}, question("ก"))
    (side_by_side,) = charts.waves({"points": near}, question("ก"))

    assert [point["x"] for point in by_time["points"]] == ["12.0", "62.7", "88.0"]
    assert [point["x"] for point in side_by_side["points"]] == ["12.0", "50.0", "88.0"]


def test_waves_of_one_year_are_told_by_their_days():
    points = [wave(2026, 50.0), wave(2026, 50.0) | {"days": ["2026-05-01", "2026-05-09"]}]

    (panel,) = charts.waves({"points": points}, question("ก"))

    assert (panel["first"], panel["last"]) == ("20 มี.ค. 2569", "9 พ.ค. 2569")
