"""Open sessions as their owner reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from mailer.context import parts
from mailer.web import languages
from mailer.web.desk import sessions
from mailer.web.desk.moments import tell_moment
from mailer.web.languages import gettext as _
from mailer.web.models import DeskSession


@dataclass(frozen=True)
class OpenSession:
    """One browser that is signed in."""

    handle: str
    """By which a form names it."""
    device: str
    started: str
    seen: str
    is_this_one: bool


def tell_sessions(found: Iterable[DeskSession], *, zone: ZoneInfo) -> tuple[OpenSession, ...]:
    now, locale = parts().now(), languages.locale()
    return tuple(
        OpenSession(
            handle=one.token_hash[: sessions.HANDLE],
            device=one.device or _("Unknown browser"),
            started=tell_moment(one.started_at, zone=zone, now=now, locale=locale),
            seen=tell_moment(one.seen_at, zone=zone, now=now, locale=locale),
            is_this_one=sessions.is_this_one(one),
        )
        for one in found
    )
