"""Whether the relay lets us in, asked of real servers."""

from __future__ import annotations

from typing import Any

from config import Config
from mailer.checkup import Finding
from mailer.checkup.relaying import relay
from mailer.core.clock import utcnow
from tests.support.ports import free_port
from tests.support.relay import CUT, Visit, a_relay, transport_to

CONFIG = Config.from_env(
    {"SECRET_KEY": "a secret for tests, long enough for production", "MAIL_SERVER": "127.0.0.1"}
)


def looked(port: int, *, seconds: float = 5.0, **settings: Any) -> list[Finding]:
    transport = transport_to(port, timeout=3, **settings)
    return list(relay(transport, CONFIG, seconds=seconds, now=utcnow()))


def test_relay_that_lets_us_in_is_good_and_gets_no_letter() -> None:
    with a_relay() as server:
        found = looked(server.port)

    assert [finding.code for finding in found] == ["lets_us_in"]
    assert server.received == []
    assert [command.split()[0] for command in server.visits[0].commands][:1] == ["EHLO"]
    assert not any(command.startswith(("MAIL", "RCPT")) for command in server.visits[0].commands)


def test_nobody_at_the_port_is_said_with_its_cause() -> None:
    found = looked(free_port())

    assert [finding.code for finding in found] == ["relay_unreachable"]


def test_refused_login_is_said() -> None:
    def refuse(command: str, _visit: Visit) -> str | None:
        return "535 5.7.8 authentication failed" if command == "auth" else None

    with a_relay(refuse) as server:
        found = looked(server.port, username="wandel", password="wrong")

    assert [finding.code for finding in found] == ["relay_refuses_login"]


def test_relay_without_tls_is_not_trusted_when_tls_is_asked_for() -> None:
    with a_relay() as server:
        found = looked(server.port, use_tls=True)

    assert [finding.code for finding in found] == ["relay_untrusted"]


def test_relay_that_hangs_up_is_said() -> None:
    def cut(command: str, _visit: Visit) -> str | None:
        return CUT if command == "greeting" else None

    with a_relay(cut) as server:
        found = looked(server.port)

    assert [finding.level.value for finding in found] == ["mend"]


def test_relay_that_never_speaks_costs_only_so_long() -> None:
    def silent(command: str, _visit: Visit) -> str | None:
        return "" if command == "greeting" else None

    with a_relay(silent) as server:
        found = looked(server.port, seconds=0.5)

    assert [finding.level.value for finding in found] == ["mend"]
