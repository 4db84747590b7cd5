"""The back office of news."""

from news.admin import claims, editions, library, today  # noqa: F401 -- they register themselves
