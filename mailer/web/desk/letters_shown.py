"""What a page of the desk shows of a letter: as HTML in two widths, as text, its calendar entry, its headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailer.core.types import Locale
from mailer.delivery import Preview
from mailer.web.languages import NAMES


@dataclass(frozen=True)
class Tab:
    """The same letter in one language."""

    code: str
    name: str
    url: str
    is_here: bool


@dataclass(frozen=True)
class LetterShown:
    """What ``desk/_letter_preview.html`` wants."""

    language: Locale
    tabs: tuple[Tab, ...]
    """One for each language of the series; a single one is not shown."""
    subject: str
    sender: str
    to: str
    text: str
    calendar: str
    """Empty where the letter carries no entry."""
    headers: tuple[tuple[str, str], ...]
    frame_url: str
    """Where the HTML part is, for frames; see `mailer.web.framed`."""
    message_url: str
    calendar_url: str


def tell_letter(
    shown: Preview, *, tabs: Sequence[Tab], frame_url: str, message_url: str, calendar_url: str
) -> LetterShown:
    """A preview as the partial wants it. ``calendar_url`` is left out where the letter has no entry."""
    known = dict(shown.headers)
    return LetterShown(
        language=shown.letter.language,
        tabs=tuple(tabs),
        subject=shown.letter.subject,
        sender=known.get("From", ""),
        to=known.get("To", ""),
        text=shown.letter.text,
        calendar=shown.calendar,
        headers=shown.headers,
        frame_url=frame_url,
        message_url=message_url,
        calendar_url=calendar_url if shown.letter.calendar else "",
    )


def tell_tabs(languages: Sequence[str], chosen: str, urls: dict[str, str]) -> tuple[Tab, ...]:
    """One tab a language; ``urls`` says where each leads."""
    return tuple(Tab(code, NAMES.get(code, code), urls[code], code == chosen) for code in languages)
