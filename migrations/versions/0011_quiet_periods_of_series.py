"""A series may gather changes for another time than the house does.

Series of before go on as the house's setting says.

Revision: 0011
Follows: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("series", sa.Column("quiet_minutes", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("series", "quiet_minutes")
