"""What people agree to when they register for an event, word for word. A changed text gets a new version; old ones stay."""

from __future__ import annotations

from mailer.core.types import Locale

VERSION = "seat-2026-11"

_WORDINGS: dict[str, dict[Locale, str]] = {
    "seat-2026-11": {
        "de": (
            "Ja, meine Angaben dürfen für die Anmeldung zu diesem Dialog gespeichert werden, und ich möchte dazu "
            "E-Mails erhalten. Ich kann meinen Platz jederzeit zurückgeben; nach dem Ende der Reihe werden meine "
            "Angaben gelöscht."
        ),
        "en": (
            "Yes, my details may be stored for the registration to this dialogue, and I would like to receive "
            "emails about it. I can give my place back at any time; after the end of the series my details "
            "are erased."
        ),
    }
}


def seat_wording(language: Locale) -> tuple[str, str]:
    """The version of today's wording, such as ``seat-2026-11/de``, and its text."""
    return f"{VERSION}/{language}", _WORDINGS[VERSION][language]
