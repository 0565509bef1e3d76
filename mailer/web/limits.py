"""How often a client or a mailbox may make us write mail: counted in our own database, over all processes."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from datetime import timedelta
from typing import cast

from flask import Flask, request
from limits import RateLimitItemPerHour
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import case, delete, select
from sqlalchemy.orm import Session

from mailer.context import parts
from mailer.core.clock import utcnow
from mailer.core.db import insert_for
from mailer.core.errors import MailerError, Refused
from mailer.core.types import EmailAddress
from mailer.web.models import RateHit

FROM_ONE_CLIENT = RateLimitItemPerHour(30)
"""A school or an office may share one address; a flood looks different."""

TO_ONE_MAILBOX = RateLimitItemPerHour(5)
"""Letters a stranger can make us send to somebody in an hour: forms like ours are used to flood mailboxes."""

LIMITED = frozenset(
    {
        "sign_up.send",
        "api_subscribing.subscribe",
        "registering.send",
        "finding_link.send",
        "managing.change",
        "stored.act",
        "signing_in.send",
        "signing_in.enter",
        "invitation.accept",
        "account.mail_link",
    }
)
"""Which views are limited, by endpoint. The one-click way out is not: nobody may be kept from leaving."""

COUNTED_AS = {"api_subscribing.subscribe": "sign_up.send"}
"""Two doors to one thing have one count."""


class TooOften(Refused):  # the web answers 429 for this one
    """A client asked too often; ``seconds`` says how long it must wait, at most an hour."""

    code = "too_often"


def set_up(app: Flask, *, enabled: bool) -> None:
    """Limit the views in LIMITED."""
    if enabled:
        app.before_request(_refuse_floods)


def _refuse_floods() -> None:
    if request.endpoint not in LIMITED:
        return
    counted = COUNTED_AS.get(request.endpoint, request.endpoint)
    if not _limiter().hit(FROM_ONE_CLIENT, counted, client()):
        ends_at, _ = _limiter().get_window_stats(FROM_ONE_CLIENT, counted, client())
        raise TooOften(seconds=max(1, int(ends_at - utcnow().timestamp())))


def _limiter() -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(HouseStorage())


def client() -> str:
    """Who is asking, as a keyed hash; all of an IPv6 household's addresses are one."""
    address = request.remote_addr or "unknown"
    try:
        if ipaddress.ip_address(address).version == 6:
            address = str(ipaddress.ip_network(f"{address}/64", strict=False))
    except ValueError:
        pass  # a server without TCP, or an odd proxy: the text itself will do
    return hmac.digest(parts().links.key("limits"), address.encode(), hashlib.sha256)[:16].hex()


def may_write_to(address: EmailAddress, purpose: str) -> bool:
    """Whether a stranger's wish may make us write to this mailbox once more. Counts the wish."""
    if not parts().config.ratelimit_enabled:
        return True
    return _limiter().hit(TO_ONE_MAILBOX, purpose, parts().pseudonym(address)[:32])


class HouseStorage(Storage):
    """The counters of the limits library in our table, in whatever database the running house has."""

    STORAGE_SCHEME = ["house"]

    @property
    def base_exceptions(self) -> type[Exception]:
        return MailerError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        with parts().database.transaction() as session:
            hits = count(session, key, expiry, amount)
            if hits == amount:  # a window was opened: a good moment to sweep out those that are over
                session.execute(delete(RateHit).where(RateHit.ends_at <= utcnow()))
            return hits

    def get(self, key: str) -> int:
        with parts().database.reading() as session:
            hits: int | None = session.scalar(
                select(RateHit.count).where(RateHit.key == key, RateHit.ends_at > utcnow())
            )
            return hits or 0

    def get_expiry(self, key: str) -> float:
        with parts().database.reading() as session:
            hit = session.get(RateHit, key)
            return (hit.ends_at if hit else utcnow()).timestamp()

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        with parts().database.transaction() as session:
            return len(session.scalars(delete(RateHit).returning(RateHit.key)).all())

    def clear(self, key: str) -> None:
        with parts().database.transaction() as session:
            session.execute(delete(RateHit).where(RateHit.key == key))


def count(session: Session, key: str, expiry: int, amount: int) -> int:
    """Count in one statement, so that two processes never read the same number."""
    now = utcnow()
    fresh = {"count": amount, "ends_at": now + timedelta(seconds=expiry)}
    over = RateHit.ends_at <= now
    counted = session.scalar(
        insert_for(session, RateHit)
        .values(key=key, **fresh)
        .on_conflict_do_update(
            index_elements=[RateHit.key],
            set_={
                "count": case((over, amount), else_=RateHit.count + amount),
                "ends_at": case((over, fresh["ends_at"]), else_=RateHit.ends_at),
            },
        )
        .returning(RateHit.count)
    )
    return cast("int", counted)
