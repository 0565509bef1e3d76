"""The team: who is invited, which role she has, and that somebody can always look after it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer import organisers
from mailer.core.db import Database
from mailer.core.types import EmailAddress
from mailer.organisers import Organiser, Role
from tests.support.making import NOON

OLGA = EmailAddress("olga@example.org")
OTTO = EmailAddress("otto@example.org")


def joined(session: Session, address: EmailAddress, role: Role = Role.OWNER) -> Organiser:
    organiser = organisers.add(session, address, role=role, now=NOON)
    organisers.come_in(organiser, now=NOON)
    session.flush()
    return organiser


def test_invited_person_has_not_joined(session: Session) -> None:
    otto = organisers.invite(session, OTTO, role=Role.SENDER, language="en", now=NOON)

    assert (otto.role, otto.language, otto.is_joined) == (Role.SENDER, "en", False)


def test_nobody_is_invited_twice(session: Session) -> None:
    joined(session, OLGA)
    otto = joined(session, OTTO)
    organisers.disable(session, otto.address, now=NOON)

    for known in (EmailAddress("OLGA@example.org"), OTTO):
        with pytest.raises(organisers.KnownOrganiser):
            organisers.invite(session, known, role=Role.EDITOR, language="de", now=NOON)
    assert otto.disabled_at == NOON


def test_last_owner_can_be_neither_disabled_nor_demoted(session: Session) -> None:
    olga = joined(session, OLGA)
    joined(session, OTTO, Role.SENDER)

    with pytest.raises(organisers.LastOwner):
        organisers.disable(session, OLGA, now=NOON)
    with pytest.raises(organisers.LastOwner):
        organisers.change_role(session, olga, Role.SENDER)
    assert (olga.role, olga.disabled_at) == (Role.OWNER, None)


def test_owner_who_never_came_is_no_substitute_for_one_who_did(session: Session) -> None:
    joined(session, OLGA)
    organisers.invite(session, OTTO, role=Role.OWNER, language="de", now=NOON)

    with pytest.raises(organisers.LastOwner):
        organisers.disable(session, OLGA, now=NOON)

    organisers.disable(session, OTTO, now=NOON)


def test_owner_beside_another_may_go(session: Session) -> None:
    olga, otto = joined(session, OLGA), joined(session, OTTO)

    organisers.change_role(session, otto, Role.EDITOR)
    organisers.change_role(session, otto, Role.OWNER)
    organisers.disable(session, OLGA, now=NOON)

    assert (otto.role, olga.disabled_at) == (Role.OWNER, NOON)


def test_two_owners_who_send_each_other_away_at_once_leave_one(database: Database) -> None:
    with database.transaction() as session:
        for address in (OLGA, OTTO):
            joined(session, address)
    together = Barrier(2)

    def send_away(address: EmailAddress) -> str:
        together.wait()
        try:
            with database.transaction() as session:
                organisers.disable(session, address, now=NOON)
        except organisers.LastOwner as refused:
            return refused.code
        return "gone"

    with ThreadPoolExecutor(2) as crowd:
        answers = sorted(crowd.map(send_away, [OLGA, OTTO]))

    with database.reading() as session:
        left = session.scalar(select(func.count()).where(Organiser.disabled_at.is_(None)))
    assert (answers, left) == (["gone", "last_owner"], 1)
