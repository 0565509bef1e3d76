"""Browsers that signed in before: strangers' wrong guesses do not make their owners wait.

Whoever guesses passwords for an address from many places makes everybody wait who tries that address. A cookie
that only a finished sign-in gives out has a count of its own, so its owner does not wait with them.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import request
from werkzeug.wrappers import Response

from mailer.context import parts
from mailer.core.tokens import BadToken
from mailer.core.types import EmailAddress
from mailer.organisers import Organiser

COOKIE = "zeitnah-known"
LASTS = timedelta(days=180)


def account_of(address: EmailAddress, organiser: Organiser | None) -> str:
    """Under what to count tries: the address under a keyed hash, or this one browser of its owner."""
    if organiser is not None and (browser := _known_browser(organiser)):
        return f"browser:{browser}"
    return parts().pseudonym(address)[:32]


def remember_browser(response: Response, organiser: Organiser) -> None:
    """Let the browser be known from now on. The cookie signs nobody in."""
    if _known_browser(organiser):
        return
    response.set_cookie(
        COOKIE,
        parts().links.make("known-browser", organiser.id, secrets.randbits(48)),
        max_age=int(LASTS.total_seconds()),
        path="/organiser",
        secure=parts().config.is_public,
        httponly=True,
        samesite="Lax",
    )


def _known_browser(organiser: Organiser) -> str:
    try:
        whose, browser = parts().links.read("known-browser", request.cookies.get(COOKIE, ""))
    except (BadToken, ValueError):
        return ""
    return f"{whose}.{browser}" if whose == organiser.id else ""
