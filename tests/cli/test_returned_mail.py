"""flask bounces ingest: a message, an mbox, a Maildir, standard input."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.house import House
from tests.support.imap import an_imap_server
from tests.support.ports import free_port
from tests.support.returning import Origin, absence, leaving, report
from tests.support.written import bring_in, dialogue, seat

DUE = datetime(2023, 5, 24, 7, 0, tzinfo=UTC)


@pytest.fixture
def origins(house: House) -> tuple[Origin, Origin]:
    """What the world knows of two letters that left: to Anna, to Berta."""
    seat(house, bring_in(house, dialogue()), "anna@example.net", "berta@example.net")
    house.tick(DUE)
    anna, berta = (house.mailbox.to(f"{name}@example.net")[0] for name in ("anna", "berta"))
    return (
        Origin(anna.sender.partition("@")[0], anna.message_id, anna.to),
        Origin(berta.sender.partition("@")[0], berta.message_id, berta.to),
    )


def states(house: House) -> dict[str, str]:
    return {
        name: found.state.value
        for name in ("anna", "berta")
        if (found := house.subscription(f"{name}@example.net")) is not None
    }


def test_one_message_is_read_from_standard_input(house: House, origins: tuple[Origin, Origin]) -> None:
    said = house.flask("bounces", "ingest", typed=report(origins[0]).decode())

    assert (said.exit_code, said.stdout) == (0, "")
    assert said.stderr == (
        "standard input, message 1: letter 1: the address does not exist (5.1.1). The subscription is over.\n"
    )
    assert states(house) == {"anna": "bounced", "berta": "active"}


def test_mbox_holds_several_messages_and_what_is_not_understood_is_told(
    house: House, origins: tuple[Origin, Origin], tmp_path: Path
) -> None:
    anna, berta = origins
    told = b">From this line on I am away.\n"
    messages = [
        report(anna, status="4.2.2"),
        absence(berta, "Auto-Submitted: auto-replied") + told,
        b"Subject: Frage\n\nWo ist der Saal?\n",
        report(berta, number=2),
    ]
    (tmp_path / "mbox").write_bytes(
        b"".join(b"From x Wed May 24 07:05:00 2023\n" + one + b"\n" for one in messages)
    )

    said = house.flask("bounces", "ingest", tmp_path / "mbox")

    assert said.exit_code == 2
    assert said.stderr.splitlines() == [
        "mbox, message 1: letter 1: did not arrive this time; the address stays good (4.2.2).",
        "mbox, message 2: letter 2: an automatic answer; nothing to do.",
        "mbox, message 3: not understood (no letter of ours); please read it yourself.",
        "mbox, message 4: letter 2: the address does not exist (5.1.1). The subscription is over.",
    ]
    assert states(house) == {"anna": "active", "berta": "bounced"}


def test_maildir_is_read_and_left_as_it_is(
    house: House, origins: tuple[Origin, Origin], tmp_path: Path
) -> None:
    for folder in ("new", "cur", "tmp"):
        (tmp_path / "mail" / folder).mkdir(parents=True)
    (tmp_path / "mail" / "new" / "1.host").write_bytes(report(origins[0]))
    (tmp_path / "mail" / "cur" / "2.host:2,S").write_bytes(report(origins[1], number=2))
    (tmp_path / "mail" / "tmp" / "3.host").write_bytes(b"half a mess")

    first = house.flask("bounces", "ingest", tmp_path / "mail", "--json")
    second = house.flask("bounces", "ingest", tmp_path / "mail", "--json")

    plain = {"source": "mail", "kind": "report", "verdict": "gone", "status": "5.1.1"}
    document = json.loads(first.stdout)
    assert document["messages"] == [
        {**plain, "number": 1, "outcome": "ended", "delivery": 1},
        {**plain, "number": 2, "outcome": "ended", "delivery": 2},
    ]
    assert {name: count for name, count in document["counts"].items() if count} == {"ended": 2}
    assert {name: count for name, count in json.loads(second.stdout)["counts"].items() if count} == {
        "known": 2
    }
    assert sorted(path.name for path in (tmp_path / "mail").rglob("*.host*")) == [
        "1.host",
        "2.host:2,S",
        "3.host",
    ]


def test_who_leaves_by_mail_has_left(house: House, origins: tuple[Origin, Origin]) -> None:
    found = house.subscription()
    assert found is not None

    said = house.flask("bounces", "ingest", typed=leaving(house.parts.links.make("leave", found.id)).decode())

    assert (said.exit_code, said.stderr) == (
        0,
        "standard input, message 1: somebody left the list by mail.\n",
    )
    assert states(house)["anna"] == "left"


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_nothing_to_read_is_said(house: House, content: str) -> None:
    said = house.flask("bounces", "ingest", typed=content)

    assert said.exit_code == 2
    assert said.stderr.startswith("There is no message in “standard input”.")


def test_folder_that_is_no_maildir_is_refused(house: House, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()

    assert house.flask("bounces", "ingest", tmp_path / "pictures").exit_code == 2
    assert house.flask("bounces", "ingest", tmp_path / "nowhere").exit_code == 2


def test_words_and_document_name_nobody(house: House, origins: tuple[Origin, Origin]) -> None:
    said = house.flask("bounces", "ingest", "--json", typed=report(origins[0]).decode())

    assert "anna" not in said.output
    assert origins[0].mark not in said.output


def test_worker_once_reads_the_mailbox_first(house: House, origins: tuple[Origin, Origin]) -> None:
    with an_imap_server() as imap:
        imap.inbox.add(report(origins[0]))
        ended = house.run("worker", "--once", "--now", DUE.isoformat(), BOUNCE_IMAP_URL=imap.url)

    assert (ended.returncode, imap.inbox.messages) == (0, {})
    assert states(house) == {"anna": "bounced", "berta": "active"}
    assert "returned mail: 1 ended" in ended.stderr


def test_worker_once_sends_though_the_mailbox_is_away_and_says_so(house: House) -> None:
    seat(house, bring_in(house, dialogue()), "anna@example.net")
    url = f"imap://user:hunter2@127.0.0.1:{free_port()}/INBOX"

    ended = house.run("worker", "--once", "--now", DUE.isoformat(), BOUNCE_IMAP_URL=url)

    assert ended.returncode == 5
    assert house.mailbox.recipients == ["anna@example.net"]
    assert "The mailbox of returned mail at 127.0.0.1 cannot be read: " in ended.stderr
    assert "hunter2" not in ended.stderr
