"""Who trains and with what: what workers say of themselves, and where a project is trained."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add what workers say, the choice of a project, and the chunks of large data."""
    op.add_column("project", sa.Column("device", sa.Text(), nullable=False, server_default="auto"))
    for name in ("device_name", "host_name", "version"):
        op.add_column("worker", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    for name in ("device_memory", "process_memory"):
        op.add_column("worker", sa.Column(name, sa.BigInteger()))
