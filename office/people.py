"""The people of the office as others read them: by their names, not by their accounts."""

from django import forms


def name_of(person) -> str:
    """Full name of an account, or what it is called; blank for nobody."""
    return (person.get_full_name() or person.get_username()) if person else ""


class PersonField(forms.ModelChoiceField):
    """A choice of accounts that shows names."""

    def label_from_instance(self, person):
        return name_of(person)
