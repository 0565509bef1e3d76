"""Since when dialogues are cancelled.

A cancelled dialogue stays in the calendar feed for 30 days. They were counted from its last edit, so that a typo
mended later brought it back. For those that are cancelled it is the moment guests had to hear of it last.

Revision: 0017
Follows: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("event", sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        sa.text("UPDATE event SET cancelled_at = coalesce(revised_at, changed_at) WHERE state = 'cancelled'")
    )


def downgrade() -> None:
    op.drop_column("event", "cancelled_at")
