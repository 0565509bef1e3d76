"""What organisers leave open is looked up for each reader, and nothing else in their words is ever run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailer import letters
from mailer.core.i18n import translator
from mailer.core.types import EmailAddress
from mailer.letters import Letter, Recipient, View
from tests.letters.occasions import ANNA, BASE_URL, orders


def written(body: str, *, subject: str = "Neues", reader: Recipient = ANNA) -> Letter:
    order = orders("de")["message"]
    return letters.write(replace(order, subject={"de": subject}, body={"de": body}, recipient=reader))


def test_facts_stand_where_they_were_left_open() -> None:
    order = orders("de")["message"]
    assert order.event is not None
    order.event.join_url = "https://meet.example.org/a_b__c"

    letter = written("{dialogue}: {date}, {series}, bis {end}. {join_link}", subject="Zu {dialogue}")

    assert "{" not in letter.text
    assert letter.subject.startswith("Zu Wie")


def test_name_is_never_read_as_markdown_or_html() -> None:
    evil = replace(ANNA, name="[x](https://evil.example) <b>**Anna**</b>")

    letter = written("Guten Tag {name},\n\nText", reader=evil)

    assert letter.text.startswith("Guten Tag [x](https://evil.example) <b>**Anna**</b>,\n")
    assert "Guten Tag [x](https://evil.example) &lt;b&gt;**Anna**&lt;/b&gt;," in letter.html
    assert 'href="https://evil.example' not in letter.html


@pytest.mark.parametrize(
    ("body", "first_line"),
    [
        ("Guten Tag {name},", "Guten Tag,"),
        ("{name}, guten Tag", "guten Tag"),
        ("Hallo {name}!", "Hallo!"),
    ],
)
def test_name_goes_with_its_blank_where_there_is_none(body: str, first_line: str) -> None:
    nobody = replace(ANNA, name="")

    assert written(body, reader=nobody).text.splitlines()[0] == first_line


def test_skeleton_reads_as_the_letter_written_alone() -> None:
    order = replace(orders("de")["message"], body={"de": "Liebe {name}, " + "Wort " * 30 + "{name}."})
    reader = Recipient(
        EmailAddress("anna@example.net"),
        "Änne <Ü>",
        f"{BASE_URL}/subscriptions/unsubscribe/x",
        f"{BASE_URL}/subscriptions/manage/y",
    )

    alone = letters.write(replace(order, recipient=reader))
    slotted = letters.write(replace(order, recipient=letters.slotted(reader)))

    slot = letters.slotted(reader).name
    assert slotted.text.replace(slot, "Änne <Ü>") == alone.text
    assert slotted.html.replace(slot, "Änne &lt;Ü&gt;") == alone.html


def test_web_address_becomes_a_link_and_stays_the_target_it_was_meant_for() -> None:
    order = orders("de")["message"]
    assert order.event is not None
    address = order.event.join_url

    html = written("Hier: {join_link} oder [dort]({join_link}).").html

    assert html.count(f'<a href="{address}" rel="noopener noreferrer"') >= 2


@pytest.mark.parametrize("body", ["{{ 7*7 }}", "{% raw %}", "{0}", "{}", "${7*7}", "{ }"])
def test_what_is_no_placeholder_stays_as_it_was_written(body: str) -> None:
    view = View(translator("de"), orders("de")["message"].series, BASE_URL, orders("de")["message"].now)  # type: ignore[arg-type]

    letters.check_placeholders(body, in_subject=False, view=view, event=None)

    assert body in written(body).text
