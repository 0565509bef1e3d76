"""What a relay answers, and what it means for a row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

HARD_CODES = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
"""The address itself is wrong (RFC 3463, RFC 7505): nobody will ever read mail sent there."""

_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_WAIT = re.compile(r"\b(?:in|after|for)\s+(\d{1,6})\s*(s\b|sec|min|h\b|hour)", re.IGNORECASE)
_WAIT_AS_CLOCK = re.compile(r"\b(?:in|after|for)\s+(\d{1,2}):(\d{2}):(\d{2})\b", re.IGNORECASE)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}
_ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")


@dataclass(frozen=True)
class Reply:
    """One SMTP reply: three digits and its text, lines joined."""

    code: int
    text: str

    @property
    def accepted(self) -> bool:
        return 200 <= self.code < 400

    @property
    def temporary(self) -> bool:
        """Refused for now: 4yz, and 552 for too many recipients (RFC 5321 section 4.5.3.1.10)."""
        return 400 <= self.code < 500

    @property
    def closes_session(self) -> bool:
        """421: the relay is about to hang up; the letter is not to blame (RFC 5321 section 3.8)."""
        return self.code == 421

    @property
    def enhanced(self) -> str:
        """The enhanced status code, such as ``5.1.1``; empty when there is none (RFC 3463)."""
        found = _ENHANCED.search(self.text[:20])
        return found.group(1) if found else ""

    @property
    def asks_to_wait(self) -> timedelta | None:
        """How long the relay asks us to wait: ``try again in 300 seconds``, or ``in 00:05:00``, as greylisting servers say."""
        if clock := _WAIT_AS_CLOCK.search(self.text):
            hours, minutes, seconds = map(int, clock.groups())
            return timedelta(hours=hours, minutes=minutes, seconds=seconds)
        found = _WAIT.search(self.text)
        return timedelta(**{_UNITS[found[2][0].lower()]: int(found[1])}) if found else None

    @property
    def says_no_such_address(self) -> bool:
        return self.code >= 500 and self.enhanced in HARD_CODES

    @property
    def without_addresses(self) -> str:
        """The text as it may be kept and logged: at most 500 characters, addresses blotted out."""
        return (_ADDRESS.sub("<…>", self.text) if "@" in self.text else self.text)[:500]

    @classmethod
    def of(cls, code: int, text: bytes | str) -> Reply:
        decoded = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        words = " ".join(decoded.split())
        if not words.isprintable():  # a NUL is nothing that PostgreSQL would keep
            words = "".join(letter if letter.isprintable() else "�" for letter in words)
        return cls(code, words)
