"""The index: which words of an edition are written, and when its row comes, changes and goes."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from lopburi_pr.thai_calendar import BANGKOK
from lopburi_pr.thai_text import fold
from news import indexing, publishing
from news.indexing import as_bytes, atoms, letters, quoted
from news.models import Edition, SearchDocument, SearchWord, Tag
from office.models import CommunicationIssue
from tests import make

TEXTS = {
    "title": "ข่าว",
    "must_know": "ประชาชน",
    "lead": "จังหวัด",
    "body": "",
    "source_agency": "หน่วยงาน",
}


def approved(**fields):
    return make.published(**(TEXTS | fields))


def words_of(edition):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(vector) FROM news_searchdocument WHERE edition_id = %s",
            [edition.pk],
        )
        return set(cursor.fetchone()[0])


def letters_of(edition):
    return bytes(SearchDocument.objects.get(pk=edition.pk).letters).decode("tis-620")


def indexed():
    return set(SearchDocument.objects.values_list("edition", flat=True))


def counts():
    """What every word is counted as, without those that are counted no more."""
    rows = SearchWord.objects.values_list("word", "documents", "inside")
    return {word: (documents, inside) for word, documents, inside in rows if documents or inside}


# Letters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("โควิด-19", "โควิด19"),
        ("โควิด 19", "โควิด19"),
        ("COVID-19", "covid19"),
        ("1,000 บาท", "1000บาท"),
        ("1,00", "1 00"),
        ("ร้อยละ 2.5.", "ร้อยละ2.5"),
        ("PM 2.5", "pm2.5"),
        ("Lop  Buri", "lop buri"),
        ("๑๓ มกราคม ๒๕๖๕", "13มกราคม2565"),
        ("13/1/2565", "13 1 2565"),
        ("พ.ร.บ.", "พรบ"),
        ("“ข่าว” (ปลอม)", "ข่าวปลอม"),
        ("ประยุทธ์ จันทร์โอชา", "ประยุทธ์จันทร์โอชา"),
        ("日本 😀 café", "caf"),
        ("", ""),
    ],
)
def test_letters_run_together_what_belongs_together(text, expected):
    assert letters(fold(text)).strip() == expected


def test_letters_are_one_byte_each():
    run = letters(fold("น้ำท่วม PM2.5"))

    assert len(as_bytes(run)) == len(run)
    assert as_bytes(run).decode("tis-620") == run


def test_atoms_are_english_words_and_numbers():
    assert atoms("โควิด19lop buri2.5") == ["19", "lop", "buri", "2.5"]


def test_quoted_words_reach_postgresql_as_they_are(db):
    awkward = [r"a'b", r"a\b", "a'' & !b:*", "น้ำ", "'", "\\"]

    with connection.cursor() as cursor:
        for word in awkward:
            cursor.execute("SELECT tsvector_to_array(%s::tsvector)", [quoted(word)])
            assert cursor.fetchone()[0] == [word]


# Words of an edition


def test_every_word_is_written_with_the_place_where_it_stands(db):
    edition = approved(title="น้ำท่วมใหญ่", must_know="โทร 1784", lead="ฝนตกหนัก", body="<p>พายุ</p>")

    words = words_of(edition)
    assert {"น้ำท่วม", "1784", "พายุ"} <= words
    assert {"t:น้ำท่วม", "t:น้ำ", "t:ท่วม", "t:ใหญ่"} <= words
    assert {"l:ฝนตก", "l:ตก", "l:หนัก", "l:1784"} <= words
    assert {"s:ท่วม", "s:น้ำ"} <= words
    assert not {"t:พายุ", "l:พายุ", "t:ฝนตก", "l:น้ำท่วม", "ท่วม", "s:น้ำท่วม", "p"} & words


def test_a_word_that_stands_by_itself_anywhere_is_not_marked_as_inside(db):
    words = words_of(approved(title="น้ำท่วม", body="<p>น้ำ ลด</p>"))

    assert "น้ำ" in words
    assert "s:น้ำ" not in words


def test_facts_that_filters_ask_for_are_words_too(db):
    district = make.district("1603", "โคกสำโรง", "Khok Samrong")
    edition = make.draft(**TEXTS, districts=[district], tags=["แล้ง"], topic_slug="health")
    issue = CommunicationIssue.objects.create(
        fiscal_year=2569, key="trust", name_th="ประเด็น", name_en="Issue"
    )
    edition.article.issues.add(issue)
    make.publish(edition, by=None, at=datetime(2026, 3, 1, 6, tzinfo=BANGKOK))

    facts = {word for word in words_of(edition) if word[:2] in {f"{p}:" for p in "bgokydpin"}}
    tag = Tag.objects.get()
    assert facts == {
        *("b:202602", "g:th", "o:health", "k:news", "y:2569", "d:1603", "p:16"),
        *(f"i:{issue.pk}", f"n:{tag.pk}"),
    }
    row = SearchDocument.objects.get()
    assert (row.language, row.kind, row.topic.slug, row.year) == ("th", "news", "health", 2569)
    assert (row.districts, row.listed_at) == (["1603"], edition.listed_at)
    assert (row.shown_from, row.shown_until) == (edition.shown_from, None)


def test_names_of_places_and_tags_and_the_number_are_words(db):
    district = make.district("1603", "โคกสำโรง", "Khok Samrong")
    edition = approved(districts=[district], tags=["ผ้าทอ"])

    words, run = words_of(edition), letters_of(edition)
    assert {"โคกสำโรง", "khok", "samrong", "ลพบุรี", "lopburi", "lop", "buri"} <= words
    assert letters(fold("ผ้าทอ")) in run
    assert f"lpb{edition.article.year} {edition.article.number:05}" in words
    assert not {"t:โคกสำโรง", "l:โคกสำโรง"} & words


def test_of_an_agency_only_its_own_words_are_written(db):
    edition = approved(source_agency="กรมอุตุนิยมวิทยา (tmd.go.th)")

    words, run = words_of(edition), letters_of(edition)
    assert "กรมอุตุนิยมวิทยา" in words
    assert not {"s:กรม", "กรม", "s:วิทยา", "tmd"} & words
    assert "กรมอุตุนิยมวิทยา" in run
    assert "tmd" not in run


def test_markup_is_no_text(db):
    body = '<p><a href="https://secret.example/x">อ่านต่อ</a> ก &lt; ข</p>'

    words = words_of(approved(body=body))

    assert "อ่านต่อ" in words
    assert not {"p", "a", "href", "secret", "example", "lt"} & words


def test_digits_and_spellings_become_one(db):
    edition = approved(title="นํ้า ๒๕๖๙ COVID-19")

    assert {"น้ำ", "2569", "covid", "19"} <= words_of(edition)


def test_an_abbreviation_is_found_with_and_without_its_dots(db):
    assert {"พรบ", "อปมช"} <= words_of(approved(body="<p>ตามพ.ร.บ. และ อป.มช. ทุกคน</p>"))


def test_monstrous_texts_are_cut_not_refused(db):
    monsters = {
        "title": "ก" * 300,
        "must_know": "๙" * 600,
        "lead": "'\\:*&|! <-> 😀 \u202eאב" * 50,
        "body": f"<p>{'a' * 5000} {'ข' * 100_000} {'น้ำท่วม' * 40_000}</p>",
    }

    edition = approved(**monsters)

    words = words_of(edition)
    assert "น้ำท่วม" in words
    assert max(map(len, words)) <= indexing.SHORT_WORD
    # The title and the lead, which have limits of their own, beside what is cut.
    assert len(letters_of(edition)) < indexing.LETTERS_PER_DOCUMENT + 3000


def test_a_long_text_is_never_cut_by_its_places_and_tags(db, monkeypatch):
    monkeypatch.setattr(indexing, "LETTERS_PER_DOCUMENT", 100)

    edition = approved(body=f"<p>{'พายุ ' * 100} ไฟป่า</p>", tags=["ฝน"], districts=[make.district()])

    assert {"พายุ", "ฝน", "เมืองลพบุรี"} <= words_of(edition)
    assert "ไฟป่า" not in words_of(edition)


def test_an_article_has_no_more_words_than_the_limit(db, monkeypatch):
    monkeypatch.setattr(indexing, "WORDS_PER_DOCUMENT", 5)

    words = words_of(approved(title="น้ำท่วม ภัยแล้ง ไฟป่า พายุ ฝุ่นละออง แผ่นดินไหว"))

    assert len([word for word in words if word[:2] not in {"b:", "g:", "o:", "k:", "y:"}]) == 5
    assert "k:news" in words  # facts are never among what is cut


# When rows come and go


def test_drafts_have_no_row_and_approved_editions_have(db):
    make.draft(**TEXTS)
    shown, scheduled = approved(), approved(at=timezone.now() + timedelta(days=1))

    assert indexed() == {shown.pk, scheduled.pk}


def test_a_scheduled_edition_taken_back_has_no_row(db):
    edition = approved(title="ความลับ", at=timezone.now() + timedelta(days=1))
    before = counts()

    publishing.take_back(edition, by=None)

    assert before["ความลับ"] == (1, 0)
    assert indexed() == set()
    assert counts() == {}


def test_an_edition_that_is_over_loses_its_row(db):
    replaced = approved(title="ฉบับแรก")
    newer = publishing.revise(replaced.article, by=None)
    make.publish(newer, by=None)
    gone = approved()
    publishing.expire(gone.article, by=None)
    ending = approved(expires_at=timezone.now() + timedelta(days=1))

    assert indexed() == {newer.pk, ending.pk}


def test_an_edition_waiting_to_be_replaced_keeps_its_row_until_then(db):
    shown = approved()
    newer = publishing.revise(shown.article, by=None)
    hour = timezone.now() + timedelta(hours=1)
    make.publish(newer, by=None, at=hour)

    rows = dict(SearchDocument.objects.values_list("pk", "shown_until"))
    assert rows == {shown.pk: hour, newer.pk: None}


def test_words_are_counted_once_for_each_article(db):
    approved(title="พายุ พายุ พายุ")
    approved(title="น้ำท่วม")
    edition = approved(title="พายุ ท่วม")

    assert SearchWord.objects.get(word="พายุ").documents == 2
    assert (counts()["ท่วม"], counts()["น้ำท่วม"]) == ((1, 1), (1, 0))
    assert counts()[f"b:{edition.listed_at:%Y%m}"] == (3, 0)


def test_indexing_twice_changes_nothing(db):
    editions = [approved(title="พายุ"), approved(title="น้ำท่วม")]
    before = counts(), [words_of(edition) for edition in editions]

    indexing.index([edition.pk for edition in editions] * 2)

    assert (counts(), [words_of(edition) for edition in editions]) == before


def test_changed_tags_change_the_words_and_their_counts(db):
    edition = approved(tags=["พายุ"])
    edition.article.tags.set(["ภัยแล้ง"])

    indexing.index([edition.pk])

    assert "พายุ" not in words_of(edition)
    assert "ภัยแล้ง" in words_of(edition)
    assert counts()["ภัยแล้ง"] == (1, 0)
    assert "พายุ" not in counts()


def test_an_edition_that_is_not_there_is_no_trouble(db):
    indexing.index([])
    indexing.index([987_654_321])

    assert indexed() == set()


def test_what_is_forgotten_is_counted_no_more(db):
    stays = approved(title="น้ำท่วม")
    before = counts()
    goes = approved(title="พายุ")

    indexing.forget([goes.pk])

    assert indexed() == {stays.pk}
    assert counts() == before


def test_rebuilding_gives_the_same_rows_and_mends_the_counts(db):
    shown, other = approved(title="พายุ"), approved(title="น้ำท่วม")
    expected = words_of(shown), counts()
    over = approved(title="ของเก่า")
    Edition.objects.filter(pk=over.pk).update(shown_until=over.shown_from)
    SearchWord.objects.all().update(documents=77)
    SearchDocument.objects.filter(pk=other.pk).delete()
    told = []

    assert indexing.rebuild(lambda *progress: told.append(progress)) == 2

    assert told == [(2, 2)]
    assert indexed() == {shown.pk, other.pk}
    assert (words_of(shown), counts()) == expected


def test_many_editions_are_indexed_with_the_queries_of_one(db, django_assert_num_queries):
    one = [approved().pk]
    three = [approved(districts=[make.district()], tags=["แท็ก"]).pk for _ in range(3)]

    with django_assert_num_queries(12):
        indexing.index(one)
    with django_assert_num_queries(12):
        indexing.index(three)
