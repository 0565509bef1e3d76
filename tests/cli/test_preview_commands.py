"""flask mailings preview: what a recipient would get."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from tests.support.house import House
from tests.support.written import bring_in, dialogue, undated


@pytest.fixture(autouse=True)
def _series(house: House) -> None:
    bring_in(house, dialogue(account={"de": "Es war gut."}), undated())


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    "kind", ["confirm", "welcome", "info", "reminder", "documentation", "farewell", "message"]
)
def test_preview_shows_every_kind_in_every_form(house: House, kind: str, language: str) -> None:
    command = ["mailings", "preview", "wandel", "boden", "--kind", kind, "--language", language]

    eml = house.flask(*command)
    text = house.flask(*command, "--format", "text")
    html = house.flask(*command, "--format", "html")
    ics = house.flask(*command, "--format", "ics")

    message = message_from_bytes(eml.stdout_bytes, policy=policy.default)
    plain = message.get_body(("plain",))
    assert [result.exit_code for result in (eml, text, html)] == [0, 0, 0]
    assert message["Content-Language"] == language
    assert plain is not None
    assert plain.get_content().splitlines() == text.stdout.splitlines()
    assert html.stdout.lstrip().lower().startswith("<!doctype html>")
    if kind in ("welcome", "info", "reminder", "message"):
        assert ics.stdout_bytes.startswith(b"BEGIN:VCALENDAR\r\n")
    else:
        assert (ics.exit_code, ics.stdout) == (4, "")


def test_preview_without_language_speaks_the_series_first(house: House) -> None:
    result = house.flask("mailings", "preview", "wandel", "boden", "--kind", "info", "--format", "text")

    assert result.stdout.startswith("Guten Tag")


def test_preview_of_what_could_never_be_written_is_four(house: House) -> None:
    result = house.flask("mailings", "preview", "wandel", "beteiligung", "--kind", "reminder")

    assert (result.exit_code, result.stdout) == (4, "")


def test_preview_leaves_nothing_behind(house: House) -> None:
    house.flask("mailings", "preview", "wandel", "boden", "--kind", "reminder")

    assert (house.deliveries(), house.mailings()) == ([], [])
