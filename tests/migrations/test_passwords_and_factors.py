"""Organisers and sessions from before there were passwords."""

from __future__ import annotations

import sqlalchemy as sa

from mailer.core.db import Database
from tests.migrations.test_migrations import MADE, fresh

__all__ = ["fresh"]


def test_organisers_of_before_have_joined_and_stay_signed_in(fresh: Database) -> None:
    fresh.upgrade("0007")
    with fresh.engine.begin() as connection:
        found = sa.MetaData()
        found.reflect(connection, only=["organiser", "desk_session", "sign_in_link"])
        organiser = {
            "address": "olga@example.org",
            "mailbox": "olga@example.org",
            "language": "de",
            "name": "",
        }
        connection.execute(
            found.tables["organiser"].insert().values(id=1, role="owner", created_at=MADE, **organiser)
        )
        session = {"token_hash": "0" * 64, "organiser_id": 1, "started_at": MADE, "ends_at": MADE}
        connection.execute(found.tables["desk_session"].insert().values(session))
        link = {"id": 1, "organiser_id": 1, "created_at": MADE, "to_mail": False}
        connection.execute(found.tables["sign_in_link"].insert().values(link))

    fresh.upgrade()

    with fresh.reading() as session_:
        olga = session_.execute(
            sa.text("SELECT joined_at = created_at, password_hash, factor_confirmed_at, epoch FROM organiser")
        ).one()
        kept = session_.execute(
            sa.text("SELECT seen_at = started_at, came_by, device, epoch, awaits_code FROM desk_session")
        ).one()
        invites = session_.scalar(sa.text("SELECT invites FROM sign_in_link"))
    assert tuple(olga) == (True, "", None, 0)
    assert tuple(kept) == (True, "link", "", 0, False)
    assert not invites
