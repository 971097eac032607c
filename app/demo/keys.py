"""The demo's key: made anew for each run, in its own file, never the key of anything real."""

import secrets
from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.contracts.sealing import KeyRing

_KEY_ID = "demo"


class DemoKeys:
    """A key ring of one random key, and the same key for those who seal without the ring."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self.ring = KeyRing({_KEY_ID: self._key}, _KEY_ID)

    def seal_by_recipe(self, text: str) -> str:
        """Seals as the contract's recipe says, and so anything at all; the ring refuses what is no card number."""
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(self._key).encrypt(nonce, text.encode(), f"creditstream/pan/v1/{_KEY_ID}".encode())
        return f"pan.v1.{_KEY_ID}.{urlsafe_b64encode(nonce + sealed).decode().rstrip('=')}"
