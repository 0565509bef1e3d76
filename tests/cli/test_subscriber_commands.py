"""flask subscribers: a list looked at before it is taken, taken out by state, addresses blocked and let go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.house import House
from tests.support.making import NOON
from tests.support.visitor import Visitor
from tests.support.written import bring_in, dialogue, seat

ANNA = "anna@example.net"
AT_NOON = ("--now", NOON.isoformat())


def test_list_can_be_looked_at_without_taking_anybody(house: House, tmp_path: Path) -> None:
    bring_in(house, dialogue())
    file = tmp_path / "liste.csv"
    file.write_bytes("E-Mail;Name\nanna@example.net;Änne\nnobody;\n".encode("cp1252"))
    command = ("subscribers", "import", "wandel", file, "--evidence", "paper", *AT_NOON)

    looked = house.flask(*command, "--check")
    before = house.subscription(ANNA)
    taken = json.loads(house.flask(*command, "--json").stdout)

    assert looked.stderr.startswith(
        "1 entered, 0 updated, 1 rejected. Nothing was changed.\n  line 3: nobody: "
    )
    assert before is None
    assert (taken["imported"], len(taken["rejected"])) == (1, 1)


def test_list_is_taken_out_in_one_state(house: House) -> None:
    seat(house, bring_in(house, dialogue()), ANNA, "berta@example.net")
    house.flask("subscribers", "block", "berta@example.net", *AT_NOON)

    active = house.flask("subscribers", "export", "wandel", "--state", "active").stdout.splitlines()
    left = house.flask("subscribers", "export", "wandel", "--state", "left").stdout.splitlines()

    assert [line.split(",")[0] for line in active] == ["email", ANNA]
    assert [line.split(",")[0] for line in left] == ["email", "berta@example.net"]


def test_blocked_address_is_off_the_list_and_refused_until_unblocked(house: House, tmp_path: Path) -> None:
    seat(house, bring_in(house, dialogue()), ANNA)
    file = tmp_path / "liste.csv"
    file.write_text(f"email\n{ANNA}\n")

    blocked = house.flask("subscribers", "block", "Anna@Example.net", *AT_NOON)
    imported = house.flask("subscribers", "import", "wandel", file, "--evidence", "paper", "--json", *AT_NOON)
    Visitor(house).sign_up("wandel", ANNA)
    house.tick()
    silent = json.loads(house.flask("privacy", "export", ANNA).stdout)["mails"]
    unblocked = house.flask("subscribers", "unblock", ANNA)
    again = house.flask("subscribers", "unblock", ANNA)

    assert blocked.stderr == "The address is blocked; it was taken off 1 lists.\n"
    assert [row["reason"] for row in json.loads(imported.stdout)["rejected"]] == ["the address is blocked"]
    assert silent == []
    assert (unblocked.exit_code, again.exit_code) == (0, 3)
    assert again.stderr == "This address is not blocked.\n"


@pytest.mark.parametrize("command", ["block", "unblock"])
def test_what_is_no_address_is_not_understood(house: House, command: str) -> None:
    assert house.flask("subscribers", command, "anna").exit_code == 2
