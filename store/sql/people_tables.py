"""The tables of people: who they are, where they signed in, what was sent them, what they see."""

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from store.sql.tables import METADATA

PERSON: Final = Table(
    "person",
    METADATA,
    Column("person_id", String(36), primary_key=True),
    Column("origin", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("seen_at", Double, nullable=False),
    UniqueConstraint("origin", "subject", name="person_subject"),
    CheckConstraint("origin IN ('password','proxy','oidc','invite')", name="person_origin"),
    CheckConstraint("role IN ('viewer','annotator','trainer','admin')", name="person_role"),
)

SIGN_IN: Final = Table(
    "sign_in",
    METADATA,
    Column("token_sha256", String(64), primary_key=True),
    Column(
        "person_id", ForeignKey("person.person_id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("created_at", Double, nullable=False),
    Column("seen_at", Double, nullable=False),
)

INVITE: Final = Table(
    "invite",
    METADATA,
    Column("invite_id", String(36), primary_key=True),
    Column("secret_sha256", String(64), nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("project_id", ForeignKey("project.project_id", ondelete="CASCADE")),
    Column("is_for_many", Boolean, nullable=False),
    Column("num_used", Integer, nullable=False),
    Column("author", Text, nullable=False),
    Column("author_id", String(36)),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("revoked_at", Double),
)

TRY: Final = Table(
    "lodemap_try",
    METADATA,
    Column("key_sha256", Text, primary_key=True),
    Column("num", Integer, nullable=False),
    Column("until", Double, nullable=False),
)
"""How often something was tried of late; it holds a minute, and is not logged by PostgreSQL."""

CLOSED_PROJECT: Final = Table(
    "closed_project",
    METADATA,
    Column("project_id", ForeignKey("project.project_id", ondelete="CASCADE"), primary_key=True),
)
"""Projects for members only; every other one is for all who may sign in."""

MEMBER: Final = Table(
    "member",
    METADATA,
    Column("project_id", ForeignKey("project.project_id", ondelete="CASCADE"), primary_key=True),
    Column(
        "person_id",
        ForeignKey("person.person_id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)
