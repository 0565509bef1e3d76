"""Settings that cannot work: the worker says which one and what to do, stays, and loses nothing."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.certificates import self_signed
from tests.support.house import House, open_house, sqlite_copy
from tests.support.mailbox import Mailbox
from tests.support.relay import Visit, a_relay
from tests.support.waiting import wait_until
from tests.support.written import bring_in, crowd, dialogue, seat

DUE = datetime(2023, 5, 24, 7, 0, tzinfo=UTC)
EVERYBODY = crowd(3)


@pytest.fixture
def house(empty_sqlite: Path, tmp_path: Path) -> Iterator[House]:
    database = sqlite_copy(empty_sqlite, tmp_path)
    made = open_house(database, Mailbox(port=1), tmp_path)
    seat(made, bring_in(made, dialogue()), *EVERYBODY)
    yield made
    database.dispose()


@contextmanager
def no_such_name(_folder: Path) -> Iterator[dict[str, str]]:
    yield {"MAIL_SERVER": "no-such-relay.invalid"}


@contextmanager
def nobody_answers(_folder: Path) -> Iterator[dict[str, str]]:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        yield {"MAIL_PORT": str(mute.getsockname()[1]), "MAIL_TIMEOUT": "1"}


@contextmanager
def another_name(folder: Path) -> Iterator[dict[str, str]]:
    """Somebody vouches for the certificate, but it stands for localhost."""
    with a_relay(tls=self_signed(folder)) as relay:
        trusted = {"SSL_CERT_FILE": str(folder / "certificate.pem")}
        yield {"MAIL_PORT": str(relay.port), "MAIL_USE_TLS": "1"} | trusted


@contextmanager
def another_password(_folder: Path) -> Iterator[dict[str, str]]:
    with a_relay(lambda command, _: "535 5.7.8 no" if command == "auth" else None) as relay:
        yield {"MAIL_PORT": str(relay.port), "MAIL_USERNAME": "änna", "MAIL_PASSWORD": "größe"}


SENTENCES = {
    no_such_name: ("relay_unreachable", "Check MAIL_SERVER and MAIL_PORT"),
    nobody_answers: ("relay_unreachable", "no answer within 1 seconds"),
    another_name: ("relay_untrusted", "Check MAIL_SERVER, MAIL_USE_TLS and MAIL_USE_SSL"),
    another_password: ("relay_refuses_login", "Check MAIL_USERNAME and MAIL_PASSWORD"),
}


@pytest.mark.parametrize("trouble", SENTENCES, ids=lambda trouble: trouble.__name__)
def test_a_worker_with_a_wrong_setting_names_it_and_stays(house: House, tmp_path: Path, trouble) -> None:  # type: ignore[no-untyped-def]
    code, sentence = SENTENCES[trouble]
    log = tmp_path / "log"
    with ExitStack() as stack:
        house.environ.update(stack.enter_context(trouble(tmp_path)))
        worker = house.start("worker", "--now", DUE.isoformat(), log=log)
        try:
            wait_until(lambda: f"{code}: " in log.read_text())
            was_running = worker.poll() is None
            worker.send_signal(signal.SIGTERM)
            status = worker.wait(30)
        finally:
            worker.kill()
            worker.wait()

    assert was_running
    assert status == 0
    assert sentence in log.read_text()
    assert "größe" not in log.read_text()
    assert "Traceback" not in log.read_text()
    assert house.states() == dict.fromkeys(EVERYBODY, "queued")


def test_a_password_with_umlauts_is_no_wrong_setting(house: House, tmp_path: Path) -> None:
    with a_relay() as relay:
        house.environ |= {"MAIL_PORT": str(relay.port), "MAIL_USERNAME": "änna", "MAIL_PASSWORD": "größe"}
        ended = house.run("worker", "--once", "--now", DUE.isoformat())

    assert (ended.returncode, ended.stderr.splitlines()[-1]) == (0, "3 sent")
    assert set(relay.logins) == {("änna", "größe")}


def test_a_sender_without_domain_is_refused_at_the_door_and_nothing_is_lost(house: House) -> None:
    sender = "Netzwerk <buero>"

    with a_relay() as relay:
        house.environ["MAIL_PORT"] = str(relay.port)
        refused = house.run("worker", "--once", "--now", DUE.isoformat(), MAIL_DEFAULT_SENDER=sender)
        mended = house.run("worker", "--once", "--now", DUE.isoformat())

    assert refused.returncode == 2
    assert (
        f"MAIL_DEFAULT_SENDER must be an address like Name <mail@example.org>, not “{sender}”."
        in refused.stderr
    )
    assert "Traceback" not in refused.stderr
    assert mended.returncode == 0
    assert relay.recipients() == EVERYBODY


def test_a_sender_that_the_relay_does_not_know_a_domain_of_burns_no_letter(house: House) -> None:
    def answer(command: str, _visit: Visit) -> str | None:
        return (
            "504 5.5.2 <b+@localhost>: Sender address rejected: need fully-qualified address"
            if command == "mail"
            else None
        )

    with a_relay(answer) as relay:
        house.environ["MAIL_PORT"] = str(relay.port)
        ended = house.run("worker", "--once", "--now", DUE.isoformat())

    assert ended.returncode == 5
    assert "need fully-qualified address" in ended.stderr
    assert house.states() == dict.fromkeys(EVERYBODY, "queued")
