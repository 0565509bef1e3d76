"""One person through the whole house: sign up, open the caught mail, confirm, leave; in both languages."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from tests.support.demo import Demo
from tests.support.seeing import Eyes, eyes

SERIES = "/wandel-machen-vor-ort"


@dataclass(frozen=True)
class Words:
    """What she reads on the way."""

    confirm_mail: str
    welcome_mail: str
    on_the_list: str
    off_the_list: str


GERMAN = Words("Bitte bestätigen", "Willkommen", "Sie stehen auf der Liste", "Keine E-Mails mehr")
ENGLISH = Words("Please confirm", "Welcome", "You are on the list", "No more emails")


def sign_up(she: Eyes, address: str) -> None:
    she.open(SERIES)
    she.page.fill("input[name=email]", address)
    she.page.fill("input[name=name]", "Anna Müller")
    she.page.check("input[name=consent]")
    she.press("form.sign-up button[type=submit]")


@pytest.mark.parametrize(("locale", "words"), [("de-DE", GERMAN), ("en-GB", ENGLISH)])
def test_she_signs_up_confirms_in_the_same_browser_and_leaves(
    demo: Demo, browser: Browser, locale: str, words: Words
) -> None:
    address, she = f"anna-{locale.lower()}@example.net", eyes(browser, demo, locale)

    sign_up(she, address)
    asked_at = time.time()
    confirm_mail = she.open_mail(address, number=1)
    caught_at = int(she.page.url.rpartition("/")[2]) / 1e9
    she.open(she.link("confirm"))
    she.page.wait_for_selector(f"h1:has-text('{words.on_the_list}')")
    she.look()
    on_the_list = demo.state(address)

    welcome_mail = she.open_mail(address, number=2)
    entry = she.page.inner_text("section[aria-labelledby=calendar] pre")
    she.open(she.link("unsubscribe"))
    she.press("button.button-leave")

    assert confirm_mail.startswith(words.confirm_mail)
    assert caught_at - asked_at < 10  # two seconds where nothing else runs
    assert welcome_mail.startswith(words.welcome_mail)
    assert entry.startswith("BEGIN:VCALENDAR\n")
    assert entry.count("BEGIN:VEVENT") == 1
    assert she.page.inner_text("h1") == words.off_the_list
    assert (on_the_list, demo.state(address)) == ("active", "left")
    assert she.wrong == []


@pytest.mark.parametrize(("locale", "words"), [("de-DE", GERMAN), ("en-GB", ENGLISH)])
def test_mail_opened_elsewhere_confirms_by_a_button_and_not_by_looking(
    demo: Demo, browser: Browser, locale: str, words: Words
) -> None:
    """The link is followed from the mail's HTML, in a frame without scripts: it opens in a tab of its own."""
    address = f"berta-{locale.lower()}@example.net"
    sign_up(eyes(browser, demo, locale), address)
    phone = eyes(browser, demo, locale)
    phone.open_mail(address, number=1)

    with phone.context.expect_page() as opened:
        phone.page.frame_locator("iframe.mail-frame").locator("a[href*='/subscriptions/confirm/']").click()
    phone.page = opened.value
    phone.page.wait_for_load_state()
    phone.look()
    by_looking = demo.state(address)
    phone.press("main form button[type=submit]")

    assert phone.page.inner_text("h1") == words.on_the_list
    assert (by_looking, demo.state(address)) == ("pending", "active")
    assert phone.wrong == []


def test_form_sent_empty_says_what_is_missing_and_is_readable_by_ear(demo: Demo, browser: Browser) -> None:
    she = eyes(browser, demo, "de-DE")
    she.open(f"{SERIES}/subscribe")

    she.press("form.sign-up button[type=submit]")

    fields = [link.get_attribute("href") for link in she.page.locator(".problems a").all()]
    assert fields == ["#email", "#consent"]
    assert she.wrong == [
        "Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"
    ]


@pytest.mark.parametrize("locale", ["de-DE", "en-GB"])
def test_every_public_page_is_without_a_finding(demo: Demo, browser: Browser, locale: str) -> None:
    she = eyes(browser, demo, locale)

    for path in ("/", SERIES, f"{SERIES}/bestand-nutzen", f"{SERIES}/beteiligung", "/subscriptions/link"):
        she.open(path)
    she.open("/organiser/sign-in")

    assert she.wrong == []


def test_organisers_link_signs_in_once(demo: Demo, browser: Browser) -> None:
    olga, stranger = eyes(browser, demo, "de-DE"), eyes(browser, demo, "de-DE")

    olga.open(demo.sign_in_link)
    olga.press("main form button[type=submit]")
    desk, greeting = olga.page.url, olga.page.inner_text("main")
    stranger.page.goto(demo.sign_in_link)
    stranger.page.click("main form button[type=submit]")
    stranger.page.wait_for_selector("ul.ways")
    stranger.look()

    assert desk == f"{demo.base}/organiser/"
    assert "Wandel. Machen. Vor Ort." in greeting
    assert "schon benutzt" in stranger.page.inner_text("main")
    assert olga.wrong == []
    assert [finding for finding in stranger.wrong if "410" not in finding] == []
