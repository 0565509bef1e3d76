"""Erasing an organiser: nothing names her any more, her mailings stay, and the team is never left without an owner."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import delivery, mailings, organisers, privacy
from mailer.mailings import Mailing
from mailer.organisers import AccountChange, AuditEntry, LastOwner, Organiser
from tests.privacy.living import ANNA, BERTA, mentions
from tests.support.making import NOON, a_series


def an_account(session: Session) -> Organiser:
    """Anna at the desk, with a mail to her, a link, a draft of hers, and what the log has of her."""
    anna = organisers.add(session, ANNA, name="Anna Beispiel", now=NOON)
    organisers.come_in(anna, now=NOON)
    organisers.open_link(session, anna, to_mail=True, now=NOON)
    delivery.open_sign_in_links(session, now=NOON)
    delivery.open_account_notice(session, anna, AccountChange.PASSWORD, now=NOON)
    draft = mailings.Draft(subject={"de": "Neues"}, body={"de": "Es gibt Neues."})
    mailings.write_draft(session, a_series(session), draft, key="one", author=anna.id, now=NOON)
    organisers.note(session, "organiser.renamed", organiser_id=anna.id, subject="Anna Beispiel", now=NOON)
    organisers.note(session, "mailing.released", organiser_id=anna.id, subject=7, now=NOON)
    organisers.note(session, "organiser.invited", organiser_id=None, subject=ANNA, now=NOON)
    session.flush()
    return anna


def test_nothing_names_an_erased_organiser(session: Session) -> None:
    organisers.come_in(organisers.add(session, BERTA, now=NOON), now=NOON)
    an_account(session)

    erased = privacy.erase_account(session, ANNA, now=NOON)

    assert (erased, mentions(session, "anna")) == (True, [])
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.action, one.subject, one.details.get("erased", False)) for one in entries] == [
        ("organiser.renamed", "…", True),
        ("mailing.released", "7", True),
        ("organiser.invited", "…", False),
    ]
    assert session.scalars(select(Mailing.author_id)).all() == [None]
    assert privacy.erase_account(session, ANNA, now=NOON) is False


def test_last_owner_is_not_erased(session: Session) -> None:
    an_account(session)

    with pytest.raises(LastOwner):
        privacy.erase_account(session, ANNA, now=NOON)


def test_who_erases_herself_as_a_guest_stays_an_organiser(session: Session) -> None:
    """The page for people on the lists proves a mailbox, not that somebody wants to leave the team."""
    anna = an_account(session)

    privacy.erase(session, ANNA, now=NOON)

    assert session.get(Organiser, anna.id) is not None
