"""Returned mail at the checkup: how the mailbox stands, and whether it lets us in."""

from __future__ import annotations

from config import Config
from mailer import returns
from mailer.checkup import told
from mailer.checkup.returned_mail import mailbox, standing_of
from mailer.core.db import Database
from mailer.core.i18n import translator
from mailer.returns import MailboxAway
from tests.support.imap import an_imap_server
from tests.support.making import NOON

SECRET = {"SECRET_KEY": "a secret for tests, long enough for production"}
READING = Config.from_env(SECRET | {"BOUNCE_IMAP_URL": "imaps://user:word@mail.example.org/INBOX"})


def codes(database: Database, config: Config = READING) -> list[tuple[str, dict[str, object]]]:
    return [(found.code, dict(found.facts)) for found in standing_of(config, database)]


def test_house_that_reads_no_mailbox_has_nothing_to_tell(database: Database) -> None:
    with database.transaction() as session:
        returns.note_visit(session, unread=3, clock=NOON)

    assert codes(database, Config.from_env(SECRET)) == []


def test_what_nobody_understood_is_told_until_it_is_dealt_with(database: Database) -> None:
    before = codes(database)
    with database.transaction() as session:
        returns.note_visit(session, unread=3, clock=NOON)
    meanwhile = codes(database)
    with database.transaction() as session:
        returns.note_visit(session, unread=0, clock=NOON)

    assert (before, meanwhile, codes(database)) == ([], [("postbox_unread", {"count": 3})], [])


def test_mailbox_that_cannot_be_read_is_told_and_what_lies_there_still_is(database: Database) -> None:
    with database.transaction() as session:
        returns.note_visit(session, unread=1, clock=NOON)
        returns.note_failure(session, MailboxAway(host="mail.example.org", cause="no route"), clock=NOON)

    assert codes(database) == [("postbox_closed", {"cause": "no route"}), ("postbox_unread", {"count": 1})]


def test_mailbox_is_opened_and_nothing_is_changed_in_it() -> None:
    with an_imap_server() as imap:
        imap.inbox.add(b"Subject: x\r\n\r\n")
        found = list(mailbox(imap.url, seconds=5))
        refused = list(mailbox(imap.url.replace("se%22", "other"), seconds=5))

    assert [(one.code, dict(one.facts)) for one in found + refused] == [
        ("postbox_opens", {"count": 1}),
        ("mailbox_refuses_login", {"host": "127.0.0.1"}),
    ]
    assert len(imap.inbox.messages) == 1
    assert not {"UID STORE", "UID MOVE", "UID FETCH"} & set(imap.commands)


def test_every_finding_has_its_words_in_both_languages() -> None:
    with an_imap_server(refuses="SELECT") as imap:
        (away,) = mailbox(imap.url, seconds=5)

    said = [told(away, translator(language)).sentence for language in ("de", "en")]

    assert said[0].startswith("Das Postfach für Rückläufer bei 127.0.0.1 lässt sich nicht lesen: not today")
    assert said[1].startswith("The mailbox of returned mail at 127.0.0.1 cannot be read: not today")
