"""The road to the relay: Flask-Mail's settings, our own conversation.

Flask-Mail has no time limit, does not verify certificates and hides errors in ``quit``; and it
cannot hold the final dot back until the ledger has noted it. So it says where the relay
is and how to sign in, and the conversation stands here.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from typing import Protocol

import flask_mail

from mailer.core.errors import Unavailable
from mailer.delivery.replies import Reply

AFTER_THE_DOT = 600
"""Seconds to wait for the answer to the final dot: a shorter wait sends letters twice (RFC 5321 section 4.5.3.2.6)."""

_LINE_DOT = re.compile(rb"(?m)^\.")


class RelayUnreachable(Unavailable):
    """The relay's name cannot be resolved, nothing listens there, or it does not answer in time."""

    code = "relay_unreachable"


class RelayUntrusted(Unavailable):
    """The relay's certificate does not stand for its name, or it offers no TLS where we ask for it."""

    code = "relay_untrusted"


class RelayRefusesLogin(Unavailable):
    """The relay does not accept our user name and password, or offers no login."""

    code = "relay_refuses_login"


class RelayRefuses(Unavailable):
    """The relay refuses the whole session: its greeting, our name or our sender. No letter is to blame."""

    code = "relay_refuses"


class ConnectionLost(Unavailable):
    """The connection broke in the middle of a conversation."""

    code = "connection_lost"


@dataclass(frozen=True)
class Outgoing:
    """A letter ready for the wire: envelope and content, CRLF line ends, not yet dot-stuffed."""

    sender: str
    recipient: str
    content: bytes


class Talk(Protocol):
    """One session with whoever takes letters: each is offered up to its final dot, and finished when the ledger knows."""

    def offer(self, letter: Outgoing) -> Reply | None: ...

    def finish(self) -> Reply: ...

    def close(self) -> None: ...

    def abandon(self) -> None: ...


class Road(Protocol):
    """A way for letters to leave: the relay, or a rehearsal's recorder."""

    @property
    def relay(self) -> str: ...

    def connect(self) -> Talk: ...


class Transport:
    """Opens conversations with the one relay all mail goes through."""

    def __init__(self, mail: flask_mail.Mail, *, timeout: int, host_name: str) -> None:
        if mail.state is None:
            raise ValueError("Flask-Mail has not met its application yet")
        self._settings = mail.state
        self._timeout = timeout
        self._host_name = host_name

    @property
    def relay(self) -> str:
        return f"{self._settings.server}:{self._settings.port}"

    def connect(self) -> Conversation:
        """A conversation past greeting, TLS and login.

        Raises RelayUnreachable, RelayUntrusted, RelayRefusesLogin, RelayRefuses.
        """
        host: smtplib.SMTP | None = None
        try:
            host = self._greeted()
            if self._settings.username:
                host.login(self._settings.username, self._settings.password or "")
            host.ehlo_or_helo_if_needed()
        except BaseException as problem:
            if host is not None:
                host.close()
            named = self._named(problem)
            if named is None:
                raise
            raise named from problem
        return Conversation(host)

    def _greeted(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        server, port = self._settings.server, self._settings.port or smtplib.SMTP_PORT
        if self._settings.use_ssl:
            return smtplib.SMTP_SSL(
                server, port, timeout=self._timeout, context=context, local_hostname=self._host_name
            )
        host = smtplib.SMTP(server, port, timeout=self._timeout, local_hostname=self._host_name)
        if self._settings.use_tls:
            host.starttls(context=context)
        return host

    def _named(self, problem: BaseException) -> Unavailable | None:
        facts = {"relay": self.relay, "cause": _cause(problem)}
        if isinstance(problem, (smtplib.SMTPAuthenticationError, UnicodeEncodeError)):
            return RelayRefusesLogin(**facts)
        if isinstance(problem, ssl.SSLError):
            return RelayUntrusted(**facts)
        if isinstance(problem, smtplib.SMTPNotSupportedError):
            return RelayUntrusted(**facts) if "TLS" in str(problem) else RelayRefusesLogin(**facts)
        if isinstance(problem, smtplib.SMTPResponseException):
            return RelayRefuses(**facts)
        if isinstance(problem, (smtplib.SMTPException, OSError)):
            return RelayUnreachable(**facts)
        return None


class Conversation:
    """One SMTP session. A letter is offered up to its final dot, and finished when the ledger knows."""

    def __init__(self, host: smtplib.SMTP) -> None:
        self._host = host
        if host.sock is not None:
            host.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._patience = host.sock.gettimeout()

    def offer(self, letter: Outgoing) -> Reply | None:
        """Send everything up to the final dot; nothing is delivered yet (RFC 5321 section 4.1.1.10).

        The refusing reply when the relay does not take this letter; None when it waits for the dot.

        Raises RelayRefuses when it is not the letter but the sender that is refused, ConnectionLost.
        """
        try:
            return self._offer(letter)
        except (smtplib.SMTPException, OSError) as problem:
            raise ConnectionLost(cause=_cause(problem)) from problem

    def finish(self) -> Reply:
        """Send the final dot and wait for the relay's word on it. Raises ConnectionLost: then nobody knows."""
        try:
            if self._host.sock is not None:
                self._host.sock.settimeout(AFTER_THE_DOT)
            self._host.send(b".\r\n")
            reply = Reply.of(*self._host.getreply())
            if self._host.sock is not None:
                self._host.sock.settimeout(self._patience)
        except (smtplib.SMTPException, OSError) as problem:
            raise ConnectionLost(cause=_cause(problem)) from problem
        return reply

    def close(self) -> None:
        """Say good-bye if anybody listens."""
        try:
            self._host.quit()
        except (smtplib.SMTPException, OSError):
            self._host.close()

    def abandon(self) -> None:
        """Cut the connection, so that the relay drops what was offered."""
        self._host.close()

    def _offer(self, letter: Outgoing) -> Reply | None:
        sender = Reply.of(*self._host.mail(letter.sender))
        if not sender.accepted:
            if sender.temporary and not sender.closes_session:
                return self._reset(sender)
            raise RelayRefuses(cause=f"{sender.code} {sender.without_addresses}")
        recipient = Reply.of(*self._host.rcpt(letter.recipient))
        if not recipient.accepted:
            return self._reset(recipient)
        data = Reply.of(*self._host.docmd("DATA"))
        if data.code != 354:
            return self._reset(data)
        self._host.send(_LINE_DOT.sub(b"..", letter.content))
        return None

    def _reset(self, refused: Reply) -> Reply:
        if not refused.closes_session:
            self._host.rset()
        return refused


def _cause(problem: BaseException) -> str:
    """A short word on what went wrong, without addresses."""
    if isinstance(problem, smtplib.SMTPResponseException):
        return f"{problem.smtp_code} {Reply.of(problem.smtp_code, problem.smtp_error).without_addresses}"
    if isinstance(problem, UnicodeEncodeError):
        return "the password has characters outside ASCII"
    return f"{type(problem).__name__}: {problem}"[:200]
