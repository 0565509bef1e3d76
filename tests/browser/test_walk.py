"""The first five minutes: `flask demo` as `make run` starts it, and one person through the whole house."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from config import ROOT

SERIES = "/wandel-machen-vor-ort"
PATIENCE = 60.0


@dataclass
class Demo:
    """The house as a stranger starts it, in a folder of its own."""

    folder: Path
    port: int
    process: subprocess.Popen[str] = field(init=False)
    said: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        smtp_port = _free_port()
        environ = os.environ | {
            "ENVIRONMENT": "development",
            "INSTANCE_DIR": str(self.folder),
            "DATABASE_URL": f"sqlite:///{self.folder / 'mailer.db'}",
            "BASE_URL": self.base,
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": str(smtp_port),
        }
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "demo"]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port), "--smtp-port", str(smtp_port)],
            cwd=ROOT,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._listen()

    def stop(self) -> int:
        """End it as Ctrl-C does, which reaches every process of the group; the exit status."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=30)

    def sign_in_link(self) -> str:
        return next(line.split()[-1] for line in self.said if "sign in" in line)

    def _listen(self) -> None:
        assert self.process.stdout is not None
        self.said = []
        for line in self.process.stdout:
            self.said.append(line)
            if "Ctrl-C" in line:
                return
        raise AssertionError("".join(self.said))


@dataclass
class Eyes:
    """A page, and everything that was wrong on the way."""

    page: Page
    base: str
    wrong: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        self.page.goto(address if address.startswith("http") else self.base + address)
        self.look()

    def press(self, button: str) -> None:
        self.page.click(button)
        self.page.wait_for_load_state()
        self.look()

    def look(self) -> None:
        found = Axe().run(self.page).response["violations"]
        self.wrong += [f"{self.page.url}: {one['id']}: {one['help']}" for one in found]

    def hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.wrong.append(said.text)

    def watch(self, asked: Request) -> None:
        """Nothing may be asked of another host."""
        if not asked.url.startswith((self.base, "data:", "about:")):
            self.wrong.append(asked.url)

    def await_mail(self, number: int) -> None:
        """Wait until so many mails are caught, and open the newest."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            self.page.goto(self.base + "/_mail/")
            if self.page.locator("main table tbody tr").count() >= number:
                self.look()
                self.press("main table tbody a >> nth=0")
                return
            time.sleep(0.2)
        raise AssertionError("no mail was caught")

    def link(self, what: str) -> str:
        """The address of a link in the mail that is open."""
        found = re.search(rf"/subscriptions/{what}/[\w-]+", self.page.content())
        assert found is not None
        return found.group()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    made = Demo(tmp_path / "instance", _free_port())
    made.start()
    yield made
    if made.process.poll() is None:
        made.stop()


def eyes(browser: Browser, demo: Demo, locale: str) -> Eyes:
    context = browser.new_context(base_url=demo.base, locale=locale)
    made = Eyes(context.new_page(), demo.base)
    made.page.on("console", made.hear)
    made.page.on("pageerror", lambda error: made.wrong.append(str(error)))
    made.page.on("request", made.watch)
    return made


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("de-DE", ("Bitte bestätigen", "Willkommen", "Sie stehen auf der Liste")),
        ("en-GB", ("Please confirm", "Welcome", "You are on the list")),
    ],
)
def test_she_signs_up_confirms_and_leaves(
    demo: Demo, browser: Browser, locale: str, words: tuple[str, str, str]
) -> None:
    she = eyes(browser, demo, locale)
    she.open(SERIES)
    she.page.fill("input[name=email]", "anna@example.net")
    she.page.fill("input[name=name]", "Anna Müller")
    she.page.check("input[name=consent]")
    she.press("form button[type=submit]")

    she.await_mail(1)
    confirm_mail = she.page.inner_text("h1")
    she.page.goto(she.base + she.link("confirm"))
    she.page.wait_for_selector(f"text={words[2]}")
    she.look()

    she.await_mail(2)
    welcome_mail, shown = she.page.inner_text("h1"), she.page.content()
    she.open(she.link("unsubscribe"))
    she.press("main form button >> nth=0")
    counts = _counts(demo)

    assert confirm_mail.startswith(words[0])
    assert welcome_mail.startswith(words[1])
    assert "BEGIN:VEVENT" in shown
    assert counts == {"pending": 0, "active": 0, "left": 1, "ended": 0, "bounced": 0}
    assert she.wrong == []


def test_the_organisers_link_signs_in_once(demo: Demo, browser: Browser) -> None:
    olga = eyes(browser, demo, "de-DE")
    olga.open(demo.sign_in_link())
    olga.press("main form button >> nth=0")
    desk = olga.page.url
    greeting = olga.page.inner_text("main")

    stranger = eyes(browser, demo, "de-DE")
    stranger.open(demo.sign_in_link())
    stranger.press("main form button >> nth=0")

    assert desk == f"{demo.base}/organiser/"
    assert "Wandel. Machen. Vor Ort." in greeting
    assert "schon benutzt" in stranger.page.inner_text("main")
    assert olga.wrong == []


def test_a_second_start_keeps_the_data_and_the_first_ends_cleanly(demo: Demo) -> None:
    first = "".join(demo.said)
    status = demo.stop()

    demo.start()
    second = "".join(demo.said)
    demo.stop()

    assert status == 0
    assert "Imported the example series." in first
    assert "Imported" not in second
    assert _leftovers(demo) == []


def _counts(demo: Demo) -> dict[str, int]:
    environ = os.environ | {"INSTANCE_DIR": str(demo.folder), "ENVIRONMENT": "development"}
    environ["DATABASE_URL"] = f"sqlite:///{demo.folder / 'mailer.db'}"
    shown = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "series", "show", SERIES[1:], "--json"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    counts: dict[str, int] = json.loads(shown.stdout)["subscribers"]
    return counts


def _leftovers(demo: Demo) -> list[str]:
    """Processes that still bear the group of the demo."""
    try:
        os.killpg(demo.process.pid, 0)
    except ProcessLookupError:
        return []
    return [f"group {demo.process.pid}"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
