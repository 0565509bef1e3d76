"""A cookie that proves: this browser filled in the form. With it the confirmation page needs no second click."""

from __future__ import annotations

import hashlib
import hmac

from flask import Response, request

from mailer.context import parts
from mailer.core.types import EmailAddress
from mailer.series import Series
from mailer.subscriptions import CONFIRM_WITHIN, Subscription

COOKIE = "asked"
WHERE = "/subscriptions/confirm"


def remember_browser(response: Response, found: Series, address: EmailAddress) -> None:
    """Let the browser keep the proof for as long as a confirmation link counts. The address is not in it."""
    house = parts()
    response.set_cookie(
        COOKIE,
        _proof(found.slug, house.pseudonym(address)),
        max_age=int(CONFIRM_WITHIN.total_seconds()),
        path=WHERE,
        httponly=True,
        secure=house.config.is_public,
        samesite="Lax",
    )


def is_same_browser(subscription: Subscription) -> bool:
    expected = _proof(subscription.series.slug, subscription.person.pseudonym)
    return hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), expected.encode())


def _proof(slug: str, pseudonym: str) -> str:
    return hmac.digest(parts().links.key("asked"), f"{slug}:{pseudonym}".encode(), hashlib.sha256).hex()
