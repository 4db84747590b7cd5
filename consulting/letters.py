"""Letters about requests: written in the step they tell of, sent by the worker until they arrive.

A letter is worded when it leaves and knows messages that were sent, never notes. A worker that dies
after the mail server took a letter sends it once more, under the same Message-ID.
"""

from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from consulting import appointment_calendars
from consulting.models import AdvisoryRequest, RequestLetter
from network import tokens
from office import letters

Kind, State = RequestLetter.Kind, RequestLetter.State


def write(request: AdvisoryRequest, kind: str, **about) -> None:
    """Put a letter in the post; nothing happens for sample data and without a mailbox.

    ``about`` names what it tells of: ``message``, ``appointment``, ``edition`` or ``wave``.
    """
    if request.is_sample or not (request.email or kind == Kind.ALARM):
        return
    request.letters.create(kind=kind, language=request.language, **about)


def send(letter: RequestLetter) -> None:
    """Hand a letter to the mail server."""
    if mail := message(letter):
        mail.send()
    letter.state, letter.sent_at, letter.error = State.SENT, timezone.now(), ""
    letter.save(update_fields=["state", "sent_at", "error"])


def message(letter: RequestLetter) -> EmailMessage | None:
    """The e-mail in the language in which they asked; None when nobody can be written to."""
    request, origin = letter.request, letters.own_origin()
    to = letters.sender() if letter.kind == Kind.ALARM else request.email
    if not to:
        return None
    host = origin.rpartition("/")[2]
    with override(letter.language):
        url = origin + (request.get_admin_url() if letter.kind == Kind.ALARM else address(request))
        subject, text = letters.worded(
            f"consulting/letters/{letter.kind}.txt", letter=letter, request=request, url=url
        )
        # What a mail program needs to show the letters of one request together; the key is not
        # the secret of the address.
        thread = f"<request-{request.key}@{host}>"
        mail = letters.letter(
            to,
            subject,
            text,
            Message_ID=f"<request-{request.key}-{letter.pk}@{host}>",
            References=thread,
            In_Reply_To=thread,
        )
        if letter.appointment:
            content = appointment_calendars.calendar_file(letter.appointment)
            mail.attach("appointment.ics", content.decode(), "text/calendar")
        return mail


def address(request: AdvisoryRequest) -> str:
    """The secret address of a request in the current language.

    Another SECRET_KEY since then makes another word: that opens it from now on.
    """
    token = tokens.of(request.link_name)
    if tokens.hashed(token) != request.token_hash:
        request.token_hash = tokens.hashed(token)
        request.save(update_fields=["token_hash"])
    return reverse("consulting:follow", args=[token])
