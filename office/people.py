"""The people of the office: as others read them, by their names, and as rows name them."""

from django import forms
from django.conf import settings
from django.db import models


def name_of(person) -> str:
    """Full name of an account, or what it is called; blank for nobody."""
    return (person.get_full_name() or person.get_username()) if person else ""


class PersonField(forms.ModelChoiceField):
    """A choice of accounts that shows names."""

    def label_from_instance(self, person):
        return name_of(person)


def staff(name):
    """A key to somebody of the office: accounts that did something are closed, never deleted."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=name,
    )
