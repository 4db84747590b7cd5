"""What is sealed as static/js/field.js does it; an interviewer's journey does it for real."""

import secrets
from base64 import b64decode

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from surveys import sealing, syncing

FILE = b'{"kind": "lopburi-surveys-backup", "items": [{"answers": {}}], "unfinished": []}'


def sealed(content, office):
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b64decode(office))
    own = ec.generate_private_key(ec.SECP256R1())
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = own.exchange(ec.ECDH(), theirs)
    key = HKDF(hashes.SHA256(), 32, point, sealing.MARK).derive(shared)
    nonce = secrets.token_bytes(12)
    return sealing.MARK + point + nonce + AESGCM(key).encrypt(nonce, content, None)


def test_what_was_sealed_for_the_office_is_read_by_it():
    file = sealed(FILE, sealing.public_key())

    assert b"answers" not in file
    assert syncing.read_backup(file) == ([{"answers": {}}], 0)


def test_the_key_stays_the_same_and_an_earlier_one_still_opens(settings):
    before = sealing.public_key()
    file = sealed(FILE, before)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another secret"

    with pytest.raises(sealing.SealedError):
        sealing.opened(file)
    settings.SECRET_KEY_FALLBACKS = [former]

    assert sealing.opened(file) == FILE
    assert sealing.public_key() != before


@pytest.mark.parametrize("place", [0, 30, 95, -1])
def test_a_damaged_file_is_told_and_nothing_of_it_is_read(place):
    file = bytearray(sealed(FILE, sealing.public_key()))
    file[place] ^= 1

    with pytest.raises(syncing.UnreadableError):
        syncing.read_backup(bytes(file))


def test_a_file_that_was_cut_off_is_told():
    file = sealed(FILE, sealing.public_key())

    for length in (len(sealing.MARK), 60, 101, 110):
        with pytest.raises(syncing.UnreadableError):
            syncing.read_backup(file[:length])
