"""Indices for what every page and app asks over and over."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Index runs by state and end, comments by change and chunks by state."""
    op.drop_index("run_by_state", table_name="run")
    op.create_index("run_by_state", "run", ["state", "ended_at"])
    op.create_index("comment_by_change", "comment", ["project_id", "change"])
    op.create_index("chunk_by_state", "chunk", ["state"])
