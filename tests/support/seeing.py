"""A page in a real browser, and somebody who notices everything that is wrong on the way."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.support.demo import Demo
from tests.support.waiting import wait_until


@dataclass
class Eyes:
    """One person's browser with one page at a time before her."""

    context: BrowserContext
    page: Page
    base: str
    wrong: list[str] = field(default_factory=list)
    """Script errors, requests to other hosts, and what axe found, in the order it was met."""

    def open(self, address: str) -> None:
        self.page.goto(address if address.startswith("http") else self.base + address)
        self.look()

    def press(self, button: str) -> None:
        """Press a button or a link that leads to another page."""
        with self.page.expect_navigation():
            self.page.click(button)
        self.look()

    def look(self) -> None:
        """Let axe read the page."""
        found = Axe().run(self.page).response["violations"]
        self.wrong += [f"{self.page.url}: {one['id']}: {one['help']}" for one in found]

    def open_mail(self, to: str, *, number: int) -> str:
        """Wait until so many mails to an address were caught, and open the newest; its subject."""
        rows = self.page.locator("main table tbody tr").filter(has_text=to)

        def is_there() -> bool:
            self.page.goto(f"{self.base}/_mail/")
            return rows.count() >= number

        wait_until(is_there)
        self.look()
        with self.page.expect_navigation():
            rows.first.locator("a").click()
        self.look()
        return self.page.inner_text("h1")

    def link(self, purpose: str) -> str:
        """The address in the text of the open mail whose path goes by ``purpose``."""
        found = re.search(rf"http://\S+/{purpose}/[\w-]+", self.page.inner_text(".mail-text"))
        assert found is not None
        return found[0]

    def hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.wrong.append(said.text)

    def watch(self, asked: Request) -> None:
        if not asked.url.startswith((f"{self.base}/", "data:", "about:")):
            self.wrong.append(f"asks another host: {asked.url}")


def eyes(browser: Browser, demo: Demo, locale: str) -> Eyes:
    """A fresh browser, without cookies, that speaks the language of ``locale``."""
    context = browser.new_context(locale=locale)
    made = Eyes(context, context.new_page(), demo.base)
    context.on("console", made.hear)
    context.on("weberror", lambda problem: made.wrong.append(str(problem.error)))
    context.on("request", made.watch)
    return made
