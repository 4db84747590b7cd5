"""The office's Ed25519 key (RFC 8032): the private half in a file, the public half in the register.

What is signed is the hash of a register's entry as its 64 ASCII letters, so that anybody can check
it with a shell (``openssl pkeyutl -verify -rawin``).
"""

import base64
import hashlib
import os
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from news.models import SigningKey


def make_key_file(path: Path) -> None:
    """Write a new private key that only its owner can read. Raises FileExistsError."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and then named, so that nobody ever reads half a key or replaces one.
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
        path.hardlink_to(aside)
    finally:
        aside.unlink()


def key_at_work(at: datetime) -> tuple[SigningKey, Ed25519PrivateKey]:
    """The key in SIGNING_KEY_FILE, and its row: made when it signs for the first time, ``at``.

    Raises ImproperlyConfigured when the file holds no such key, or one that was replaced.
    """
    private = _private_key(settings.SIGNING_KEY_FILE)
    public = private.public_key().public_bytes_raw()
    latest = SigningKey.objects.last()
    if latest is None or latest.pk != name_of(public):
        if SigningKey.objects.filter(pk=name_of(public)).exists():
            raise ImproperlyConfigured("The key in SIGNING_KEY_FILE was replaced by a newer one.")
        latest = SigningKey.objects.create(
            pk=name_of(public),
            public_key=base64.b64encode(public).decode(),
            active_from=at,
        )
    return latest, private


def name_of(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


def sign(private: Ed25519PrivateKey, text: str) -> str:
    return base64.b64encode(private.sign(text.encode("ascii"))).decode()


def is_signed(key: SigningKey, text: str, signature: str) -> bool:
    """Whether the signature on this text is of this key, and the key is what its name says."""
    try:
        public = _public_key(key.pk, key.public_key)
        public.verify(base64.b64decode(signature, validate=True), text.encode("ascii"))
    except (ValueError, InvalidSignature):
        return False
    return True


def public_pem(key: SigningKey) -> str:
    """The key as OpenSSL reads it."""
    pem = _public_key(key.pk, key.public_key).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem.decode()


@lru_cache(maxsize=100)
def _public_key(name, text):
    public = base64.b64decode(text, validate=True)
    if name_of(public) != name:
        raise ValueError("The key is not the one it is named after.")
    return Ed25519PublicKey.from_public_bytes(public)


@lru_cache(maxsize=2)
def _private_key(path):
    if not settings.HTTPS and not path.exists():
        with suppress(FileExistsError):  # another process was quicker
            make_key_file(path)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise ImproperlyConfigured(f"SIGNING_KEY_FILE can't be read: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured("SIGNING_KEY_FILE holds another kind of key than Ed25519.")
    return key
