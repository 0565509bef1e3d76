"""What a person does with the pages, in few words."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse

from tests.support.house import BASE_URL, House

GERMAN = {"Accept-Language": "de"}


class Visitor:
    """Somebody with a browser that keeps cookies and runs no scripts."""

    def __init__(self, house: House) -> None:
        self._client = house.app.test_client()

    def open(self, url: str) -> TestResponse:
        return self._client.get(url, headers=GERMAN)

    def sign_up(self, slug: str, address: str, *, name: str = "", language: str = "de") -> TestResponse:
        form = {"email": address, "name": name, "language": language, "consent": "yes"}
        return self._client.post(f"{BASE_URL}/{slug}/subscribe", data=form, headers=GERMAN)

    def post(self, url: str, *, sent_from: str = "same-origin", **fields: str) -> TestResponse:
        """Send a form that needs no token; ``sent_from`` is what browsers say of the page it stood on."""
        headers = GERMAN | {"Referer": url, "Sec-Fetch-Site": sent_from}
        return self._client.post(url, data=fields, headers=headers)

    def press(self, url: str, **fields: str) -> TestResponse:
        """Open a page and send its form, with the token that may stand in it."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.open(url).text)
        return self.post(url, **({} if found is None else {"csrf_token": found[1]}), **fields)

    def click_once(self, url: str) -> TestResponse:
        """What a mail program posts for its unsubscribe button: no cookie, no page before it (RFC 8058)."""
        return self._client.application.test_client(use_cookies=False).post(
            url, data={"List-Unsubscribe": "One-Click"}
        )
