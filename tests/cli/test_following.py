"""A long job shows how far it is on a terminal, and says nothing more anywhere else."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import threading
from datetime import UTC, datetime

from config import ROOT
from tests.support.house import ENGLISH, House
from tests.support.mailbox import Mailbox
from tests.support.waiting import wait_until
from tests.support.written import bring_in, crowd, dialogue, seat

DUE = datetime(2023, 5, 24, 7, 0, tzinfo=UTC)


def on_a_terminal(house: House, *words: str) -> tuple[int, str]:
    """Run a command whose standard error is a terminal; its exit status, and what stood there in the end."""
    ours, theirs = pty.openpty()
    settings = os.environ | ENGLISH | house.environ | {"TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    try:
        while came := os.read(ours, 65536):
            shown += came
    except OSError:  # how a terminal says that nobody writes any more
        pass
    os.close(ours)
    return process.wait(60), re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode())


def test_worker_once_shows_a_bar_on_a_terminal(house: House, mailbox: Mailbox) -> None:
    seat(house, bring_in(house, dialogue()), *crowd(5))

    status, shown = on_a_terminal(house, "worker", "--once", "--now", DUE.isoformat())

    assert status == 0
    assert "Mailing 2 (done)" in shown
    assert "5/5" in shown
    assert "5 sent" in shown


def test_worker_once_shows_no_bar_to_a_script(house: House, mailbox: Mailbox) -> None:
    seat(house, bring_in(house, dialogue()), *crowd(2))

    ended = house.run("worker", "--once", "--now", DUE.isoformat())

    assert ended.stdout == ""
    assert "Mailing 2 (" not in ended.stderr
    assert ended.stderr.splitlines()[-1] == "2 sent"


def test_a_mailing_is_followed_to_its_end(house: House, mailbox: Mailbox) -> None:
    """Asked before anything has left; it returns when the last letter has. The first mailing came too late."""
    seat(house, bring_in(house, dialogue()), *crowd(3))
    mailbox.close()
    house.tick(DUE)
    ended: list[str] = []
    follower = threading.Thread(
        target=lambda: ended.append(house.run("mailings", "show", "2", "--follow", "--json").stdout)
    )
    follower.start()
    mailbox.open()
    house.tick(DUE)
    wait_until(lambda: ended)
    follower.join()

    assert '"state": "done"' in ended[0]
    assert '"sent": 3' in ended[0]


def test_an_unknown_mailing_cannot_be_followed(house: House) -> None:
    result = house.flask("mailings", "show", "77", "--follow")

    assert (result.exit_code, result.stderr) == (3, "There is no mailing 77.\n")
