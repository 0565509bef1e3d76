"""The wish to be reminded, whichever way it came in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mailer import series, subscriptions
from mailer.context import parts
from mailer.core.addresses import mailbox_key
from mailer.series import Outline
from mailer.web.limits import may_write_to
from mailer.web.public.forms import SignUp


def note_wish(slug: str, wish: SignUp) -> Outline:
    """Let the mail go that asks for confirmation, unless this mailbox was asked often enough lately.

    Whoever calls answers alike in every case: an answer must not tell whether an address is known.

    Raises UnknownSeries, SeriesOver.
    """
    house, now = parts(), parts().now()
    if not may_write_to(wish.address, "confirm"):
        return look(slug)

    def note(session: Session) -> Outline | None:
        found = _found_before(session, slug)
        if found is not None and not found.is_over(now):
            subscriptions.request(
                session,
                found,
                wish.address,
                name=wish.name,
                language=wish.language(found),
                wording=wish.wording or subscriptions.consent_wording(wish.language(found))[0],
                pseudonym=house.pseudonym,
                now=now,
            )
        return found

    return _still_open(slug, house.together.write(mailbox_key(wish.address), note), now)


def look(slug: str) -> Outline:
    """The series for which nobody is noted now. Raises UnknownSeries, SeriesOver."""
    with parts().database.reading() as session:
        return _still_open(slug, series.find_outline(session, slug), parts().now())


def _found_before(session: Session, slug: str) -> Outline | None:
    """The series, read once for all whose wishes are noted in one transaction."""
    known = session.info.setdefault("outlines", {})
    if slug not in known:
        known[slug] = series.find_outline(session, slug)
    found: Outline | None = known[slug]
    return found


def _still_open(slug: str, found: Outline | None, now: datetime) -> Outline:
    if found is None:
        raise series.UnknownSeries(series=slug[:80])
    if found.is_over(now):
        raise subscriptions.SeriesOver(series=slug)
    return found
