"""The key: made once, read only by its owner, replaced without unsaying anything."""

import base64
import hashlib
import stat
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import timezone

from news import signing, verifying
from news.models import SigningKey
from tests import make

TEXT = "0" * 64


@pytest.fixture
def key_file(tmp_path, settings):
    settings.SIGNING_KEY_FILE = tmp_path / "key.pem"
    return settings.SIGNING_KEY_FILE


def test_a_machine_without_readers_makes_its_key_and_nobody_else_reads_it(db, key_file):
    key, private = signing.key_at_work(timezone.now())

    assert stat.S_IMODE(key_file.stat().st_mode) == 0o400
    assert [path.name for path in key_file.parent.iterdir()] == ["key.pem"]
    public = base64.b64decode(key.public_key)
    assert public == private.public_key().public_bytes_raw()
    assert key.pk == hashlib.sha256(public).hexdigest()[:16]
    assert list(SigningKey.objects.all()) == [key]


def test_a_signature_is_plain_ed25519(db, key_file):
    key, private = signing.key_at_work(timezone.now())

    signature = signing.sign(private, TEXT)

    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.public_key))
    public.verify(base64.b64decode(signature), TEXT.encode())
    assert signing.is_signed(key, TEXT, signature)
    assert not signing.is_signed(key, TEXT[:-1] + "1", signature)
    assert not signing.is_signed(key, TEXT, "not base64 !")


def test_a_key_that_is_not_what_its_name_says_signs_nothing(db, key_file):
    key, private = signing.key_at_work(timezone.now())
    signature = signing.sign(private, TEXT)

    other = SigningKey(pk="0" * 16, public_key=key.public_key)

    assert not signing.is_signed(other, TEXT, signature)


def test_production_makes_no_key_by_itself(db, key_file, settings):
    settings.HTTPS = True

    with pytest.raises(ImproperlyConfigured, match="SIGNING_KEY_FILE"):
        signing.key_at_work(timezone.now())
    assert not key_file.exists()


@pytest.mark.parametrize("algorithm", [["rsa:2048"], None])
def test_another_kind_of_key_or_none_is_refused(db, key_file, algorithm):
    if algorithm:
        subprocess.run(
            ["openssl", "genpkey", "-algorithm", "rsa", "-out", key_file],
            check=True,
            capture_output=True,
        )
    else:
        key_file.write_text("nothing")

    with pytest.raises(ImproperlyConfigured, match="SIGNING_KEY_FILE"):
        signing.key_at_work(timezone.now())


def test_a_new_key_signs_what_follows_and_the_old_one_stays_published(db, key_file, settings):
    first = make.published().entry
    call_command("make_signing_key", str(key_file.with_name("next.pem")))
    settings.SIGNING_KEY_FILE = key_file.with_name("next.pem")

    second = make.published().entry

    assert first.key_id != second.key_id
    old, new = verifying.published_keys()
    assert (old["key_id"], new["key_id"]) == (first.key_id, second.key_id)
    assert old["until"] == new["from"]
    assert new["until"] is None
    call_command("verify_ledger")


def test_a_replaced_key_is_not_taken_up_again(db, key_file, settings):
    make.published()
    call_command("make_signing_key", str(key_file.with_name("next.pem")))
    settings.SIGNING_KEY_FILE = key_file.with_name("next.pem")
    make.published()

    settings.SIGNING_KEY_FILE = key_file

    with pytest.raises(ImproperlyConfigured, match="replaced by a newer one"):
        make.published()


def test_a_key_file_is_never_overwritten(db, key_file):
    key_file.write_text("precious")

    with pytest.raises(CommandError, match="No key was made"):
        call_command("make_signing_key", str(key_file))
    assert key_file.read_text() == "precious"
    assert [path.name for path in key_file.parent.iterdir()] == ["key.pem"]
