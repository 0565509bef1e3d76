"""Who pays for a series, named with their logos on its pages.

Series so far name nobody but in their funding note, and look as before.

Revision: 0020
Follows: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    # Added in place: to rebuild the table would lose that its ids are never given again.
    op.add_column("series", sa.Column("funded_by", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("series", "funded_by")
