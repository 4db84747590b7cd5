import pytest

from consulting import editing, finding
from consulting.models import Topic
from tests import make

pytestmark = pytest.mark.django_db


def found(words, **narrowed):
    return [edition.title_th for edition in finding.search(words, **narrowed)]


@pytest.fixture
def shelf():
    """Three published texts, the latest last."""
    make.resource(title_th="เขียนข่าวหนึ่งหน้า", body_th="<p>ถ้าน้ำ ท่วม ให้ขึ้นต้นด้วยจุดอพยพ</p>")
    make.resource(
        "answer",
        "crisis",
        title_th="น้ำท่วมแล้วต้องแถลงข่าวเมื่อไร",
        title_en="Flood press",
        body_en="<p>Go.</p>",
    )
    make.resource("checklist", "crisis", title_th="ชั่วโมงแรกของวิกฤต", body_th="<p>PM2.5 กับข่าวลือ</p>")


def test_every_word_must_occur_and_titles_come_first(shelf):
    assert found("น้ำท่วม") == ["น้ำท่วมแล้วต้องแถลงข่าวเมื่อไร", "เขียนข่าวหนึ่งหน้า"]
    assert found("น้ำท่วมอพยพ") == ["เขียนข่าวหนึ่งหน้า"]
    assert found("น้ำท่วม ดาวอังคาร") == []


@pytest.mark.parametrize(
    "words", ["แถลง ข่าว", "แถลงข่าวน้ำท่วม", "flood", "FLOOD  press", "นํ้าท่วมเมื่อไร"]
)
def test_thai_needs_no_spaces_and_english_no_case(shelf, words):
    assert found(words)[0] == "น้ำท่วมแล้วต้องแถลงข่าวเมื่อไร"


def test_numbers_are_found_in_either_digits(shelf):
    assert found("pm๒.๕") == ["ชั่วโมงแรกของวิกฤต"]


def test_english_words_are_found_from_their_beginning_only(shelf):
    assert found("pre") == ["น้ำท่วมแล้วต้องแถลงข่าวเมื่อไร"]
    assert found("ress") == []


def test_topic_and_kind_narrow_it(shelf):
    crisis = Topic.objects.get(key="crisis")

    assert found("", topic=crisis) == ["ชั่วโมงแรกของวิกฤต", "น้ำท่วมแล้วต้องแถลงข่าวเมื่อไร"]
    assert found("", kind="answer") == ["น้ำท่วมแล้วต้องแถลงข่าวเมื่อไร"]
    assert found("", kind="resource") == ["ชั่วโมงแรกของวิกฤต", "เขียนข่าวหนึ่งหน้า"]


@pytest.mark.parametrize("words", ["%", "_", "\\", "' OR 1=1", "(((", "\u200b", "๚", "x" * 5000])
def test_any_text_can_be_searched_for(shelf, words):
    assert found(words) == []


def test_only_what_is_published_is_found(shelf):
    draft = make.resource_draft(title_th="จระเข้")
    assert found("จระเข้") == []
    editing.submit(draft, by=draft.author)
    assert found("จระเข้") == []

    editing.publish(draft, by=make.user())
    assert found("จระเข้") == ["จระเข้"]
    editing.archive(draft, by=make.user(), reason="ผิด")

    assert found("จระเข้") == []
    assert finding.matching(None, "จระเข้ในคลอง") == []


def test_offers_share_words_with_what_is_typed(shelf):
    crisis = Topic.objects.get(key="crisis")
    typed = "ตอนนี้น้ำท่วมตลาด ผู้สื่อข่าวโทรมาถาม เราควรแถลงข่าวหรือไม่"

    offered = finding.matching(crisis, typed)

    assert [edition.title_th for edition in offered] == ["น้ำท่วมแล้วต้องแถลงข่าวเมื่อไร"]
    assert finding.matching(crisis, "ขอคำปรึกษาเรื่องการประชาสัมพันธ์") == []
    assert finding.matching(crisis, "") == []


def test_a_search_is_one_query(shelf, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert [edition.resource.topic.key for edition in finding.search("น้ำท่วม")] == [
            "crisis",
            "write-news",
        ]
    with django_assert_num_queries(1):
        finding.matching(None, "น้ำท่วมต้องแถลงข่าว")
