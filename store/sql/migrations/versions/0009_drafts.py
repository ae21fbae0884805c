"""Copies that are not whole yet, who made an invite, and tries of late."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add what says that a project is a draft, the makers of invites, and the counts of tries.

    Apps of before made `lodemap_try` themselves on PostgreSQL; it holds a minute.
    """
    op.add_column("project", sa.Column("draft_at", sa.Double()))
    op.add_column("invite", sa.Column("author_id", sa.String(36)))
    is_postgres = op.get_bind().dialect.name == "postgresql"
    op.execute("DROP TABLE IF EXISTS lodemap_try")
    op.create_table(
        "lodemap_try",
        sa.Column("key_sha256", sa.Text(), primary_key=True),
        sa.Column("num", sa.Integer(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        prefixes=["UNLOGGED"] if is_postgres else [],
    )
