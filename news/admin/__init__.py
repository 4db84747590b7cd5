"""The back office of news."""

from news.admin import (  # noqa: F401 -- they register themselves
    alerts,
    broadcasts,
    channels,
    claims,
    editions,
    events,
    library,
    readers,
    releases,
    today,
    upkeep,
    voices,
)
