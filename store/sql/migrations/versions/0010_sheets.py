"""Sheets of small pictures are drawn in chunks, of a data set and not of a run."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Let a chunk be of a data set; those of runs stay as they are."""
    dataset = sa.ForeignKey("dataset.dataset_id", name="chunk_dataset", ondelete="CASCADE")
    with op.batch_alter_table("chunk") as chunk:
        chunk.alter_column("run_id", existing_type=sa.String(36), nullable=True)
        chunk.add_column(sa.Column("dataset_id", sa.String(64), dataset))
        chunk.create_index("ix_chunk_dataset_id", ["dataset_id"])
