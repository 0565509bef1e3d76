"""flask db …"""

from __future__ import annotations

from pathlib import Path

from mailer.cli.speaking import Group, house, say
from mailer.core.db import newest_revision

group = Group("db", help="Look after the database.")


@group.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest migration."""
    database = house().database
    before = database_revision()
    database.upgrade()
    say(
        f"The database is at migration {newest_revision()}"
        + (" already." if before == newest_revision() else ".")
    )


def database_revision() -> str | None:
    """The migration the database is at; None for a fresh one."""
    database = house().database
    if database.is_sqlite and not Path(database.url.database or "").exists():
        return None
    return database.revision()
