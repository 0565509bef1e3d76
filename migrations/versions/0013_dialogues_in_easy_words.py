"""A dialogue may be told in easy words, too.

Those of before have none.

Revision: 0013
Follows: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("event", sa.Column("plain_language", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("event", "plain_language")
