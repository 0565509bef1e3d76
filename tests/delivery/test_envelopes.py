"""What the relay is told before the content: who returned mail comes back to, and what word we want of it."""

from __future__ import annotations

import re
import select
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from mailer.core.db import Database
from mailer.delivery import Reply
from mailer.delivery.greeting import Relay
from mailer.delivery.lines import Line
from mailer.delivery.wire import News
from tests.support.mailing import COMPOSER, a_sender, address, an_open_mailing, the_row
from tests.support.relay import a_relay, transport_to

SUBMITTED = "p+0=x@example.org"


@pytest.mark.parametrize(
    "extensions", [("PIPELINING", "DSN"), ("DSN",)], ids=["pipelining", "one command at a time"]
)
def test_word_of_failure_and_delay_is_asked_for_where_it_is_offered(
    database: Database, extensions: tuple[str, ...]
) -> None:
    an_open_mailing(database, 1)
    with database.transaction() as session:
        row = the_row(session, 0)
        row.address, number = SUBMITTED, row.id  # type: ignore[assignment]

    with a_relay(extensions=extensions) as relay:
        a_sender(database, transport_to(relay.port)).send_due()

    mine = COMPOSER.return_path(number)
    assert [command for command in relay.visits[0].commands if command[:4] in ("MAIL", "RCPT")] == [
        f"MAIL FROM:<{mine}@example.org> RET=HDRS ENVID={mine.removeprefix('b+')}",
        f"RCPT TO:<{SUBMITTED}> NOTIFY=FAILURE,DELAY ORCPT=rfc822;p+2B0+3Dx@example.org",
    ]


def test_nothing_is_asked_for_where_it_is_not_offered(database: Database) -> None:
    an_open_mailing(database, 1)

    with a_relay(extensions=("PIPELINING",)) as relay:
        a_sender(database, transport_to(relay.port)).send_due()

    assert [command for command in relay.visits[0].commands if " " in command][1:] == [
        f"MAIL FROM:<{relay.received[0].sender}>",
        f"RCPT TO:<{address(0)}>",
    ]


def test_a_return_path_names_its_row_and_cannot_be_forged() -> None:
    one, other = COMPOSER.return_path(1), COMPOSER.return_path(2)

    assert re.fullmatch(r"b\+000000000001[0-9a-f]{20}", one), "six bytes of the row, eighty bits of proof"
    assert one[-20:] != other[-20:]
    assert replace(COMPOSER, links=COMPOSER.links).return_path(1) == one
    assert len(one) <= 64


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("4.7.1 Greylisted, try again in 300 seconds", 300),
        ("4.7.1 please come back in 00:05:00", 300),
        ("4.7.0 retry after 10 minutes", 600),
        ("4.7.0 blocked for 1 hour", 3600),
    ],
)
def test_a_wait_the_relay_names_is_understood(said: str, seconds: int) -> None:
    asked = Reply(450, said).asks_to_wait

    assert asked is not None
    assert asked.total_seconds() == seconds


def test_a_relay_whose_first_address_says_nothing_is_reached_at_its_second() -> None:
    with a_relay() as relay, silent_address() as silent:
        good = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", relay.port))
        line = Line(a_relay_at([silent, good]))
        until_told(line)

    assert line.news == [(News.READY, None)]


def test_a_relay_of_which_no_address_answers_is_given_up() -> None:
    with silent_address() as first, silent_address() as second:
        line = Line(a_relay_at([first, second]))
        until_told(line)

    ((news, problem),) = line.news
    assert news is News.LOST
    assert "no answer within 1 seconds" in str(problem)


Address = tuple[object, ...]


def a_relay_at(addresses: list[Address]) -> Relay:
    return Relay(
        name="relay.test:25",
        server="relay.test",
        addresses=addresses,
        host_name="mail.example.org",
        patience=1,
        context=ssl.create_default_context(),
    )


@contextmanager
def silent_address() -> Iterator[Address]:
    """An address where a connection is neither made nor refused: whoever listens there has no room left."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        place = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(place)
        yield (socket.AF_INET, socket.SOCK_STREAM, 6, "", place)
        for one in waiting:
            one.close()


def until_told(line: Line) -> None:
    """What the transport does for all its lines."""
    give_up = time.monotonic() + 30
    while not line.news and time.monotonic() < give_up:
        readable, writable, _ = select.select([line.connection.socket], [line.connection.socket], [], 0.05)
        if readable or (writable and line.connection.wants_to_write):
            line.look()
        line.check_time(time.monotonic())
