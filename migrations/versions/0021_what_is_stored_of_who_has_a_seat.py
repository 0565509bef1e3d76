"""When somebody with a seat asked for what is stored about her.

Whoever has a seat and is on no list may see and erase what is stored, too, behind a fresh link that is mailed at
most once an hour.

Revision: 0021
Follows: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("registration", sa.Column("access_asked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("registration", "access_asked_at")
