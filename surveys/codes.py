"""One-time codes on paper: each opens one answer, and nothing tells which.

A code is eight letters of Crockford's alphabet (no I, L, O, U), enough that nobody guesses one. Its
keyed digest is stored with whether it was used; the code itself is printed once and forgotten.
"""

import hmac
import secrets

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from office import audit
from surveys.models import AccessCode, Stratum, Survey

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = 8
AT_MOST = 5000  # in one batch: 500 sheets of ten
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


class CodeRefusedError(Exception):
    """The code is unknown here, or was used; ``str`` is a sentence for whoever typed it."""


UNKNOWN = _("This code is not known here. Please compare it with your card, letter by letter.")
USED = _("This code was used already. Every card opens one answer.")


def tidy(code: str) -> str:
    """The code as it is stored, however it was typed: small letters, gaps, O for 0, I and L for 1;
    "" when it can't be one.
    """
    letters = "".join(each for each in code.upper() if each.isalnum()).translate(_READ_AS)
    is_one = len(letters) == LETTERS and all(each in ALPHABET for each in letters)
    return letters if is_one else ""


@transaction.atomic
def issue(survey: Survey, count: int, *, by, stratum: Stratum | None = None) -> list[str]:
    """Make a batch of new codes; this answer is the only place where they can be read.

    Raises ValueError for no or too many.
    """
    if not 0 < count <= AT_MOST:
        raise ValueError(f"1 to {AT_MOST} codes in one batch, not {count}.")
    Survey.objects.select_for_update().get(pk=survey.pk)  # batches are numbered one by one
    batch = (survey.codes.aggregate(last=Max("batch"))["last"] or 0) + 1
    codes = set()
    while len(codes) < count:
        codes.add("".join(secrets.choice(ALPHABET) for _letter in range(LETTERS)))
    # In the order of the digests, which is nobody's order: rows lie as the codes never do.
    made = [
        AccessCode(survey=survey, stratum=stratum, batch=batch, digest=_digest(survey, code))
        for code in codes
    ]
    AccessCode.objects.bulk_create(sorted(made, key=lambda row: row.digest))
    audit.record(survey, "issue codes", by=by, note=f"{batch}: {count}")
    return list(codes)


def refusal(survey: Survey, code: str) -> str:
    """Why the code opens nothing; "" when it does."""
    row = AccessCode.objects.filter(survey=survey, digest=_digest(survey, tidy(code))).first()
    if row is None:
        return str(UNKNOWN)
    return str(USED) if row.is_used else ""


def use(survey: Survey, code: str) -> None:
    """Use the code up, in the transaction that keeps the answer. Raises CodeRefusedError."""
    row = AccessCode.objects.filter(survey=survey, digest=_digest(survey, tidy(code)))
    if not row.filter(is_used=False).update(is_used=True):
        raise CodeRefusedError(USED if row.exists() else UNKNOWN)


@transaction.atomic
def scatter(survey: Survey) -> None:
    """Write all codes of a survey anew, in nobody's order.

    PostgreSQL keeps with every row which transaction wrote it, and the one that used a code up
    also wrote an answer; and rows lie in the order in which they were written last.
    """
    rows = list(AccessCode.objects.filter(survey=survey).order_by("digest"))
    AccessCode.objects.filter(survey=survey).delete()
    AccessCode.objects.bulk_create(rows)


def _digest(survey, code):
    about = f"surveys.code.{survey.pk}.{code}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), about, "sha256").hex()
