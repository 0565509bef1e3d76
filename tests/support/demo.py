"""`flask demo` as `make run` starts it, in a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from config import ROOT
from mailer.core.db import Database
from mailer.people import Person
from mailer.subscriptions import Subscription
from tests.support.ports import free_port


@dataclass
class Demo:
    """The house as a stranger starts it."""

    folder: Path
    port: int = field(default_factory=free_port)
    smtp_port: int = field(default_factory=free_port)
    said: list[str] = field(default_factory=list)
    """What it printed until it stood."""
    seconds: float = 0.0
    """How long that took."""
    process: subprocess.Popen[str] = field(init=False)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sign_in_link(self) -> str:
        return next(line.split()[-1] for line in self.said if "sign in" in line)

    def start(self) -> None:
        """Start it in a process group of its own, and return when it has said its last line."""
        begun = time.monotonic()
        self.process = subprocess.Popen(
            self._command("demo", "--port", self.port, "--smtp-port", self.smtp_port),
            cwd=ROOT,
            env=self._environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.said = []
        for line in self.process.stdout:
            self.said.append(line)
            if "Ctrl-C" in line:
                self.seconds = time.monotonic() - begun
                return
        raise AssertionError("".join(self.said))

    def press_ctrl_c(self) -> int:
        """What the terminal does: every process of the group hears of it. The exit status."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=30)

    def stop(self) -> None:
        """Leave nothing behind, whatever the test did. Twice is the same as once."""
        if self.process.poll() is None:
            self.press_ctrl_c()
        for left in self.processes():
            os.kill(left, signal.SIGKILL)

    def processes(self) -> list[int]:
        """The ids of everything it started that still runs."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and (facts := _facts(entry)) and facts == ("alive", self.process.pid):
                found.append(int(entry.name))
        return sorted(found)

    def state(self, address: str) -> str:
        """How the one subscription of an address stands."""
        database = Database(f"sqlite:///{self.folder / 'mailer.db'}")
        with database.reading() as session:
            (state,) = session.scalars(
                select(Subscription.state).join(Person).where(Person.mailbox == address)
            )
        database.dispose()
        return state.value

    def flask(self, *words: str) -> Any:
        """What a command prints as JSON."""
        said = subprocess.run(
            self._command(*words), cwd=ROOT, env=self._environ(), capture_output=True, text=True, check=True
        )
        return json.loads(said.stdout)

    def _command(self, *words: object) -> list[str]:
        return [sys.executable, "-m", "flask", "--app", "wsgi", *map(str, words)]

    def _environ(self) -> dict[str, str]:
        return os.environ | {
            "ENVIRONMENT": "development",
            "INSTANCE_DIR": str(self.folder),
            "DATABASE_URL": f"sqlite:///{self.folder / 'mailer.db'}",
            "BASE_URL": self.base,
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": str(self.smtp_port),
        }


def _facts(process: Path) -> tuple[str, int] | None:
    """Whether a process lives, and its session; None when it has ended meanwhile."""
    try:
        words = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return ("dead" if words[0] == "Z" else "alive", int(words[3]))
