"""The back office of news."""

from news.admin import editions, events, library, today  # noqa: F401 -- they register themselves
