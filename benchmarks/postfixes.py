"""A real Postfix of our own: queue on disk in a directory that goes away, a high port, nothing shared with the system's."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import free_port, listens, tool, wait_for
from benchmarks.scale import Lacking

STARTS_WITHIN = 20.0

MAIN = """\
compatibility_level = 3.6
queue_directory = {directory}/queue
data_directory = {directory}/data
maillog_file = {directory}/log/mail.log
maillog_file_prefixes = {directory}/log
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.example.org
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject
# Every letter is written to the queue and stays there: what is measured is taking it over, and nothing leaves.
smtpd_recipient_restrictions = check_client_access static:HOLD, permit_mynetworks, reject
default_transport = discard
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
discard unix - - n - - discard
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """A running Postfix that keeps what it takes."""

    port: int
    hold: Path

    def take_out(self) -> int:
        """The letters in its queue, counted and removed."""
        held = [Path(found.path) for found in os.scandir(self.hold) if found.is_file()]
        for path in held:
            path.unlink()
        return len(held)


@contextlib.contextmanager
def postfix(directory: Path) -> Iterator[Postfix]:
    """Start a Postfix and stop it again. Raises Lacking without the package, or without root's rights."""
    program = tool("postfix", "postfix")
    if os.geteuid() != 0:
        raise Lacking("Postfix can only be started by root")
    house, port = directory / "postfix", free_port()
    _furnish(house, port)
    command = [program, "-c", str(house / "etc")]
    try:
        _run([*command, "start"], house)
        wait_for("Postfix", lambda: listens(port), patience=STARTS_WITHIN)
        yield Postfix(port, house / "queue" / "hold")
    finally:
        subprocess.run([*command, "stop"], capture_output=True, timeout=60, check=False)
        shutil.rmtree(house, ignore_errors=True)


def _furnish(house: Path, port: int) -> None:
    for name in ("etc", "queue", "data", "log"):
        (house / name).mkdir(parents=True)
    directory = house.parent
    directory.chmod(0o755)  # Postfix's own user must get through to its queue
    shutil.chown(house / "data", pwd.getpwnam("postfix").pw_uid)
    (house / "etc" / "main.cf").write_text(MAIN.format(directory=house), "ascii")
    (house / "etc" / "master.cf").write_text(MASTER.format(port=port), "ascii")


def _run(command: list[str], house: Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        log = house / "log" / "mail.log"
        said = log.read_text("utf-8", "replace")[-2000:] if log.exists() else ""
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}\n{said}")
