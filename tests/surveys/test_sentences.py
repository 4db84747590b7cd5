import pytest

from surveys import sentences


def question(*percents, kind="single", base=400, standing="", errors=None, **group):
    """A question of a snapshot; ``errors``: half of each interval."""
    choices = [{"code": str(n), "label": {"th": word, "en": ""}} for n, word in enumerate("กขคง")]
    cells = [{"n": 1, "percent": percent} for percent in percents]
    for cell, reach in zip(cells, errors or (), strict=False):
        cell |= {"low": cell["percent"] - reach, "high": cell["percent"] + reach}
    whole = {"base": base, "standing": standing, "cells": cells} | group
    return {
        "kind": kind,
        "unit": {"th": "วัน", "en": "days"},
        "choices": choices[: len(cells)],
        "tables": [{"by": "", "groups": [whole]}],
    }


def ranked(*firsts):
    asked = question(*firsts, kind="rank")
    for cell, first in zip(asked["tables"][0]["groups"][0]["cells"], firsts, strict=True):
        if first is not None:
            cell["first"] = first
    return asked


@pytest.mark.parametrize(
    ("asked", "errors", "thai"),
    [
        (question(62.3, 37.7, errors=(4.1, 4.1)), "sampling", "ส่วนใหญ่ร้อยละ 62.3 ตอบว่า “ก” (±4.1)"),
        (
            question(51.1, 48.9, errors=(5.1, 5.1)),
            "sampling",
            "ร้อยละ 51.1 ตอบว่า “ก” ซึ่งยังสรุปไม่ได้ว่าเกินครึ่ง (±5.1)",
        ),
        (
            question(41.0, 38.5, 20.5, errors=(4, 4, 3)),
            "sampling",
            "“ก” (ร้อยละ 41.0) กับ “ข” (ร้อยละ 38.5) ใกล้เคียงกันจนสรุปไม่ได้ว่าข้อใดมากกว่า",
        ),
        (
            question(20.0, 47.0, 33.0, errors=(3, 4, 4)),
            "sampling",
            "ตอบว่า “ข” มากที่สุด ร้อยละ 47.0 รองลงมา “ค” ร้อยละ 33.0",
        ),
        (question(40.0, 40.0, 20.0), "modelled", "“ก” กับ “ข” มีผู้ตอบเท่ากัน ร้อยละ 40.0"),
        (question(62.3, 37.7), "none", "ในบรรดาผู้ที่ตอบ: ส่วนใหญ่ร้อยละ 62.3 ตอบว่า “ก”"),
        (
            question(70.0, 30.0, base=20, standing="small"),
            "sampling",
            "จากผู้ตอบเพียง 20 คน: ส่วนใหญ่ร้อยละ 70.0 ตอบว่า “ก”",
        ),
        (
            question(60.0, 55.0, 10.0, kind="multiple", errors=(4, 4, 2)),
            "modelled",
            "เลือก “ก” มากที่สุด ร้อยละ 60.0 รองลงมา “ข” ร้อยละ 55.0 (เลือกได้หลายข้อ)",
        ),
        (
            question(
                50.0,
                50.0,
                kind="scale",
                mean={"value": 3.71, "highest": 5, "band": {"th": "มาก", "en": "High"}},
            ),
            "sampling",
            "คะแนนเฉลี่ย 3.71 จาก 5 อยู่ในระดับ “มาก”",
        ),
        # A hidden answer may be more frequent than all that are shown.
        (question(32.1, 0.0, None, None), "modelled", "ร้อยละ 32.1 ตอบว่า “ก”"),
        (question(62.3, 4.0, None), "modelled", "ส่วนใหญ่ร้อยละ 62.3 ตอบว่า “ก”"),
        (
            question(45.0, 14.0, None, 30.0),
            "modelled",
            "ตอบว่า “ก” มากที่สุด ร้อยละ 45.0 รองลงมา “ง” ร้อยละ 30.0",
        ),
        (question(45.0, 25.0, None), "modelled", "ตอบว่า “ก” มากที่สุด ร้อยละ 45.0"),
        (question(60.0, 55.0, None, kind="multiple"), "modelled", "ร้อยละ 60.0 ตอบว่า “ก”"),
        (question(40.0, 0.0, 0.0), "modelled", "ตอบว่า “ก” มากที่สุด ร้อยละ 40.0"),
        (ranked(40.0, 35.0, 25.0), "modelled", "จัด “ก” เป็นอันดับหนึ่งมากที่สุด ร้อยละ 40.0"),
        (ranked(40.0, None, 5.0), "modelled", "จัด “ก” เป็นอันดับหนึ่ง ร้อยละ 40.0"),
        (question(kind="number", mean={"value": 7.2}), "sampling", "เฉลี่ย 7.20 วัน"),
        (question(kind="text", base=120), "none", "มีผู้เขียนตอบ 120 คน"),
        (
            question(None, None, base=6, standing="hidden"),
            "sampling",
            "มีผู้ตอบน้อยเกินกว่าจะเผยแพร่ผลได้",
        ),
    ],
)
def test_each_rule_makes_its_sentence(asked, errors, thai):
    assert sentences.headline(asked, errors)["th"] == thai


def test_the_same_in_english():
    told = sentences.headline(question(62.3, 37.7, errors=(4.1, 4.1)), "sampling")

    assert told["en"] == "A majority of 62.3% answered “ก” (±4.1)"


def test_refusing_to_answer_is_no_headline():
    asked = question(30.0, 70.0)
    asked["choices"][1]["missing"] = "refused"

    assert sentences.headline(asked, "modelled")["th"] == "ร้อยละ 30.0 ตอบว่า “ก”"


def test_groups_differ_or_are_not_known_to():
    asked = question(50.0, 50.0)
    asked["tables"] += [
        {"by": "D2", "groups": [], "test": {"p": 0.003, "is_clear": True}},
        {"by": "D3", "groups": [], "test": {"p": 0.4, "is_clear": False}},
    ]
    labels = {"D2": {"th": "อายุ", "en": "age"}, "D3": {"th": "เพศ", "en": "gender"}}

    assert [each["th"] for each in sentences.differences(asked, labels)] == [
        "แตกต่างกันอย่างมีนัยสำคัญทางสถิติ เมื่อจำแนกตามข้อ “อายุ”",
        "ไม่พบความแตกต่างอย่างมีนัยสำคัญทางสถิติ เมื่อจำแนกตามข้อ “เพศ”",
    ]
