"""People who sign in, where they are signed in, invites, and projects that are for some only."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the five tables of people."""
    op.create_table(
        "person",
        sa.Column("person_id", sa.String(36), primary_key=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.UniqueConstraint("origin", "subject", name="person_subject"),
        sa.CheckConstraint("origin IN ('password','proxy','oidc','invite')", name="person_origin"),
        sa.CheckConstraint("role IN ('viewer','annotator','trainer','admin')", name="person_role"),
    )
    op.create_table(
        "sign_in",
        sa.Column("token_sha256", sa.String(64), primary_key=True),
        _person(is_key=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
    )
    _create_invite()
    op.create_table(
        "closed_project", sa.Column("project_id", sa.String(36), _project(), primary_key=True)
    )
    op.create_table(
        "member",
        sa.Column("project_id", sa.String(36), _project(), primary_key=True),
        _person(is_key=True),
    )


def _create_invite() -> None:
    op.create_table(
        "invite",
        sa.Column("invite_id", sa.String(36), primary_key=True),
        sa.Column("secret_sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("project_id", sa.String(36), _project()),
        sa.Column("is_for_many", sa.Boolean(), nullable=False),
        sa.Column("num_used", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("revoked_at", sa.Double()),
    )


def _project() -> sa.ForeignKey:
    return sa.ForeignKey("project.project_id", ondelete="CASCADE")


def _person(*, is_key: bool) -> sa.Column[str]:
    person = sa.ForeignKey("person.person_id", ondelete="CASCADE")
    return sa.Column(
        "person_id", sa.String(36), person, primary_key=is_key, nullable=False, index=True
    )
