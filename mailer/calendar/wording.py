"""What a calendar entry says to a person: its title, where it is, and the text beneath."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailer.calendar.values import uri
from mailer.core.i18n import Translator
from mailer.core.text import in_language, markdown_text, one_line
from mailer.series import Event, EventFormat, Material, Series, Speaker

_BLOCK_START = r"\s|[-*+] |[>#|]|[-=]{2,}|\d+[.)] "
_SOFT_BREAK = re.compile(rf"(?m)^(?![#>|])(.*[^\s\\])\n(?!{_BLOCK_START})")
"""A line break within a Markdown paragraph, where the author only wrapped the line."""


def summary(event: Event, series: Series, words: Translator, *, cancelled: bool) -> str:
    """The title on one line. Programs that ignore STATUS show a cancelled event as before, so the title says it."""
    title = one_line(in_language(event.title, words.locale, series.languages))
    return words.gettext("Cancelled: %(title)s") % {"title": title} if cancelled else title


def location(event: Event, words: Translator, *, join_url: str) -> str:
    """Where to go; "" when nobody said.

    An online event is at its join link when we may tell it: programs make this line a link, on a
    phone in the alert itself. A hybrid one keeps the place here for those who travel, to be found on a map.
    """
    if event.format is EventFormat.ONLINE:
        return uri(join_url) or words.gettext("Online")
    if event.format is EventFormat.ON_SITE:
        return event.place
    if event.place:
        return words.gettext("%(place)s and online") % {"place": event.place}
    return words.gettext("On site and online")


def description(
    event: Event,
    series: Series,
    words: Translator,
    *,
    page_url: str,
    cancelled: bool,
    join_url: str,
    on_site: bool,
    recordings: Sequence[Material],
) -> str:
    """Plain text: what it is about, who speaks, how to get there or join, where to read more."""
    links = [
        (words.gettext("Join:"), join_url),
        *((words.gettext("Recording:"), recording.url) for recording in recordings),
        (words.gettext("More:"), page_url),
    ]
    parts = [
        words.gettext("This dialogue does not take place.") if cancelled else "",
        flowing(in_language(event.announcement, words.locale, series.languages)),
        _speakers(event, series, words),
        _arrival(event, series, words) if on_site and not cancelled else "",
        "\n".join(f"{label} {uri(url)}" for label, url in links if url),
    ]
    return "\n\n".join(part for part in parts if part)


def flowing(markdown: str) -> str:
    """Markdown as plain text whose paragraphs are one line each: a calendar wraps them to its own width."""
    return markdown_text(_SOFT_BREAK.sub(r"\1 ", markdown.replace("\r\n", "\n")))


def _arrival(event: Event, series: Series, words: Translator) -> str:
    hints = in_language(event.arrival, words.locale, series.languages)
    if not hints or event.format is EventFormat.ONLINE:
        return ""
    return f"{words.gettext('How to get there:')}\n{flowing(hints)}"


def _speakers(event: Event, series: Series, words: Translator) -> str:
    present = [_speaker(speaker, series, words) for speaker in event.speakers if not speaker.absent]
    return "\n".join([words.gettext("With:"), *(f"– {line}" for line in present)]) if present else ""


def _speaker(speaker: Speaker, series: Series, words: Translator) -> str:
    """``Ada Beispiel (Praxis), Bürgermeisterin, Stadt Beispielow``."""
    role = in_language(speaker.role, words.locale, series.languages)
    job = in_language(speaker.job, words.locale, series.languages)
    name = f"{speaker.name} ({role})" if role else speaker.name
    return one_line(", ".join(part for part in (name, job, speaker.organisation) if part))
