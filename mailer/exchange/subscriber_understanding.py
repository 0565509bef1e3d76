"""What the lines of a subscribers' list say, each for itself: before anybody asks who is known already."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from mailer.core.addresses import mailbox_key
from mailer.core.clock import at_local
from mailer.core.i18n import Translator, choose_locale, translator
from mailer.core.types import EmailAddress, Locale
from mailer.exchange.cells import unguarded
from mailer.exchange.problems import REASONS, Wrong
from mailer.exchange.subscriber_reading import MOST_LINES, Row, read_list
from mailer.exchange.values import parse_line, parse_mail_address
from mailer.series import Series
from mailer.subscriptions import Newcomer

LONGEST_NAME = 200

LANGUAGES = {"deutsch": "de", "german": "de", "englisch": "en", "english": "en"}
ACTIVE = ("", "active", "aktiv", "confirmed", "bestätigt", "subscribed")

LONGEST_PLAIN = 64
"""Characters of an address below which no limit on any part of it counts."""
PLAIN = re.compile(r"[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*")
"""A local part about which no two mail programs quarrel."""

GERMAN_MOMENT = re.compile(
    r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})(?:,?\s+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d)?)?",
    re.ASCII,
)


@dataclass(frozen=True)
class Rejected:
    """A row that is not taken over: where it begins, the address as written, and why."""

    line: int
    email: str
    code: str
    """The reason as a code, such as ``in_file_twice``."""
    details: dict[str, object] = field(default_factory=dict)

    def sentence(self, speaker: Translator) -> str:
        """The reason in the language of ``speaker``."""
        return speaker.say(REASONS + self.code, self.details)

    @property
    def reason(self) -> str:
        """The reason in English."""
        return self.sentence(translator("en"))


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a line names; ``email`` is the address as written."""

    line: int
    email: str
    newcomer: Newcomer


@dataclass(frozen=True)
class Understood:
    """A whole list, read: who stands there, and which lines say nothing we could use."""

    good: tuple[Named, ...]
    rejected: tuple[Rejected, ...]
    left_out: tuple[str, ...]
    """Columns of the file that mean nothing to us."""

    @property
    def newcomers(self) -> list[Newcomer]:
        return [named.newcomer for named in self.good]


def understand_list(series: Series, source: bytes, *, now: datetime, most: int = MOST_LINES) -> Understood:
    """Read a CSV file for this series; asks the database nothing.

    Columns: ``email``, and where known ``name`` (or first and last name), ``language`` and
    ``confirmed_at`` (ISO 8601 or 1.12.2022 10:00, local to the series where it has no zone).

    Raises BadSubscriberFile, also for more than ``most`` lines.
    """
    people = read_list(source, most=most)
    seen: set[str] = set()
    read_address = _address_reader()
    good: list[Named] = []
    rejected: list[Rejected] = []
    for row in people.rows:
        try:
            newcomer = _understand(row, series, seen, read_address, now=now)
            good.append(Named(row.line, row.shown_email, newcomer))
        except Wrong as wrong:
            rejected.append(Rejected(row.line, row.shown_email, wrong.reason, wrong.details))
    return Understood(tuple(good), tuple(rejected), people.left_out)


def _understand(
    row: Row, series: Series, seen: set[str], read_address: Callable[[str], EmailAddress], *, now: datetime
) -> Newcomer:
    """What a row says; ``seen`` keeps the mailboxes of the rows before. Raises Wrong."""
    if row.is_too_long:
        raise Wrong("too_many_cells")
    address = read_address(_cell(row, "email"))
    if mailbox_key(address) in seen:
        raise Wrong("in_file_twice")
    if _cell(row, "state").casefold() not in ACTIVE:
        raise Wrong("not_active")
    person = Newcomer(
        address=address,
        name=parse_line(_name(row), longest=LONGEST_NAME),
        language=_language(_cell(row, "language"), series),
        confirmed_at=_moment(_cell(row, "confirmed_at"), series.zone, now=now),
    )
    seen.add(mailbox_key(address))
    return person


def _cell(row: Row, column: str) -> str:
    """The cell without white space, and without the mark an export puts before what looks like a formula."""
    return unguarded(row.cells.get(column, "").strip())


def _name(row: Row) -> str:
    return _cell(row, "name") or f"{_cell(row, 'first_name')} {_cell(row, 'last_name')}".strip()


def _address_reader() -> Callable[[str], EmailAddress]:
    """Reads addresses as the one parser does, but asks it once about each domain: lists have many people, and few of those.

    Raises Wrong, as it does.
    """
    from email_validator.rfc_constants import (
        CASE_INSENSITIVE_MAILBOX_NAMES,
    )  # a costly import, see core.addresses

    domains: dict[str, str] = {}

    def read(text: str) -> EmailAddress:
        local, _, domain = text.rpartition("@")
        is_plain = len(text) <= LONGEST_PLAIN and PLAIN.fullmatch(local)
        if not is_plain or local.lower() in CASE_INSENSITIVE_MAILBOX_NAMES:  # such as NEWS (RFC 2142)
            return parse_mail_address(text)
        if domain not in domains:
            domains[domain] = parse_mail_address(f"x@{domain}").partition("@")[2]
        return EmailAddress(f"{local}@{domains[domain]}")

    return read


def _language(text: str, series: Series) -> Locale:
    if not text:
        return series.default_language
    text = LANGUAGES.get(text.casefold(), text)
    named = re.fullmatch(r"([A-Za-z]{2})([-_].*)?", text)
    locale = choose_locale(named[1], series.languages) if named else None
    if locale is None:
        raise Wrong("not_one_of", allowed=", ".join(series.languages))
    return locale


def _moment(text: str, zone: ZoneInfo, *, now: datetime) -> datetime | None:
    if not text:
        return None
    try:
        moment = _german_moment(text) or datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = at_local(moment.date(), moment.time(), zone)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Wrong("not_a_moment") from None
    if moment > now:
        raise Wrong("in_the_future")
    return moment


def _german_moment(text: str) -> datetime | None:
    """``1.12.2022`` and ``01.12.2022 10:00``. Raises ValueError for the 31st of February."""
    found = GERMAN_MOMENT.fullmatch(text)
    if found is None:
        return None
    parts = {part: int(number) for part, number in found.groupdict("0").items()}
    return datetime(  # noqa: DTZ001  # its zone is the series's
        parts["year"], parts["month"], parts["day"], parts["hour"], parts["minute"]
    )
