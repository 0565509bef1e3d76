"""What to do next with a series that has just begun."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailer.series import Series
from mailer.web.desk.time_line import url_if_there
from mailer.web.languages import gettext as _


@dataclass(frozen=True)
class Step:
    """One thing to do; ``url`` is where, empty where it is not hers to do."""

    words: str
    why: str
    url: str
    is_done: bool


def tell_first_steps(found: Series) -> tuple[Step, ...]:
    """The way from a title to a public series; nothing once that is walked."""
    if found.all_events and not found.draft:
        return ()
    return tuple(_steps(found))


def _steps(found: Series) -> Iterator[Step]:
    dialogues = "dialogue_editing.start" if not found.all_events else "dialogues.index"
    settings = url_if_there("series_settings.show", slug=found.slug)
    yield Step(
        _("Plan the first dialogue"),
        _("A question and a month are enough to begin with."),
        url_if_there(dialogues, slug=found.slug),
        bool(found.all_events),
    )
    yield Step(
        _("Write the imprint and the privacy notice"),
        _("They stand in every mail; without an imprint none leaves."),
        settings,
        all(found.imprint.get(code) and found.privacy.get(code) for code in found.languages),
    )
    yield Step(
        _("Say what the series is about"),
        _("It stands at the top of the public page."),
        settings,
        bool(found.about.get(found.default_language)),
    )
    yield Step(
        _("Publish the series"),
        _("Then people can sign up, and mails leave by themselves."),
        url_if_there("dialogues.index", slug=found.slug),
        not found.draft,
    )
