"""The mailbox that returned mail comes to, over IMAP (RFC 3501)."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

from mailer.core.errors import Unavailable
from mailer.delivery import Reply
from mailer.returns.reading import LARGEST

UNREAD = "unread"
"""The folder in which lies what nobody understood."""

PATIENCE = 30.0
"""Seconds to wait for each answer."""

AT_ONCE = 200
"""Messages of one visit; the next one comes within a minute."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class MailboxAway(Unavailable):
    """The mailbox cannot be reached, or does not let itself be read."""

    code = "mailbox_away"


class MailboxRefusesLogin(Unavailable):
    """The mailbox does not accept the name and password in BOUNCE_IMAP_URL."""

    code = "mailbox_refuses_login"


@contextmanager
def open_mailbox(url: str, *, patience: float = PATIENCE) -> Iterator[Mailbox]:
    """The folder that ``url`` names, open to be read and tidied.

    Raises MailboxAway, MailboxRefusesLogin; so does everything that is done with it.
    """
    host = urlsplit(url).hostname or ""
    server: imaplib.IMAP4 | None = None
    try:
        server = _greeted(url, patience)
        _signed_in(server, url, host)
        yield Mailbox(server, host, unquote(urlsplit(url).path.strip("/")) or "INBOX")
    except (imaplib.IMAP4.error, OSError, EOFError) as problem:
        raise _away(host, problem) from problem
    finally:
        if server is not None:
            _leave(server)


class Mailbox:
    """One folder and, beside it, the one for what was not understood."""

    def __init__(self, server: imaplib.IMAP4, host: str, folder: str) -> None:
        self._server, self._host = server, host
        self._aside = ""
        # Asked anew: before somebody has signed in, servers keep to themselves what they can do.
        self._can = (self._ask(server.capability)[0] or b"").decode("ascii", "replace").upper().split()
        self._ask(server.select, _quoted(folder))

    def numbers(self, *, most: int = AT_ONCE) -> list[str]:
        """The messages in it, the oldest first, by numbers that stay."""
        return self._all()[:most]

    def count(self) -> int:
        """How many messages wait in it."""
        return len(self._all())

    def fetch(self, number: str) -> bytes | None:
        """A message without its being marked as seen, cut off where it is too large; None where it is gone meanwhile."""
        for item in self._uid("FETCH", number, f"(BODY.PEEK[]<0.{LARGEST}>)"):
            if isinstance(item, tuple):
                content: bytes = item[1]
                return content
        return None

    def remove(self, number: str) -> None:
        """Delete a message that was understood."""
        self._uid("STORE", number, "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in self._can:
            self._uid("EXPUNGE", number)
        else:
            self._ask(self._server.expunge)

    def set_aside(self, number: str) -> None:
        """Move a message to the folder for a person to read. It is gone from here only when it is there."""
        folder = _quoted(self._folder_aside())
        if "MOVE" in self._can:
            self._uid("MOVE", number, folder)
            return
        self._uid("COPY", number, folder)
        self.remove(number)

    def count_aside(self) -> int:
        """How many messages lie in that folder."""
        kind, said = self._server.status(_quoted(self._folder_aside(make=False)), "(MESSAGES)")
        found = re.search(rb"MESSAGES (\d+)", said[0] or b"") if kind == "OK" and said else None
        return int(found[1]) if found else 0

    def _all(self) -> list[str]:
        found = self._uid("SEARCH", "ALL")
        return [number.decode() for number in (found[0] or b"").split()]

    def _folder_aside(self, *, make: bool = True) -> str:
        """Beside the inbox, or below it where the server wants all folders there."""
        if self._aside:
            return self._aside
        names = (UNREAD, f"INBOX{self._separator()}{UNREAD}")
        for name in names:
            if self._server.status(_quoted(name), "(MESSAGES)")[0] == "OK":
                self._aside = name
                return name
        if not make:
            return UNREAD
        for name in names:
            if self._server.create(_quoted(name))[0] == "OK":
                self._aside = name
                return name
        raise MailboxAway(host=self._host, cause=f"the folder “{UNREAD}” cannot be made")

    def _separator(self) -> str:
        kind, said = self._server.list('""', '""')
        found = (
            re.search(rb'\) "(.)"', said[0] or b"") if kind == "OK" and isinstance(said[0], bytes) else None
        )
        return found[1].decode() if found else "."

    def _uid(self, command: str, *arguments: str) -> list[Any]:
        return self._ask(self._server.uid, command, *arguments)

    def _ask(self, command: Callable[..., tuple[str, list[Any]]], *arguments: str) -> list[Any]:
        kind, said = command(*arguments)
        if kind != "OK":
            words = said[0].decode("utf-8", "replace") if said and isinstance(said[0], bytes) else kind
            raise MailboxAway(host=self._host, cause=_blotted(words))
        return said


def _greeted(url: str, patience: float) -> imaplib.IMAP4:
    """TLS from the first byte, or by STARTTLS; in the clear on this machine alone."""
    there = urlsplit(url)
    host = there.hostname or ""
    context = ssl.create_default_context()
    if there.scheme == "imaps":
        return imaplib.IMAP4_SSL(host, there.port or 993, ssl_context=context, timeout=patience)
    server = imaplib.IMAP4(host, there.port or 143, timeout=patience)
    if host not in LOOPBACK:
        server.starttls(context)
    return server


def _signed_in(server: imaplib.IMAP4, url: str, host: str) -> None:
    there = urlsplit(url)
    name, password = unquote(there.username or ""), unquote(there.password or "")
    try:
        if "AUTH=PLAIN" in server.capabilities:
            server.authenticate("PLAIN", lambda _: f"\0{name}\0{password}".encode())
        else:
            server.login(name if re.fullmatch(r"[\w.+@-]+", name, re.ASCII) else _quoted(name), password)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeError) as problem:
        raise MailboxRefusesLogin(host=host) from problem


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (imaplib.IMAP4.error, OSError, EOFError):
        server.shutdown()


def _away(host: str, problem: Exception) -> MailboxAway:
    return MailboxAway(host=host, cause=_blotted(f"{type(problem).__name__}: {problem}"))


def _blotted(words: str) -> str:
    return Reply.of(0, words).without_addresses[:200]


def _quoted(word: str) -> str:
    """A string as IMAP writes it (RFC 3501 section 4.3)."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
