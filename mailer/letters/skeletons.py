"""A letter written once for everybody a mailing tells the same: constant runs of bytes, and slots for what is personal."""

from __future__ import annotations

import binascii
import re
import secrets
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from markupsafe import escape

from mailer.core.types import EmailAddress
from mailer.letters import headers
from mailer.letters.cleaning import plain_line
from mailer.letters.envelopes import Envelope, content_of, fields_of
from mailer.letters.orders import Letter, LetterKind, Order, Recipient
from mailer.letters.writing import write

END_OF_DATA = b".\r\n"
"""The final dot on its line (RFC 5321 section 4.1.1.4). It is set after dot-stuffing, or it would be stuffed itself."""

SAFE_IN_ADDRESS = re.compile(r"[!-;=?-~]+")
"""What may stand between the angle brackets of an envelope or a field: visible ASCII but the brackets themselves."""

_SOFT_BREAK = b"=\r\n"
_NONCE = secrets.token_hex(8)
_SLOTS = {name: f"slot{_NONCE}{name}" for name in ("to", "id", "name", "leave", "manage", "text", "html")}
_SLOT = re.compile(f"slot{_NONCE}({'|'.join(_SLOTS)})")

NAME_SLOT = _SLOTS["name"]
LEAVE_SLOT = _SLOTS["leave"]
MANAGE_SLOT = _SLOTS["manage"]
MESSAGE_ID_SLOT = _SLOTS["id"]
"""Stand-ins for one person's values. They begin with chance, so that no organiser's words can contain one."""


class Personal(NamedTuple):
    """What differs from person to person within one mailing and language.

    The three tokens go into links, fields and text as they are: they must be of the letters
    of an URL-safe base64 (RFC 4648 section 5), or visible ASCII in the message id.
    """

    address: EmailAddress
    name: str
    message_id: str
    """What stands in MESSAGE_ID_SLOT."""
    leave: str
    manage: str


class Skeleton:
    """The bytes of a letter with its slots; made once, filled for every person."""

    def __init__(self, pieces: list[bytes | str], *, shows_name: bool) -> None:
        """``pieces``: runs of bytes, and the names of slots between them, one after the other."""
        constants: list[bytes] = [b""]
        slots: list[str] = []
        for piece in pieces:
            if isinstance(piece, str):
                slots.append(piece)
                constants.append(b"")
            else:
                constants[-1] += piece
        constants = [stuffed(run) for run in constants]
        constants[-1] += END_OF_DATA
        self._runs: list[bytes] = [b""] * (2 * len(slots) + 1)
        self._runs[0::2] = constants
        self._chosen = itemgetter(*(_ORDER[slot] for slot in slots))
        self._shows_name = shows_name

    def fill(self, personal: Personal) -> bytes:
        """The letter for one person as it follows DATA: dot-stuffed, the final dot included.

        Raises ValueError for an address that cannot stand in a header field.
        """
        check_address(personal.address)
        text, html = _inserted(personal.name)
        shown = personal.name if self._shows_name else ""
        to = headers.mailbox(shown, personal.address, name="To")
        leave = personal.leave.encode("ascii")
        values = (
            to.encode("ascii"),
            personal.message_id.encode("ascii"),
            text,
            html,
            leave,
            personal.manage.encode("ascii"),
        )
        runs = self._runs.copy()
        runs[1::2] = self._chosen(values)
        return b"".join(runs)


_ORDER = {"to": 0, "id": 1, "name": 2, "name-html": 3, "leave": 4, "manage": 5}
"""Where `Skeleton.fill` keeps the value of each slot."""


def compiled_for_all(order: Order, envelope: Envelope) -> Skeleton:
    """Write the letter once with its slots open.

    ``order`` and ``envelope`` are those of one person, with NAME_SLOT as her name (or no name
    at all), LEAVE_SLOT and MANAGE_SLOT as the tokens of her links and MESSAGE_ID_SLOT in her id.

    What a mail program decodes is what `write` and `build` give for the same person: templates
    ask nothing of a recipient but whether there is a name.
    """
    letter = write(order)
    to = replace(envelope.to, address=EmailAddress(_SLOTS["to"]), name="")
    pieces: list[bytes | str] = [*_split(fields_of(letter, replace(envelope, to=to)))]
    bodies = replace(letter, text=_SLOTS["text"], html=_SLOTS["html"])
    for piece in _split(content_of(bodies, envelope).decode("ascii")):
        pieces.extend(body_pieces(piece, letter) if piece in ("text", "html") else [piece])
    return Skeleton(pieces, shows_name=letter.kind is not LetterKind.CONFIRM)


def check_address(address: str) -> None:
    """Raises ValueError for an address that cannot stand in a header field."""
    if not SAFE_IN_ADDRESS.fullmatch(address):
        raise ValueError("the address holds a character that may not stand there")


def check_personal(address: EmailAddress, name: str) -> None:
    """Whether a compiled letter can be filled for this person: all that can go wrong in `Skeleton.fill`, without filling it.

    Raises ValueError.
    """
    check_address(address)
    headers.mailbox(name, address, name="To").encode("ascii")
    _inserted(name)


def slotted(to: Recipient) -> Recipient:
    """A recipient whose name is a slot if there is one; the links are the caller's."""
    return replace(to, name=NAME_SLOT if plain_line(to.name) else "")


def stuffed(content: bytes) -> bytes:
    """Double the dot at the beginning of each line but the first, which begins a header field (RFC 5321 section 4.5.2)."""
    return content.replace(b"\r\n.", b"\r\n..")


def unstuffed(wire: bytes) -> bytes:
    """The message in what followed DATA: no final dot, no doubled ones."""
    return wire.removesuffix(END_OF_DATA).replace(b"\r\n..", b"\r\n.")


def _split(text: str) -> Iterator[bytes | str]:
    """The text's bytes with its slots' names between them."""
    position = 0
    for slot in _SLOT.finditer(text):
        yield text[position : slot.start()].encode("ascii")
        yield slot.group(1)
        position = slot.end()
    yield text[position:].encode("ascii")


def body_pieces(name: str, letter: Letter) -> Iterator[bytes | str]:
    """A body as quoted-printable. A soft break stands on either side of a slot, so each value has its line to itself."""
    text = letter.text if name == "text" else letter.html
    lines = _normal(text)
    position = 0
    for slot in _SLOT.finditer(lines):
        yield quoted(lines[position : slot.start()]) + _SOFT_BREAK
        yield "name-html" if slot.group(1) == "name" and name == "html" else slot.group(1)
        yield _SOFT_BREAK
        position = slot.end()
    yield quoted(lines[position:])


def _normal(text: str) -> str:
    """One kind of line end, and none after the last line, as the email package has it."""
    return b"\n".join(text.encode().splitlines()).decode()


def quoted(text: str) -> bytes:
    """Text as quoted-printable with CRLF line ends (RFC 2045 section 6.7)."""
    return binascii.b2a_qp(text.encode(), istext=True, quotetabs=False).replace(b"\n", b"\r\n")


@lru_cache(maxsize=4096)
def _inserted(name: str) -> tuple[bytes, bytes]:
    """A name as it stands in the text and in the HTML: names repeat, and most need no encoding."""
    line = plain_line(name)
    return _value(line), _value(str(escape(line)))


def _value(text: str) -> bytes:
    """A value on lines of its own. Its first line stands at a line's beginning, so its dot is doubled too."""
    encoded = b"\r\n" + quoted(text)
    return stuffed(encoded)[2:]
