"""What rows promise by themselves: visibility by the clock, clean text, tags that stay Thai."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import override

from lopburi_pr.thai_calendar import BANGKOK
from news.models import Article, Attachment, Edition, Picture, Tag
from news.models.subjects import string_from_tags, tags_from_string
from tests import make

NINE = datetime(2026, 11, 24, 9, tzinfo=BANGKOK)
TEN = NINE + timedelta(hours=1)
TICK = timedelta(milliseconds=1)


@pytest.fixture
def from_nine_to_ten(db):
    """An edition shown for one hour."""
    edition = make.draft(expires_at=TEN)
    make.placement(edition)
    Attachment.objects.create(edition=edition, file="a", title="ประกาศ", format="pdf", size=1)
    make.publish(edition, at=NINE)
    return edition


@pytest.mark.parametrize(
    ("at", "is_shown"),
    [(NINE - TICK, False), (NINE, True), (TEN - TICK, True), (TEN, False)],
    ids=["08:59:59.999", "09:00:00", "09:59:59.999", "10:00:00"],
)
def test_published_is_decided_by_the_clock_alone(from_nine_to_ten, at, is_shown):
    picture = from_nine_to_ten.placements.get().picture
    attachment = from_nine_to_ten.attachments.get()

    assert list(Edition.objects.published(at)) == [from_nine_to_ten] * is_shown
    assert from_nine_to_ten.is_published(at) == is_shown
    assert list(Picture.objects.published(at)) == [picture] * is_shown
    assert list(Attachment.objects.published(at)) == [attachment] * is_shown


def test_published_means_now_unless_a_moment_is_given(db):
    now = timezone.now()
    seen = make.published()
    make.draft()
    make.published(at=now + timedelta(hours=1))
    make.published(ago=timedelta(hours=2), expires_at=now - timedelta(hours=1))

    assert list(Edition.objects.published()) == [seen]


def test_each_edition_is_in_one_stage(db):
    draft = make.draft()
    scheduled = make.published(at=timezone.now() + timedelta(hours=1))
    shown = make.published()

    assert list(Edition.objects.drafts()) == [draft]
    assert list(Edition.objects.scheduled()) == [scheduled]
    assert list(Edition.objects.published()) == [shown]
    assert not draft.is_published()


def test_newest_first_is_the_order_of_first_publication(db):
    old, new = make.published(at=NINE), make.published(at=TEN)
    same_hour = make.published(at=TEN)

    assert list(Edition.objects.newest_first()) == [same_hour, new, old]


def test_text_is_repaired_on_every_save(db):
    wrong, right = "นํ้าท่วมเเล้ว\u200b", "น้ำท่วมแล้ว"
    fields = ("title", "must_know", "lead", "event_place", "presided_by", "source_agency")
    edition = make.draft(**dict.fromkeys(fields, f"  {wrong} "), body=f"<p>{wrong}</p>")

    stored = Edition.objects.get(pk=edition.pk)

    assert [getattr(stored, field) for field in fields] == [right] * len(fields)
    assert stored.body == f"<p>{right}</p>"


def test_body_is_sanitised_on_every_save(db):
    edition = make.draft()

    edition.body = (
        '<p onclick="x()">ดี<script>alert(1)</script></p>'
        '<a href="javascript:x()">ก</a><a href="https://example.go.th/">ข</a><img src=x onerror=x>'
    )
    edition.save()

    assert Edition.objects.get().body == (
        '<p>ดี</p><a rel="noopener noreferrer">ก</a>'
        '<a href="https://example.go.th/" rel="noopener noreferrer">ข</a>'
    )


def test_tags_keep_their_vowels_and_tones(db):
    first = make.draft(tags=["ข่าว", "น้ำ"]).article
    second = make.draft(tags=["ขาว", "นำ", "ข่าว"]).article

    assert {tag.name for tag in first.tags.all()} == {"ข่าว", "น้ำ"}
    assert {tag.name for tag in second.tags.all()} == {"ขาว", "นำ", "ข่าว"}
    assert Tag.objects.count() == 4


def test_tags_stand_in_thai_order_and_are_addressed_by_number(db):
    make.draft(tags=["เกษตร", "ขนส่ง", "กฎหมาย"])

    tags = list(Tag.objects.all())

    assert [tag.name for tag in tags] == ["กฎหมาย", "เกษตร", "ขนส่ง"]
    assert tags[0].get_absolute_url() == f"/tags/{tags[0].pk}/"


def test_a_tag_is_stored_in_one_spelling(db):
    tag = Tag.objects.create(name=" นํ้าท่วม\u200b ")
    twin = Tag(name="นํ้าท่วม ", slug="x")

    assert tag.name == "น้ำท่วม"
    with pytest.raises(ValidationError) as refused:
        twin.full_clean()
    assert list(refused.value.message_dict) == ["name"]


def test_an_article_is_found_at_its_number_in_its_own_language(db):
    thai = make.published().article
    english = make.published(language="en", translation_of=thai).article
    address = f"/news/{thai.year}/{thai.number}/"

    for reader in ("th", "en"):
        with override(reader):
            assert thai.get_absolute_url() == address
            assert english.get_absolute_url() == f"/en{address}"


def test_an_article_is_called_by_its_reference_once_it_has_one(db):
    edition = make.draft()
    with override("en"):
        assert str(edition.article) == f"New article {edition.article.pk}"

    assert str(Article(year=2569, number=123)) == "LPB-2569-00123"
    assert str(Article(year=2569, number=123456)) == "LPB-2569-123456"


def test_about_province_finds_the_whole_province_and_its_districts(db):
    whole, in_district, elsewhere = make.draft(), make.draft(), make.draft()
    whole.article.provinces.add(make.province())
    in_district.article.districts.add(make.district())
    elsewhere.article.provinces.add(make.province("19", "สระบุรี", "Saraburi", "Saraburi"))

    found = Article.objects.about_province("16")

    assert set(found) == {whole.article, in_district.article}


def test_names_of_topics_follow_the_reader(db):
    topic = make.topic("water", name_th="น้ำ", name_en="Water")

    assert str(topic) == "น้ำ"
    with override("en"):
        assert (topic.name, topic.get_absolute_url()) == ("Water", "/en/topics/water/")


def test_only_commas_part_tags(db):
    edition = make.draft()

    assert tags_from_string("Lop Buri, น้ําท่วม ,,ผู้สูงอายุ") == ["Lop Buri", "น้ำท่วม", "ผู้สูงอายุ"]
    edition.article.tags.set(["Lop Buri"])
    assert string_from_tags(edition.article.tags.all()) == "Lop Buri"
