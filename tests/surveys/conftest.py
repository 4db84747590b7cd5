import pytest

from tests import make


@pytest.fixture
def places(db):
    """The district that every answer names."""
    return make.district()
