"""The mailbox of returned mail on a real Dovecot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailer.jobs import Collector
from tests.support.dovecot import running_dovecot
from tests.support.house import House, open_house, sqlite_copy
from tests.support.mailbox import Mailbox
from tests.support.returning import Origin, report
from tests.support.written import bring_in, dialogue, seat

DUE = datetime(2023, 5, 24, 7, 0, tzinfo=UTC)
QUESTION = b"From: x@example.net\nSubject: Frage\n\nWo ist der Saal?\n"


@pytest.fixture
def house(empty_sqlite: Path, tmp_path: Path) -> Iterator[House]:
    database, relay = sqlite_copy(empty_sqlite, tmp_path), Mailbox()
    relay.open()
    yield open_house(database, relay, tmp_path)
    relay.close()
    database.dispose()


@pytest.mark.parametrize("below_inbox", [False, True])
def test_what_is_understood_goes_and_what_is_not_is_put_aside(house: House, below_inbox: bool) -> None:
    """Whether the server lets folders lie beside the inbox or wants them below it."""
    seat(house, bring_in(house, dialogue()), "anna@example.net")
    house.tick(DUE)
    (letter,) = house.mailbox.letters
    raw = report(Origin(letter.sender.partition("@")[0], letter.message_id))

    with running_dovecot(below_inbox=below_inbox) as dovecot:
        dovecot.deliver(QUESTION, "1.test")
        dovecot.deliver(raw, "2.test")
        collector = Collector(house.database, house.parts.composer, dovecot.url)
        outcomes = collector.collect(now=DUE, stopped=lambda: False)
        again = collector.collect(now=DUE, stopped=lambda: False)
        left, kept = dovecot.messages(), dovecot.messages(".unread")

    assert (outcomes, again) == ({"ended": 1, "not_understood": 1}, {})
    assert (left, kept) == ([], [QUESTION])
    assert house.states() == {"anna@example.net": "failed returned"}
