"""Keys, and what is sealed with them: card numbers on their way through Kafka, and the original bytes of dead letters.

A sealed card number is text, `pan.v1.<key id>.<base64url of nonce (12), ciphertext, tag (16)>`: AES-256-GCM over the
ASCII digits, with the associated data `creditstream/pan/v1/<key id>`. Whoever has the key can make one in any language.
"""

import hashlib
import hmac
import json
import os
import secrets
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.contracts.card_numbers import check_pan
from app.contracts.reasons import PAN_UNREADABLE, Refused
from app.errors import ContractError

_KEY_BYTES = 32
_NONCE_BYTES = 12
_ROOT = 0



class KeyRing:
    """Named 256-bit keys; new envelopes use the current one, old ones open with the key they name."""

    def __init__(self, keys: dict[str, bytes], current: str) -> None:
        if current not in keys:
            raise ContractError(f"the current key {current!r} is not among the keys; name one that is")
        for key_id, key in keys.items():
            if len(key) != _KEY_BYTES or not _is_key_id(key_id):
                raise ContractError(
                    f"key {key_id!r} must be {_KEY_BYTES} bytes under a name of 1 to 32 letters, digits, '-' or '_'"
                )
        self.current = current
        self._keys = dict(keys)
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._ids = {key_id.encode(): key_id for key_id in keys}

    @classmethod
    def generate(cls, key_id: str = "k1") -> "KeyRing":
        """A ring of one new random key: for tests, the demo, and the first key file."""
        return cls({key_id: secrets.token_bytes(_KEY_BYTES)}, key_id)

    # key files ----------------------------------------------------------------------------------------------------

    @classmethod
    def read(cls, path: Path) -> "KeyRing":
        """ContractError when the file is missing, open to others, or not a key file."""
        try:
            if os.name == "posix" and is_exposed(path.stat(), os.geteuid()):
                raise ContractError(f"key file {path} can be read by others; run: chmod 600 {path}")
            document = json.loads(path.read_text("utf-8"))
            keys = {key_id: b64decode(text, validate=True) for key_id, text in document["keys"].items()}
            current = document["current"]
        except FileNotFoundError:
            raise ContractError(f"there is no key file {path}; make one with: creditstream seal --new-key") from None
        except OSError as error:
            raise ContractError(f"key file {path} cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ContractError(
                f'key file {path} is not a key file; it looks like {{"current": "k1", "keys": {{"k1": "<base64>"}}}}'
            ) from error
        return cls(keys, current)

    def write(self, path: Path) -> None:
        """Readable by its owner only, and replaced as a whole: never half a key file."""
        document = {"current": self.current, "keys": {k: b64encode(v).decode() for k, v in self._keys.items()}}
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(document, file, indent=2)
            file.write("\n")
        draft.replace(path)

    def rotated(self, key_id: str | None = None) -> "KeyRing":
        """This ring with a new current key; the old keys stay, to open what they sealed."""
        name = key_id or f"k{len(self._keys) + 1}"
        if name in self._keys:
            raise ContractError(f"there is a key {name!r} already; choose another name")
        return KeyRing(self._keys | {name: secrets.token_bytes(_KEY_BYTES)}, name)

    # card numbers -------------------------------------------------------------------------------------------------

    def seal_pan(self, pan: str) -> str:
        """The envelope of a card number. Refused (PAN_INVALID) when it is none; the number is never in the message."""
        return self.seal_text(check_pan(pan))

    def seal_text(self, text: str) -> str:
        """The envelope of whatever is given, unchecked: for those who try what an opener must refuse."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self.current].encrypt(nonce, text.encode(), _pan_purpose(self.current))
        return f"pan.v1.{self.current}.{urlsafe_b64encode(nonce + sealed).decode().rstrip('=')}"

    def open_pan(self, envelope: str) -> str:
        """The digits. Refused: PAN_UNREADABLE (unknown key, altered envelope) or PAN_INVALID (no card number)."""
        try:
            _, _, key_id, text = envelope.split(".")
            cipher = self._ciphers[key_id]
            sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
            opened = cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _pan_purpose(key_id))
        except KeyError:
            raise Refused(PAN_UNREADABLE, "it was sealed with a key that this service does not hold") from None
        except (InvalidTag, ValueError):
            raise Refused(PAN_UNREADABLE, "the envelope was altered, or sealed for another purpose") from None
        return check_pan(opened.decode("ascii", "replace"))

    def token(self, pan: str) -> str:
        """Keyed hash of a card number, to join by: HMAC-SHA-256 in hex, with a key derived from the ring's oldest, so
        that it stays the same when keys rotate."""
        return hmac.new(self._derived(next(iter(self._keys)), "token"), pan.encode(), hashlib.sha256).hexdigest()

    # dead letters -------------------------------------------------------------------------------------------------

    def seal_bytes(self, content: bytes, purpose: bytes) -> bytes:
        """Key id length, key id, nonce, ciphertext, tag. The nonce is derived from purpose and content, so the same
        content sealed twice for one purpose is the same bytes: a replay compares equal. Purposes must be unique."""
        key = self._derived(self.current, "nonce")
        nonce = hmac.new(key, purpose + b"\0" + content, hashlib.sha256).digest()[:_NONCE_BYTES]
        name = self.current.encode()
        return bytes([len(name)]) + name + nonce + self._ciphers[self.current].encrypt(nonce, content, purpose)

    def open_bytes(self, sealed: bytes, purpose: bytes) -> bytes:
        """ContractError when the key is unknown, or the bytes or their purpose are not those that were sealed."""
        start = 1 + sealed[0] if sealed else 0
        key_id = self._ids.get(sealed[1:start])
        if key_id is None:
            raise ContractError("it was sealed with a key that is not in the key file")
        nonce, body = sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]
        try:
            return self._ciphers[key_id].decrypt(nonce, body, purpose)
        except (InvalidTag, ValueError):
            raise ContractError("the sealed bytes were altered, or belong to another record") from None

    def _derived(self, key_id: str, use: str) -> bytes:
        return hmac.new(self._keys[key_id], f"creditstream/{use}/v1".encode(), hashlib.sha256).digest()


def _pan_purpose(key_id: str) -> bytes:
    return f"creditstream/pan/v1/{key_id}".encode()


def _is_key_id(name: str) -> bool:
    return 1 <= len(name) <= 32 and name.isascii() and name.replace("-", "").replace("_", "").isalnum()


def is_exposed(file: os.stat_result, user: int) -> bool:
    """Whether others than this user may read or change the file. Root's may be read by its group: so Kubernetes hands a
    secret to a process that is not root's."""
    return bool(file.st_mode & (0o037 if file.st_uid == _ROOT != user else 0o077))
