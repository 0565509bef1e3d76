"""A Dovecot of the test's own: another folder, another port, nothing of the machine's mail is touched."""

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

DOVECOT = "/usr/sbin/dovecot"
NOBODY = 65534

SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 100
mail_location = maildir:{folder}/mail
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={nobody} gid={nobody} home={folder}/home
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
namespace inbox {{
  inbox = yes
  separator = {separator}
  prefix = {prefix}
}}
"""


@dataclass(frozen=True)
class Dovecot:
    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"imap://returns%40example.org:secret@127.0.0.1:{self.port}/INBOX"

    def deliver(self, raw: bytes, name: str) -> None:
        """Lay a message into the inbox, as a delivering server does."""
        path = self.folder / "mail" / "new" / name
        path.write_bytes(raw)
        os.chown(path, NOBODY, NOBODY)

    def messages(self, folder: str = "") -> list[bytes]:
        """What lies in a folder; in the inbox when none is named."""
        there = self.folder / "mail" / folder
        return [path.read_bytes() for part in ("new", "cur") for path in sorted((there / part).glob("*"))]


@contextmanager
def running_dovecot(*, below_inbox: bool) -> Iterator[Dovecot]:
    """Start it and stop it by its own pid. Skips the test where there is no Dovecot, or no root to run it."""
    if os.geteuid() != 0:
        lacking("only root can start a Dovecot")
    if not Path(DOVECOT).exists():
        lacking("there is no /usr/sbin/dovecot")
    folder = Path(tempfile.mkdtemp(prefix="zeitnah-dovecot-"))
    made = Dovecot(free_port(), folder)
    _write_settings(made, below_inbox=below_inbox)
    process = subprocess.Popen([DOVECOT, "-F", "-c", folder / "dovecot.conf"])
    try:
        wait_until(lambda: answers(made.port))
        yield made
    finally:
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(folder)


def _write_settings(made: Dovecot, *, below_inbox: bool) -> None:
    folder = made.folder
    folder.chmod(0o755)
    for name in ("home", "mail", "mail/new", "mail/cur", "mail/tmp"):
        (folder / name).mkdir()
        os.chown(folder / name, NOBODY, NOBODY)
    facts = {"folder": folder, "port": made.port, "nobody": NOBODY}
    where = {"separator": ".", "prefix": "INBOX."} if below_inbox else {"separator": "/", "prefix": ""}
    (folder / "dovecot.conf").write_text(SETTINGS.format(**facts, **where))
