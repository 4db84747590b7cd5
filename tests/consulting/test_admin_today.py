"""What the front page says about advice, to each what is theirs."""

from datetime import timedelta

from django.utils import timezone

from consulting import casework
from tests import make
from tests.consulting.conftest import signed_in


def lists(client):
    page = client.get("/admin/")
    return {
        str(each["title"]): [str(row["about"]) for row in each["rows"]]
        for each in page.context["task_lists"]
    }


def test_crises_come_first_and_nothing_stands_twice(desk):
    make.advisory_request(subject="รอได้")
    make.advisory_request("crisis", subject="ข่าวลือ")

    found = lists(desk)

    assert next(iter(found)) == "ภาวะวิกฤต: ตอบรับภายใน 1 ชั่วโมง"
    assert [*found.values()] == [["ข่าวลือ"], ["รอได้"]]


def test_an_answer_waits_for_others_than_its_author(desk, heads_desk, officer):
    advice = make.advisory_request(subject="รอตรวจ")
    casework.take(advice, by=officer)
    casework.submit_answer(casework.write_answer(advice, "คำตอบ", by=officer), by=officer)

    assert "คำตอบที่รอคุณตรวจและส่ง" not in lists(desk)
    assert lists(heads_desk)["คำตอบที่รอคุณตรวจและส่ง"] == ["รอตรวจ"]
    counted = {str(each["label"]): each for each in heads_desk.get("/admin/").context["waiting"]}
    row = counted["คำตอบที่รอตรวจ"]
    assert row["count"] == 1
    assert len(heads_desk.get(row["url"]).context["cl"].result_list) == 1


def test_what_is_overdue_in_ones_hands_is_told(desk, officer):
    late = make.advisory_request(subject="ค้าง", received_at=timezone.now() - timedelta(days=40))
    casework.take(late, by=officer)

    assert lists(desk)["คำขอของฉันที่เกินกำหนดหรือครบกำหนดวันนี้"] == ["ค้าง"]
    counted = {str(each["label"]) for each in desk.get("/admin/").context["waiting"]}
    assert {"คำขอที่ฉันดูแล", "คำขอที่เกินกำหนด"} <= counted


def test_whoever_does_not_advise_reads_nothing_of_it(db):
    make.advisory_request("crisis", subject="ข่าวลือลับ")

    for role in ("editor", "planner"):
        assert "ข่าวลือลับ" not in signed_in(make.officer(role, role)).get("/admin/").text
