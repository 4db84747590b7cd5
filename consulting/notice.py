"""What agencies read about their data before they send a request (PDPA section 23)."""

from django.utils.translation import gettext_lazy as _

ASKING = (
    _(
        "The Lopburi Provincial Public Relations Office uses the name, position, telephone number"
        " and e-mail address written here to advise your agency and to tell you how far it is."
    ),
    _(
        "It does so because advising agencies is its public task (Personal Data Protection Act,"
        " section 24 (4)); your consent is not needed for this."
    ),
    _(
        "Officers who advise you see them. When another office answers for the matter, we hand it"
        " there and tell you."
    ),
    _(
        "The request is an official document and is kept for 10 years after it is over (rules on"
        " official correspondence). Then names, telephone numbers, e-mail addresses and files are"
        " deleted. What you don't send is deleted after 7 days."
    ),
    _(
        "You may see your data, have a copy, correct them, or object, at any time: on the page of"
        " your request or by telephone."
    ),
)


def text() -> str:
    """The notice in the reader's language, as it is stored with their request."""
    return "\n".join(map(str, ASKING))
