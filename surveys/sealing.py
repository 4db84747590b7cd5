"""Backup files that only the office opens: sealed on an interviewer's device with a public key.

The office's key follows from ``SECRET_KEY``, so there is nothing to keep and nothing to lose beside
it. A file is MARK, the point of a key that was made for this file alone, a nonce, and AES-256-GCM
of the content; the key of that is HKDF of what both keys share (ECDH on P-256, as WebCrypto has it
in every browser).
"""

from base64 import b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

MARK = b"lopburi-surveys-sealed-1\n"
CURVE = ec.SECP256R1()
POINT, NONCE, KEY = 65, 12, 32  # bytes
MORE = 16  # bytes beyond those of a key, so that no key is likelier (FIPS 186-5, A.2.1)
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the curve


class SealedError(Exception):
    """The file was damaged, or sealed for another office."""


def public_key() -> str:
    """What a device seals with, in base64."""
    return b64encode(_point(_private_key(settings.SECRET_KEY).public_key())).decode()


def is_sealed(content: bytes) -> bool:
    return content.startswith(MARK)


def opened(content: bytes) -> bytes:
    """What was sealed. Raises SealedError."""
    body = content.removeprefix(MARK)
    point, nonce, box = body[:POINT], body[POINT : POINT + NONCE], body[POINT + NONCE :]
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    except ValueError:
        raise SealedError from None
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        key = _key(_private_key(secret).exchange(ec.ECDH(), theirs), point)
        try:
            return AESGCM(key).decrypt(nonce, box, None)
        except (InvalidTag, ValueError):
            continue
    raise SealedError


def _private_key(secret):
    derived = HKDF(hashes.SHA256(), KEY + MORE, None, b"surveys.sealing").derive(secret.encode())
    return ec.derive_private_key(int.from_bytes(derived) % (ORDER - 1) + 1, CURVE)


def _point(key):
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _key(shared, point):
    return HKDF(hashes.SHA256(), KEY, point, MARK).derive(shared)
