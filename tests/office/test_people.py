"""The people of the office are called by their names."""

from office.people import PersonField, name_of
from tests import make


def test_a_person_is_called_by_name_else_by_account(db):
    named = make.user("kamon", first_name="กมล", last_name="ใจดี")

    assert name_of(named) == "กมล ใจดี"
    assert name_of(make.user("wanna")) == "wanna"
    assert name_of(None) == ""
    assert PersonField(queryset=None).label_from_instance(named) == "กมล ใจดี"
