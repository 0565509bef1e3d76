"""How one gets there.

A dialogue on site may say which train to take and where the entrance is. Those that are there say nothing of it.

Revision: 0018
Follows: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("event", sa.Column("arrival", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("event", "arrival")
