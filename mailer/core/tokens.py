"""Links that verify themselves: a few numbers and a code only this house can make."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable

from mailer.core.errors import NotFound

MAC_BYTES = 16
"""128 bits: what OWASP ASVS 5 (11.5.1) asks of a token nobody shall guess."""


_URL_SAFE = bytes.maketrans(b"+/", b"-_")
"""RFC 4648 section 5."""


class BadToken(NotFound):
    """The token was not made here, or was changed on the way."""

    code = "bad_token"


class Mac:
    """HMAC-SHA256 under one key (RFC 2104), with the key's share worked out beforehand: a letter needs four."""

    BLOCK = 64

    def __init__(self, key: bytes) -> None:
        """``key`` has at most 64 bytes."""
        padded = key.ljust(self.BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def digest(self, message: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()


class Links:
    """Makes and reads tokens. One purpose's token says nothing to another."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._keys: dict[str, bytes] = {}
        self._macs: dict[str, Mac] = {}

    def key(self, purpose: str) -> bytes:
        """A key of its own for each purpose, derived from the house's secret (HKDF-like, one step)."""
        if purpose not in self._keys:
            self._keys[purpose] = hmac.digest(self._secret, b"zeitnah:" + purpose.encode(), hashlib.sha256)
        return self._keys[purpose]

    def mac(self, purpose: str, message: bytes) -> bytes:
        """HMAC-SHA256 of a message under the purpose's own key."""
        found = self._macs.get(purpose)
        if found is None:
            found = self._macs[purpose] = Mac(self.key(purpose))
        return found.digest(message)

    def make(self, purpose: str, *numbers: int) -> str:
        """An URL-safe token that carries ``numbers``; the same numbers give the same token for ever."""
        body = b"%d" % numbers if len(numbers) == 1 else ".".join(map(str, numbers)).encode()
        encoded = binascii.b2a_base64(body + self._mac(purpose, body), newline=False)
        return encoded.translate(_URL_SAFE, b"=").decode()

    def maker(self, purpose: str) -> Callable[[int], str]:
        """``make`` with its purpose settled."""
        return lambda number: self.make(purpose, number)

    def read(self, purpose: str, token: str) -> tuple[int, ...]:
        """The numbers a token carries.

        Raises BadToken. The comparison takes the same time for every wrong code, and only
        the spelling we made counts: base64 knows several for one value.
        """
        try:
            raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
            body, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
            numbers = tuple(int(part) for part in body.decode("ascii").split("."))
        except (UnicodeError, binascii.Error, ValueError):
            raise BadToken(purpose=purpose) from None
        if not hmac.compare_digest(mac, self._mac(purpose, body)) or self.make(purpose, *numbers) != token:
            raise BadToken(purpose=purpose)
        return numbers

    def _mac(self, purpose: str, body: bytes) -> bytes:
        return self.mac(purpose, body)[:MAC_BYTES]
