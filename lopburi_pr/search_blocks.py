"""What apps beside the news add to the search page: they know the page, it does not know them.

A source is a function of the words and the stamp (``news.listing.stamp``); it gives ``title`` and
``hits`` (``url``, ``title``, ``kind``, ``excerpt``, ``is_sample``), or None.
"""

SOURCES = []


def blocks(words: str, stamp) -> list[dict]:
    """What every source found, in the order in which the apps stand in the settings."""
    return [block for source in SOURCES if (block := source(words, stamp))]
