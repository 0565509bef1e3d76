"""When the relay's answers say that it is not the letters that are wrong, but we."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from mailer.delivery.replies import Reply

LAST = 200
"""Answers looked back upon."""

DISTRUSTED = LAST * 5 // 100
"""More answers of the class 5.7 (RFC 3463: security, policy) than this, and the mailing is paused."""

PUT_OFF = LAST * 20 // 100
"""More temporary refusals than this, and the relay is left alone for a while."""

LONGEST_REASON = 200
"""Characters a mailing has room for."""


@dataclass
class Breaker:
    """Remembers the last answers. What it finds it forgets: whoever goes on after it begins anew."""

    distrusted_by: Reply | None = None
    """The last of too many answers that speak of policy; absent while there are not too many."""
    put_off_by: Reply | None = None
    """The last of too many temporary refusals."""
    _last: deque[str] = field(default_factory=lambda: deque(maxlen=LAST))

    def hear(self, reply: Reply, *, may_be_greylisting: bool) -> None:
        """``may_be_greylisting``: a recipient refused for now at the first try, which is how some servers greet everybody."""
        kind = _kind(reply, may_be_greylisting=may_be_greylisting)
        self._last.append(kind)
        if kind == "distrusted" and self._last.count(kind) > DISTRUSTED:
            self.distrusted_by = reply
            self._last.clear()
        elif kind == "put off" and self._last.count(kind) > PUT_OFF:
            self.put_off_by = reply
            self._last.clear()


def _kind(reply: Reply, *, may_be_greylisting: bool) -> str:
    if reply.code >= 500 and reply.enhanced.startswith("5.7."):
        return "distrusted"
    if reply.temporary and not may_be_greylisting:
        return "put off"
    return ""


def distrust(reply: Reply) -> str:
    """What an organiser reads of a mailing that we paused ourselves."""
    said = f"the relay distrusts our mail: {reply.code} {reply.without_addresses}"
    return said[:LONGEST_REASON]
