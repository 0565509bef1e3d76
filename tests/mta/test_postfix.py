"""One reminder through a real Postfix, from the rule to a line in somebody's mailbox file."""

from __future__ import annotations

import mailbox as mailboxes
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import icalendar
import pytest

from mailer.core.db import Database
from tests.support.house import open_house
from tests.support.lacking import lacking
from tests.support.mailbox import Mailbox
from tests.support.making import a_subscription, the_example

PATIENCE = 30.0

MAIN = """\
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {home}/log/mail.log
maillog_file_prefixes = {home}/log
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.example.net
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
disable_dns_lookups = yes
smtpd_peername_lookup = no
virtual_mailbox_domains = example.net
virtual_mailbox_base = {home}/box
virtual_mailbox_maps = static:inbox
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
"""

MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
virtual unix - n n - - virtual
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """A running Postfix and the file it delivers to."""

    port: int
    inbox: Path
    log: Path

    def await_letter(self) -> EmailMessage:
        """The letter in the mailbox file, as soon as it is there."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            letters = list(mailboxes.mbox(self.inbox)) if self.inbox.exists() else []
            if letters:
                return message_from_bytes(letters[0].as_bytes(), policy=policy.default)
            time.sleep(0.1)
        raise AssertionError(self.log.read_text("utf-8", "replace"))


@pytest.fixture
def postfix() -> Iterator[Postfix]:
    """An instance of our own, in a folder that goes away; the system's is not touched."""
    program = shutil.which("postfix", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        lacking("Postfix is not installed")
    if os.geteuid() != 0:
        lacking("only root can start Postfix")
    with _home() as home:
        port = _free_port()
        _furnish(home, port)
        command = [program, "-c", str(home / "etc")]
        subprocess.run([*command, "start"], check=True, capture_output=True, timeout=60)
        try:
            yield Postfix(port, home / "box" / "inbox", home / "log" / "mail.log")
        finally:
            subprocess.run([*command, "stop"], capture_output=True, timeout=60, check=False)


def test_reminder_arrives_in_a_mailbox_file_as_it_was_written(
    database: Database, postfix: Postfix, tmp_path: Path
) -> None:
    house = open_house(database, Mailbox(), tmp_path, MAIL_PORT=str(postfix.port))
    with house.transaction() as session:
        series = the_example(session, now=datetime(2023, 3, 28, tzinfo=UTC))
        a_subscription(session, series, name="Änne Übung", now=datetime(2023, 3, 28, tzinfo=UTC))

    tally = house.tick(datetime(2023, 3, 29, 7, tzinfo=UTC))
    letter = postfix.await_letter()

    calendar = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
    event = icalendar.Calendar.from_ical(str(calendar.get_content())).events[0]
    body = letter.get_body(("plain",))
    assert dict(tally.settled) == {"sent": 1}
    assert (
        letter["Subject"] == "Morgen um 17:00 Uhr: Wie können wir lokale Wirtschaftskreisläufe stärken "
        "und Synergien erzeugen?"
    )
    assert letter["Return-Path"].startswith("<b+")
    assert letter["Return-Path"].endswith("@example.org>")
    assert body is not None
    assert body.get_content().startswith("Guten Tag Änne Übung,\n")
    assert event.start == datetime(2023, 3, 30, 15, tzinfo=UTC)


@contextmanager
def _home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="zeitnah-postfix-", dir="/var/tmp"))
    home.chmod(0o755)  # Postfix's own user must get through to its queue
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _furnish(home: Path, port: int) -> None:
    user = pwd.getpwnam("postfix")
    for name in ("etc", "queue", "data", "log", "box"):
        (home / name).mkdir()
    for name in ("data", "box"):
        os.chown(home / name, user.pw_uid, user.pw_gid)
    (home / "etc" / "main.cf").write_text(MAIN.format(home=home, uid=user.pw_uid, gid=user.pw_gid), "ascii")
    (home / "etc" / "master.cf").write_text(MASTER.format(port=port), "ascii")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
