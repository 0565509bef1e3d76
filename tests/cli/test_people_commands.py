"""flask organisers and flask privacy."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from tests.support.house import BASE_URL, House
from tests.support.mailbox import Mailbox
from tests.support.making import NOON
from tests.support.visitor import Visitor
from tests.support.written import bring_in, dialogue, seat

ANNA = "anna@example.net"
OLGA = {
    "email": "olga@example.org",
    "name": "",
    "role": "owner",
    "language": "de",
    "invited": True,
    "second_factor": False,
    "disabled": False,
}
"""An owner who has not signed in yet, as she is listed."""


def test_add_prints_a_link_that_signs_in_once(house: House) -> None:
    result = house.flask("organisers", "add", "olga@example.org")
    link = result.stdout.strip()

    visitor, thief = Visitor(house), Visitor(house)
    entered = visitor.press(link)
    again = thief.press(link)

    assert re.fullmatch(rf"{BASE_URL}/organiser/sign-in/\S+", link)
    assert result.stderr == "This link signs in once, within 30 minutes:\n"
    assert (entered.status_code, again.status_code) == (303, 410)


def test_link_is_too_old_after_half_an_hour(house: House) -> None:
    link = house.flask("organisers", "add", "olga@example.org").stdout.strip()
    house.now = NOON + timedelta(minutes=31)

    late = Visitor(house).press(link)

    assert late.status_code == 410


def test_add_twice_is_one_organiser_with_two_links(house: House) -> None:
    links = [house.flask("organisers", "add", "olga@example.org").stdout for _ in range(2)]

    listed = json.loads(house.flask("organisers", "list", "--json").stdout)
    assert links[0] != links[1]
    assert listed == [OLGA]


def test_disabled_organiser_is_let_in_no_more(house: House) -> None:
    house.flask("organisers", "add", "otto@example.org")
    added = house.flask("organisers", "add", "olga@example.org", "--language", "en", "--name", "Olga")
    link = added.stdout.strip()

    disabled = house.flask("organisers", "disable", "OLGA@example.org")
    refused = Visitor(house).press(link)

    assert disabled.exit_code == 0
    assert refused.status_code == 404
    assert json.loads(house.flask("organisers", "list", "--json").stdout)[1] == (
        OLGA | {"name": "Olga", "language": "en", "disabled": True}
    )


def test_last_owner_is_not_disabled(house: House) -> None:
    house.flask("organisers", "add", "olga@example.org")
    house.flask("organisers", "add", "otto@example.org", "--role", "sender")

    refused = house.flask("organisers", "disable", "olga@example.org")
    demoted = house.flask("organisers", "add", "olga@example.org", "--role", "editor")

    assert (refused.exit_code, demoted.exit_code) == (4, 4)
    assert "last owner" in refused.stderr
    listed = json.loads(house.flask("organisers", "list", "--json").stdout)
    assert [(row["role"], row["disabled"]) for row in listed] == [("owner", False), ("sender", False)]


def test_adding_with_a_role_gives_a_known_organiser_that_role(house: House) -> None:
    for role in ("editor", "sender"):
        house.flask("organisers", "add", "olga@example.org", "--role", role)
    house.flask("organisers", "add", "olga@example.org")

    assert json.loads(house.flask("organisers", "list", "--json").stdout) == [OLGA | {"role": "sender"}]


def test_list_is_a_table_for_people(house: House) -> None:
    house.flask("organisers", "add", "olga@example.org")

    result = house.flask("organisers", "list")

    assert ["olga@example.org", "owner", "de", "True", "False", "False"] in [
        line.split() for line in result.stdout.splitlines()
    ]


@pytest.mark.parametrize("spelling", [ANNA, "Anna@Example.NET"])
def test_export_shows_everything_stored_on_a_person(house: House, spelling: str) -> None:
    bring_in(house, dialogue())
    Visitor(house).sign_up("wandel", ANNA, name="Anna Beispiel")
    house.tick()

    found = json.loads(house.flask("privacy", "export", spelling).stdout)

    assert found["person"]["address"] == ANNA
    assert [(row["series"], row["state"]) for row in found["subscriptions"]] == [("wandel", "pending")]
    assert [row["step"] for row in found["consent"]] == ["asked"]
    assert [(row["kind"], row["state"]) for row in found["mails"]] == [("confirm", "sent")]


def test_erase_leaves_nothing_that_names_the_person(house: House, mailbox: Mailbox) -> None:
    seat(house, bring_in(house, dialogue()), ANNA, "berta@example.net")
    house.tick(NOON)

    erased = house.flask("privacy", "erase", ANNA, typed="y\n")
    again = house.flask("privacy", "erase", ANNA, "--yes")
    found = json.loads(house.flask("privacy", "export", ANNA).stdout)

    assert (erased.exit_code, again.exit_code) == (0, 3)
    assert (found["person"], found["subscriptions"], found["mails"]) == (None, [], [])
    assert [row["step"] for row in found["consent"]] == ["imported", "left"]
    assert house.subscription("berta@example.net") is not None


def test_erase_takes_an_organisers_account_but_never_the_last_owners(house: House) -> None:
    house.flask("organisers", "add", "olga@example.org")
    house.flask("organisers", "add", "otto@example.org", "--role", "sender")

    shown = json.loads(house.flask("privacy", "export", "otto@example.org").stdout)
    erased = house.flask("privacy", "erase", "otto@example.org", "--yes")
    refused = house.flask("privacy", "erase", "olga@example.org", "--yes")

    assert shown["organiser"]["role"] == "sender"
    assert (erased.exit_code, refused.exit_code) == (0, 4)
    assert "last owner" in refused.stderr
    assert [row["email"] for row in json.loads(house.flask("organisers", "list", "--json").stdout)] == [
        "olga@example.org"
    ]
