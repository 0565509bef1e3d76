"""What is wrong with a file, said so that its author finds the place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailer.core.errors import Invalid, Refused, Speaker
from mailer.core.i18n import translator

REASONS = "in_file."
"""What the catalogues put before the reasons, so that they meet no error code of another room."""

MOST_TOLD = 50
"""Problems listed at once: who sees more mends these first."""


class Wrong(ValueError):
    """A value is not what its field holds; ``reason`` is a code of the catalogues."""

    def __init__(self, reason: str, **details: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = details


@dataclass(frozen=True)
class Problem:
    """One thing to mend in a series file: the line, counted from 1, the field and a reason from the catalogues."""

    line: int
    field: str
    reason: str
    details: dict[str, object]

    def sentence(self, speaker: Speaker) -> str:
        """``line 12, events.starts_at: …`` in the language of ``speaker``."""
        reason = speaker.say(REASONS + self.reason, self.details)
        where = REASONS + ("at_field" if self.field else "at_line")
        return speaker.say(where, {"line": self.line, "field": self.field, "because": reason})

    def __str__(self) -> str:
        return self.sentence(translator("en"))


class BadSeriesFile(Invalid):
    """A series file cannot be used; nothing of it was taken over.

    ``problems`` holds every one that was found, in the order of their lines; the details name the first.
    """

    code = "bad_series_file"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: (problem.line, problem.field))[:MOST_TOLD]
        first = self.problems[0]
        super().__init__(line=first.line, field=first.field, reason=first.reason)
        self.details["problems"] = "\n".join(map(str, self.problems))

    def in_words(self, speaker: Speaker) -> str:
        """The whole sentence with its list of problems in the language of ``speaker``."""
        problems = "\n".join(problem.sentence(speaker) for problem in self.problems)
        return speaker.say(self.code, {"problems": problems})


class BadSubscriberFile(Invalid):
    """A list of subscribers cannot be read at all; nobody of it was taken over."""

    code = "bad_subscriber_file"

    def __init__(self, reason: str, *, line: int, **details: object) -> None:
        super().__init__(line=line, reason=reason)
        self.problem = Problem(line, "", reason, details)
        self.details["problem"] = str(self.problem)

    def in_words(self, speaker: Speaker) -> str:
        """The whole sentence in the language of ``speaker``."""
        return speaker.say(self.code, {"problem": self.problem.sentence(speaker)})


class NoEvidence(Invalid):
    """Whose consent was given elsewhere can only be imported with a word on where; at most 500 characters."""

    code = "no_evidence"


class EventWasPublished(Refused):
    """A dialogue that people may know of does not become a draft again: it is cancelled, so that they hear of it."""

    code = "event_was_published"


class SeriesWasPublished(Refused):
    """A series that people may know of does not become a draft again: it ends, and says so."""

    code = "series_was_published"


class NothingToMove(Invalid):
    """The file has no dated event without documentation that a distance in days could be counted from."""

    code = "nothing_to_move"


class MovedTooFar(Invalid):
    """Moved by so many days, a date would leave the years we know."""

    code = "moved_too_far"


class DatesTooFar(Invalid):
    """Moved by this distance, a date would leave the years we know."""

    code = "dates_too_far"
