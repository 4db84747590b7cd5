"""The office's letters by e-mail: words from a template, its own name as the sender."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from office.models import OfficeIdentity


def worded(template: str, **facts) -> tuple[str, str]:
    """Subject and text of a rendered template, whose first line is the subject; ``office`` is among
    its facts.
    """
    text = render_to_string(template, facts | {"office": OfficeIdentity.current()})
    heading, _line, body = text.strip().partition("\n")
    return " ".join(heading.split()), body.strip()


def sender() -> str:
    """The office with its mailbox, in the reader's language."""
    office = OfficeIdentity.current()
    return f'"{office.name}" <{office.email or settings.DEFAULT_FROM_EMAIL}>'


def letter(to: str, subject: str, text: str, *, from_email: str = "", **headers) -> EmailMessage:
    """A letter that no mail program answers by itself; names of ``headers`` have _ for -."""
    return EmailMessage(
        subject=subject,
        body=f"{text}\n",
        from_email=from_email or sender(),
        to=[to],
        headers={"Auto-Submitted": "auto-generated"}
        | {name.replace("_", "-"): value for name, value in headers.items()},
    )


def own_origin() -> str:
    """Scheme and host of this site where no request tells them: the first of ALLOWED_HOSTS."""
    host = settings.ALLOWED_HOSTS[0].lstrip(".")
    return f"{'https' if settings.SECURE_SSL_REDIRECT else 'http'}://{host}"
