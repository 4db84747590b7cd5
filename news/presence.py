"""Who has the same text open: kept in the cache, because a minute and a half later it is over."""

import time

from django.core.cache import cache

from office.people import name_of

SEEN_FOR_SECONDS = 90  # the form says every half minute that it is still open


def others(edition_pk: int, person) -> list[str]:
    """Take note that this person has the edition open; names of those who have it open too."""
    key, now = f"news-open-{edition_pk}", time.time()
    here = {
        pk: (name, at)
        for pk, (name, at) in cache.get(key, {}).items()
        if at > now - SEEN_FOR_SECONDS
    }
    here[person.pk] = (name_of(person), now)
    cache.set(key, here, SEEN_FOR_SECONDS)
    return [name for pk, (name, _at) in here.items() if pk != person.pk]
