"""Whether the relay lets us in: over the very road that letters take, and without sending any."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from time import monotonic

from config import Config
from mailer.checkup.findings import Finding, advice, good, mend
from mailer.core.errors import Unavailable
from mailer.delivery import News, Transport

_ONE_AT_A_TIME = threading.Lock()
"""A transport listens for one worker at a time; two organisers may press the button at once."""

RUNS_OUT_SOON = 14
"""Days before its end at which a certificate should be on its way to be renewed."""


def relay(transport: Transport, config: Config, *, seconds: float, now: datetime) -> Iterator[Finding]:
    """Greet, secure, sign in, and leave again. ``seconds`` is the longest it may take."""
    with _ONE_AT_A_TIME:
        yield from _knock(transport, config, seconds=seconds, now=now)


def _knock(transport: Transport, config: Config, *, seconds: float, now: datetime) -> Iterator[Finding]:
    try:
        line = transport.open()
    except Unavailable as problem:
        yield _closed(transport, problem)
        return
    try:
        kept_out = _heard(transport, line, seconds=seconds)
        if kept_out is not None:
            yield kept_out
            return
        yield good("relay", "lets_us_in", relay=transport.relay)
        yield from _secrecy(line.connection.socket, config, now=now)
    finally:
        line.close()


def _heard(transport: Transport, line: object, *, seconds: float) -> Finding | None:
    until = monotonic() + seconds
    while (left := until - monotonic()) > 0:
        for who, news, what in transport.wait(min(left, 0.25)):
            if who is line and news is News.READY:
                return None
            if who is line and isinstance(what, Unavailable):
                return _closed(transport, what)
    return mend("relay", "relay_silent", relay=transport.relay, seconds=int(seconds))


def _closed(transport: Transport, problem: Unavailable) -> Finding:
    """What keeps us out, under the code of the error that letters would meet."""
    cause = str(problem.details.get("cause", problem.code))
    return mend("relay", problem.code, relay=transport.relay, cause=cause)


def _secrecy(socket: object, config: Config, *, now: datetime) -> Iterator[Finding]:
    if isinstance(socket, ssl.SSLSocket):
        certificate = socket.getpeercert() or {}
        ends = str(certificate.get("notAfter", ""))
        days = (datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) - now).days if ends else 0
        if ends and days < RUNS_OUT_SOON:
            yield advice("relay", "certificate_ends", days=days)
        else:
            yield good("relay", "relay_secure")
    elif config.mail_server not in ("localhost", "127.0.0.1", "::1"):
        yield advice("relay", "relay_in_clear")
