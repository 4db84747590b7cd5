"""The sample requests: in different states, marked, and no trace after."""

import consulting.loading
import office.loading
from consulting import sample_requests
from consulting.models import AdvisoryRequest, RequestLetter
from tests import make


def test_they_stand_in_different_states_and_write_to_nobody(officer, head):
    office.loading.load()
    consulting.loading.load()

    assert sample_requests.load(officer=officer, head=head) == 6
    assert sample_requests.load(officer=officer, head=head) == 0
    rows = AdvisoryRequest.objects.all()
    assert {row.state for row in rows} == {
        *("received", "in-review", "closed", "waiting-requester", "declined")
    }
    assert all(row.is_sample and row.agency.startswith("(สมมติ)") for row in rows)
    assert not RequestLetter.objects.exists()


def test_they_load_without_people(db):
    consulting.loading.load()

    assert sample_requests.load(officer=None, head=None) == 6
    assert {row.state for row in AdvisoryRequest.objects.all()} == {"received"}


def test_clearing_takes_all_of_it_and_nothing_else(officer, head):
    own = make.advisory_request()
    sample_requests.load(officer=officer, head=head)

    assert sample_requests.clear() == 6
    assert AdvisoryRequest.objects.get() == own
