"""A Postfix of the test's own: another queue, another port, nothing of the machine's mail is touched."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.lacking import lacking
from tests.support.ports import answers, free_port
from tests.support.waiting import wait_until

POSTFIX = "/usr/sbin/postfix"
NOBODY = 65534

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
myhostname = mx.example.net
myorigin = mx.example.net
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
alias_database =
recipient_delimiter = +
virtual_mailbox_domains = example.net, example.org
transport_maps = inline:{{ {{elsewhere.example = smtp:[127.0.0.1]:{elsewhere}}} }}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{ {{anna@example.net = anna}}, {{berta@example.net = berta/}}, {{b@example.org = returned/}} }}
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nobody}
virtual_minimum_uid = 100
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
"""
"""Anna has a mailbox file, Berta a folder, nobody else of their domain has anything. What goes elsewhere comes back, to
the senders' domain: one address there does not exist, one has no room."""

ELSEWHERE = "inline:{ {gone@elsewhere.example = 550 5.1.1 nobody here}, {elsewhere.example = 552 5.2.2 mailbox full} }"
"""What the next server says to the recipient."""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{elsewhere} inet n - n - - smtpd
    -o myhostname=mx.elsewhere.example
    -o {{ smtpd_recipient_restrictions = check_recipient_access {answers}, reject }}
smtp      unix - - n - - smtp
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
proxymap  unix - - n - - proxymap
error     unix - - n - - error
retry     unix - - n - - error
virtual   unix - n n - - virtual
anvil     unix - - n - 1 anvil
postlog   unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    port: int
    folder: Path

    @property
    def file(self) -> Path:
        """Anna's mailbox, one file."""
        return self.folder / "mail" / "anna"

    @property
    def log(self) -> str:
        return (self.folder / "maillog").read_text()


@contextmanager
def running_postfix() -> Iterator[Postfix]:
    """Start it and stop it by its own master's pid. Skips the test where there is no Postfix, or no root to run it."""
    if os.geteuid() != 0:
        lacking("only root can start a Postfix")
    if not Path(POSTFIX).exists():
        lacking("there is no /usr/sbin/postfix")
    folder = Path(tempfile.mkdtemp(prefix="zeitnah-postfix-"))
    try:
        made = Postfix(free_port(), folder)
        _write_settings(made)
        _call(folder, "start")
        try:
            wait_until(lambda: answers(made.port))
            yield made
        finally:
            _call(folder, "stop")
    finally:
        shutil.rmtree(folder)


def _write_settings(made: Postfix) -> None:
    folder, elsewhere = made.folder, free_port()
    folder.chmod(0o755)  # Postfix's own users must get to what is theirs inside
    for name in ("queue", "data", "mail"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    os.chown(folder / "mail", NOBODY, NOBODY)
    asked = ["/usr/sbin/postconf", "-h", "daemon_directory"]
    daemons = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    (folder / "main.cf").write_text(
        MAIN.format(folder=folder, daemons=daemons, nobody=NOBODY, elsewhere=elsewhere)
    )
    (folder / "master.cf").write_text(MASTER.format(port=made.port, elsewhere=elsewhere, answers=ELSEWHERE))


def _call(folder: Path, verb: str) -> None:
    said = subprocess.run(
        [POSTFIX, "-c", str(folder), verb], capture_output=True, text=True, timeout=60, check=False
    )
    assert said.returncode == 0, said.stderr
