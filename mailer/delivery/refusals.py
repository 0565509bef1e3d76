"""What can keep a letter from the relay without the letter being to blame."""

from __future__ import annotations

import ssl

from mailer.core.errors import Unavailable


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


class RelayEndsSession(Unavailable):
    """The relay hangs up by a limit of its own (421): it has had enough of this connection, or of all of them."""

    code = "relay_ends_session"


class RelayPutsOff(Unavailable):
    """The relay refuses too many letters for now: it wants us to go slower."""

    code = "relay_puts_off"


class ConnectionLost(Unavailable):
    """The connection broke in the middle of a conversation."""

    code = "connection_lost"


def named(problem: Exception, *, relay: str, is_up: bool) -> Unavailable:
    """The problem as one of ours. ``is_up``: whether the session had begun to take letters."""
    if isinstance(problem, Unavailable):
        return problem
    cause = f"{type(problem).__name__}: {problem}"[:200]
    if is_up:
        return ConnectionLost(relay=relay, cause=cause)
    if isinstance(problem, ssl.SSLError):
        return RelayUntrusted(relay=relay, cause=cause)
    return RelayUnreachable(relay=relay, cause=cause)
