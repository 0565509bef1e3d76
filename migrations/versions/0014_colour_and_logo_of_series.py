"""A colour and a logo of a series, which its pages share; the colour goes into its mails, too.

Series so far have neither and look as before.

Revision: 0014
Follows: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    # Added in place: to rebuild the table would lose that its ids are never given again.
    op.add_column("series", sa.Column("colour", sa.String(7), nullable=False, server_default=""))
    op.add_column("series", sa.Column("logo", sa.String(300), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("series", "logo")
    op.drop_column("series", "colour")
