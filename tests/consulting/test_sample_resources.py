import pytest

from consulting import redaction, sample_resources
from consulting.models import Resource, ResourceEdition
from tests import make

pytestmark = pytest.mark.django_db


def test_samples_are_published_once_in_two_languages_and_can_be_removed():
    writer, publisher = make.user(), make.user()

    first = sample_resources.load(writer=writer, publisher=publisher)
    again = sample_resources.load(writer=writer, publisher=publisher)
    published = list(ResourceEdition.objects.published().select_related("resource"))
    mine = make.resource()

    assert (first, again, len(published)) == (9, 0, 9)
    assert all(edition.body_en and edition.resource.is_sample for edition in published)
    assert [edition.version for edition in published].count(2) == 1
    assert [finding for edition in published for finding in redaction.check(edition)] == []
    assert sample_resources.clear() == 9
    assert list(Resource.objects.all()) == [mine.resource]
