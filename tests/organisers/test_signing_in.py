"""Organisers come in with a link that works once, for half an hour."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer import organisers
from mailer.core.db import Database
from mailer.core.types import EmailAddress
from mailer.organisers import INVITATION_COUNTS_FOR, LINK_COUNTS_FOR, Organiser, Role, SignInLink
from tests.support.making import NOON

OLGA = EmailAddress("Olga@example.org")


def test_an_added_organiser_may_sign_in(session: Session) -> None:
    olga = organisers.add(session, OLGA, language="en", now=NOON)

    assert (olga.address, olga.language, olga.created_at, olga.disabled_at) == (OLGA, "en", NOON, None)
    assert organisers.get_organiser(session, olga.id) is olga


def test_adding_again_is_the_same_organiser(session: Session) -> None:
    olga = organisers.add(session, OLGA, role=Role.EDITOR, now=NOON)

    again = organisers.add(
        session, EmailAddress("olga@example.org"), language="en", now=NOON + timedelta(days=1)
    )

    assert again is olga
    assert (olga.language, olga.created_at) == ("de", NOON)
    assert organisers.list_organisers(session) == [olga]


def test_an_organiser_is_found_by_any_spelling(session: Session) -> None:
    olga = organisers.add(session, OLGA, role=Role.EDITOR, now=NOON)

    assert organisers.find_by_address(session, EmailAddress("OLGA@example.org")) is olga
    assert organisers.find_by_address(session, EmailAddress("otto@example.org")) is None


@pytest.mark.parametrize("later", [timedelta(0), LINK_COUNTS_FOR])
def test_a_link_signs_its_organiser_in(session: Session, later: timedelta) -> None:
    link = a_link(session)

    signed_in = organisers.sign_in(session, link.id, now=NOON + later)

    session.refresh(link)
    assert (signed_in.address, link.used_at) == (OLGA, NOON + later)


def test_a_link_works_once(session: Session) -> None:
    link = a_link(session)
    organisers.sign_in(session, link.id, now=NOON)

    with pytest.raises(organisers.LinkUsed):
        organisers.sign_in(session, link.id, now=NOON + timedelta(minutes=1))

    session.refresh(link)
    assert link.used_at == NOON


def test_of_many_who_use_a_link_at_once_one_comes_in(database: Database) -> None:
    with database.transaction() as session:
        link_id = a_link(session).id
    together = Barrier(4)

    def press(_: int) -> str:
        together.wait()
        try:
            with database.transaction() as session:
                return organisers.sign_in(session, link_id, now=NOON).address
        except organisers.LinkUsed as refused:
            return refused.code

    with ThreadPoolExecutor(4) as crowd:
        answers = sorted(crowd.map(press, range(4)))

    assert answers == [OLGA, "link_used", "link_used", "link_used"]


def test_a_link_is_too_old_after_half_an_hour(session: Session) -> None:
    link = a_link(session)

    with pytest.raises(organisers.SignInTooOld):
        organisers.sign_in(session, link.id, now=NOON + LINK_COUNTS_FOR + timedelta(seconds=1))

    assert link.used_at is None


def test_a_link_nobody_opened_is_unknown(session: Session) -> None:
    with pytest.raises(organisers.UnknownLink):
        organisers.sign_in(session, 7, now=NOON)


def test_a_disabled_organiser_comes_in_no_more(session: Session) -> None:
    link = a_link(session)
    link_id, olga_id = link.id, link.organiser_id

    organisers.disable(session, EmailAddress("olga@example.org"), now=NOON)

    with pytest.raises(organisers.UnknownLink):
        organisers.sign_in(session, link_id, now=NOON)
    with pytest.raises(organisers.UnknownOrganiser):
        organisers.get_organiser(session, olga_id)


def test_disabling_twice_keeps_the_first_moment(session: Session) -> None:
    organisers.add(session, OLGA, role=Role.EDITOR, now=NOON)
    organisers.disable(session, OLGA, now=NOON)

    again = organisers.disable(session, OLGA, now=NOON + timedelta(days=1))

    assert again.disabled_at == NOON


def test_adding_a_disabled_organiser_lets_her_in_again(session: Session) -> None:
    olga = organisers.add(session, OLGA, role=Role.EDITOR, now=NOON)
    organisers.disable(session, OLGA, now=NOON)

    organisers.add(session, OLGA, role=Role.EDITOR, now=NOON)

    assert organisers.get_organiser(session, olga.id) is olga


def test_a_link_from_before_she_was_disabled_does_not_come_back_to_life(session: Session) -> None:
    link_id = a_link(session).id
    organisers.disable(session, OLGA, now=NOON)
    organisers.add(session, OLGA, role=Role.EDITOR, now=NOON)

    with pytest.raises(organisers.UnknownLink):
        organisers.sign_in(session, link_id, now=NOON)


def test_nobody_can_be_disabled_or_got_who_is_not_there(session: Session) -> None:
    with pytest.raises(organisers.UnknownOrganiser):
        organisers.disable(session, OLGA, now=NOON)
    with pytest.raises(organisers.UnknownOrganiser):
        organisers.get_organiser(session, 7)


def test_only_links_that_wait_for_it_are_mailed(session: Session) -> None:
    olga = organisers.add(session, OLGA, role=Role.EDITOR, now=NOON)
    organisers.open_link(session, olga, to_mail=False, now=NOON)
    waiting = organisers.open_link(session, olga, to_mail=True, now=NOON)

    assert organisers.links_to_mail(session) == [waiting]


def test_links_are_forgotten_a_day_later(session: Session) -> None:
    link = a_link(session)
    link_id = link.id

    forgotten = [
        organisers.forget_old_links(session, now=NOON + timedelta(days=1, seconds=s)) for s in (0, 1, 2)
    ]

    assert forgotten == [0, 1, 0]
    with pytest.raises(organisers.UnknownLink):
        organisers.sign_in(session, link_id, now=NOON)


def test_the_number_of_a_forgotten_link_is_never_given_again(session: Session) -> None:
    """The token carries it: a link of last week must not sign in who asks today."""
    old = a_link(session).id
    organisers.forget_old_links(session, now=NOON + timedelta(days=2))

    assert a_link(session).id > old


def test_an_organiser_takes_her_links_along(session: Session) -> None:
    olga = a_link(session).organiser

    session.delete(olga)
    session.flush()

    assert session.scalars(select(SignInLink.id)).all() == []
    assert session.scalars(select(Organiser.id)).all() == []


def test_invitation_counts_for_a_week_and_once(session: Session) -> None:
    otto = organisers.invite(session, OLGA, role=Role.EDITOR, language="de", now=NOON)
    link = organisers.open_invitation(session, otto, now=NOON)
    last_moment = NOON + INVITATION_COUNTS_FOR

    assert organisers.find_invited(session, link.id, now=last_moment) is otto
    assert organisers.accept_invitation(session, link.id, now=last_moment) is otto
    with pytest.raises(organisers.InvitationUsed):
        organisers.accept_invitation(session, link.id, now=last_moment)
    late = organisers.open_invitation(session, otto, now=NOON)
    with pytest.raises(organisers.InvitationTooOld):
        organisers.accept_invitation(session, late.id, now=last_moment + timedelta(seconds=1))


def test_new_invitation_replaces_the_old(session: Session) -> None:
    otto = organisers.invite(session, OLGA, role=Role.EDITOR, language="de", now=NOON)
    old = organisers.open_invitation(session, otto, now=NOON).id
    new = organisers.open_invitation(session, otto, now=NOON).id

    with pytest.raises(organisers.UnknownLink):
        organisers.find_invited(session, old, now=NOON)
    assert organisers.find_invited(session, new, now=NOON) is otto


def test_invitation_and_sign_in_link_do_not_stand_in_for_each_other(session: Session) -> None:
    link = a_link(session)
    invitation = organisers.open_invitation(session, link.organiser, now=NOON)

    with pytest.raises(organisers.UnknownLink):
        organisers.sign_in(session, invitation.id, now=NOON)
    with pytest.raises(organisers.UnknownLink):
        organisers.accept_invitation(session, link.id, now=NOON)


def test_invitation_is_forgotten_a_day_after_its_week(session: Session) -> None:
    otto = organisers.invite(session, OLGA, role=Role.EDITOR, language="de", now=NOON)
    organisers.open_invitation(session, otto, now=NOON)

    forgotten = [organisers.forget_old_links(session, now=NOON + timedelta(days=days)) for days in (2, 8, 9)]

    assert forgotten == [0, 0, 1]


def a_link(session: Session) -> SignInLink:
    olga = organisers.add(session, OLGA, role=Role.EDITOR, now=NOON)
    return organisers.open_link(session, olga, to_mail=False, now=NOON)
