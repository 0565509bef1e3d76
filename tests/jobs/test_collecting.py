"""The mailbox of returned mail: what is understood goes, what is not is put aside, nothing is lost."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailer import jobs, returns
from mailer.jobs import Collector
from mailer.returns import MailboxAway, MailboxRefusesLogin, Postbox, open_mailbox
from tests.support.certificates import self_signed
from tests.support.house import House
from tests.support.imap import PASSWORD, Folder, Imap, an_imap_server
from tests.support.ports import free_port
from tests.support.returning import Origin, report
from tests.support.waiting import wait_until
from tests.support.written import bring_in, dialogue, seat

DUE = datetime(2023, 5, 24, 7, 0, tzinfo=UTC)
QUESTION = b"From: x@example.net\r\nSubject: Frage\r\n\r\nWo ist der Saal?\r\n"


@pytest.fixture
def house(house: House) -> House:
    """A house that has sent one reminder each to Anna and Berta."""
    seat(house, bring_in(house, dialogue()), "anna@example.net", "berta@example.net")
    house.tick(DUE)
    return house


def from_anna(house: House) -> bytes:
    (letter,) = house.mailbox.to("anna@example.net")
    raw = report(Origin(letter.sender.partition("@")[0], letter.message_id))
    return raw.replace(b"\n", b"\r\n")


def collect(house: House, imap: Imap, **facts: Any) -> Counter[str]:
    parts = house.parts
    collector = Collector(parts.database, parts.composer, imap.url, **facts)
    return collector.collect(now=DUE + timedelta(hours=1), stopped=lambda: False)


def postbox(house: House) -> Postbox:
    with house.database.reading() as session:
        found = returns.postbox(session)
        assert found is not None
        return found


def state(house: House) -> str:
    found = house.subscription()
    assert found is not None
    return found.state.value


@pytest.mark.parametrize(
    "capabilities",
    ["IMAP4rev1 AUTH=PLAIN UIDPLUS MOVE", "IMAP4rev1 UIDPLUS", "IMAP4rev1"],
    ids=["today's", "older", "oldest"],
)
@pytest.mark.parametrize(("below_inbox", "aside"), [(False, "unread"), (True, "INBOX.unread")])
def test_what_is_understood_goes_and_what_is_not_is_put_aside(
    house: House, capabilities: str, below_inbox: bool, aside: str
) -> None:
    with an_imap_server(capabilities=capabilities, below_inbox=below_inbox) as imap:
        for raw in (QUESTION, from_anna(house), QUESTION):
            imap.inbox.add(raw)
        outcomes = collect(house, imap)
        again = collect(house, imap)

    assert outcomes == {"ended": 1, "not_understood": 2}
    assert again == {}
    assert state(house) == "bounced"
    assert imap.inbox.messages == {}
    assert list(imap.folders[aside].messages.values()) == [QUESTION, QUESTION]
    assert (postbox(house).unread, postbox(house).code) == (2, "")


def test_mailbox_without_mail_is_left_as_it_is(house: House) -> None:
    """No folder is made before there is something to put there."""
    with an_imap_server() as imap:
        assert collect(house, imap) == {}

    assert list(imap.folders) == ["INBOX"]
    assert postbox(house).unread == 0
    assert postbox(house).looked_at is not None


def test_way_that_is_encrypted_is_checked(house: House, tmp_path: Path) -> None:
    """A certificate nobody vouches for is not taken: the password does not go there."""
    with an_imap_server(tls=self_signed(tmp_path)) as imap, pytest.raises(MailboxAway) as refused:
        collect(house, imap)

    assert "certificate verify failed" in str(refused.value.details["cause"])
    assert imap.commands == []


@pytest.mark.parametrize("cut", ["UID FETCH", "UID STORE", "UID MOVE", "UID EXPUNGE"])
def test_connection_that_breaks_anywhere_loses_nothing(house: House, cut: str) -> None:
    with an_imap_server() as imap:
        for raw in (QUESTION, from_anna(house)):
            imap.inbox.add(raw)
        imap.cuts_at = cut
        with pytest.raises(MailboxAway):
            collect(house, imap)
        failed = postbox(house)
        imap.cuts_at = ""
        collect(house, imap)

    assert failed.code == "mailbox_away"
    assert failed.failed_at is not None
    assert (state(house), imap.inbox.messages) == ("bounced", {})
    assert set(imap.folders["unread"].messages.values()) == {QUESTION}
    assert (postbox(house).failed_at, postbox(house).code) == (None, "")


@pytest.mark.parametrize("refused", ["UID COPY", "CREATE"])
def test_message_that_cannot_be_put_aside_stays(house: House, refused: str) -> None:
    with an_imap_server(capabilities="IMAP4rev1 UIDPLUS", refuses=refused) as imap:
        imap.inbox.add(QUESTION)
        with pytest.raises(MailboxAway):
            collect(house, imap)

    assert list(imap.inbox.messages.values()) == [QUESTION]
    assert imap.inbox.deleted == set()


def test_login_that_is_refused_is_said_without_name_and_password(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for capabilities in ("IMAP4rev1 AUTH=PLAIN", "IMAP4rev1"):
        with an_imap_server(capabilities=capabilities) as imap, pytest.raises(MailboxRefusesLogin) as refused:
            Collector(house.database, house.parts.composer, imap.url.replace("se%22", "wrong")).collect(
                now=DUE, stopped=lambda: False
            )
        assert str(refused.value) == "mailbox_refuses_login host='127.0.0.1'"

    assert (postbox(house).code, postbox(house).cause) == ("mailbox_refuses_login", "")
    assert PASSWORD not in caplog.text
    assert "wrong" not in caplog.text


def test_words_of_the_server_are_kept_without_addresses(house: House) -> None:
    with an_imap_server(refuses="SELECT") as imap, pytest.raises(MailboxAway):
        collect(house, imap)

    assert postbox(house).cause == "not today, dear <…>"


def test_server_that_is_silent_is_given_up(house: House) -> None:
    with an_imap_server(silent=True) as imap, pytest.raises(MailboxAway):
        collect(house, imap, patience=0.3)


def test_nobody_at_the_port_is_said(house: House) -> None:
    with pytest.raises(MailboxAway) as refused:
        collect(house, Imap(port=free_port()))

    assert "refused" in str(refused.value.details["cause"])


def test_message_of_any_size_is_fetched_only_so_far(house: House) -> None:
    large = from_anna(house) + b"x" * 5_000_000
    with an_imap_server() as imap:
        number = imap.inbox.add(large)
        with open_mailbox(imap.url) as opened:
            fetched = opened.fetch(str(number))
            gone = opened.fetch("99")
        assert collect(house, imap) == {"ended": 1}

    assert (fetched, gone) == (large[: 2 * 1024 * 1024], None)


def test_who_is_stopped_leaves_the_rest_for_later(house: House) -> None:
    with an_imap_server() as imap:
        imap.inbox.add(QUESTION)
        parts = house.parts
        Collector(parts.database, parts.composer, imap.url).collect(now=DUE, stopped=lambda: True)

    assert list(imap.inbox.messages.values()) == [QUESTION]


def test_worker_reads_the_mailbox_and_a_silent_one_holds_nothing_up(house: House) -> None:
    with an_imap_server() as imap, an_imap_server(silent=True) as silent:
        imap.inbox.add(from_anna(house))
        with working(house, Collector(house.database, house.parts.composer, imap.url)):
            wait_until(lambda: state(house) == "bounced" and not imap.inbox.messages)
        slow = Collector(house.database, house.parts.composer, silent.url, patience=3)
        with working(house, slow) as stopping:
            series = bring_in(
                house, dialogue("wasser", "2023-05-25 19:00"), slug="anders", readers=["carla@example.net"]
            )
            wait_until(lambda: house.mailbox.to("carla@example.net"))
            stopping.set()

    assert series.slug == "anders"


class working:  # noqa: N801  # reads as a context
    """A worker in a thread, with somebody to read the mailbox."""

    def __init__(self, house: House, collector: Collector) -> None:
        self.stopping = threading.Event()
        parts = house.parts
        facts = {"now": lambda: DUE, "every": timedelta(seconds=0.1), "stopping": self.stopping}
        self.thread = threading.Thread(
            target=jobs.work,
            args=(parts.database, house.own_road(), parts.composer),
            kwargs=facts | {"collector": collector},
            daemon=True,
        )

    def __enter__(self) -> threading.Event:
        self.thread.start()
        return self.stopping

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self.thread.join(timeout=20)
        assert not self.thread.is_alive()


def test_folder_is_taken_where_a_person_made_it(house: House) -> None:
    with an_imap_server(folders={"INBOX": Folder(), "INBOX.unread": Folder()}) as imap:
        imap.inbox.add(QUESTION)
        collect(house, imap)

    assert {name: len(folder.messages) for name, folder in imap.folders.items()} == {
        "INBOX": 0,
        "INBOX.unread": 1,
    }
