"""The back office of news."""

from news.admin import alerts, editions, library, readers, today  # noqa: F401 -- they register themselves
