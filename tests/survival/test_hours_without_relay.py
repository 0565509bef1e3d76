"""The relay is down for six hours, across the useful time of one reminder and not of another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mailer import organisers
from mailer.core.types import EmailAddress
from tests.support.house import House
from tests.support.mailbox import Mailbox
from tests.support.making import NOON
from tests.support.written import bring_in, crowd, dialogue, seat

DOWN = datetime(2023, 5, 25, 12, 30, tzinfo=UTC)
"""An hour and a half before one reminder is due, and two and a half before its dialogue."""

EVERYBODY = crowd(3)
AN_HOUR_BEFORE = [{"kind": "reminder", "before": "PT1H"}]
THE_DAY_BEFORE = [{"kind": "reminder", "before": "P1D", "at": "18:00"}]


def test_what_lost_its_use_is_missed_and_told_and_the_rest_comes_late(house: House, mailbox: Mailbox) -> None:
    with house.transaction() as session:
        organisers.add(session, EmailAddress("olga@example.org"), language="de", now=NOON)
    today = dialogue("boden", "2023-05-25 17:00", reminders=AN_HOUR_BEFORE)
    tomorrow = dialogue("sharing", "2023-05-26 17:00", reminders=THE_DAY_BEFORE)
    seat(house, bring_in(house, today, tomorrow), *EVERYBODY)
    mailbox.close()

    for minutes in range(0, 6 * 60, 30):
        house.tick(DOWN + timedelta(minutes=minutes))
    while_down = set(house.states().values())
    mailbox.open()
    for minutes in range(0, 30, 10):
        house.tick(DOWN + timedelta(hours=6, minutes=minutes))

    states = {(mailing.state.value, mailing.reason) for mailing in house.mailings()}
    assert "sent" not in while_down
    assert sorted((letter.to, letter.subject) for letter in mailbox.letters) == [
        ("olga@example.org", "Nicht verschickt: Erinnerung"),
        *((person, "Morgen um 17:00 Uhr: Wie gelingt sharing?") for person in EVERYBODY),
    ]
    assert states == {("missed", "relay_away"), ("done", "")}
    assert "Der Mailserver hat nichts von uns angenommen" in mailbox.to("olga@example.org")[0].text
    assert sorted(row.state.value for row in house.deliveries()) == ["sent"] * 4 + ["skipped"] * 3
