"""When those with a seat were told.

A reminder that came due while a change waited for its quiet period left right after the letter about the change.
A registration remembers when such a letter last came due: it speaks for what came due before.

Revision: 0016
Follows: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("registration", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("registration", "told_at")
