"""Addresses on the web that letters point to. Paths are public: they live in mailboxes for years."""

from __future__ import annotations

from urllib.parse import quote

from mailer.core.types import EmailAddress
from mailer.series import Event, Series


def series_url(base_url: str, series: Series) -> str:
    return f"{base_url}/{series.slug}"


def event_url(base_url: str, series: Series, event: Event) -> str:
    return f"{base_url}/{series.slug}/{event.slug}"


def confirm_url(base_url: str, token: str) -> str:
    return f"{base_url}/subscriptions/confirm/{token}"


def unsubscribe_url(base_url: str, token: str) -> str:
    return f"{base_url}/subscriptions/unsubscribe/{token}"


def manage_url(base_url: str, token: str) -> str:
    return f"{base_url}/subscriptions/manage/{token}"


def access_url(base_url: str, token: str) -> str:
    return f"{base_url}/subscriptions/access/{token}"


def confirm_seat_url(base_url: str, token: str) -> str:
    return f"{base_url}/registrations/confirm/{token}"


def access_seat_url(base_url: str, token: str) -> str:
    return f"{base_url}/registrations/access/{token}"


def seat_url(base_url: str, token: str) -> str:
    return f"{base_url}/registrations/{token}"


def join_url(base_url: str, token: str) -> str:
    return f"{base_url}/join/{token}"


def sign_in_url(base_url: str, token: str) -> str:
    return f"{base_url}/organiser/sign-in/{token}"


def invitation_url(base_url: str, token: str) -> str:
    return f"{base_url}/organiser/invitation/{token}"


def desk_url(base_url: str) -> str:
    return f"{base_url}/organiser/"


def unsubscribe_mailto(mailbox: EmailAddress, token: str) -> str:
    """The ``mailto:`` beside the one-click link; the token in its subject says who leaves what (RFC 6068)."""
    return f"mailto:{quote(mailbox, safe='@+')}?subject={quote(f'unsubscribe {token}')}"
