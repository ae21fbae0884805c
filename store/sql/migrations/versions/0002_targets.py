"""Where a gesture moved its samples to."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Bring the schema from 0001 to 0002."""
    op.add_column("event", sa.Column("targets", sa.LargeBinary(), nullable=True))
