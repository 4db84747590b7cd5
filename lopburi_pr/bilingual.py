"""Texts kept in Thai and English side by side: ``name_th`` and ``name_en`` on one row."""

from django.utils.translation import get_language


def in_language(row, field):
    """Text of ``field`` in the reader's language; the other language when that one is empty."""
    first, second = ("_en", "_th") if get_language() == "en" else ("_th", "_en")
    return getattr(row, field + first) or getattr(row, field + second)


class BilingualName:
    """Gives a model with ``name_th`` and ``name_en`` the property ``name`` and its ``str()``."""

    @property
    def name(self):
        return in_language(self, "name")

    def __str__(self):
        return self.name
