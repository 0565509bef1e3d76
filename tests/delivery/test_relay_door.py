"""A relay that does not let us in: the log says which setting and what to do, and every letter stays queued."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import pytest

from mailer.core.db import Database
from mailer.delivery import closed_route
from tests.support.certificates import self_signed
from tests.support.mailing import a_sender, address, an_open_mailing, states, why_closed
from tests.support.ports import free_port
from tests.support.relay import Visit, a_relay, transport_to

EVERYBODY = sorted(address(number) for number in range(10))


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
