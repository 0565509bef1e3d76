"""What the organisers of one event ask those who want a seat at it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

from mailer.core.types import Words

MOST_QUESTIONS = 20
MOST_OPTIONS = 30


class QuestionKind(enum.StrEnum):
    TEXT = "text"  # a few words of her own
    CHOICE = "choice"  # one of the options
    YES_NO = "yes_no"


@dataclass(frozen=True)
class Question:
    """One question of a registration form; ``name`` is what its answer is kept under."""

    name: str
    kind: QuestionKind
    text: Words
    needed: bool = False
    options: tuple[Words, ...] = ()
    """Of a choice, at least two; empty for all others."""

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "kind": self.kind.value,
            "text": self.text,
            "needed": self.needed,
            "options": list(self.options),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Question:
        return cls(
            name=stored["name"],
            kind=QuestionKind(stored["kind"]),
            text=stored["text"],
            needed=stored["needed"],
            options=tuple(stored["options"]),
        )
