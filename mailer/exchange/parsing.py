"""A series file becomes a value. Pure: nothing is looked up, nothing is stored."""

from __future__ import annotations

from functools import partial
from zoneinfo import ZoneInfo

from mailer.core.i18n import LOCALES
from mailer.core.types import EmailAddress, Form, Locale
from mailer.exchange.entries import (
    CLOSING_DAYS,
    DEFAULT_RULES,
    RETENTION_DAYS,
    TIMEZONE,
    EventEntry,
    SeriesFile,
)
from mailer.exchange.event_parsing import read_event
from mailer.exchange.fields import Fields
from mailer.exchange.funder_parsing import read_funders
from mailer.exchange.nodes import Scalar, read_tree
from mailer.exchange.problems import BadSeriesFile, Problem
from mailer.exchange.rule_parsing import read_rules
from mailer.exchange.values import (
    parse_colour,
    parse_day,
    parse_file_name,
    parse_flag,
    parse_line,
    parse_mail_address,
    parse_slug,
    parse_whole,
    parse_word,
    parse_zone,
)

MOST_DAYS = 3650
MOST_QUIET = 24 * 60
"""Minutes: whoever is told a day later that something changed has bought her ticket."""

LONGEST_SENDER = 200
"""Characters of a sender's name; with its address it has to fit a header."""

FIRST_LANGUAGES: list[Locale] = ["de"]
"""What a file speaks that does not say."""


def parse_series(source: bytes) -> SeriesFile:
    """What a series file says.

    Raises BadSeriesFile, which lists every problem that was found.
    """
    problems: list[Problem] = []
    fields = Fields(read_tree(source), "", problems)
    found = read_series(fields)
    fields.finish()
    if problems:
        raise BadSeriesFile(problems)
    return found


def read_series(fields: Fields) -> SeriesFile:
    languages = _read_languages(fields)
    timezone = fields.value("timezone", parse_zone, TIMEZONE)
    days = partial(parse_whole, least=0, most=MOST_DAYS)
    sender_name, sender_address = _read_sender(fields)
    return SeriesFile(
        slug=fields.value("slug", parse_slug, "", required=True),
        title=fields.words("title", languages, parse=parse_line, required=True),
        languages=languages,
        timezone=timezone,
        sender_name=sender_name,
        sender_address=sender_address,
        reply_to=fields.value("reply_to", parse_mail_address, None),
        about=fields.words("about", languages),
        imprint=fields.words("imprint", languages),
        privacy=fields.words("privacy", languages),
        funding=fields.words("funding", languages),
        colour=fields.value("colour", parse_colour, ""),
        logo=fields.value("logo", parse_file_name, ""),
        funders=read_funders(fields),
        form_of_address=_read_form(fields),
        closes_on=fields.value("closes_on", parse_day, None),
        closing_days=fields.value("closing_days", days, CLOSING_DAYS),
        retention_days=fields.value("retention_days", days, RETENTION_DAYS),
        second_release=fields.value("second_release", parse_flag, False),
        quiet_minutes=fields.value("quiet_minutes", partial(parse_whole, least=0, most=MOST_QUIET), None),
        draft=not fields.value("published", parse_flag, True),
        rules=read_rules(fields, default=DEFAULT_RULES),
        events=_read_events(fields, languages, ZoneInfo(timezone)),
    )


def _read_languages(fields: Fields) -> list[Locale]:
    """The languages in their order; after a problem all we have, so that it is not told again at every text."""
    if not fields.has("languages"):
        fields.take("languages")
        return FIRST_LANGUAGES
    named = [node.text if isinstance(node, Scalar) else "" for node in fields.nodes("languages")]
    known = [locale for name in named for locale in LOCALES if locale == name]
    if not named or len(known) != len(named) or len(set(named)) != len(named):
        fields.note("languages", "not_languages", allowed=", ".join(LOCALES))
        return list(LOCALES)
    return known


def _read_sender(fields: Fields) -> tuple[str, EmailAddress]:
    nobody = EmailAddress("")
    node = fields.take("sender", required=True)
    if node is None:
        return "", nobody
    sender = fields.inside("sender", node)
    name = sender.name("name", longest=LONGEST_SENDER)
    address = sender.value("address", parse_mail_address, nobody, required=True)
    sender.finish()
    return name, address


def _read_form(fields: Fields) -> Form:
    form = fields.value("form_of_address", partial(parse_word, ("sie", "du")), "sie")
    return "du" if form == "du" else "sie"


def _read_events(fields: Fields, languages: list[Locale], zone: ZoneInfo) -> tuple[EventEntry, ...]:
    seen: set[str] = set()

    def read(event: Fields) -> EventEntry:
        entry = read_event(event, languages=languages, zone=zone)
        if entry.slug and entry.slug in seen:
            event.note("slug", "slug_twice", slug=entry.slug)
        seen.add(entry.slug)
        return entry

    return tuple(fields.rows("events", read))
