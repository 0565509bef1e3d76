"""Texts of a language that a series does not speak now."""

from __future__ import annotations

from sqlalchemy.orm import Session

from mailer import exchange
from mailer.core.types import Locale
from mailer.outcomes import list_conditions
from mailer.series import Series, get_series
from tests.support.making import NOON

FILE = """\
slug: wandel
title: {de: Wandel, en: Change}
languages: [de, en]
sender: {address: dialog@example.org}
about: {de: Worum, en: What}
events:
- slug: boden
  title: {de: Boden, en: Soil}
  month: 2023-08
  speakers:
  - name: Ada
    role: {de: Praxis, en: Practice}
  conditions:
  - {level: municipality, text: {de: Geld, en: Money}}
  - {level: municipality, text: {de: Zeit, en: Time}}
"""


def bring_in(session: Session, source: str) -> exchange.ImportReport:
    return exchange.import_series(session, source.encode(), now=NOON)


def speaks(session: Session, languages: list[Locale]) -> Series:
    found = get_series(session, "wandel")
    exchange.change_languages(session, found, languages, edition=found.edition, now=NOON)
    return found


def test_hidden_words_survive_an_edit_of_what_is_seen(session: Session) -> None:
    bring_in(session, FILE)
    found = speaks(session, ["de"])
    (event,) = found.all_events
    typed = {
        "slug": "boden",
        "title": "Der Boden",
        "month": "2023-08",
        "speakers.0.name": "Bea",
        "speakers.1.name": "Ada",
        "speakers.1.role": "Forschung",
        "conditions.0.level": "municipality",
        "conditions.0.text": "Zeit",
        "conditions.1.level": "municipality",
        "conditions.1.text": "Viel Geld",
    }
    entry = exchange.read_event_form(typed, languages=["de"], zone=found.zone)
    exchange.edit_event(session, event, entry, edition=event.edition, now=NOON)

    assert event.title == {"de": "Der Boden", "en": "Soil"}
    assert [speaker.role for speaker in event.speakers] == [{}, {"de": "Forschung", "en": "Practice"}]
    assert [one.text for one in list_conditions(session, event)] == [
        {"de": "Zeit", "en": "Time"},
        {"de": "Viel Geld", "en": "Money"},
    ]


def test_file_that_speaks_a_hidden_language_again_counts_as_it_stands(session: Session) -> None:
    bring_in(session, FILE)
    found = speaks(session, ["de"])
    sparing = FILE.replace("about: {de: Worum, en: What}", "about: {de: Worum}").replace(", en: Soil", "")

    first, second = bring_in(session, sparing), bring_in(session, sparing)

    assert (first.changed, second.changed) == (True, False)
    assert (found.about, found.all_events[0].title) == ({"de": "Worum"}, {"de": "Boden"})
    assert found.title == {"de": "Wandel", "en": "Change"}


def test_export_of_a_series_with_hidden_words_changes_nothing(session: Session) -> None:
    bring_in(session, FILE)
    found = speaks(session, ["de"])

    report = bring_in(session, exchange.export_series(session, found))

    assert not report.changed
    assert found.about == {"de": "Worum", "en": "What"}
