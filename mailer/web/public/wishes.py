"""The wish to be reminded, whichever way it came in."""

from __future__ import annotations

from mailer import series, subscriptions
from mailer.context import parts
from mailer.web.limits import may_write_to
from mailer.web.public.forms import SignUp


def note_wish(slug: str, wish: SignUp) -> None:
    """Let the mail go that asks for confirmation, unless this mailbox was asked often enough lately.

    Whoever calls answers alike in every case: an answer must not tell whether an address is known.
    """
    house = parts()
    if not may_write_to(wish.address, "confirm"):
        return
    with house.database.transaction() as session:
        subscriptions.request(
            session,
            series.get_series(session, slug),
            wish.address,
            name=wish.name,
            language=wish.language,
            wording=wish.wording,
            pseudonym=house.pseudonym,
            now=house.now(),
        )
