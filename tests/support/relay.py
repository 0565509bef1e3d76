"""A relay that says what a test wants, line by line, over real sockets."""

from __future__ import annotations

import base64
import email
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import flask
import flask_mail

from mailer.delivery import Transport

CUT = "cut"
"""An answer that is none: the connection ends."""

Answer = Callable[[str, "Visit"], str | None]
"""What to say to a command (``mail``, ``rcpt``, ``data``, ``dot``, ``greeting``, ``ehlo``, …); None for the usual."""

USUAL = {
    "greeting": "220 relay.test ready",
    "mail": "250 2.1.0 ok",
    "rcpt": "250 2.1.5 ok",
    "data": "354 go on",
    "dot": "250 2.0.0 ok: queued as 1",
    "rset": "250 2.0.0 ok",
    "quit": "221 2.0.0 bye",
    "auth": "235 2.7.0 welcome",
    "starttls": "220 2.0.0 go on",
}


@dataclass
class Visit:
    """One connection, as the relay sees it."""

    number: int
    commands: list[str] = field(default_factory=list)
    letters: int = 0
    sender: str = ""
    recipient: str = ""
    message_id: str = ""


@dataclass(frozen=True)
class Received:
    """A letter the relay took over."""

    recipient: str
    sender: str
    message_id: str
    content: bytes
    visit: int
    at: float


class Relay:
    """Takes letters on a port of its own until the test is over."""

    def __init__(
        self, answer: Answer, extensions: tuple[str, ...], tls: ssl.SSLContext | None, implicit_tls: bool
    ) -> None:
        self.received: list[Received] = []
        self.visits: list[Visit] = []
        self.logins: list[tuple[str, str]] = []
        self._answer, self._extensions, self._tls, self._implicit = answer, extensions, tls, implicit_tls
        self._lock = threading.Lock()
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def recipients(self) -> list[str]:
        return sorted(letter.recipient for letter in self.received)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with self._lock:
                visit = Visit(len(self.visits) + 1)
                self.visits.append(visit)
            threading.Thread(target=self._visit, args=(connection, visit), daemon=True).start()

    def _visit(self, connection: socket.socket, visit: Visit) -> None:
        try:
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._talk(connection, visit)
        except OSError:
            return

    def _talk(self, connection: socket.socket, visit: Visit) -> None:
        if self._implicit and self._tls is not None:
            connection = self._tls.wrap_socket(connection, server_side=True)
        lines = connection.makefile("rb")
        if not self._say(connection, "greeting", visit):
            return
        while line := lines.readline():
            command = line.decode("utf-8").strip()
            visit.commands.append(command)
            verb = command.split(" ")[0].lower()
            if verb == "starttls" and self._tls is not None:
                self._say(connection, verb, visit)
                connection = self._tls.wrap_socket(connection, server_side=True)
                lines = connection.makefile("rb")
                continue
            going = self._obey(connection, lines, verb, command, visit)
            if not going or verb == "quit":
                return

    def _obey(
        self, connection: socket.socket, lines: Iterator[bytes], verb: str, command: str, visit: Visit
    ) -> bool:
        if verb == "mail":
            visit.sender = command.partition("<")[2].partition(">")[0]
        elif verb == "rcpt":
            visit.recipient = command.partition("<")[2].partition(">")[0]
        elif verb == "auth":
            secret = base64.b64decode(command.split(" ")[2]).decode("utf-8").split("\0")
            self.logins.append((secret[1], secret[2]))
        said = self._say(connection, verb, visit)
        if verb == "data" and said.startswith("354"):
            return self._take(connection, lines, visit)
        return bool(said)

    def _take(self, connection: socket.socket, lines: Iterator[bytes], visit: Visit) -> bool:
        content = b""
        for line in lines:
            if line == b".\r\n":
                break
            content += line.removeprefix(b".")
        else:
            return False
        if not content:  # for nobody: its recipient was refused, and DATA was on its way already
            return bool(self._send(connection, "554 5.5.1 no valid recipients"))
        visit.letters += 1
        visit.message_id = str(email.message_from_bytes(content)["Message-ID"])
        letter = Received(visit.recipient, visit.sender, visit.message_id, content, visit.number, time.time())
        said = self._answer("dot", visit)
        if (
            said is None or said.startswith("250") or said == CUT
        ):  # a cut after the dot: taken, and nobody knows
            with self._lock:
                self.received.append(letter)
        return bool(self._send(connection, USUAL["dot"] if said is None else said))

    def _say(self, connection: socket.socket, verb: str, visit: Visit) -> str:
        said = self._answer(verb, visit)
        if said is None and verb in ("ehlo", "helo"):
            offered = ["relay.test", *self._extensions, *(["STARTTLS"] if self._tls else [])]
            said = "\r\n".join(f"250-{each}" for each in offered[:-1]) + f"\r\n250 {offered[-1]}"
            said = said.removeprefix("\r\n")
        return self._send(connection, USUAL.get(verb, "500 5.5.2 what?") if said is None else said)

    def _send(self, connection: socket.socket, said: str) -> str:
        if said == CUT:
            connection.close()
            return ""
        connection.sendall(said.encode() + b"\r\n")
        return "" if said.startswith("421") else said


def usual(_command: str, _visit: Visit) -> str | None:
    return None


@contextmanager
def a_relay(
    answer: Answer = usual,
    *,
    extensions: tuple[str, ...] = ("PIPELINING", "ENHANCEDSTATUSCODES", "AUTH PLAIN LOGIN"),
    tls: ssl.SSLContext | None = None,
    implicit_tls: bool = False,
) -> Iterator[Relay]:
    relay = Relay(answer, extensions, tls, implicit_tls)
    try:
        yield relay
    finally:
        relay.close()


def transport_to(
    port: int,
    *,
    connections: int = 4,
    timeout: int = 5,
    after_the_dot: float = 600,
    server: str = "127.0.0.1",
    **settings: object,
) -> Transport:
    """The house's own transport to a relay on this machine."""
    app = flask.Flask("test")
    app.config.update(MAIL_SERVER=server, MAIL_PORT=port, MAIL_SUPPRESS_SEND=False)
    app.config.update({f"MAIL_{name.upper()}": value for name, value in settings.items()})
    return Transport(
        flask_mail.Mail(app),
        timeout=timeout,
        host_name="mail.example.org",
        connections=connections,
        after_the_dot=after_the_dot,
    )
