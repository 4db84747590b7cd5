"""What else happens under a number: loans, news, surveys."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from consulting import casework, services
from consulting.models import Service
from tests import make
from tests.consulting.conftest import signed_in


def borrow(advice, by, **more):
    first = timezone.localdate() + timedelta(days=3)
    given = {"first": first, "last": first, "purpose": "งานบุญ", "place": "วัด", "wishes": "ลำโพง"}
    return services.borrow(advice, by=by, **(given | more))


def test_a_loan_is_asked_for_in_the_requesters_name(officer):
    advice, speaker = make.advisory_request(), make.asset()

    service = borrow(advice, officer, wanted=[speaker])

    assert service.loan.borrower == advice.requester
    assert (service.loan.contact, service.loan.phone) == (advice.contact, advice.phone)
    assert [*service.loan.wanted.all()] == [speaker]
    with pytest.raises(ValidationError):
        services.settle(service, by=officer)


def test_a_loan_needs_a_telephone_and_a_request_that_went_on(officer):
    silent = make.advisory_request(phone="")
    ended = make.advisory_request()
    casework.decline(ended, by=officer, reason="เหตุผล")

    for advice in (silent, ended):
        with pytest.raises(ValidationError):
            borrow(advice, officer)

    assert not Service.objects.exists()


def test_news_is_ordered_and_settled_once_with_its_address(officer):
    advice = make.advisory_request()
    service = services.order(advice, kind="news", brief="ข่าวเปิดงาน", by=officer)
    with pytest.raises(ValidationError):
        services.order(advice, kind="news", brief=" ", by=officer)

    services.settle(service, url="https://example.go.th/news/1", by=officer)

    assert Service.objects.get().state == "done"
    assert service.url == "https://example.go.th/news/1"
    with pytest.raises(ValidationError):
        services.call_off(service, by=officer)


def test_the_case_orders_and_shows_what_was_ordered(desk, officer):
    advice = make.advisory_request()
    step = reverse("admin:advisoryrequest_step", args=[advice.pk, "order"])
    loan = reverse("admin:advisoryrequest_step", args=[advice.pk, "borrow"])
    day = timezone.localdate() + timedelta(days=3)
    typed = {"first": day, "last": day, "wishes": "ลำโพง", "purpose": "งานบุญ", "place": "วัด"}

    assert desk.post(step, {"kind": "news", "brief": "ข่าวเปิดงาน"}).status_code == 302
    assert desk.post(loan, typed).status_code == 302
    refused = desk.post(loan, typed | {"first": "1/1/2569", "place": "ลานวัดใหญ่"})

    page = desk.get(advice.get_admin_url())
    assert "ข่าวเปิดงาน" in page.text
    assert Service.objects.get(kind="loan").loan.reference in page.text
    assert refused.status_code == 400
    assert "ลานวัดใหญ่" in refused.text


def test_an_editor_sees_what_is_to_be_written_and_not_who_asks(officer):
    advice = make.advisory_request(detail="เรื่องลับของหน่วยงาน")
    service = services.order(advice, kind="news", brief="ข่าวเปิดงาน", by=officer)
    borrow(advice, officer)
    editor = signed_in(make.officer("ed", "editor"))
    address = reverse("admin:consulting_service_change", args=[service.pk])

    page, rows = editor.get(address), editor.get("/admin/consulting/service/")
    front = editor.get("/admin/")
    wrong = editor.post(reverse("admin:service_step", args=[service.pk, "settle"]), {"url": "เว็บ"})
    service.refresh_from_db()
    assert service.state == "open"
    typed = {"url": "https://example.go.th/news/1"}
    editor.post(reverse("admin:service_step", args=[service.pk, "settle"]), typed)

    assert [*rows.context["cl"].result_list] == [service]
    assert "ข่าวเปิดงาน" in page.text
    assert "ข่าวเปิดงาน" in front.text
    assert wrong.status_code == 302
    for private in (advice.contact, advice.phone, advice.email, advice.detail):
        assert private not in page.text
    service.refresh_from_db()
    assert service.state == "done"


def test_who_writes_the_news_reads_for_which_agency_and_no_name(officer):
    agency = make.advisory_request(agency="วัดตัวอย่าง")
    person = make.advisory_request(agency="ประไพ อาสา", contact="ประไพ อาสา", subject="เรื่องลับ")
    for advice in (agency, person):
        services.order(advice, kind="news", brief="ข่าวเปิดงาน", by=officer)
    editor = signed_in(make.officer("nattaya", "editor"))
    here = "/admin/consulting/service/"

    pages = [
        editor.get(reverse("admin:consulting_service_change", args=[row.pk])).text
        for row in Service.objects.all()
    ]

    assert "วัดตัวอย่าง" in pages[0]
    assert person.reference in pages[1]
    assert "ประไพ" not in pages[1]
    assert editor.get(here, {"q": "ข่าวเปิดงาน"}).context["cl"].result_count == 2
    assert editor.get(here, {"q": "เรื่องลับ"}).context["cl"].result_count == 0
