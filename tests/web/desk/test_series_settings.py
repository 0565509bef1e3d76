"""The settings of a series at the desk."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mailer import organisers
from mailer.organisers import Role
from mailer.series import Series, get_series
from tests.web.desk.conftest import Desk
from tests.web.desk.signing import wrong_with
from tests.web.visiting import GERMAN, SERIES, Visit

URL = "/organiser/series/wandel-machen-vor-ort/settings"


class Form(HTMLParser):
    """The fields of a page's last form, as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._text: str | None = None
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        name = told.get("name") or ""
        if tag == "form":
            self.fields = {}
        elif told.get("type") == "checkbox" and "checked" not in told:
            return
        elif tag == "input" and name:
            self.fields[name] = told.get("value") or ""
        elif tag == "textarea":
            self._text, self.fields[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in told:
            self.fields[self._select] = told.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self.fields[self._text] += data


def form(client: FlaskClient) -> dict[str, str]:
    return Form(client.get(URL, headers=GERMAN).text).fields


def send(client: FlaskClient, fields: dict[str, str], **changed: str) -> TestResponse:
    named = {name.replace("__", "."): value for name, value in changed.items()}
    return client.post(URL, data=fields | named, headers=GERMAN)


def stored(visit: Visit) -> Series:
    with visit.transaction() as session:
        return get_series(session, SERIES[1:])


def test_saving_what_stands_there_changes_nothing(visit: Visit, owner: FlaskClient) -> None:
    before = stored(visit)

    answer = send(owner, form(owner))

    after = stored(visit)
    assert answer.status_code == 303
    assert (after.about, after.imprint, after.changed_at) == (before.about, before.imprint, before.changed_at)


def test_what_is_typed_is_stored_and_noted(visit: Visit, owner: FlaskClient) -> None:
    answer = send(
        owner,
        form(owner),
        title__de="Wandel. Jetzt.",
        sender__address="neu@wandel.net",
        reply_to="",
        imprint__en="Network, Potsdam",
        form_of_address="du",
        retention_days="60",
        second_release="true",
        quiet_minutes="45",
    )

    found = stored(visit)
    with visit.transaction() as session:
        noted = [entry.action for entry in organisers.list_entries(session)]
    assert answer.status_code == 303
    assert found.title["de"] == "Wandel. Jetzt."
    assert (found.sender_address, found.reply_to) == ("neu@wandel.net", None)
    assert found.imprint["en"] == "Network, Potsdam"
    assert (found.form_of_address, found.retention_days) == ("du", 60)
    assert (found.second_release, found.quiet_minutes) == (True, 45)
    assert noted[0] == "series.settings_changed"


def test_mistakes_come_back_with_what_was_typed_and_a_sentence_each(visit: Visit, owner: FlaskClient) -> None:
    answer = send(
        owner,
        form(owner),
        title__de="",
        title__en="",
        sender__address="buero@",
        closes_on="2023-02-31",
        closing_days="-1",
        quiet_minutes="1441",
    )

    page = answer.text
    assert answer.status_code == 422
    for field in ("title.de", "sender.address", "closes_on", "closing_days", "quiet_minutes"):
        assert f'id="{field}-problem"' in page, field
    assert 'value="buero@"' in page
    assert stored(visit).title["de"] == "Wandel. Machen. Vor Ort."


def test_second_of_two_editors_is_shown_what_the_first_wrote(
    visit: Visit, signed_in: Callable[[Role], FlaskClient]
) -> None:
    first, second = signed_in(Role.OWNER), signed_in(Role.OWNER)
    hers, his = form(first), form(second)
    send(first, hers, funding__de="Gefördert von allen.")

    answer = send(second, his, funding__de="Gefördert von niemandem.")
    again = send(second, Form(answer.text).fields, funding__de="Gefördert von niemandem.")

    assert answer.status_code == 409
    assert "Gefördert von allen." in answer.text
    assert "Gefördert von niemandem." in answer.text
    assert again.status_code == 303
    assert stored(visit).funding["de"] == "Gefördert von niemandem."


@pytest.mark.parametrize("edition", ["9" * 5_000, "9" * 20, "²", ""])
def test_edition_that_never_was_is_an_older_one(visit: Visit, owner: FlaskClient, edition: str) -> None:
    before = stored(visit)

    answer = send(owner, form(owner), edition=edition, title__de="Anders")

    assert answer.status_code == 409
    assert stored(visit).title == before.title


def test_editor_may_look_and_not_change(visit: Visit, signed_in: Callable[[Role], FlaskClient]) -> None:
    editor = signed_in(Role.EDITOR)

    answer = send(editor, form(editor), title__de="Anders")

    assert (editor.get(URL).status_code, answer.status_code) == (200, 403)
    assert stored(visit).title["de"] == "Wandel. Machen. Vor Ort."


def test_script_in_a_text_stays_text_on_the_public_page(visit: Visit, owner: FlaskClient) -> None:
    send(owner, form(owner), about__de="<script>alert(1)</script> [x](javascript:alert(1))")

    page = visit.app.test_client().get(SERIES, headers=GERMAN).text

    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_organiser_changes_the_imprint_by_keyboard(desk: Desk) -> None:
    found = []
    page = desk.open()
    page.goto(URL)
    found += wrong_with(page)
    page.focus("[id='imprint.de']")
    page.keyboard.press("Control+A")
    page.keyboard.type("Netzwerk Zukunftsorte, Potsdam")
    page.focus("main form button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".flash-done")
    assert page.input_value("[id='imprint.de']") == "Netzwerk Zukunftsorte, Potsdam"

    narrow = desk.open(width=375, dark=True, language="en")
    narrow.goto(URL)

    assert found + wrong_with(narrow) == []
