"""The road to the relay: Flask-Mail's settings, our own conversation.

Flask-Mail has no time limit, does not verify certificates and hides errors in ``quit``; and it
cannot hold the final dot back until the ledger has noted it. So it says where the relay
is and how to sign in, and the conversation stands in `lines`.
"""

from __future__ import annotations

import selectors
import smtplib
import socket
import ssl
from dataclasses import dataclass
from time import monotonic
from typing import Any

import flask_mail

from mailer.delivery.greeting import AFTER_THE_DOT, Relay
from mailer.delivery.lines import Line
from mailer.delivery.refusals import RelayUnreachable
from mailer.delivery.wire import Heard

NAME_COUNTS_FOR = 60.0
"""Seconds for which the relay's addresses are not asked for again."""

LOOK_AT_TIME = 0.5
"""Seconds between two looks at who has waited too long."""


class Transport:
    """Opens sessions with the one relay all mail goes through, and listens to all of them at once."""

    def __init__(
        self,
        mail: flask_mail.Mail,
        *,
        timeout: float,
        host_name: str,
        connections: int = 4,
        after_the_dot: float = AFTER_THE_DOT,
    ) -> None:
        if mail.state is None:
            raise ValueError("Flask-Mail has not met its application yet")
        self.connections = connections
        self._settings = mail.state
        self._timeout, self._after_the_dot = timeout, after_the_dot
        self._host_name = host_name
        self._selector = selectors.DefaultSelector()
        self._lines: list[Line] = []
        self._watched: dict[Line, _Watch] = {}
        self._relay: Relay | None = None
        self._relay_until = self._time_checked = 0.0

    @property
    def relay(self) -> str:
        return f"{self._settings.server}:{self._port}"

    def open(self) -> Line:
        try:
            line = Line(self._found())
        except OSError as problem:
            raise RelayUnreachable(
                relay=self.relay, cause=f"{type(problem).__name__}: {problem}"
            ) from problem
        self._lines.append(line)
        return line

    def wait(self, seconds: float) -> list[Heard]:
        self._watch()
        untold = [line for line in self._lines if line.news]
        for key, _ in self._selector.select(0 if untold else seconds):
            line: Line = key.data
            line.look()
            if line.news:
                untold.append(line)
        now = monotonic()
        if now - self._time_checked >= LOOK_AT_TIME:
            self._time_checked = now
            untold.extend(self._overdue(now))
        return self._told(untold)

    def _overdue(self, now: float) -> list[Line]:
        waiting = [line for line in self._lines if not line.news]
        for line in waiting:
            line.check_time(now)
        return [line for line in waiting if line.news]

    def _told(self, lines: list[Line]) -> list[Heard]:
        heard: list[Heard] = []
        for line in lines:
            news, line.news = line.news, []
            heard.extend((line, kind, what) for kind, what in news)
        return heard

    def _watch(self) -> None:
        """Listen to what each socket can say now: it changes with TLS and with every address tried.

        What is over goes first: its number may be another socket's by now.
        """
        for line, watch in list(self._watched.items()):
            if line.is_over or line.connection.socket is not watch.socket:
                self._selector.unregister(watch.number)
                del self._watched[line]
        if len(self._watched) < len(self._lines):
            self._lines = [line for line in self._lines if line.news or not line.is_over]
        for line in self._lines:
            wanted = _BOTH if line.connection.wants_to_write else selectors.EVENT_READ
            known = self._watched.get(line)
            if known is None and not line.is_over:
                watch = _Watch(line.connection.socket, line.connection.socket.fileno(), wanted)
                self._selector.register(watch.number, wanted, line)
                self._watched[line] = watch
            elif known is not None and known.wanted != wanted:
                self._selector.modify(known.number, wanted, line)
                known.wanted = wanted

    @property
    def _port(self) -> int:
        return self._settings.port or smtplib.SMTP_PORT

    def _found(self) -> Relay:
        """The relay with its addresses. Raises OSError when its name says nothing."""
        now = monotonic()
        if self._relay is None or now > self._relay_until:
            self._relay = self._looked_up()
            self._relay_until = now + NAME_COUNTS_FOR
        return self._relay

    def _looked_up(self) -> Relay:
        found: Any = socket.getaddrinfo(self._settings.server, self._port, type=socket.SOCK_STREAM)
        return Relay(
            name=self.relay,
            server=self._settings.server,
            addresses=found,
            host_name=self._host_name,
            patience=self._timeout,
            context=ssl.create_default_context(),
            after_the_dot=self._after_the_dot,
            use_tls=self._settings.use_tls,
            use_ssl=self._settings.use_ssl,
            username=self._settings.username or "",
            password=self._settings.password or "",
        )


_BOTH = selectors.EVENT_READ | selectors.EVENT_WRITE


@dataclass
class _Watch:
    socket: socket.socket
    number: int
    wanted: int
