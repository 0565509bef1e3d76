"""`make run` without its make: what starts, what stays, and that everything ends."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.demo import Demo
from tests.support.house import House, open_house, sqlite_copy
from tests.support.mailbox import Mailbox
from tests.support.ports import free_port
from tests.support.waiting import wait_until


@pytest.fixture
def own_demo(tmp_path: Path) -> Iterator[Demo]:
    """One to stop and start again."""
    made = Demo(tmp_path / "instance")
    made.start()
    yield made
    made.stop()


def test_second_start_keeps_the_data_and_ctrl_c_ends_everything_each_time(own_demo: Demo) -> None:
    """A browser's connection stays open meanwhile. A web worker that heard of the end twice, from the
    terminal and from its master, went on for ever and kept the port."""
    first, ended = "".join(own_demo.said), []
    for _ in range(2):
        page = http.client.HTTPConnection("127.0.0.1", own_demo.port)
        page.request("GET", "/healthz")
        page.getresponse().read()
        ended.append((own_demo.press_ctrl_c(), own_demo.processes()))
        page.close()
        own_demo.start()
    second = "".join(own_demo.said)

    series = own_demo.flask("series", "list", "--json")
    assert ended == [(0, []), (0, [])]
    assert ("Imported the example series." in first, "Imported" in second) == (True, False)
    assert [row["slug"] for row in series] == ["wandel-machen-vor-ort"]


def test_it_prints_three_addresses(demo: Demo) -> None:
    printed = re.findall(r"http://\S+", "".join(demo.said))

    assert printed[:2] == [f"{demo.base}/wandel-machen-vor-ort", f"{demo.base}/_mail/"]
    assert re.fullmatch(rf"{demo.base}/organiser/sign-in/\S+", printed[2])
    assert len(printed) == 3


def test_next_dialogue_is_three_days_ahead(demo: Demo) -> None:
    shown = demo.flask("mailings", "plan", "wandel-machen-vor-ort", "--json")

    assert (shown[0]["event"], shown[0]["kind"]) == ("wirtschaftskreislaeufe", "reminder")


def test_part_that_dies_takes_the_others_along(own_demo: Demo) -> None:
    worker = next(
        number
        for number in own_demo.processes()
        if b"worker" in Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
    )

    os.kill(worker, signal.SIGKILL)
    status = own_demo.process.wait(timeout=30)

    wait_until(lambda: own_demo.processes() == [])
    assert status == 5


@pytest.fixture
def house(empty_sqlite: Path, tmp_path: Path) -> Iterator[House]:
    database = sqlite_copy(empty_sqlite, tmp_path)
    yield open_house(database, Mailbox(port=free_port()), tmp_path)
    database.dispose()


@pytest.mark.parametrize(("option", "variable"), [("--port", "PORT"), ("--smtp-port", "SMTP_PORT")])
def test_taken_port_is_five_and_says_which_to_change(house: House, option: str, variable: str) -> None:
    other = {"--port": "--smtp-port", "--smtp-port": "--port"}[option]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]

        result = house.flask("demo", option, number, other, free_port())

    assert result.exit_code == 5
    assert f"Port {number} is taken by something else. Choose another: make run {variable}=" in result.stderr


def test_it_does_not_start_in_production(empty_sqlite: Path, tmp_path: Path) -> None:
    database = sqlite_copy(empty_sqlite, tmp_path)
    house = open_house(
        database, Mailbox(port=free_port()), tmp_path, ENVIRONMENT="production", RATELIMIT_ENABLED="1"
    )

    result = house.flask("demo", "--port", free_port(), "--smtp-port", free_port())
    caught = house.app.test_client().get("/_mail/")

    assert (result.exit_code, result.stdout) == (4, "")
    assert caught.status_code == 404
    database.dispose()
