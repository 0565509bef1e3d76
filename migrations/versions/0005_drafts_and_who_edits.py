"""Series and dialogues may be drafts, and an edit says which state it began from.

Whatever was stored was public at once, and of two people who edited the same dialogue the later one
won unseen. Everything known stays public; every dialogue begins to count its edits.

Revision: 0005
Follows: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    # Added in place: to rebuild the tables would lose that their ids are never given again.
    for table in ("series", "event"):
        op.add_column(table, sa.Column("draft", sa.Boolean(), nullable=False, server_default=sa.false()))
        op.add_column(table, sa.Column("edition", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for table in ("series", "event"):
        op.drop_column(table, "edition")
        op.drop_column(table, "draft")
