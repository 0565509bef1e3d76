"""What can go wrong, in four families. A door maps a family; a room names a case.

* MailerError
  - Invalid       the caller's input cannot be understood      web 422, cli 2
  - NotFound      what was named does not exist (any more)     web 404, cli 3
  - Refused       a rule of the domain forbids it right now    web 409, cli 4
  - Unavailable   the outer world failed; trying again may do  web 503, cli 5
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Protocol


class Speaker(Protocol):
    """Whoever knows the sentences behind codes: a translator."""

    def say(self, code: str, facts: Mapping[str, object]) -> str: ...


class MailerError(Exception):
    """Base of every error a room raises on purpose.

    ``code`` is stable and goes into logs, tests and translations; the sentence
    shown to a person is looked up by it, never written here. ``details`` are facts for
    that sentence: ids, words of the domain, line numbers; never an address or a token.
    """

    code: ClassVar[str] = "error"

    def __init__(self, **details: object) -> None:
        super().__init__(self.code)
        self.details = details

    def in_words(self, speaker: Speaker) -> str:
        """The sentence for a person, in the language of ``speaker``."""
        return speaker.say(self.code, self.details)

    def __str__(self) -> str:
        facts = " ".join(f"{name}={value!r}" for name, value in self.details.items())
        return f"{self.code} {facts}".rstrip()


class Invalid(MailerError):
    """The caller's input cannot be understood."""

    code = "invalid"


class NotFound(MailerError):
    """What was named does not exist, or does not any more."""

    code = "not_found"


class Refused(MailerError):
    """A rule of the domain forbids it right now."""

    code = "refused"


class Unavailable(MailerError):
    """The outer world failed; trying again may do."""

    code = "unavailable"
