"""Two cookies that prove: this browser filled in the form; and, this browser opened a mail to an address and said yes.

With the first the confirmation page needs no second click, with the second a registration needs no mail to confirm it.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from mailer.context import parts
from mailer.core.types import EmailAddress
from mailer.subscriptions import CONFIRM_WITHIN, Subscription

COOKIE = "asked"
WHERE = "/subscriptions/confirm"

PROVEN = "proven"
PROVEN_FOR = timedelta(days=7)
"""How long: a browser may be shared, and may be lost."""


def remember_browser(response: Response, slug: str, address: EmailAddress) -> None:
    """Let the browser keep the proof for as long as a confirmation link counts. The address is not in it."""
    house = parts()
    response.set_cookie(
        COOKIE,
        _proof(slug, house.pseudonym(address)),
        max_age=int(CONFIRM_WITHIN.total_seconds()),
        path=WHERE,
        httponly=True,
        secure=house.config.is_public,
        samesite="Lax",
    )


def is_same_browser(subscription: Subscription) -> bool:
    expected = _proof(subscription.series.slug, subscription.person.pseudonym)
    return hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), expected.encode())


def remember_proven(response: AnyResponse, pseudonym: str, *, now: datetime) -> None:
    """Let the browser keep that it read a mail to this mailbox. The address is not in it."""
    minute = int(now.timestamp()) // 60
    response.set_cookie(
        PROVEN,
        f"{minute}.{_proven(minute, pseudonym)}",
        max_age=int(PROVEN_FOR.total_seconds()),
        httponly=True,
        secure=parts().config.is_public,
        samesite="Lax",
    )


def has_proven(address: EmailAddress) -> bool:
    """Whether this browser proved of late that it reads the mail of this mailbox, and the form is from our own page.

    SameSite keeps the cookie from other sites' forms; hosts beside ours are of our site, and only say so.
    """
    house = parts()
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    minute, _, proof = request.cookies.get(PROVEN, "").partition(".")
    if not (minute.isascii() and minute.isdigit() and len(minute) < 12):
        return False
    age = int(house.now().timestamp()) // 60 - int(minute)
    expected = _proven(int(minute), house.pseudonym(address))
    return 0 <= age < PROVEN_FOR.total_seconds() / 60 and hmac.compare_digest(
        proof.encode(), expected.encode()
    )


def _proven(minute: int, pseudonym: str) -> str:
    return hmac.digest(parts().links.key("proven"), f"{minute}:{pseudonym}".encode(), hashlib.sha256).hex()


def _proof(slug: str, pseudonym: str) -> str:
    return hmac.digest(parts().links.key("asked"), f"{slug}:{pseudonym}".encode(), hashlib.sha256).hex()
