"""What goes over the wire, and what is heard of it."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from mailer import letters
from mailer.core.errors import Unavailable
from mailer.delivery.replies import Reply


class Outgoing(NamedTuple):
    """A letter ready for the wire: its envelope, and what follows DATA, dot-stuffed and with its final dot."""

    sender: str
    recipient: str
    wire: bytes

    @property
    def content(self) -> bytes:
        """The message as a recipient's program gets it."""
        return letters.unstuffed(self.wire)

    @classmethod
    def of(cls, sender: str, recipient: str, content: bytes) -> Outgoing:
        """Raises ValueError for an address that would end its command."""
        if not letters.SAFE_IN_ADDRESS.fullmatch(recipient):
            raise ValueError("the address holds a character that may not stand there")
        return cls(sender, recipient, letters.stuffed(content) + letters.END_OF_DATA)


class News(enum.Enum):
    """What a line has to say."""

    READY = "ready"  # greeted, secured, signed in: it can be offered a letter
    TAKEN = "taken"  # the relay waits for the content of the offered letter
    REFUSED = "refused"  # the relay does not take the offered letter; with its reply
    ANSWERED = "answered"  # the relay's word after the final dot; with its reply
    LOST = "lost"  # the conversation is over; with what ended it


class Talk(Protocol):
    """One session with whoever takes letters. A letter is offered, and delivered when the ledger knows."""

    accepted: int
    """Letters taken over so far."""
    refused_at_recipient: bool
    """Whether the last refused letter was refused at its recipient."""

    def offer(self, letter: Outgoing) -> None:
        """Send the envelope. Nothing is delivered by that (RFC 5321 section 4.1.1.10)."""

    def deliver(self, following: Outgoing | None) -> None:
        """Send the content of the letter that was taken, with its final dot, and go on to the next."""

    def close(self) -> None:
        """Say good-bye, and do not wait for the answer."""

    def abandon(self) -> None:
        """Cut the connection: what was offered is dropped."""


Heard = tuple[Talk, News, "Reply | Unavailable | None"]


class Road(Protocol):
    """A way for letters to leave: the relay, or a rehearsal's recorder."""

    @property
    def relay(self) -> str:
        """Its name, for people."""

    @property
    def connections(self) -> int:
        """How many sessions it takes at once."""

    def open(self) -> Talk:
        """Begin a session; it is READY later. Raises Unavailable when it cannot even begin."""

    def wait(self, seconds: float) -> Sequence[Heard]:
        """What sessions have to say, after at most so many seconds."""
