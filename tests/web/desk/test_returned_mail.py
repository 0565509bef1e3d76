"""What came back, as organisers see it: in the list of a mailing's letters, and on the overview."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from mailer import returns
from mailer.core.clock import utcnow
from mailer.delivery import Delivery
from mailer.organisers import Role
from mailer.returns import MailboxAway
from tests.support.returning import Origin, report
from tests.support.ticking import everything_arrives, tick
from tests.web.desk.test_series_overview import OVERVIEW, people
from tests.web.visiting import GERMAN, Visit

INFO_LEAVES = datetime(2023, 3, 16, 8, tzinfo=UTC)
SignIn = Callable[[Role], FlaskClient]


def test_letter_that_came_back_stands_among_the_failed_with_its_reason(
    visit: Visit, signed_in: SignIn
) -> None:
    people(visit, 2)
    with visit.transaction() as session:
        tick(session, now=INFO_LEAVES)
        everything_arrives(session, now=INFO_LEAVES)
        row = session.scalars(
            select(Delivery).where(Delivery.address == "p0@example.net", Delivery.kind == "info")
        ).one()
        origin = Origin(visit.house.composer.return_path(row.id), "", "p0@example.net")
        returns.take(
            session, report(origin), composer=visit.house.composer, now=INFO_LEAVES + timedelta(hours=1)
        )
        number = row.mailing_id

    client = signed_in(Role.SENDER)
    page = client.get(f"{OVERVIEW}mailings/{number}/recipients?state=failed", headers=GERMAN).text

    assert "p0@example.net" in page
    assert "p1@example.net" not in page
    assert "Die Adresse gibt es nicht." in page
    assert "550 5.1.1 &lt;…&gt;: Recipient address rejected: User unknown" in page


def test_what_is_our_fault_is_not_counted_among_wrong_addresses(visit: Visit, signed_in: SignIn) -> None:
    """Both are a 550: what tells them apart stands behind it."""
    people(visit, 3)
    with visit.transaction() as session:
        tick(session, now=INFO_LEAVES)
        everything_arrives(session, now=INFO_LEAVES)
        rows = session.scalars(
            select(Delivery).where(Delivery.kind == "info").order_by(Delivery.address)
        ).all()
        for row, status in zip(rows, ("5.1.1", "5.7.26", "5.1.10"), strict=True):
            origin = Origin(visit.house.composer.return_path(row.id), "", str(row.address))
            raw = report(origin, status=status)
            returns.take(session, raw, composer=visit.house.composer, now=INFO_LEAVES + timedelta(hours=1))

    client = signed_in(Role.SENDER)
    page = client.get(f"{OVERVIEW}mailings/{rows[0].mailing_id}/answers", headers=GERMAN).text

    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "1 Abgelehnt, weil der Absender nicht nachgewiesen ist" in told
    assert "1 Die Adresse gibt es nicht." in told
    assert "1 Die Domain hinter dem @" in told


def test_overview_says_what_waits_for_a_person_to_read(visit: Visit, owner: FlaskClient) -> None:
    read_a_mailbox(visit)
    before = owner.get(OVERVIEW, headers=GERMAN).text
    with visit.transaction() as session:
        returns.note_visit(session, unread=3, clock=utcnow())
        returns.note_failure(session, MailboxAway(host="mail.example.org", cause="no route"), clock=utcnow())

    pages = [owner.get(url, headers=GERMAN).text for url in (OVERVIEW, "/organiser/check")]

    assert "Rückläufer" not in before
    for page in pages:
        assert "Rückläufer, die das Programm nicht versteht: 3." in page
        assert "Der Versanddienst konnte das Postfach für Rückläufer zuletzt nicht lesen: no route" in page


def read_a_mailbox(visit: Visit) -> None:
    """The house as it is with BOUNCE_IMAP_URL set."""
    parts = visit.house
    config = replace(parts.config, bounce_imap_url="imaps://user:word@mail.example.org/INBOX")
    visit.app.extensions["zeitnah"] = replace(parts, config=config)
