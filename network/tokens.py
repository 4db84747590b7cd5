"""Secret words in addresses: shown once, kept as a hash alone."""

import base64
import hmac
import secrets
from hashlib import sha256

from django.conf import settings

BYTES = 24  # 192 bits: nobody guesses one, and the address still fits in a message


def new() -> str:
    return secrets.token_urlsafe(BYTES)


def of(name: str) -> str:
    """The secret word that goes with a name made by ``new``: this site can make it again, and
    nobody without its key, so that a letter which waits need not carry it.
    """
    made = hmac.digest(settings.SECRET_KEY.encode(), f"network.token.{name}".encode(), "sha256")
    return base64.urlsafe_b64encode(made[:BYTES]).decode()


def hashed(token: str) -> str:
    """What is stored and looked up. A word with so much chance in it needs neither salt nor slow
    hashing, and looking for its hash tells by no delay how much of it was right.
    """
    return sha256(token.encode("utf-8", "replace")).hexdigest()
