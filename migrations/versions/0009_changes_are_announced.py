"""Changes are announced.

Nobody was told that a dialogue was moved or cancelled. An event now remembers how its guests last
heard it to stand, who was told remembers at which revision, and a mailing about a change keeps how
it was before. What is there counts as announced as it stands: nobody is mailed about the past.

Revision: 0009
Follows: 0008
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

AS_IT_STANDS = ("revision", "state", "starts_at", "ends_at", "month", "format", "place")


def upgrade() -> None:
    # Added in place: to rebuild the tables would lose that their ids are never given again.
    moment = sa.DateTime(timezone=True)
    _add("event", "revised_at", moment)
    _add("event", "announced_revision", sa.Integer(), default="0")
    _add("event", "announced_state", sa.String(24), default="announced")
    _add("event", "announced_starts_at", moment)
    _add("event", "announced_ends_at", moment)
    _add("event", "announced_month", sa.String(7))
    _add("event", "announced_format", sa.String(24), default="online")
    _add("event", "announced_place", sa.String(300), default="")
    _add("told", "revision", sa.Integer(), default="0")
    _add("mailing", "event_revision", sa.Integer())
    _add("mailing", "change", sa.String(24))
    _add("mailing", "before", sa.JSON())
    op.execute(
        sa.text(f"UPDATE event SET {', '.join(f'announced_{name} = {name}' for name in AS_IT_STANDS)}")  # noqa: S608
    )
    op.execute(
        sa.text("""
            UPDATE told SET revision = coalesce((
                SELECT event.revision FROM occasion JOIN event ON event.id = occasion.event_id
                WHERE occasion.id = told.occasion_id
            ), 0)
        """)
    )


def downgrade() -> None:
    for name in ("before", "change", "event_revision"):
        op.drop_column("mailing", name)
    op.drop_column("told", "revision")
    for name in AS_IT_STANDS:
        op.drop_column("event", f"announced_{name}")
    op.drop_column("event", "revised_at")


def _add(table: str, name: str, kind: sa.types.TypeEngine[Any], *, default: str | None = None) -> None:
    op.add_column(table, sa.Column(name, kind, nullable=default is None, server_default=default))
