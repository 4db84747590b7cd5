"""What people are told about figures: assumptions, refusals, bands. The only module with words."""

from django.utils.translation import gettext_lazy as _

ASSUMPTIONS = {
    "cochran": _(
        "Cochran: a simple random sample of a very large population; "
        "holds for any proportion once the expected one is given."
    ),
    "cochran_finite": _(
        "Cochran with a correction for a small population: a simple random sample "
        "without asking anybody twice."
    ),
    "yamane": _(
        "Yamane: a simple random sample, a proportion of 50 % and a confidence of about "
        "95 % (z = 2); it knows no other."
    ),
    "krejcie_morgan": _(
        "Krejcie and Morgan: a simple random sample, a proportion of 50 % and a "
        "confidence of 95 %; their printed table rounds to the nearest."
    ),
    "fleiss": _("Fleiss: a simple random sample for a proportion far from 50 %."),
    "planned": _(
        "Planned: the size times the design effect, over the share of people who are "
        "expected to answer; a different share makes the error larger."
    ),
}

REFUSALS = {
    "empty_level": _(
        "Nobody who answered belongs to “%(level)s” of “%(margin)s”, although %(people)s "
        "people do. Join it with another level."
    ),
    "unknown_level": _(
        "%(n)s answers belong to “%(level)s” of “%(margin)s”, for which no number of people "
        "is known."
    ),
    "totals_differ": _(
        "“%(margin)s” adds up to %(total)s people and “%(first)s” to %(first_total)s. Bring "
        "them to one total first."
    ),
    "empty_cell": _("A group of answers has no people or no weight."),
    "no_end": _(
        "The weights did not settle in %(rounds)s rounds; “%(level)s” of “%(margin)s” "
        "contradicts the other margins. Join levels with few answers."
    ),
}

LONELY = _(
    "Stratum %(stratum)s has only one interview: how much it varies cannot be told and was "
    "estimated from all."
)


def refusal(reason) -> str:
    """The sentence of a ``raking.CannotRake``, in the language of the reader."""
    facts = dict(reason.facts)
    for name in facts.keys() & {"people", "total", "first_total"}:
        facts[name] = f"{facts[name]:,.0f}"
    return str(REFUSALS[reason.reason]) % facts
