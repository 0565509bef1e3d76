"""How organisers come to the desk in tests, and what a page must not have wrong with it."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from mailer import organisers
from mailer.core.types import EmailAddress, Locale
from mailer.organisers import Role
from tests.web.visiting import Visit


def sign_in_url(visit: Visit, role: Role, *, language: Locale = "de") -> str:
    """A link that signs an organiser of this role in once; there is one organiser a role."""
    address = EmailAddress(f"{role.value}@example.org")
    with visit.transaction() as session:
        organiser = organisers.add(session, address, language=language, role=role, now=visit.now)
        organiser.language = language
        link = organisers.open_link(session, organiser, to_mail=False, now=visit.now)
        return f"/organiser/sign-in/{visit.link('signin', link.id)}"


def wrong_with(page: Page) -> list[str]:
    """What axe finds on the page as it stands, and whether one must scroll it sideways."""
    found = [f"{finding['id']}: {finding['help']}" for finding in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("scrolls sideways")
    return found
