"""A snapshot's frame may name the bytes of its field."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the name of the field to each frame; those there are have none."""
    op.add_column("frame", sa.Column("field", sa.Text(), nullable=True))
    op.create_index("ix_frame_field", "frame", ["field"])
