"""What people agree to when they sign up, word for word. A changed text gets a new version; old ones stay."""

from __future__ import annotations

from mailer.core.types import Locale

VERSION = "2026-11"

_WORDINGS: dict[str, dict[Locale, str]] = {
    "2026-11": {
        "de": (
            "Ja, ich möchte per E-Mail über die Dialoge dieser Reihe informiert und an sie erinnert werden. "
            "Die E-Mails enden mit der Reihe von selbst; ich kann sie jederzeit mit einem Klick abbestellen."
        ),
        "en": (
            "Yes, I would like to be told about the dialogues of this series by e-mail and reminded of them. "
            "The e-mails end with the series by themselves; I can stop them at any time with one click."
        ),
    }
}


def consent_wording(language: Locale) -> tuple[str, str]:
    """The version of today's wording, such as ``2026-11/de``, and its text. It speaks as "I", so Sie and du read alike."""
    return f"{VERSION}/{language}", _WORDINGS[VERSION][language]
