"""What a letter says of a change: what is different, and how its readers knew it until now."""

from __future__ import annotations

from dataclasses import dataclass

from mailer.core import i18n
from mailer.core.clock import local_day
from mailer.letters.facts import View, place_words, span
from mailer.series import Change, Event, Facts


@dataclass(frozen=True)
class ChangeFacts:
    what: str
    """``date_set``, ``moved``, ``unsettled``, ``cancelled`` or ``reinstated``."""
    when_before: str
    """Empty when the date is the same, or when there was none to rely on."""
    where_before: str
    """Empty when the place is the same, and how the dialogue is held."""
    held: str
    """``online``, ``on_site`` or ``hybrid`` where that is new; empty when it is as it was."""
    moment: str
    """The new start with its day and hour, to open a subject; empty without a fixed date."""
    is_another_day: bool
    """Whether the day changed, not only the hour."""


def of_change(view: View, event: Event, change: Change, before: Facts | None) -> ChangeFacts:
    """Without ``before`` nothing is compared."""
    return ChangeFacts(
        what=change.value,
        when_before=_when_before(view, event, change, before),
        where_before=_where_before(view, event, change, before),
        held="" if before is None or before.format is event.format else event.format.value,
        moment=_moment(view, event),
        is_another_day=_is_another_day(view, event, before),
    )


def _when_before(view: View, event: Event, change: Change, before: Facts | None) -> str:
    if before is None or before.starts_at is None or change is Change.DATE_SET:
        return ""
    is_same = (before.starts_at, before.ends_at) == (event.starts_at, event.ends_at)
    if is_same and change is not Change.CANCELLED:
        return ""
    return span(view, before.starts_at, before.ends_at or before.starts_at)


def _where_before(view: View, event: Event, change: Change, before: Facts | None) -> str:
    if before is None or change not in (Change.MOVED, Change.REINSTATED):
        return ""
    if (before.format, before.place) == (event.format, event.place):
        return ""
    return place_words(view, before.format, before.place)


def _moment(view: View, event: Event) -> str:
    if not event.is_dated or event.starts_at is None:
        return ""
    day = i18n.day(local_day(event.starts_at, view.zone), view.speak.locale)
    return f"{day}, {i18n.hour(event.starts_at, view.zone, view.speak.locale)}"


def _is_another_day(view: View, event: Event, before: Facts | None) -> bool:
    if before is None or before.starts_at is None or event.starts_at is None:
        return True
    return local_day(before.starts_at, view.zone) != local_day(event.starts_at, view.zone)
