"""What a run with moves did, and the run that it is compared with."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Bring the schema from 0002 to 0003."""
    op.add_column("run", sa.Column("receipt", sa.Text(), nullable=True))
    op.add_column("run", sa.Column("control_of", sa.String(length=36), nullable=True))
    op.create_index(op.f("ix_run_control_of"), "run", ["control_of"], unique=False)
