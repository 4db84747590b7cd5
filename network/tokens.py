"""Secret words in addresses: shown once, kept as a hash alone."""

import secrets
from hashlib import sha256

BYTES = 24  # 192 bits: nobody guesses one, and the address still fits in a message


def new() -> str:
    return secrets.token_urlsafe(BYTES)


def hashed(token: str) -> str:
    """What is stored and looked up. A word with so much chance in it needs neither salt nor slow
    hashing, and looking for its hash tells by no delay how much of it was right.
    """
    return sha256(token.encode("utf-8", "replace")).hexdigest()
