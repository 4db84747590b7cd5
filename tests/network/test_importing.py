"""Lists in and out: what each row would do is said first, and done only when confirmed."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from network import importing, tables
from network.models import Organization, Person
from office import audit
from office.models import District
from tests import make

pytestmark = pytest.mark.django_db


def plan(model, *rows):
    return importing.Plan(model, [list(row) for row in rows])


def said(made):
    return [(line.number, line.action) for line in made.lines]


def table(*rows, name="table.csv"):
    return SimpleUploadedFile(name, tables.write("csv", rows[0], rows[1:]))


def test_an_export_read_back_changes_nothing(places):
    body = Organization.objects.create(
        kind="radio",
        name_th="=วิทยุ",
        aliases=["ย่อ", "@อื่น"],
        phone="+66 36 000 000",
        means=["radio", "line"],
        shown_fields=["phone"],
        is_listed=True,
        review_by=date(2027, 1, 2),
    )
    body.districts.set(District.objects.filter(code__in=["1601", "1602"]))
    person = Person.objects.create(
        name="สมศรี", organization=body, visibility="public", consented_at=timezone.now()
    )

    for model, row in ((Organization, body), (Person, person)):
        for form in ("csv", "xlsx"):
            rows = importing.export_rows(model.objects.all())
            content = tables.write(form, importing.headings(model), rows)
            read = tables.read(SimpleUploadedFile("t", content))
            assert said(importing.Plan(model, read)) == [(2, "same")], (model, form)
            row.refresh_from_db()


def test_rows_are_created_changed_left_or_refused(places):
    Organization.objects.create(kind="radio", name_th="วิทยุเดิม", phone="036")
    Organization.objects.create(kind="school", name_th="โรงเรียน")
    made = plan(
        Organization,
        ["ชื่อ (ภาษาไทย)", "ประเภทองค์กร", "โทรศัพท์", "อำเภอที่รับผิดชอบ"],
        ["วิทยุ เดิม", "สถานีวิทยุ", "812345678", ""],
        ["โรงเรียน", "school", "", ""],
        ["วัดใหม่", "วัด", "", "อ.เมืองลพบุรี; 1602"],
        ["", "วัด", "", ""],
        ["บ้านผี", "ผี", "abc", "เมืองบาดาล"],
        ["วัดใหม่", "วัด", "", ""],
    )

    assert said(made) == [
        (2, "change"),
        (3, "same"),
        (4, "create"),
        (5, "refused"),
        (6, "refused"),
        (7, "refused"),
    ]
    said_of = [error.partition(":")[0] for error in made.lines[4].errors]
    assert said_of == ["ประเภทองค์กร", "อำเภอที่รับผิดชอบ", "โทรศัพท์"]
    assert ("โทรศัพท์", "036", "0812345678") in made.lines[0].changes
    assert Organization.objects.count() == 2  # nothing yet

    head = make.user()
    assert made.carry_out(by=head) == 2

    temple = Organization.objects.get(name_th="วัดใหม่")
    assert {place.code for place in temple.districts.all()} == {"1601", "1602"}
    assert audit.trail(temple)[0].verb == "import"
    assert Organization.objects.count() == 3


def test_people_with_one_name_are_told_apart_by_telephone_or_number():
    one = Person.objects.create(name="สมชาย ใจดี", phone="081 111 1111")
    Person.objects.create(name="สมชาย ใจดี", phone="082 222 2222")

    made = plan(
        Person,
        ["id", "name", "phone", "village"],
        ["", "สมชาย ใจดี", "0811111111", "หมู่ 1"],
        ["", "สมชาย ใจดี", "", "หมู่ 2"],
        ["", "สมชาย ใจดี", "0833333333", "หมู่ 3"],
        ["999999", "ใคร", "", ""],
        ["x", "ใคร", "", ""],
    )

    assert [line.action for line in made.lines] == [
        *("change", "refused", "create", "refused", "refused")
    ]
    assert made.lines[0].row == one


def test_a_contact_is_shown_only_with_consent_also_by_import():
    made = plan(
        Person,
        ["name", "visibility", "consented_at"],
        ["สมศรี", "ทุกคน", ""],
        ["สมใจ", "public", "24/11/2569"],
    )

    assert [line.action for line in made.lines] == ["refused", "create"]
    made.carry_out(by=None)
    assert timezone.localdate(Person.objects.get().consented_at) == date(2026, 11, 24)


@pytest.mark.parametrize(
    "first", [[], ["โทรศัพท์"], ["name_th", "สีที่ชอบ"], ["name_th", "name_th"], ["name_th", "password"]]
)
def test_the_first_row_must_name_columns_that_we_know(first):
    with pytest.raises(ValidationError):
        plan(Organization, first, ["ก", "ข"])


IMPORT = "/admin/network/organization/import/"
ROWS = (["name_th", "kind"], ["วัดใหม่", "temple"], ["ผิด", "ผี"])


def test_nothing_is_written_before_it_is_confirmed(officer):
    page = officer.post(IMPORT, {"file": table(*ROWS)})

    assert page.status_code == 200
    assert "วัดใหม่" in page.text
    assert "ไม่อยู่ในตัวเลือก" in page.text
    assert not Organization.objects.exists()

    answer = officer.post(IMPORT, {"table": page.context["table"]})

    assert answer.status_code == 302
    assert [each.name_th for each in Organization.objects.all()] == ["วัดใหม่"]
    step = audit.trail(Organization.objects.get())[0]
    assert (step.verb, step.actor) == ("import", officer.user)


def test_what_changed_meanwhile_is_looked_at_again(officer):
    page = officer.post(IMPORT, {"file": table(*ROWS)})
    Organization.objects.create(kind="school", name_th="วัดใหม่")

    again = officer.post(IMPORT, {"table": page.context["table"]})

    assert again.status_code == 200
    assert Organization.objects.get().kind == "school"
    assert [line.action for line in again.context["plan"].lines] == ["change", "refused"]


def test_a_table_is_confirmed_only_by_whom_and_as_it_was_looked_at(officer, sign_in):
    page = officer.post(IMPORT, {"file": table(*ROWS)})
    sealed = page.context["table"]

    assert sign_in("head").post(IMPORT, {"table": sealed}).status_code == 403
    assert officer.post(IMPORT, {"table": f"{sealed}x"}).status_code == 400
    people = "/admin/network/person/import/"
    assert officer.post(people, {"table": sealed}).status_code == 400
    assert not Organization.objects.exists()


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"\x00\x01", b"", b"a,b\n1,2"])
def test_a_bad_file_is_refused_on_the_page(officer, content):
    answer = officer.post(IMPORT, {"file": SimpleUploadedFile("x.xlsx", content)})

    assert answer.status_code == 400
    assert answer.context["form"].errors


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_export_holds_what_the_list_shows(officer, form):
    Organization.objects.create(kind="radio", name_th="วิทยุ")
    Organization.objects.create(kind="school", name_th="โรงเรียน")

    answer = officer.get(f"/admin/network/organization/export.{form}?kind__exact=radio")

    rows = tables.read(SimpleUploadedFile("t", answer.content))
    assert [row[2] for row in rows[1:]] == ["วิทยุ"]
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] != "public"
