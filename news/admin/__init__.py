"""The back office of news."""

from news.admin import (  # noqa: F401 -- they register themselves
    alerts,
    claims,
    editions,
    events,
    library,
    readers,
    today,
    upkeep,
)
