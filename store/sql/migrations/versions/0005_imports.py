"""Data sets of every kind, and the imports they come from."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Say of each data set what its samples are; those there are hold pictures."""
    added = (("kind", "image"), ("sample_shape", "[]"), ("about", "{}"))
    for name, value in added:
        op.add_column("dataset", sa.Column(name, sa.Text(), nullable=False, server_default=value))
    op.add_column("dataset", sa.Column("content", sa.String(64), nullable=True))
    op.create_index("ix_dataset_content", "dataset", ["content"])
    shape = "'[' || channels || ', ' || height || ', ' || width || ']'"
    op.execute(f"UPDATE dataset SET sample_shape = {shape}")
    for name in ("channels", "height", "width"):
        op.drop_column("dataset", name)
    op.create_table(
        "intake",
        sa.Column("intake_id", sa.String(36), primary_key=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False, index=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("values_json", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "state IN ('receiving','reading','ready','keeping','kept','failed','cancelled')",
            name="intake_state",
        ),
    )
