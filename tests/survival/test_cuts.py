"""The connection breaks at every byte of a conversation: the letter arrives, and twice only where nobody can know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from mailer.core.db import Database
from mailer.delivery import Sender
from tests.support.cutting import Way, Wire, a_wire
from tests.support.house import sqlite_copy
from tests.support.mailing import a_sender, an_open_mailing, states
from tests.support.relay import Relay, a_relay, transport_to
from tests.support.soaking import SOAKS
from tests.support.waiting import wait_until

ANEW = sa.text("""
    UPDATE delivery SET state = 'queued', attempt = 0, doubtful = 0, done_at = NULL, code = NULL, reply = '',
        reason = '', next_at = opened_at""")
TRIES = 4


@pytest.fixture
def database(empty_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """What a broken wire does to a row is the same on each kind of database."""
    made = sqlite_copy(empty_sqlite, tmp_path)
    yield made
    made.dispose()


@pytest.mark.parametrize("way", list(Way), ids=lambda way: way.value)
@pytest.mark.parametrize("extensions", [("PIPELINING",), ()], ids=["pipelining", "one command at a time"])
def test_a_letter_survives_a_cut_at_any_byte(
    database: Database, extensions: tuple[str, ...], way: Way
) -> None:
    an_open_mailing(database, 1)

    with a_relay(extensions=extensions) as relay, a_wire(relay.port) as wire:
        sender = a_sender(database, transport_to(wire.port, connections=1))
        assert sent_after_all(database, sender, relay, wire, way, cut=-1) == 1
        wait_until(
            lambda: relay.visits[-1].commands[-1:] == ["QUIT"]
        )  # the last bytes may still be on their way
        length = wire.carried[way]
        times = {
            cut: sent_after_all(database, sender, relay, wire, way, cut=cut) for cut in positions(length)
        }

    assert set(times.values()) <= {1, 2}
    twice = [cut for cut, count in times.items() if count == 2]
    assert twice, "some cut lies after the final dot and before its answer"
    assert max(twice) - min(twice) < 120, "and only there: from the dot to the end of one reply"
    assert min(twice) > length - 200


def sent_after_all(
    database: Database, sender: Sender, relay: Relay, wire: Wire, way: Way, *, cut: int
) -> int:
    """Send the one letter anew over a wire that breaks once; how often the relay took it."""
    with database.transaction() as session:
        session.execute(ANEW)
    relay.received.clear()
    wire.cut(way, cut)
    for _ in range(TRIES):
        sender.send_due(try_blocked=True)
        if states(database) == {"sent": 1}:
            break
    assert states(database) == {"sent": 1}, f"cut after {cut} bytes {way.value}"
    assert len({(letter.message_id, letter.content) for letter in relay.received}) == 1
    return len(relay.received)


def positions(length: int) -> Iterable[int]:
    """Every byte in a soak; else many at both ends, where the commands are, and a few of the letter between."""
    if SOAKS:
        return range(length)
    ends = {*range(0, min(length, 260), 13), *range(max(0, length - 80), length, 2)}
    return sorted(ends | set(range(0, length, 1499)))
