"""Series files as hypothesis makes them up."""

from __future__ import annotations

import string
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from mailer.core.types import EmailAddress
from mailer.exchange import EventEntry, RuleEntry, SeriesFile
from mailer.exchange.entries import MaterialEntry, SpeakerEntry
from mailer.exchange.values import tidy
from mailer.outcomes import Condition, Level
from mailer.reminders import Anchor, Audience, RuleKind
from mailer.series import (
    RESERVED_SLUGS,
    EventFormat,
    EventState,
    Funder,
    MaterialKind,
    Question,
    QuestionKind,
)

TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""What lets text read backwards: no text is kept with it, so none comes back with it."""

ANY_CHARACTER = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=TURNS)
SHORT = st.text(ANY_CHARACTER, max_size=40).map(lambda text: " ".join(text.split()))
NAMES = SHORT.map(lambda text: text or "Anna")
LONG = st.lists(
    st.one_of(
        st.text(ANY_CHARACTER, max_size=60),
        st.sampled_from(
            [
                "- x",
                "# x",
                "a: b",
                "---",
                "...",
                "  indented",
                "tab\t",
                "two  spaces  ",
                "null",
                '"',
                "'",
                "| >",
            ]
        ),
        st.lists(st.text(string.ascii_letters + "äöüß„“–", max_size=12), max_size=40).map(" ".join),
    ),
    max_size=6,
).map(lambda lines: tidy("\n".join(lines)))
SLUGS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8})?", fullmatch=True).filter(
    lambda s: s not in RESERVED_SLUGS
)
URLS = st.sampled_from(
    ["", "https://meet.example.org/a?b=c#d", "http://example.org/" + "x" * 200, "https://bücher.example/ä"]
)
INSTANTS = st.integers(0, 197 * 365 * 24 * 60).map(
    lambda minutes: datetime(2001, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
AROUND_CLOCK_CHANGES = st.integers(0, 600).map(
    lambda minutes: datetime(2023, 10, 28, 22, tzinfo=UTC) + timedelta(minutes=minutes)
)
LENGTHS = st.one_of(
    st.integers(1, 3000).map(lambda minutes: timedelta(minutes=minutes)),
    st.integers(1, 10**12).map(lambda moment: timedelta(microseconds=moment)),
)


def words(languages: list[str], texts: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, str]]:
    full = st.fixed_dictionaries({}, optional={language: texts for language in languages})
    return full.map(lambda found: {language: text for language, text in found.items() if text})


def titles(languages: list[str], texts: st.SearchStrategy[str] = NAMES) -> st.SearchStrategy[dict[str, str]]:
    """Words that are there at least in the first language."""
    optional = {language: texts for language in languages[1:]}
    return st.fixed_dictionaries({languages[0]: texts}, optional=optional)


RULES = st.one_of(
    st.builds(
        RuleEntry,
        st.sampled_from(RuleKind),
        st.sampled_from(Anchor),
        st.sampled_from(["P14D", "P1M", "P0D", "P1Y2M3W4D"]),
        st.sampled_from(["", "09:00", "23:59"]),
        st.sampled_from(Audience),
        st.sampled_from(["", "online", "on_site"]),
    ),
    st.builds(
        RuleEntry,
        st.sampled_from(RuleKind),
        st.sampled_from(Anchor),
        st.sampled_from(["PT2H", "P1DT2H", "PT90M"]),
    ),
)
RULE_LISTS = st.lists(RULES, max_size=4, unique=True).map(tuple)


@st.composite
def dates(draw: st.DrawFn) -> dict[str, Any]:
    if draw(st.booleans()):
        month = draw(st.dates(date(2001, 1, 1), date(2198, 1, 1))).strftime("%Y-%m")
        state = draw(st.sampled_from([EventState.ANNOUNCED, EventState.CANCELLED]))
        return {"starts_at": None, "ends_at": None, "month": month, "state": state}
    start = draw(st.one_of(INSTANTS, AROUND_CLOCK_CHANGES))
    state = draw(st.sampled_from([EventState.FIXED, EventState.PROVISIONAL, EventState.CANCELLED]))
    return {"starts_at": start, "ends_at": start + draw(LENGTHS), "month": None, "state": state}


@st.composite
def events(draw: st.DrawFn, languages: list[str], slug: str) -> EventEntry:
    text = words(languages, LONG)
    line = words(languages, SHORT)
    speakers = st.builds(
        SpeakerEntry,
        NAMES,
        SHORT,
        line,
        line,
        text,
        text,
        text,
        st.sampled_from(["", "anna.jpg"]),
        line,
        st.booleans(),
    )
    materials = st.builds(
        MaterialEntry,
        st.sampled_from(MaterialKind),
        titles(languages),
        SHORT,
        URLS,
        st.sampled_from(["", "a b.pdf"]),
    )
    conditions = st.builds(
        Condition, st.sampled_from(Level), titles(languages, LONG.map(lambda text: text or "mehr Zeit"))
    )
    questions = st.one_of(
        st.builds(
            Question,
            SLUGS,
            st.sampled_from([QuestionKind.TEXT, QuestionKind.YES_NO]),
            titles(languages),
            st.booleans(),
        ),
        st.builds(
            Question,
            SLUGS,
            st.just(QuestionKind.CHOICE),
            titles(languages),
            st.booleans(),
            st.lists(titles(languages), min_size=2, max_size=3).map(tuple),
        ),
    )
    return EventEntry(
        slug=slug,
        title=draw(titles(languages)),
        **draw(dates()),
        format=draw(st.sampled_from(EventFormat)),
        place=draw(SHORT),
        arrival=draw(text),
        join_url=draw(URLS),
        join_url_public=draw(st.booleans()),
        registration_url=draw(URLS),
        capacity=draw(st.none() | st.integers(1, 500)),
        announcement=draw(text),
        plain_language=draw(text),
        account=draw(text),
        guiding_question=draw(text),
        documented_at=draw(st.none() | INSTANTS | AROUND_CLOCK_CHANGES),
        speakers=tuple(draw(st.lists(speakers, max_size=2))),
        materials=tuple(draw(st.lists(materials, max_size=2))),
        conditions=tuple(draw(st.lists(conditions, max_size=2))),
        questions=tuple(draw(st.lists(questions, max_size=2, unique_by=lambda question: question.name))),
        rules=draw(st.none() | RULE_LISTS),
    )


FUNDERS = [
    (),
    (
        Funder("Landeszentrale für politische Bildung", "landeszentrale.png", "https://example.org/"),
        Funder("Stiftung"),
    ),
]


@st.composite
def series_files(draw: st.DrawFn) -> SeriesFile:
    languages: Any = draw(st.sampled_from([["de"], ["en"], ["de", "en"], ["en", "de"]]))
    text = words(languages, LONG)
    slugs = draw(st.lists(SLUGS, max_size=3, unique=True))
    return SeriesFile(
        slug=draw(SLUGS),
        title=draw(titles(languages)),
        languages=languages,
        timezone=draw(st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"])),
        sender_name=draw(SHORT),
        sender_address=EmailAddress("dialog@example.org"),
        reply_to=draw(st.none() | st.just(EmailAddress("o'neil+a@xn--bcher-kva.example"))),
        about=draw(text),
        imprint=draw(text),
        privacy=draw(text),
        funding=draw(text),
        form_of_address=draw(st.sampled_from(["sie", "du"])),
        closes_on=draw(st.none() | st.dates(date(2001, 1, 1), date(2198, 1, 1))),
        colour=draw(st.sampled_from(["", "#0b5d4b", "#000000", "#123456"])),
        logo=draw(st.sampled_from(["", "logo.png"])),
        funders=draw(st.sampled_from(FUNDERS)),
        closing_days=draw(st.integers(0, 3650)),
        second_release=draw(st.booleans()),
        quiet_minutes=draw(st.none() | st.integers(0, 1440)),
        retention_days=draw(st.integers(0, 3650)),
        rules=draw(RULE_LISTS),
        events=tuple(draw(events(languages, slug)) for slug in slugs),
    )
