"""A real SMTP server in the test's own process: it keeps what it takes, and can be told to be difficult."""

from __future__ import annotations

import asyncio
import re
import socket
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Caught:
    """One letter as it came over the wire."""

    sender: str
    to: str
    content: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def calendar(self) -> str:
        """The calendar entry, its folded lines joined; empty without one."""
        for part in self.message.walk():
            if part.get_content_type() == "text/calendar":
                return str(part.get_content()).replace("\r\n", "\n").replace("\n ", "")
        return ""

    @property
    def files(self) -> list[str]:
        return [part.get_filename() or "" for part in self.message.iter_attachments()]

    def link(self, purpose: str) -> str:
        """The address in the text whose path goes by ``purpose``, such as ``confirm``."""
        found = re.search(rf"https?://\S+/{purpose}/\S+", self.text)
        assert found is not None, f"no {purpose} link in {self.subject}"
        return found[0]


@dataclass
class Mailbox:
    """What the server does with letters. Change it while the server runs."""

    letters: list[Caught] = field(default_factory=list)
    """What it took over, in order."""
    turned_away: list[Caught] = field(default_factory=list)
    """What it read to the final dot and refused then."""
    refuses: dict[str, str] = field(default_factory=dict)
    """Its answer to ``RCPT TO`` by address; any other address is welcome."""
    refuses_sender: str = ""
    """Its answer to ``MAIL FROM``; empty to welcome everybody."""
    refuses_content: str = ""
    """Its answer to the final dot; empty to take the letter over."""
    greeting: str = ""
    """What it says before it hangs up on everybody; empty to talk."""
    cuts_after_dot: int = 0
    """How many letters it still takes over without a word, cutting the connection instead."""
    delay: float = 0.0
    """Seconds it thinks about each letter after the final dot."""
    connections: int = 0
    port: int = 0
    _server: _Server | None = None

    def open(self) -> None:
        """Listen, from the second time on at the same port."""
        self._server = _Server(self, port=self.port)
        self._server.start()
        self.port = self._server.port
        self.connections = 0  # without the one by which the server tried itself

    def close(self) -> None:
        """Be away: who comes now is refused by the machine itself. Twice is the same as once."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def to(self, address: str) -> list[Caught]:
        return [letter for letter in self.letters if letter.to == address]

    @property
    def subjects(self) -> list[str]:
        return [letter.subject for letter in self.letters]

    @property
    def recipients(self) -> list[str]:
        """Who got a letter, in alphabetical order; who got two stands there twice."""
        return sorted(letter.to for letter in self.letters)

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses_sender:
            return self.refuses_sender
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
        await asyncio.sleep(self.delay)
        content = envelope.original_content or b""
        letter = Caught(envelope.mail_from or "", ", ".join(envelope.rcpt_tos), content)
        if self.refuses_content:
            self.turned_away.append(letter)
            return self.refuses_content
        self.letters.append(letter)
        if self.cuts_after_dot:
            self.cuts_after_dot -= 1
            server.transport.abort()
        return f"250 2.0.0 Ok: queued as {len(self.letters)}"


class _Server(Controller):
    """aiosmtpd on a port that the kernel chooses."""

    def __init__(self, mailbox: Mailbox, *, port: int) -> None:
        self._mailbox = mailbox
        self._socket = socket.create_server((HOST, port))
        super().__init__(mailbox, hostname=HOST, port=self._socket.getsockname()[1])

    def _create_server(self):  # type: ignore[no-untyped-def]
        return self.loop.create_server(self._factory_invoker, sock=self._socket)

    def factory(self):  # type: ignore[no-untyped-def]
        self._mailbox.connections += 1
        return _Closed(self._mailbox.greeting) if self._mailbox.greeting else super().factory()


class _Closed(asyncio.Protocol):
    """Says one line and hangs up."""

    def __init__(self, line: str) -> None:
        self._line = line

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(f"{self._line}\r\n".encode())
        transport.close()
