"""What applicants and members read about their data before they agree (PDPA sections 19 and 23)."""

from django.utils.translation import gettext_lazy as _

JOINING = (
    _(
        "The Lopburi Provincial Public Relations Office keeps what you write here to decide on"
        " your application and to work with you as a member: to send you news, scripts and"
        " training dates."
    ),
    _(
        "It does so because you agree (Personal Data Protection Act, section 19). Without the"
        " required answers we can't decide; e-mail and the rest are your choice."
    ),
    _(
        "Only staff of the office see your telephone number and e-mail, unless you choose"
        " otherwise later. We give them to nobody."
    ),
    _(
        "They are kept as long as you are a member and one year longer, in case of questions. What"
        " you write here is deleted 90 days after a refusal and a year after an approval. When you"
        " ask on your own page or by telephone, everything is deleted within 30 days."
    ),
    _(
        "You may see, correct or delete your data and take back your consent at any time, as"
        " easily as you gave it. What was lawful until then stays lawful."
    ),
)
SHOWING = _(
    "I want my name and contact to be shown to the people chosen here. I can change this at any"
    " time, and it holds at once."
)


def text(lines=JOINING) -> str:
    """The notice in the reader's language, as it is stored with their consent."""
    return "\n".join(map(str, lines))
