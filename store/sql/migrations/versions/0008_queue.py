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
    run = sa.ForeignKey("run.run_id", ondelete="CASCADE")
    op.create_table(
        "chunk",
        sa.Column("job_id", sa.String(64), primary_key=True),
        sa.Column("nth", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("run_id", sa.String(36), run, nullable=False, index=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("stop", sa.BigInteger(), nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.Double(), nullable=False),
        sa.Column("artifact", sa.Text()),
        sa.Column("sha256", sa.String(64)),
        sa.Column("rung_at", sa.Double(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.CheckConstraint("state IN ('waiting','working','done','failed')", name="chunk_state"),
    )
