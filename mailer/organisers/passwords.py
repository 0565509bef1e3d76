"""Passwords: how they are kept, and how one is compared without telling whether the address is known."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime
from functools import lru_cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from mailer.core.errors import Unavailable
from mailer.organisers.models import Organiser

if TYPE_CHECKING:
    from argon2 import PasswordHasher

AT_ONCE = BoundedSemaphore(2)
"""How many hashes one process works on: each takes 64 MiB, and a flood of sign-ins must not take them all."""

PATIENCE = 5.0
"""Seconds to wait for one's turn."""


class TooManyAtOnce(Unavailable):
    """More people try passwords at this moment than the machine has memory for."""

    code = "too_many_at_once"


def hash_password(password: str) -> str:
    """What is kept of a password: Argon2id (RFC 9106) with a salt of its own. Slow on purpose: no open transaction.

    Raises TooManyAtOnce.
    """
    return _hash(_plain(password))


def matches(kept: str, password: str) -> bool:
    """Whether a password is the one behind a hash. Takes as long where none is kept (``""``): a decoy is compared.

    Slow on purpose: no open transaction. Raises TooManyAtOnce.
    """
    from argon2.exceptions import InvalidHashError, VerificationError

    decoy = _decoy()  # made on either way, so that the first one does not differ
    with _Turn():
        try:
            return _hasher().verify(kept or decoy, _plain(password)) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's, and should be made anew at the next sign-in."""
    return _hasher().check_needs_rehash(kept)


def keep_password(organiser: Organiser, hashed: str, *, now: datetime) -> None:
    """Let her sign in with the password of this hash from now on."""
    organiser.password_hash = hashed
    organiser.password_set_at = now


def _plain(password: str) -> str:
    """One spelling for what keyboards spell in several (NIST SP 800-63B section 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def _hash(plain: str) -> str:
    with _Turn():
        return _hasher().hash(plain)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher, profiles

    return PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)


@lru_cache(maxsize=1)
def _decoy() -> str:
    return _hash(secrets.token_urlsafe(16))


class _Turn:
    """Waits for one's turn, not for ever."""

    def __enter__(self) -> None:
        if not AT_ONCE.acquire(timeout=PATIENCE):
            raise TooManyAtOnce(seconds=10)

    def __exit__(self, *_: object) -> None:
        AT_ONCE.release()
