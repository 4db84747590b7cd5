"""Letters to applicants: written in the step they tell of, sent by the worker until they arrive.

What a letter says stands on a page too. It is worded when it leaves, so that it tells what holds
then; a newer one about a decision replaces one that still waits. A worker that dies after the mail
server took a letter sends it once more, under the same Message-ID.
"""

from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import get_language, override

from network import tokens
from network.models import Application, ApplicationLetter
from office import letters

Kind, State = ApplicationLetter.Kind, ApplicationLetter.State


def write(application: Application, kind: str, *, name: str = "") -> None:
    """Put a letter in the post; nothing happens for sample data and without a mailbox.

    ``name`` is the one from which ``tokens.of`` makes the secret word of the applicant's page.
    """
    if not application.email or application.is_sample:
        return
    earlier = application.letters.order_by("pk")
    earlier.filter(kind=Kind.DECIDED, state=State.WAITING).delete()
    first = earlier.first()
    language = first.language if first else get_language()
    application.letters.create(kind=kind, language=language, name=name)


def send(letter: ApplicationLetter) -> None:
    """Hand a letter to the mail server, and keep the secret of its address no longer."""
    if letter.application.email:
        message(letter).send()
    letter.state, letter.sent_at, letter.error = State.SENT, timezone.now(), ""
    letter.name = ""
    letter.save(update_fields=["state", "sent_at", "error", "name"])


def message(letter: ApplicationLetter) -> EmailMessage:
    """The e-mail in the language in which the applicant asked."""
    application, origin = letter.application, letters.own_origin()
    with override(letter.language):
        # Another SECRET_KEY since then makes another word, which opens nothing.
        token = tokens.of(letter.name)
        is_theirs = tokens.hashed(token) == application.token_hash
        subject, text = letters.worded(
            f"network/letters/{letter.kind}.txt",
            application=application,
            url=origin + application.address(token) if is_theirs else "",
        )
        number = f"<application-{application.pk}-{letter.pk}@{origin.rpartition('/')[2]}>"
        return letters.letter(application.email, subject, text, Message_ID=number)
