"""Sample broadcasts fill the map, are marked as samples, and go without a trace."""

import pytest

from network.models import Membership, Organization
from news import reach, sample_data, sample_reach
from news.models import Broadcast
from news.reach import Asked, Stand
from office import loading
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def _loaded(db):
    import news.loading

    loading.load()
    news.loading.load()
    sample_data.load(writer=make.user(), publisher=make.user())


@pytest.mark.usefixtures("_loaded")
def test_they_fill_the_map_unevenly_and_never_twice():
    count = sample_reach.load(officer=make.user())

    assert sample_reach.load(officer=make.user()) == 0
    assert Broadcast.objects.filter(is_sample=True).count() == count
    rows = reach.by_district(reach.reach(Asked(reach.period("90")), Stand.now()))
    shares = [len(row.reached) / row.total for row in rows]
    assert (min(shares), max(shares)) == (0, 1)
    assert all(row.aired_at >= row.edition.shown_from for row in Broadcast.objects.all())


@pytest.mark.usefixtures("_loaded")
def test_they_go_without_a_trace():
    real = make.organization(name_th="วิทยุจริง")
    sample_reach.load(officer=make.user())

    assert sample_reach.clear() > 10

    assert list(Organization.objects.all()) == [real]
    assert Broadcast.objects.count() == Membership.objects.count() == 0


def test_without_sample_news_there_is_nothing_to_carry():
    loading.load()

    assert sample_reach.load(officer=make.user()) == 0
