"""Numbers of paragraphs: they stay with their words, and none is given twice."""

import re

from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from lopburi_pr import rich_text
from news import anchors, publishing
from tests import make

WATER = "ระดับน้ำในแม่น้ำลพบุรีจะสูงขึ้นช้า ๆ จนถึงวันศุกร์"
BOATS = "เรือพร้อมรับผู้ประสบภัยที่ท่าน้ำวัดทุกแห่ง"
CALL = "ขอความช่วยเหลือโทร 1784 ได้ตลอดเวลา"
NEW = "โรงเรียนในพื้นที่หยุดเรียนสองวัน"


def test_the_first_version_counts_from_one():
    assert anchors.numbers(3, []) == [1, 2, 3]
    assert anchors.numbers(3, [1, 7, 2]) == [1, 7, 2]


def test_a_paragraph_keeps_its_number_when_others_come_and_go():
    old = [WATER, BOATS, CALL]

    assert anchors.carried(old, [1, 2, 3], [NEW, WATER, BOATS, CALL], 3) == [4, 1, 2, 3]
    assert anchors.carried(old, [1, 2, 3], [WATER, CALL], 3) == [1, 3]
    assert anchors.carried(old, [1, 2, 3], [NEW], 3) == [4]


def test_a_paragraph_keeps_its_number_when_some_of_its_words_change():
    old = [WATER, BOATS, CALL]
    new = [WATER.replace("ศุกร์", "อาทิตย์"), NEW, CALL.replace("1784", "191")]

    assert anchors.carried(old, [1, 2, 3], new, 3) == [1, 4, 3]


def test_a_number_that_was_given_up_is_never_given_again():
    assert anchors.carried([WATER], [1], [WATER, NEW], 3) == [1, 4]


texts = st.lists(st.sampled_from([WATER, BOATS, CALL, NEW, WATER + "นี้"]), max_size=6)


@given(old=texts, new=texts)
def test_numbers_are_unique_and_the_same_text_keeps_them(old, new):
    before = anchors.numbers(len(old), [])

    after = anchors.carried(old, before, new, len(old))

    assert len(after) == len(new) == len(set(after))
    assert anchors.carried(new, after, new, 99) == after
    for text in set(old) & set(new):
        kept = min(old.count(text), new.count(text))
        numbers = {before[place] for place, other in enumerate(old) if other == text}
        assert len(numbers & set(after)) >= kept


def test_every_block_is_marked_once():
    text = rich_text.clean(
        "<p>หนึ่ง</p><h2>สอง</h2><ul><li>สาม</li><li>สี่</li></ul><table><caption>ห้า</caption>"
        "<tr><td>1</td></tr></table><blockquote><p>หก</p></blockquote>"
    )

    blocks = rich_text.blocks(text)

    assert [block.split(" ")[0] for block in blocks] == ["หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก"]
    marked = rich_text.numbered(text, range(1, 7))
    assert re.findall(r'id="p(\d)"', marked) == list("123456")
    assert re.sub(r' id="p\d"', "", marked) == text
    assert (rich_text.blocks(""), rich_text.numbered("", [])) == ([], "")


def test_an_address_of_a_paragraph_survives_an_edit(client, db):
    first = make.published(body=f"<p>{WATER}</p><p>{CALL}</p>")
    draft = publishing.revise(first.article, by=None)
    draft.body = f"<p>{NEW}</p><p>{CALL}</p><p>{WATER}</p>"
    draft.save()
    make.publish(draft, at=timezone.now())

    page = client.get(first.get_absolute_url()).text
    paragraphs = client.get(f"{first.get_absolute_url()}paragraphs/").text

    assert f'<p id="p2">{CALL}</p>' in page
    assert f'<p id="p3">{NEW}</p>' in page
    assert f'<p id="p1">{WATER}</p>' in page
    assert f"{first.get_absolute_url()}v2/#p2" in paragraphs
    assert f'<p id="p1">{WATER}</p>' in client.get(f"{first.get_absolute_url()}v1/").text
