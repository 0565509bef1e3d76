"""Messages out of files: one message, an mbox, or a folder as Maildir keeps it. Nothing in them is changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from mailer.core.errors import Invalid

FOLDERS = ("new", "cur")
"""Where a Maildir keeps messages, the ones nobody has seen first."""


class NoMailThere(Invalid):
    """There is no message: the file is empty, or the folder is no Maildir."""

    code = "no_mail_there"


def messages_in(path: Path) -> Iterator[bytes]:
    """Every message of a file or Maildir. Raises NoMailThere."""
    if path.is_dir():
        if not all((path / folder).is_dir() for folder in FOLDERS):
            raise NoMailThere(source=path.name)
        for folder in FOLDERS:
            for file in sorted((path / folder).iterdir()):
                with suppress(FileNotFoundError):  # somebody read it meanwhile: it has another name now
                    if file.is_file() and not file.name.startswith("."):
                        yield file.read_bytes()
        return
    with path.open("rb") as stream:
        yield from messages_of(stream, source=path.name)


def messages_of(stream: BinaryIO, *, source: str) -> Iterator[bytes]:
    """Every message of an mbox, or the one message that it is. Raises NoMailThere.

    A message of an mbox begins behind an empty line with ``From `` (RFC 4155); one that holds such a line
    itself has it written ``>From ``.
    """
    first = stream.readline()
    if not first.startswith(b"From "):
        rest = first + stream.read()
        if not rest.strip():
            raise NoMailThere(source=source)
        yield rest
        return
    lines: list[bytes] = []
    was_empty = False
    for line in stream:
        if was_empty and line.startswith(b"From "):
            yield b"".join(lines)
            lines.clear()
        else:
            lines.append(_unquoted(line))
        was_empty = not line.strip()
    yield b"".join(lines)


def _unquoted(line: bytes) -> bytes:
    return line[1:] if line.startswith(b">") and line.lstrip(b">").startswith(b"From ") else line
