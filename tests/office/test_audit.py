"""The audit trail: what it says, and that nothing changes it."""

import pytest
from django.db import IntegrityError, connection, transaction

from office import audit
from office.models import AuditEvent, Province
from tests import make


def test_a_step_says_who_took_it_with_what_and_why(editor):
    province = make.province()

    audit.record(province, "send back", by=editor, before="submitted", after="returned", note="x")
    audit.record(province, "submit", by=None)

    submit, back = audit.trail(province)
    assert (submit.verb, submit.actor) == ("submit", None)
    assert (back.actor, back.table, back.key) == (editor, "office.province", province.pk)
    assert (back.before, back.after, back.note) == ("submitted", "returned", "x")
    assert back.told == audit.TOLD["send back"]
    assert audit.trail() == []


def test_a_trail_is_of_the_rows_asked_for_and_outlives_them(editor):
    gone = Province.objects.create(code="99", name_th="ก")
    other = make.province()
    for thing in (gone, other):
        audit.record(thing, "expire", by=editor)
    pk = gone.pk
    gone.delete()

    assert AuditEvent.objects.filter(table="office.province", key=pk).exists()
    assert [event.key for event in audit.trail(other)] == [other.pk]


def test_a_step_that_people_can_not_read_is_not_written(db):
    with pytest.raises(KeyError):
        audit.record(make.province(), "frobnicate", by=None)


@pytest.mark.parametrize(
    "change",
    [
        lambda: AuditEvent.objects.update(note="nothing happened"),
        lambda: AuditEvent.objects.all().delete(),
        lambda: connection.cursor().execute("UPDATE office_auditevent SET actor_id = NULL"),
        lambda: connection.cursor().execute("DELETE FROM office_auditevent"),
    ],
    ids=["update", "delete", "SQL update", "SQL delete"],
)
def test_the_trail_is_only_added_to(editor, change):
    audit.record(make.province(), "expire", by=editor)

    with pytest.raises(IntegrityError, match="only ever added to"), transaction.atomic():
        change()
    assert AuditEvent.objects.get().actor == editor
