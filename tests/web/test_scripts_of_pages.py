"""What two small scripts add to the pages, and that nobody else hears of a visit before she clicks."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, Route
from werkzeug.serving import make_server

from mailer import series
from tests.web.visiting import SERIES, Visit


@pytest.fixture
def address(sqlite_visit: Visit) -> Iterator[str]:
    with sqlite_visit.transaction() as session:
        event = series.get_event(session, series.get_series(session, SERIES[1:]), "bestand-nutzen")
        event.materials[0].url = "https://vimeo.com/76979871"
    server = make_server("127.0.0.1", 0, sqlite_visit.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def opened(browser: Browser, url: str, *, zone: str, script: bool = True) -> tuple[Page, list[str]]:
    """A page, and every address that is asked for in other houses; none of them is reached."""
    context = browser.new_context(locale="de-DE", timezone_id=zone, java_script_enabled=script)
    page, elsewhere = context.new_page(), list[str]()

    def note(asked: Request) -> None:
        if "127.0.0.1" not in asked.url and not asked.url.startswith("data:"):
            elsewhere.append(asked.url)

    def stand_in(route: Route) -> None:
        if "127.0.0.1" in route.request.url:
            route.continue_()
        else:
            route.fulfill(content_type="text/html", body="<!doctype html><title>Player</title>")

    page.on("request", note)
    page.route("**/*", stand_in)
    page.goto(url)
    return page, elsewhere


def test_recording_asks_its_house_for_nothing_before_the_click(address: str, browser: Browser) -> None:
    page, elsewhere = opened(browser, f"{address}{SERIES}/bestand-nutzen", zone="Europe/Berlin")
    page.wait_for_load_state("networkidle")
    before = list(elsewhere)

    page.click("a.poster")
    page.wait_for_selector("iframe.player")
    page.frame_locator("iframe.player").locator("html").wait_for(state="attached")

    assert (before, elsewhere) == ([], ["https://player.vimeo.com/video/76979871?dnt=1"])
    assert page.evaluate("document.activeElement.className") == "player"
    page.context.close()


@pytest.mark.parametrize(
    ("zone", "script", "told"),
    [
        ("America/New_York", True, ["Ortszeit hier: Donnerstag, 30. März um 11:00 GMT-4"]),
        ("Europe/Paris", True, []),
        ("America/New_York", False, []),
    ],
)
def test_date_is_told_by_the_visitors_clock_where_that_differs(
    address: str, browser: Browser, zone: str, script: bool, told: list[str]
) -> None:
    page, _ = opened(browser, f"{address}{SERIES}", zone=zone, script=script)

    assert [line for line in page.locator(".here").all_inner_texts() if line] == told
    page.context.close()
