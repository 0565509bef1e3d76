"""flask demo: the whole house on one machine, with a box that catches every mail."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import click

from config import ROOT
from mailer import exchange, jobs, letters, organisers, series
from mailer.cli.database import database_revision
from mailer.cli.speaking import house, say, standalone
from mailer.core.db import newest_revision
from mailer.core.errors import Refused, Unavailable
from mailer.core.types import EmailAddress

if TYPE_CHECKING:
    from aiosmtpd.controller import Controller

EXAMPLE = ROOT / "examples" / "wandel-machen-vor-ort.yaml"
ORGANISER = EmailAddress("organiser@example.org")
NEXT_IN_DAYS = 3
KEPT_MAILS = 1000
WEB_THREADS = 8
STARTS_WITHIN = 30.0
"""Seconds the web server may take until it answers."""


class OnlyInDevelopment(Refused):
    """The mail catcher shows every mail to everybody: never on a public server."""

    code = "only_in_development"


class PortTaken(Unavailable):
    """Something else listens on the port already."""

    code = "port_taken"


class DidNotStart(Unavailable):
    """One of the processes ended, or the web server did not answer in time."""

    code = "did_not_start"


@standalone(
    "demo", help="Run web, worker and a mail catcher, with the example series: what `make run` calls."
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--smtp-port", type=click.IntRange(1, 65535), default=8025, show_default=True)
def demo(host: str, port: int, smtp_port: int) -> None:
    """Ctrl-C ends everything."""
    _only_in_development()
    for number, variable in ((port, "PORT"), (smtp_port, "SMTP_PORT")):
        _check_port("127.0.0.1" if host == "0.0.0.0" else host, number, variable)  # noqa: S104  # compared, not bound
    link = _furnish()
    box = _catcher(smtp_port)
    serve = ["granian", "--interface", "wsgi", "--no-ws", "--log-level", "error"]
    serve += ["--workers", str(house().config.web_concurrency), "--blocking-threads", str(WEB_THREADS)]
    serve += ["--workers-kill-timeout", "3", "--host", host, "--port", str(port), "wsgi:app"]
    stopping = jobs.stop_on_signals()
    processes = [_start(command) for command in (["flask", "--app", "wsgi", "worker"], serve)]
    try:
        _await_web(processes, stopping)
        _greet(link)
        while not stopping.wait(0.3):
            _check_alive(processes)
    finally:
        _end(processes)
        box.stop()


def _catcher(port: int) -> Controller:
    """A mail server on the loopback address that keeps every letter under instance/caught."""
    from aiosmtpd.controller import Controller

    box = _Box(house().config.instance / "caught")
    controller = Controller(box, hostname="127.0.0.1", port=port, data_size_limit=20_000_000)
    controller.start()
    return controller


class _Box:
    """Where caught mail lies, one file a mail, the newest kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802  # aiosmtpd's
        content: bytes = getattr(envelope, "original_content", b"")
        sender, to = getattr(envelope, "mail_from", ""), ", ".join(getattr(envelope, "rcpt_tos", []))
        head = f"X-Envelope-From: <{sender}>\r\nX-Envelope-To: {to}\r\n".encode()
        name = f"{time.time_ns()}.eml"
        draft = self.folder / f".{name}"
        draft.write_bytes(head + content)
        draft.rename(self.folder / name)
        for old in sorted(self.folder.glob("[0-9]*.eml"))[:-KEPT_MAILS]:
            old.unlink(missing_ok=True)
        return "250 2.0.0 caught"


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """One part of the house, deaf to what the terminal tells the whole group.

    A web worker that hears of its end twice, from Ctrl-C and from its master, may never end and
    keep the port. So each part hears it once, from us.
    """
    from_the_terminal = {signal.SIGINT, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, from_the_terminal)
    try:
        return subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT)  # noqa: S603  # our own commands
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, from_the_terminal)


def _furnish() -> str:
    """Database, example series (once) and an organiser; the organiser's one-time link."""
    parts = house()
    if database_revision() != newest_revision():
        parts.database.upgrade()
    now = parts.now()
    with parts.database.transaction() as session:
        if not series.list_series(session):
            exchange.import_series(session, EXAMPLE.read_bytes(), next_in=NEXT_IN_DAYS, now=now)
            say("Imported the example series.")
        organiser = organisers.add(session, ORGANISER, now=now)
        link = organisers.open_link(session, organiser, to_mail=False, now=now)
    return letters.sign_in_url(parts.config.base_url, parts.links.make("signin", link.id))


def _greet(link: str) -> None:
    base = house().config.base_url
    with house().database.reading() as session:
        first = series.list_series(session)[0].slug
    click.echo("")
    click.echo(f"  The public page      {base}/{first}")
    click.echo(f"  Every mail sent      {base}/_mail/")
    click.echo(f"  Organisers sign in   {link}")
    click.echo("")
    click.echo("  Ctrl-C ends everything.")
    sys.stdout.flush()


def _await_web(processes: list[subprocess.Popen[bytes]], stopping: threading.Event) -> None:
    """Wait until the web server answers. Raises DidNotStart."""
    address = f"{house().config.base_url}/healthz"
    give_up = time.monotonic() + STARTS_WITHIN
    while not stopping.wait(0.1):
        _check_alive(processes)
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310  # our own address
            return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > give_up:
                raise DidNotStart(what="the web server") from None


def _check_alive(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is not None:
            raise DidNotStart(what=" ".join(str(word) for word in list(process.args)[1:5]))  # type: ignore[arg-type]


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _check_port(host: str, port: int, variable: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PortTaken(port=port, variable=variable) from None


def _only_in_development() -> None:
    if not house().config.in_development:
        raise OnlyInDevelopment()
