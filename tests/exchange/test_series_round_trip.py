"""What goes out comes in again, whatever organisers write."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from sqlalchemy.orm import Session

from mailer import exchange
from mailer.core.db import Database
from mailer.exchange import SeriesFile
from mailer.series import get_series
from tests.exchange.generated_series import series_files
from tests.support.making import EXAMPLE, NOON, a_series


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(series_files())
def test_series_comes_back_as_it_went_out_and_goes_out_alike(file: SeriesFile) -> None:
    written = exchange.compose(file)

    again = exchange.parse_series(written.encode())

    assert again == file
    assert exchange.compose(again) == written


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
@given(series_files())
def test_series_that_went_through_the_database_comes_back_and_changes_nothing(
    database: Database, file: SeriesFile
) -> None:
    with database.engine.connect() as connection, Session(connection) as session:
        exchange.import_series(session, exchange.compose(file).encode(), now=NOON)
        session.expire_all()
        series = get_series(session, file.slug)
        written = exchange.export_series(session, series)

        again = exchange.import_series(session, written.encode(), now=NOON + timedelta(days=1))

        assert written == exchange.compose(file)
        assert not again.changed
        assert {series.changed_at, *(event.changed_at for event in series.events)} == {NOON}
        session.rollback()


def test_real_series_goes_in_and_out_and_changes_nothing(session: Session) -> None:
    first = exchange.import_series(session, EXAMPLE.read_bytes(), now=NOON)
    written = exchange.export_series(session, first.series)
    session.expire_all()

    from_example = exchange.import_series(session, EXAMPLE.read_bytes(), now=NOON + timedelta(days=1))
    from_export = exchange.import_series(session, written.encode(), now=NOON + timedelta(days=2))

    assert (first.created, first.changed, first.events_created) == (True, True, 8)
    assert (from_example.changed, from_export.changed) == (False, False)
    assert {event.revision for event in first.series.events} == {0}
    assert {event.changed_at for event in first.series.events} == {NOON}
    assert first.series.changed_at == NOON
    assert exchange.export_series(session, first.series) == written


def test_export_is_pleasant_to_read(session: Session) -> None:
    source = """\
slug: wandel
title:
  de: Wandel. Machen.
  en: Change.
languages: [de, en]
timezone: Europe/Berlin
sender:
  name: Netzwerk Übung
  address: dialog@example.org
about:
  de: |-
    Eine Reihe.

    - mit einer Liste
form_of_address: du
closes_on: 2023-12-31
closing_days: 14
retention_days: 30
reminders:
  - {kind: info, before: P14D, at: "09:00"}
  - {kind: reminder, before: PT2H, audience: registered}
events:
  - slug: boden
    title:
      de: Wie kann Boden ökologisch genutzt werden?
    starts_at: 2023-05-25 17:00
    duration: PT90M
    format: hybrid
    place: Potsdam
    capacity: 40
    state: provisional
    announcement:
      de: >-
        Boden ist begrenzt, und was mit ihm geschieht, wirkt lange nach. In diesem Dialog geht es darum,
        wie wir ihn nutzen können, ohne ihn zu erschöpfen.
    speakers:
      - name: Anna Beispiel
        role:
          de: Praxis
        absent: true
    reminders: []
  - slug: beteiligung
    title:
      de: Beteiligung
    month: 2023-08
    format: on_site
"""
    series = exchange.import_series(session, source.encode(), now=NOON).series

    assert exchange.export_series(session, series) == source


def test_text_the_desk_stored_untidily_is_not_a_change(session: Session) -> None:
    series = a_series(session, about={"de": "Erste Zeile\r\nzweite  \r\n"}, title={"de": " Wandel\n"})

    report = exchange.import_series(session, exchange.export_series(session, series).encode(), now=NOON)

    assert not report.changed
