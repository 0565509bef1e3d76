"""How a session with the relay begins: greeting, EHLO, STARTTLS, login."""

from __future__ import annotations

import base64
import re
import ssl
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from mailer.delivery.refusals import RelayEndsSession, RelayRefuses, RelayRefusesLogin, RelayUntrusted
from mailer.delivery.replies import Reply

Extensions = Mapping[str, str]
"""What EHLO offered: keyword in capitals, and its parameters."""

AFTER_THE_DOT = 600.0
"""Seconds to wait for the answer to the final dot: a shorter wait sends letters twice (RFC 5321 section 4.5.3.2.6)."""

_OLD_AUTH = re.compile(r"^AUTH=")


@dataclass(frozen=True)
class Relay:
    """Where the relay is, and how to be let in."""

    name: str
    """``server:port``, for people."""
    server: str
    """The name its certificate must stand for."""
    addresses: Sequence[tuple[Any, ...]]
    """What ``getaddrinfo`` said, in the order to try."""
    host_name: str
    """What we call ourselves."""
    patience: float
    """Seconds for the greeting and every answer before the final dot."""
    context: ssl.SSLContext
    after_the_dot: float = AFTER_THE_DOT
    """Seconds for the answer to the final dot."""
    use_tls: bool = False
    use_ssl: bool = False
    username: str = ""
    password: str = ""


class Speaker(Protocol):
    """The side of a line that a session's beginning needs."""

    def say(self, command: bytes) -> None: ...

    def secure(self) -> None: ...


def introduce(relay: Relay, line: Speaker) -> Generator[None, Reply, Extensions]:
    """Each ``yield`` waits for the relay's next reply; at the end stand the extensions it offers.

    Raises RelayRefuses, RelayEndsSession, RelayUntrusted, RelayRefusesLogin.
    """
    _must(relay, (yield), 220)
    extensions = yield from _say_hello(relay, line)
    if relay.use_tls:
        if "STARTTLS" not in extensions:
            raise RelayUntrusted(relay=relay.name, cause="it offers no STARTTLS")
        line.say(b"STARTTLS\r\n")
        reply = yield
        if reply.code != 220:
            raise RelayUntrusted(relay=relay.name, cause=_said(reply))
        line.secure()
        extensions = yield from _say_hello(relay, line)
    if relay.username:
        yield from _sign_in(relay, line, extensions)
    return extensions


def _say_hello(relay: Relay, line: Speaker) -> Generator[None, Reply, Extensions]:
    name = relay.host_name.encode("idna")
    line.say(b"EHLO %b\r\n" % name)
    reply = yield
    if reply.code != 250 and not reply.closes_session:
        line.say(b"HELO %b\r\n" % name)
        _must(relay, (yield), 250)
        return {}
    _must(relay, reply, 250)
    offered: dict[str, str] = {}
    for said in reply.text.split("\n")[1:]:
        keyword, _, parameters = _OLD_AUTH.sub("AUTH ", said.strip()).partition(" ")
        offered[keyword.upper()] = f"{offered.get(keyword.upper(), '')} {parameters.upper()}".strip()
    return offered


def _sign_in(relay: Relay, line: Speaker, extensions: Extensions) -> Generator[None, Reply, None]:
    """PLAIN (RFC 4616) or, where only that is offered, LOGIN. Both carry any password as UTF-8."""
    ways = extensions.get("AUTH", "").split()
    username, password = relay.username.encode(), relay.password.encode()
    if "PLAIN" in ways:
        line.say(b"AUTH PLAIN %b\r\n" % base64.b64encode(b"\0%b\0%b" % (username, password)))
    elif "LOGIN" in ways:
        line.say(b"AUTH LOGIN\r\n")
        for secret in (username, password):
            reply = yield
            if reply.code != 334:
                raise RelayRefusesLogin(relay=relay.name, cause=_said(reply))
            line.say(base64.b64encode(secret) + b"\r\n")
    else:
        raise RelayRefusesLogin(relay=relay.name, cause="it offers no login we know")
    reply = yield
    if reply.code != 235:
        raise RelayRefusesLogin(relay=relay.name, cause=_said(reply))


def _must(relay: Relay, reply: Reply, code: int) -> None:
    if reply.closes_session:
        raise RelayEndsSession(relay=relay.name, cause=_said(reply))
    if reply.code != code:
        raise RelayRefuses(relay=relay.name, cause=_said(reply))


def _said(reply: Reply) -> str:
    return f"{reply.code} {reply.without_addresses}"
