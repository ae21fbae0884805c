"""What people say about a project's history: names of its steps, comments, bookmarks."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the three tables of the Review page."""
    op.create_table(
        "step_name",
        _project(is_key=True),
        sa.Column("step_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
    )
    reply_to = sa.ForeignKey("comment.comment_id", ondelete="CASCADE")
    op.create_table(
        "comment",
        sa.Column("comment_id", sa.String(36), primary_key=True),
        _project(is_key=False),
        sa.Column("reply_to", sa.String(36), reply_to, index=True),
        *_said(),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.Double()),
        sa.Column("resolved_by", sa.Text()),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("project_id", "key", name="comment_key"),
        sa.CheckConstraint("kind IN ('point','selection','region','run')", name="comment_kind"),
    )
    op.create_table(
        "bookmark",
        sa.Column("bookmark_id", sa.String(36), primary_key=True),
        _project(is_key=False),
        sa.Column("name", sa.Text(), nullable=False),
        *_said(),
        sa.UniqueConstraint("project_id", "key", name="bookmark_key"),
    )


def _project(*, is_key: bool) -> sa.Column[str]:
    project = sa.ForeignKey("project.project_id", ondelete="CASCADE")
    return sa.Column("project_id", sa.String(36), project, primary_key=is_key, nullable=False)


def _said() -> list[sa.Column[object]]:
    """Return the columns of everything people leave on the page."""
    return [
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("samples", sa.LargeBinary(), nullable=False),
        sa.Column("values_json", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
    ]
