"""What differs between two texts, and that nothing that matters is ever called minor."""

import random

import pytest

from lopburi_pr.thai_text import cluster_starts
from news.differences import pieces, significance

TEXT = (
    "จังหวัดลพบุรีขอให้ประชาชนริมน้ำในอำเภอท่าวุ้งเก็บของขึ้นที่สูงภายในวันศุกร์ที่ 27 พฤศจิกายน 2569\n"
    "ระดับน้ำสูงกว่าตลิ่ง 12 เซนติเมตร ห้ามลงเล่นน้ำ และไม่ควรขับรถผ่านถนนสาย 311\n"
    "นายสมชาย ใจดี ผู้ว่าราชการจังหวัดลพบุรี กล่าวว่า จะแจกถุงยังชีพ 500 ชุด ครอบครัวละ 1,500 บาท"
)
LONG = f"{TEXT}\n" * 8  # small changes are small here


def edition(body=LONG, **texts):
    return {"title": "เฝ้าระวังน้ำ", "must_know": "ยกของขึ้นที่สูง", "lead": "น้ำขึ้น", "body": body, **texts}


def test_pieces_show_the_changed_words_alone():
    found = [(p.kind, p.text) for p in pieces("น้ำสูง 12 เซนติเมตร\nเดิม", "น้ำสูง 21 เซนติเมตร\nเดิม")]

    assert found == [
        ("same", "น้ำสูง "),
        ("gone", "12"),
        ("new", "21"),
        ("same", " เซนติเมตร\nเดิม"),
    ]


def test_neighbouring_changes_are_told_as_one():
    found = [(p.kind, p.text) for p in pieces("นาย ก และ นาย ข มา", "นาง ค และ นาง ง มา")]

    assert [kind for kind, _ in found].count("gone") < 4


@pytest.mark.parametrize("seed", range(40))
def test_pieces_give_back_both_texts(seed):
    chance = random.Random(seed)
    words = TEXT.split(" ")
    new = [word for word in words if chance.random() > 0.2] + ["ใหม่"] * chance.randrange(3)
    chance.shuffle(new)
    new = " ".join(new)

    found = pieces(TEXT, new)

    assert "".join(p.text for p in found if p.kind != "new") == TEXT
    assert "".join(p.text for p in found if p.kind != "gone") == new


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("12 เซนติเมตร", "21 เซนติเมตร", "number"),
        ("1,500 บาท", "1,500 ดอลลาร์", "number"),
        ("27 พฤศจิกายน", "27 ธันวาคม", "date"),
        ("วันศุกร์", "วันเสาร์", "date"),
        ("อำเภอท่าวุ้ง", "อำเภอบ้านหมี่", "place"),
        ("นายสมชาย ใจดี", "นายสมชัย ใจดี", "name"),
        ("ห้ามลงเล่นน้ำ", "ลงเล่นน้ำ", "negation"),
        ("ไม่ควรขับรถ", "ควรขับรถ", "negation"),
    ],
)
def test_a_change_that_matters_is_named(old, new, reason):
    changed = LONG.replace(old, new, 1)

    assert changed != LONG
    assert reason in significance(edition(), edition(changed))


def test_a_slip_of_the_pen_is_minor():
    changed = LONG.replace("เก็บของ", "เก็บสิ่งของ", 1)

    assert significance(edition(), edition(changed)) == []
    assert significance(edition(), edition()) == []


def test_headline_files_facts_and_extent_are_never_minor():
    assert "headline" in significance(edition(), edition(title="น้ำลดแล้ว"))
    assert "files" in significance(edition(files="a"), edition(files="b"))
    assert "facts" in significance(edition(facts="ปภ."), edition(facts="กปภ."))
    assert "extent" in significance(edition(), edition(LONG + "ข้อความใหม่ที่ยาวมาก " * 60))


def test_no_random_change_of_a_digit_or_a_negation_is_called_minor():
    chance = random.Random(2569)
    digits = [place for place, letter in enumerate(LONG) if letter.isdigit()]
    minor = []
    for _ in range(1000):
        place = chance.choice(digits)
        if chance.random() < 0.5:
            other = chance.choice([d for d in "0123456789" if d != LONG[place]])
            changed = LONG[:place] + other + LONG[place + 1 :]
        else:
            place = chance.choice(cluster_starts(LONG))
            changed = LONG[:place] + chance.choice(["ไม่", "ห้าม"]) + LONG[place:]
        if not significance(edition(), edition(changed)):
            minor.append(changed)

    assert minor == []
