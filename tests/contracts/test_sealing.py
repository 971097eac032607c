"""Keys, envelopes, card numbers."""

import json
import os
from base64 import urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st
from typer import Typer
from typer.testing import CliRunner

from app.cli.seal import seal
from app.contracts.card_numbers import check_pan, masked_pan, passes_luhn
from app.contracts.reasons import PAN_INVALID, PAN_UNREADABLE, Refused
from app.contracts.sealing import KeyRing, is_exposed
from app.errors import ContractError
from tests.contracts.specimens import KEYS, PAN


def test_a_card_number_comes_out_as_it_went_in():
    envelope = KEYS.seal_pan(PAN)
    assert KEYS.open_pan(envelope) == PAN
    assert PAN not in envelope
    assert envelope != KEYS.seal_pan(PAN)                      # nothing can be joined by the envelope


def test_the_documented_recipe_makes_an_envelope():
    nonce = os.urandom(12)
    sealed = AESGCM(bytes(range(32))).encrypt(nonce, PAN.encode(), b"creditstream/pan/v1/example")
    envelope = "pan.v1.example." + urlsafe_b64encode(nonce + sealed).decode().rstrip("=")
    assert KEYS.open_pan(envelope) == PAN


@given(st.integers(0, 10_000), st.characters(codec="ascii"))
def test_an_altered_envelope_is_unreadable_and_nothing_else(at, character):
    envelope = KEYS.seal_pan(PAN)
    at %= len(envelope)
    altered = envelope[:at] + character + envelope[at + 1 :]
    if altered != envelope and not envelope.startswith(altered.rstrip("=")):
        try:
            assert KEYS.open_pan(altered) == PAN               # the last characters may carry unused bits
        except Refused as refused:
            assert refused.code == PAN_UNREADABLE


@pytest.mark.parametrize(
    "pan", ["4000000000000003", "79927398713", "4000 0000 0000 0002", "", "\u0664" * 16, PAN + "0" * 10]
)
def test_what_is_no_card_number_is_neither_sealed_nor_opened(pan):
    for refused_by in (KEYS.seal_pan, lambda text: KEYS.open_pan(KEYS.seal_text(text))):
        with pytest.raises(Refused) as refusal:
            refused_by(pan)
        assert refusal.value.code == PAN_INVALID
        assert not pan or pan not in str(refusal.value)


@given(st.text("0123456789", min_size=15, max_size=18))
def test_exactly_one_check_digit_passes(digits):
    assert sum(passes_luhn(digits + check) for check in "0123456789") == 1


def test_first_six_and_last_four_may_show():
    assert masked_pan(check_pan(PAN)) == "400000******0002"


def test_a_token_joins_and_does_not_tell():
    other = KeyRing.generate()
    assert KEYS.token(PAN) == KEYS.token(PAN)
    assert KEYS.token(PAN) != other.token(PAN)
    assert KEYS.rotated().token(PAN) == KEYS.token(PAN)
    assert PAN not in KEYS.token(PAN)


@given(st.binary(max_size=200), st.binary(max_size=20))
def test_bytes_sealed_twice_are_the_same_bytes_and_belong_to_their_purpose(content, purpose):
    sealed = KEYS.seal_bytes(content, purpose)
    assert sealed == KEYS.seal_bytes(content, purpose)
    assert KEYS.open_bytes(sealed, purpose) == content
    with pytest.raises(ContractError):
        KEYS.open_bytes(sealed, purpose + b"!")


@given(st.binary(max_size=60))
def test_foreign_bytes_are_not_opened(sealed):
    with pytest.raises(ContractError):
        KEYS.open_bytes(sealed, b"anything")


def test_rotation_keeps_old_envelopes_open(tmp_path):
    path = tmp_path / "keys.json"
    first = KeyRing.generate()
    envelope, letter = first.seal_pan(PAN), first.seal_bytes(b"x", b"p")
    first.rotated().write(path)
    second = KeyRing.read(path)
    assert second.current != first.current
    assert second.open_pan(envelope) == PAN
    assert second.open_bytes(letter, b"p") == b"x"
    assert second.seal_pan(PAN).split(".")[2] == second.current


def test_a_key_file_is_its_owners_alone(tmp_path):
    path = tmp_path / "deep" / "keys.json"
    KeyRing.generate().write(path)
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with pytest.raises(ContractError, match="chmod 600"):
        KeyRing.read(path)


@pytest.mark.parametrize(
    ("mode", "owner", "user", "exposed"),
    [
        (0o600, 1000, 1000, False),
        (0o440, 0, 1000, False),               # as Kubernetes mounts a secret for the pod's group
        (0o460, 0, 1000, True),
        (0o444, 0, 1000, True),
        (0o440, 1000, 1000, True),
        (0o440, 0, 0, True),
        (0o440, 2000, 1000, True),
    ],
)
def test_the_group_may_read_only_what_root_hands_to_somebody_else(mode, owner, user, exposed):
    assert is_exposed(os.stat_result((mode, 0, 0, 1, owner, 0, 0, 0, 0, 0)), user) is exposed


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("not JSON", "is not a key file"),
        ("[]", "is not a key file"),
        ('{"current": "k1", "keys": {"k1": "short"}}', "is not a key file"),
        ('{"current": "k1", "keys": {"k1": "c2hvcnQ="}}', "must be 32 bytes"),
        (json.dumps({"current": "k2", "keys": {"k1": "A" * 43 + "="}}), "not among the keys"),
        (json.dumps({"current": "k.1", "keys": {"k.1": "A" * 43 + "="}}), "letters, digits"),
    ],
)
def test_a_wrong_key_file_is_refused_in_words(tmp_path, content, complaint):
    path = tmp_path / "keys.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(ContractError, match=complaint):
        KeyRing.read(path)


def test_a_missing_key_file_says_how_to_make_one(tmp_path):
    with pytest.raises(ContractError, match="creditstream seal --new-key"):
        KeyRing.read(tmp_path / "none.json")


def run(*arguments, **more):
    app = Typer()
    app.command()(seal)
    return CliRunner().invoke(app, list(arguments), **more)


def test_the_command_makes_keys_and_envelopes(tmp_path):
    path = str(tmp_path / "keys.json")
    assert run("--new-key", "--key-file", path).exit_code == 0
    sealed = run("--key-file", path, input=f"{PAN}\n4000 0000 0000 0002\n")
    envelopes = sealed.output.split()
    assert [KeyRing.read(tmp_path / "keys.json").open_pan(envelope) for envelope in envelopes] == [PAN, PAN]
    assert run("--new-key", "--key-file", path).exit_code == 0
    assert KeyRing.read(tmp_path / "keys.json").open_pan(envelopes[0]) == PAN


def test_the_command_takes_no_card_number_as_an_argument(tmp_path):
    outcome = run("--key-file", str(tmp_path / "keys.json"), PAN)
    assert outcome.exit_code == 2
