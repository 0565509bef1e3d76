"""A whole house as a test needs it: the parts that `mailer.app` builds, a real relay, and a clock to move."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import flask_mail
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import ROOT, Config
from mailer import jobs
from mailer.app import create_app
from mailer.context import Parts
from mailer.core.db import Database
from mailer.delivery import Delivery, Tally, Transport
from mailer.mailings import Mailing
from mailer.people import Person
from mailer.subscriptions import Subscription
from tests.support.mailbox import Mailbox
from tests.support.making import NOON, pseudonym

BASE_URL = "https://wandel.example.org"
ENGLISH = {"LC_ALL": "en_GB.UTF-8"}


@dataclass
class House:
    """A running house, the mailbox behind its relay, and the hands of its clock."""

    app: Flask
    mailbox: Mailbox
    environ: dict[str, str]
    """The settings it was made from, for processes of their own."""
    now: datetime = field(default=NOON)

    @property
    def parts(self) -> Parts:
        found: Parts = self.app.extensions["zeitnah"]
        return found

    @property
    def database(self) -> Database:
        return self.parts.database

    def transaction(self) -> AbstractContextManager[Session]:
        return self.database.transaction()

    def tick(self, now: datetime | None = None) -> Tally:
        """Set the clock, then do and send everything that is due."""
        self.now = now or self.now
        parts = self.parts
        return jobs.work_once(parts.database, parts.transport, parts.composer, now=self.now)

    def own_road(self) -> Transport:
        """A road of one's own to the relay: two workers of one process must not share one."""
        config = self.parts.config
        return Transport(
            flask_mail.Mail(self.app), timeout=config.mail_timeout, host_name="wandel.example.org"
        )

    def flask(self, *arguments: object, typed: str | None = None) -> Result:
        """Run a command in this process, by this house's clock."""
        words = [str(argument) for argument in arguments]
        return self.app.test_cli_runner().invoke(args=words, input=typed, env=ENGLISH)

    def start(self, *arguments: object, log: Path) -> subprocess.Popen[bytes]:
        """Start a command in a process of its own; ``log`` is where its words go."""
        with log.open("wb") as file:
            return subprocess.Popen(
                _command(arguments),
                cwd=ROOT,
                env=os.environ | ENGLISH | self.environ,
                stdout=file,
                stderr=file,
            )

    def run(self, *arguments: object, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a command in a process of its own, as a script would."""
        settings = os.environ | ENGLISH | self.environ | environ
        return subprocess.run(
            _command(arguments),
            cwd=ROOT,
            env=settings,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def deliveries(self) -> list[Delivery]:
        """The ledger, in the order in which its rows were written."""
        with self.database.reading() as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.id)))

    def states(self) -> dict[str, str]:
        """What became of each letter: its state, and the reason if there is one, by address."""
        return {str(row.address): f"{row.state.value} {row.reason}".strip() for row in self.deliveries()}

    def mailings(self) -> list[Mailing]:
        with self.database.reading() as session:
            return list(session.scalars(select(Mailing).order_by(Mailing.id)))

    def subscription(self, address: str = "anna@example.net") -> Subscription | None:
        with self.database.reading() as session:
            found: Subscription | None = session.scalar(
                select(Subscription).join(Person).where(Person.mailbox == address)
            )
            return found


def sqlite_copy(empty: Path, folder: Path) -> Database:
    """An empty SQLite database of one's own, for tests to which the kind of database makes no difference."""
    shutil.copyfile(empty, folder / "mailer.db")
    return Database(f"sqlite:///{folder / 'mailer.db'}")


def _command(arguments: tuple[object, ...]) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", *(str(argument) for argument in arguments)]


def open_house(database: Database, mailbox: Mailbox, folder: Path, **settings: str) -> House:
    """A house on this database behind this relay, by a clock that stands until it is moved."""
    environ = {
        "ENVIRONMENT": "development",
        "INSTANCE_DIR": str(folder / "instance"),
        "SECRET_KEY": "a secret for tests, long enough for production",
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "BASE_URL": BASE_URL,
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(mailbox.port),
        "MAIL_DEFAULT_SENDER": "Zeitnah <house@example.org>",
        "MAIL_TIMEOUT": "5",
        "RATELIMIT_ENABLED": "0",
    } | settings
    app = create_app(Config.from_env(environ))
    house = House(app, mailbox, environ)
    made: Any = house.parts
    made.database.dispose()
    app.extensions["zeitnah"] = replace(made, database=database, pseudonym=pseudonym, now=lambda: house.now)
    return house
