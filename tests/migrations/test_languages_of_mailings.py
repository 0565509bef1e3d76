"""Mailings that opened before their languages were counted."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from mailer.core.db import Database
from mailer.mailings import Mailing
from tests.migrations.test_migrations import fill, fresh

__all__ = ["fresh"]  # the fixture


def test_languages_of_old_mailings_are_counted_from_their_rows(fresh: Database) -> None:
    fresh.upgrade("0005")
    fill(fresh)

    fresh.upgrade("0006")

    with fresh.reading() as session:
        assert languages(session) == [{"de": 1}]


def languages(session: Session) -> list[dict[str, int]]:
    return list(session.scalars(sa.select(Mailing.languages)))
