"""A relay that refuses, breaks, hangs up or is not there: no letter pays for it, and the log says what to do."""

from __future__ import annotations

import logging
import socket
import ssl
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from mailer.core.db import Database
from mailer.delivery import Manner, closed_route
from tests.support.mailing import a_sender, address, an_open_mailing, states, the_row
from tests.support.making import NOON
from tests.support.relay import CUT, Visit, a_relay, transport_to

EVERYBODY = sorted(address(number) for number in range(10))


@pytest.mark.parametrize("ending", ["421 4.7.0 enough for now", CUT], ids=["421", "silent"])
@pytest.mark.parametrize("extensions", [("PIPELINING",), ()], ids=["pipelining", "one command at a time"])
def test_a_relay_that_hangs_up_after_some_letters_is_no_failure(
    database: Database, ending: str, extensions: tuple[str, ...]
) -> None:
    an_open_mailing(database, 10)

    def answer(command: str, visit: Visit) -> str | None:
        return ending if command == "mail" and visit.letters >= 3 else None

    with a_relay(answer, extensions=extensions) as relay:
        tally = a_sender(database, transport_to(relay.port, connections=2)).send_due()

    assert relay.recipients() == EVERYBODY
    assert not tally.relay_away
    with database.reading() as session:
        assert {(the_row(session, n).attempt, the_row(session, n).doubtful) for n in range(10)} == {(1, 0)}


@pytest.mark.parametrize("command", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("extensions", [("PIPELINING",), ()], ids=["pipelining", "one command at a time"])
def test_a_connection_lost_before_the_dot_costs_nothing(
    database: Database, command: str, extensions: tuple[str, ...]
) -> None:
    an_open_mailing(database, 10)

    def answer(said: str, visit: Visit) -> str | None:
        return CUT if said == command and visit.recipient == address(4) and visit.number <= 2 else None

    with a_relay(answer, extensions=extensions) as relay:
        a_sender(database, transport_to(relay.port, connections=2)).send_due()

    assert relay.recipients() == EVERYBODY
    assert states(database) == {"sent": 10}
    with database.reading() as session:
        assert the_row(session, 4).doubtful == 0


def test_a_letter_in_doubt_goes_again_under_its_old_message_id(database: Database) -> None:
    an_open_mailing(database, 10)
    cut: list[str] = []

    def answer(command: str, visit: Visit) -> str | None:
        if command == "dot" and visit.recipient == address(4) and not cut:
            cut.append(visit.message_id)
            return CUT
        return None

    with a_relay(answer) as relay:
        a_sender(database, transport_to(relay.port, connections=2)).send_due()

    twice = [letter for letter in relay.received if letter.recipient == address(4)]
    assert [letter.message_id for letter in twice] == cut * 2
    assert twice[0].content == twice[1].content
    assert sorted(set(relay.recipients())) == EVERYBODY
    with database.reading() as session:
        assert the_row(session, 4).doubtful == 1


def test_a_letter_in_doubt_is_held_where_the_house_wants_it_so(database: Database) -> None:
    an_open_mailing(database, 10)

    def answer(command: str, visit: Visit) -> str | None:
        return CUT if command == "dot" and visit.recipient == address(4) else None

    with a_relay(answer) as relay:
        a_sender(database, transport_to(relay.port), manner=Manner(hold=True)).send_due()

    assert relay.recipients() == EVERYBODY
    assert states(database) == {"sent": 9, "held": 1}


def test_a_letter_under_which_every_connection_breaks_waits_alone(database: Database) -> None:
    an_open_mailing(database, 10)

    def answer(command: str, visit: Visit) -> str | None:
        return CUT if command == "data" and visit.recipient == address(4) else None

    with a_relay(answer) as relay:
        a_sender(database, transport_to(relay.port, connections=1)).send_due()

    assert len(relay.received) == 9
    assert states(database) == {"sent": 9, "deferred": 1}


def test_a_relay_that_takes_one_connection_only_gets_everything_over_it(database: Database) -> None:
    an_open_mailing(database, 10)

    def answer(command: str, visit: Visit) -> str | None:
        return "421 4.7.0 too many connections" if command == "greeting" and visit.number > 1 else None

    with a_relay(answer) as relay:
        tally = a_sender(database, transport_to(relay.port)).send_due()

    assert relay.recipients() == EVERYBODY
    assert not tally.relay_away


def test_421_to_everybody_pauses_the_route_and_no_row(database: Database) -> None:
    an_open_mailing(database, 10)

    with a_relay(lambda command, _: "421 4.3.2 shutting down" if command == "greeting" else None) as relay:
        tally = a_sender(database, transport_to(relay.port)).send_due()

    assert tally.relay_away
    assert states(database) == {"queued": 10}
    assert why_closed(database) == "relay_refuses"
    with database.reading() as session:
        assert the_row(session, 0).attempt == 0


def test_a_refused_sender_closes_the_route(database: Database) -> None:
    an_open_mailing(database, 10)

    with a_relay(lambda command, _: "553 5.1.8 sender not allowed" if command == "mail" else None) as relay:
        tally = a_sender(database, transport_to(relay.port)).send_due()

    assert tally.relay_away
    assert states(database) == {"queued": 10}
    assert why_closed(database) == "relay_refuses"


def test_a_refused_login_names_the_settings(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    an_open_mailing(database, 10)

    def answer(command: str, _visit: Visit) -> str | None:
        return "535 5.7.8 wrong" if command == "auth" else None

    with a_relay(answer) as relay, caplog.at_level(logging.ERROR, "mailer"):
        a_sender(database, transport_to(relay.port, username="anna", password="x")).send_due()

    assert states(database) == {"queued": 10}
    assert "MAIL_USERNAME and MAIL_PASSWORD" in caplog.text


@pytest.mark.parametrize("way", ["PLAIN", "PLAIN LOGIN"])
def test_a_password_with_umlauts_signs_in(database: Database, way: str) -> None:
    an_open_mailing(database, 1)

    with a_relay(extensions=(f"AUTH {way}", "PIPELINING")) as relay:
        a_sender(database, transport_to(relay.port, username="änna", password="größe")).send_due()

    assert relay.logins == [("änna", "größe")]
    assert states(database) == {"sent": 1}


@pytest.mark.parametrize("kind", ["tls", "ssl"])
def test_a_certificate_nobody_vouches_for_is_not_trusted(
    database: Database, kind: str, tmp_path: Path
) -> None:
    an_open_mailing(database, 10)

    with a_relay(tls=self_signed(tmp_path), implicit_tls=kind == "ssl") as relay:
        transport = transport_to(relay.port, use_tls=kind == "tls", use_ssl=kind == "ssl")
        tally = a_sender(database, transport).send_due()

    assert tally.relay_away
    assert relay.received == []
    assert why_closed(database) == "relay_untrusted"


@pytest.mark.parametrize("kind", ["tls", "ssl"])
def test_a_certificate_for_the_relays_name_is_trusted(
    database: Database, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_open_mailing(database, 10)

    with a_relay(tls=self_signed(tmp_path), implicit_tls=kind == "ssl") as relay:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        transport = transport_to(relay.port, server="localhost", use_tls=kind == "tls", use_ssl=kind == "ssl")
        a_sender(database, transport).send_due()

    assert relay.recipients() == EVERYBODY


def test_a_relay_without_starttls_is_not_trusted_when_tls_is_asked_for(database: Database) -> None:
    an_open_mailing(database, 1)

    with a_relay() as relay:
        a_sender(database, transport_to(relay.port, use_tls=True)).send_due()

    assert relay.received == []
    assert why_closed(database) == "relay_untrusted"


def test_a_port_where_nobody_listens_is_unreachable(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    an_open_mailing(database, 10)

    with caplog.at_level(logging.ERROR, "mailer"):
        tally = a_sender(database, transport_to(free_port())).send_due()

    assert tally.relay_away
    assert states(database) == {"queued": 10}
    assert "MAIL_SERVER and MAIL_PORT" in caplog.text


def test_a_name_that_does_not_resolve_is_unreachable(database: Database) -> None:
    an_open_mailing(database, 1)

    a_sender(database, transport_to(25, server="no-such-relay.invalid")).send_due()

    assert why_closed(database) == "relay_unreachable"
    assert states(database) == {"queued": 1}


def test_a_port_that_never_answers_is_given_up_after_the_patience_we_have(database: Database) -> None:
    an_open_mailing(database, 1)

    with socket.create_server(("127.0.0.1", 0)) as mute:
        a_sender(database, transport_to(mute.getsockname()[1], timeout=1)).send_due()

    assert why_closed(database) == "relay_unreachable"
    assert states(database) == {"queued": 1}


def test_a_relay_that_came_back_opens_the_route_again(database: Database) -> None:
    an_open_mailing(database, 10)
    a_sender(database, transport_to(free_port())).send_due()

    with a_relay() as relay:
        sender = a_sender(database, transport_to(relay.port))
        assert sender.send_due().relay_away
        sender.send_due(try_blocked=True)

    assert relay.recipients() == EVERYBODY
    with database.reading() as session:
        assert closed_route(session) is None


def test_too_much_distrust_pauses_the_mailing_before_everybody_is_burnt(database: Database) -> None:
    an_open_mailing(database, 60)

    with a_relay(lambda command, _: "550 5.7.26 no DKIM" if command == "dot" else None) as relay:
        a_sender(database, transport_to(relay.port, connections=2)).send_due()

    counts = states(database)
    assert 10 < counts["failed"] <= 15
    assert counts["failed"] + counts["queued"] == 60
    with database.reading() as session:
        mailing = the_row(session, 0).mailing
        assert mailing is not None
        assert mailing.state == "paused"
        assert mailing.reason == "the relay distrusts our mail: 550 5.7.26 no DKIM"


def test_too_many_temporary_refusals_leave_the_relay_alone_for_a_while(database: Database) -> None:
    an_open_mailing(database, 80)

    with a_relay(lambda command, _: "451 4.3.0 too busy" if command == "dot" else None) as relay:
        tally = a_sender(database, transport_to(relay.port, connections=2)).send_due()

    counts = states(database)
    assert tally.relay_away
    assert why_closed(database) == "relay_puts_off"
    assert counts["deferred"] <= 45
    assert counts["deferred"] + counts["queued"] == 80


def test_greylisting_at_the_first_try_is_normal(database: Database) -> None:
    an_open_mailing(database, 80)

    with a_relay(lambda command, _: "450 4.2.0 greylisted" if command == "rcpt" else None) as relay:
        tally = a_sender(database, transport_to(relay.port)).send_due()

    assert not tally.relay_away
    assert states(database) == {"deferred": 80}

    with a_relay() as relay:
        a_sender(database, transport_to(relay.port), now=NOON + timedelta(minutes=6)).send_due()

    assert len(relay.received) == 80


def why_closed(database: Database) -> str:
    with database.reading() as session:
        route = closed_route(session)
        return route.code if route else ""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate for ``localhost`` that only who reads its file can trust."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
