"""What was published as reference managers read it."""

import json
import re
from datetime import date, datetime
from urllib.parse import urlsplit

import pytest
import rispy
from django.utils import timezone

from lopburi_pr import citing
from lopburi_pr.thai_calendar import BANGKOK
from news import publishing
from tests import make

CITATION = citing.Citation(
    author_th="สำนักงานประชาสัมพันธ์จังหวัดลพบุรี",
    author_en="Lopburi Provincial Public Relations Office",
    title="เฝ้าระวังน้ำ 100% {ด่วน}",
    language="th",
    reference="LPB-2569-00020",
    version=2,
    published=date(2026, 11, 23),
    version_of=date(2026, 11, 24),
    url="https://example.go.th/news/2569/20/v2/",
    accessed=date(2026, 11, 25),
)


def test_thai_style_has_buddhist_years_version_and_day_of_access():
    assert citing.thai(CITATION) == (
        "สำนักงานประชาสัมพันธ์จังหวัดลพบุรี. (2569, 23 พฤศจิกายน). เฝ้าระวังน้ำ 100% {ด่วน} "
        "[LPB-2569-00020, ฉบับที่ 2, 24 พฤศจิกายน 2569]. สืบค้นเมื่อ 25 พฤศจิกายน 2569, "
        "จาก https://example.go.th/news/2569/20/v2/"
    )


def test_apa_has_the_common_era_and_the_version():
    assert citing.apa(CITATION) == (
        "Lopburi Provincial Public Relations Office. (2026, November 23). เฝ้าระวังน้ำ 100% {ด่วน} "
        "(LPB-2569-00020, Version 2, November 24, 2026). https://example.go.th/news/2569/20/v2/"
    )


def test_ris_is_a_list_of_tags():
    lines = citing.ris(CITATION).split("\r\n")

    tags = dict(line.split("  - ", 1) for line in lines if line)
    assert (lines[0], lines[-2], lines[-1]) == ("TY  - NEWS", "ER  - ", "")
    assert (tags["TI"], tags["AU"]) == (CITATION.title, CITATION.author_th)
    assert (tags["DA"], tags["ET"], tags["M1"]) == ("2026/11/23", "2", "LPB-2569-00020")


def test_bibtex_survives_what_tex_gives_a_meaning():
    entry = citing.bib(CITATION)

    assert r"title = {{เฝ้าระวังน้ำ 100\% \{ด่วน\}}}" in entry
    bare = re.sub(r"\\[{}]", "", entry)
    assert bare.count("{") == bare.count("}")
    assert entry.startswith("@online{LPB-2569-00020-v2,\n")


def test_csl_json_is_one_item_with_its_days():
    (item,) = json.loads(citing.csl(CITATION))

    assert item["issued"] == {"date-parts": [[2026, 11, 23]]}
    assert (item["title"], item["version"], item["URL"]) == (CITATION.title, "2", CITATION.url)


@pytest.mark.parametrize("form", citing.FORMATS)
def test_every_form_names_the_version_and_its_lasting_address(client, db, form):
    first = make.published(at=datetime(2026, 11, 23, 9, tzinfo=BANGKOK))
    make.publish(
        publishing.revise(first.article, by=None),
        by=None,
        at=datetime(2026, 11, 24, 9, tzinfo=BANGKOK),
    )
    address = first.get_absolute_url()

    answer = client.get(f"{address}cite/{form}")

    text = answer.content.decode()
    (cited,) = set(re.findall(r"http://testserver[^\s\"}]+", text))
    assert urlsplit(cited).path == f"{address}v2/"
    assert client.get(cited).url == address
    assert first.article.reference in text
    assert f"{first.article.reference}-v2.{form}" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("form", [*citing.FORMATS, "exe"])
def test_what_is_not_public_has_no_citation(client, db, form):
    shown, ended = make.published(), make.published()
    publishing.expire(ended.article, by=None)

    assert client.get(f"{ended.get_absolute_url()}cite/{form}").status_code == (
        404 if form == "exe" else 410
    )
    assert client.get(f"{shown.get_absolute_url()}cite/{form}").status_code == (
        404 if form == "exe" else 200
    )


def test_page_carries_what_zotero_reads(client, db):
    edition = make.published(title='เตือน "ภัยแล้ง"')

    page = client.get(edition.get_absolute_url()).text

    assert '<meta name="citation_title" content="เตือน &quot;ภัยแล้ง&quot;">' in page
    assert f"{edition.get_absolute_url()}v1/" in page
    assert '<meta name="citation_language" content="th">' in page


def test_ris_is_read_by_another_program(client, db):
    edition = make.published(title='เตือน "ภัยแล้ง"\u200b ER  - ปลอม')

    text = client.get(f"{edition.get_absolute_url()}cite/ris").text
    (entry,) = rispy.loads(text)

    assert entry["title"] == edition.title
    assert entry["language"] == "th"
    assert entry["urls"] == [f"http://testserver{edition.get_absolute_url()}v1/"]
    assert entry["access_date"].startswith(f"{timezone.localdate():%Y/%m/%d}")
