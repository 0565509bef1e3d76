"""One SMTP conversation with the relay, as far as it goes without waiting (RFC 5321, RFC 2920, RFC 3461)."""

from __future__ import annotations

import enum
import re
from collections import deque
from time import monotonic

from mailer.core.errors import Unavailable
from mailer.delivery.greeting import Extensions, Relay, introduce
from mailer.delivery.refusals import RelayEndsSession, RelayRefuses, RelayUntrusted, named
from mailer.delivery.replies import Reply
from mailer.delivery.sockets import Connection
from mailer.delivery.wire import News, Outgoing

LONGEST_REPLY = 100_000
"""Bytes of one reply that we read before we take the other side for something that is no relay."""

_NOT_XTEXT = re.compile(rb"[^!-*,-<>-~]")


class Stage(enum.Enum):
    """What the next reply answers."""

    SET_UP = "set up"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"
    ASIDE = "aside"  # a reply nobody waits for: to RSET, to an empty message


Said = tuple[News, "Reply | Unavailable | None"]


class Line:
    """One session with the relay; see `wire.Talk` for what it is asked to do."""

    def __init__(self, relay: Relay) -> None:
        """Begins to connect. Raises OSError when no socket can be had."""
        self.accepted = 0
        self.refused_at_recipient = False
        self.is_over = False
        self.news: list[Said] = []
        """What nobody has taken note of yet."""
        self._relay = relay
        self._set_up = introduce(relay, self)
        next(self._set_up)
        self._extensions: Extensions = {}
        self._pipelines = self._is_up = self._to_reset = False
        self._expected: deque[Stage] = deque([Stage.SET_UP])
        self._deadline = monotonic() + relay.patience
        self._buffer = b""
        self._begun: list[bytes] = []  # lines of a reply whose last one has not come
        self._offered: Outgoing | None = None
        self._following: Outgoing | None = None
        self._refusal: Reply | None = None
        self.connection = Connection(relay)

    def offer(self, letter: Outgoing) -> None:
        self._send(self._envelope(letter))

    def deliver(self, following: Outgoing | None) -> None:
        assert self._offered is not None  # noqa: S101  # the caller was told TAKEN
        content, self._offered = self._offered.wire, None
        self._expected.append(Stage.DOT)
        if following is not None and self._pipelines:
            self._send(content, self._envelope(following))
        else:
            self._following = following
            self._send(content)

    def look(self) -> None:
        """Read what came in; `news` holds what it means."""
        try:
            while not self.is_over and (came := self.connection.received()):
                self._buffer += came
                if len(self._buffer) + sum(map(len, self._begun)) > LONGEST_REPLY:
                    raise OSError("this is no SMTP relay: its reply has no end")
                self._understand()
        except (OSError, Unavailable) as problem:
            self._end(problem)

    def check_time(self, now: float) -> None:
        """End the line if it waited too long for an answer. ``now`` is the monotonic clock's."""
        if not self._expected or now <= self._deadline or self.is_over:
            return
        if self.connection.dials_next():  # a relay with several addresses, and the first says nothing at all
            self._deadline = now + self._patience()
        else:
            self._end(TimeoutError(f"no answer within {self._patience():.0f} seconds"))

    def close(self) -> None:
        if self._is_up and not self.is_over and not self._expected and self._offered is None:
            self._send(b"QUIT\r\n")
        self.abandon()

    def abandon(self) -> None:
        self.is_over = True
        self.connection.close()

    def say(self, command: bytes) -> None:
        """Send a command of the session's beginning."""
        self._expected.append(Stage.SET_UP)
        self._send(command)

    def secure(self) -> None:
        """Begin TLS. What was said before it counts for nothing, least of all what came too early."""
        if self._buffer:
            raise RelayUntrusted(relay=self._relay.name, cause="it spoke before TLS began")
        self.connection.secure()

    def _send(self, *data: bytes) -> None:
        self._deadline = monotonic() + self._patience()
        try:
            self.connection.send(*data)
        except OSError as problem:
            self._end(problem)

    def _patience(self) -> float:
        is_dot = bool(self._expected) and self._expected[0] is Stage.DOT
        return self._relay.after_the_dot if is_dot else self._relay.patience

    def _end(self, problem: Exception) -> None:
        if not self.is_over:
            self.abandon()
            self.news.append((News.LOST, named(problem, relay=self._relay.name, is_up=self._is_up)))

    def _understand(self) -> None:
        """Act upon every complete reply in the buffer."""
        lines = self._buffer.split(b"\n")
        self._buffer = lines.pop()
        for number, line in enumerate(lines):
            if line[3:4] == b"-":
                self._begun.append(line)
                continue
            if self._expected and self._expected[0] is Stage.SET_UP:  # what follows may be TLS, or an attack
                self._buffer = b"\n".join([*lines[number + 1 :], self._buffer])
                self._introduced(line)
                return
            self._act(line)
        self._deadline = monotonic() + self._patience()

    def _introduced(self, line: bytes) -> None:
        text = "\n".join(part[4:].decode("utf-8", "replace") for part in [*self._begun, line])
        self._begun = []
        self._expected.popleft()
        try:
            self._set_up.send(Reply(_code(line), text))
        except StopIteration as done:
            self._extensions = done.value
            self._pipelines = "PIPELINING" in self._extensions
            self._is_up = True
            self.news.append((News.READY, None))

    def _act(self, line: bytes) -> None:
        stage = self._expected.popleft() if self._expected else None
        if (stage is Stage.MAIL or stage is Stage.RCPT) and line[:1] == b"2":
            self._begun = []
            if not self._pipelines:
                self._next_command(Stage.RCPT if stage is Stage.MAIL else Stage.DATA)
        elif stage is Stage.DATA and line[:3] == b"354" and self._refusal is None:
            self._begun = []
            self.news.append((News.TAKEN, None))
        elif stage is Stage.DOT:
            self._answered(self._reply(line))
        else:
            self._unwelcome(stage, line)

    def _unwelcome(self, stage: Stage | None, line: bytes) -> None:
        """A refusal, a farewell, or the reply to what came after a refusal."""
        reply = self._reply(line)
        if reply.closes_session or stage is None:
            raise RelayEndsSession(relay=self._relay.name, cause=_said(reply))
        if stage is Stage.MAIL and not reply.temporary:
            raise RelayRefuses(relay=self._relay.name, cause=_said(reply))
        if stage is Stage.ASIDE:
            return
        if self._refusal is None:
            self._refusal, self.refused_at_recipient = reply, stage is Stage.RCPT
        if (
            stage is Stage.DATA and reply.code == 354
        ):  # content for nobody: give it none (RFC 2920 section 3.1)
            self._expected.append(Stage.ASIDE)
            self._send(b".\r\n")
        if (
            stage is Stage.DATA or not self._pipelines
        ):  # before that, the next envelope could be taken for content
            self._offered, self._to_reset = None, True
            self.news.append((News.REFUSED, self._refusal))

    def _answered(self, reply: Reply) -> None:
        if reply.accepted:
            self.accepted += 1
        self.news.append((News.ANSWERED, reply))
        if reply.closes_session:
            raise RelayEndsSession(relay=self._relay.name, cause=_said(reply))
        if self._following is not None:
            following, self._following = self._following, None
            self._send(self._envelope(following))

    def _envelope(self, letter: Outgoing) -> bytes:
        """The envelope's commands: all at once where the relay allows, else the first of them."""
        self._offered, self._refusal = letter, None
        begin = b""
        if self._to_reset:
            self._to_reset = False
            self._expected.append(Stage.ASIDE)
            begin = b"RSET\r\n"
        if not self._pipelines:
            self._expected.append(Stage.MAIL)
            return begin + self._mail(letter)
        self._expected.extend((Stage.MAIL, Stage.RCPT, Stage.DATA))
        return b"%b%b%bDATA\r\n" % (begin, self._mail(letter), self._rcpt(letter))

    def _next_command(self, stage: Stage) -> None:
        assert self._offered is not None  # noqa: S101  # there is an envelope under way
        self._expected.append(stage)
        self._send(self._rcpt(self._offered) if stage is Stage.RCPT else b"DATA\r\n")

    def _mail(self, letter: Outgoing) -> bytes:
        """MAIL, with the number of the row under which a later notice comes back (RFC 3461 sections 4.3 and 4.4)."""
        sender = letter.sender.encode("ascii")
        if "DSN" not in self._extensions:
            return b"MAIL FROM:<%b>\r\n" % sender
        return b"MAIL FROM:<%b> RET=HDRS ENVID=%b\r\n" % (
            sender,
            _xtext(sender.partition(b"@")[0].rpartition(b"+")[2]),
        )

    def _rcpt(self, letter: Outgoing) -> bytes:
        """RCPT, asking for word of failure and delay alone (RFC 3461 sections 4.1 and 4.2)."""
        to = letter.recipient.encode("ascii")
        if "DSN" not in self._extensions:
            return b"RCPT TO:<%b>\r\n" % to
        return b"RCPT TO:<%b> NOTIFY=FAILURE,DELAY ORCPT=rfc822;%b\r\n" % (to, _xtext(to))

    def _reply(self, line: bytes) -> Reply:
        text = b" ".join(part[4:] for part in [*self._begun, line]) if self._begun else line[4:]
        self._begun = []
        return Reply.of(_code(line), text)


def _code(line: bytes) -> int:
    """The reply's three digits. Raises OSError for what is none."""
    code = line[:3]
    if not code.isdigit():
        raise OSError("this is no SMTP relay: its reply has no code")
    return int(code)


def _said(reply: Reply) -> str:
    return f"{reply.code} {reply.without_addresses}"


def _xtext(text: bytes) -> bytes:
    if _NOT_XTEXT.search(text) is None:
        return text
    return _NOT_XTEXT.sub(lambda found: b"+%02X" % found[0][0], text)
