"""The tables, in SQLAlchemy Core. Times are seconds since 1970 in UTC, taken from the database."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA: Final = MetaData()

DATASET: Final = Table(
    "dataset",
    METADATA,
    Column("dataset_id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("num_samples", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sample_shape", Text, nullable=False),
    Column("class_names", Text, nullable=False),
    Column("content", String(64), index=True),
    Column("about", Text, nullable=False),
    Column("created_at", Double, nullable=False),
)

PROJECT: Final = Table(
    "project",
    METADATA,
    Column("project_id", String(36), primary_key=True),
    Column("name", Text, nullable=False),
    Column("dataset_id", ForeignKey("dataset.dataset_id"), nullable=False, index=True),
    Column("preset", Text, nullable=False),
    Column("latent_dim", Integer, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("archived_at", Double),
    Column("device", Text, nullable=False, default="auto"),
)

EVENT: Final = Table(
    "event",
    METADATA,
    Column("project_id", ForeignKey("project.project_id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("verb", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("samples", LargeBinary, nullable=False),
    Column("targets", LargeBinary),
    Column("values_json", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("body_sha256", String(64), nullable=False),
    Column("num_changed", Integer, nullable=False),
    UniqueConstraint("project_id", "key", name="event_key"),
)

RUN: Final = Table(
    "run",
    METADATA,
    Column("run_id", String(36), primary_key=True),
    Column("project_id", ForeignKey("project.project_id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("config", Text, nullable=False),
    Column("journal_seq", Integer, nullable=False),
    Column("author", Text, nullable=False),
    Column("key", Text),
    Column("body_sha256", String(64)),
    Column("created_at", Double, nullable=False),
    Column("rung_at", Double, nullable=False),
    Column("attempt", Integer, nullable=False, default=0),
    Column("num_strikes", Integer, nullable=False, default=0),
    Column("owner", Text),
    Column("lease_s", Double, nullable=False, default=0.0),
    Column("lease_until", Double, nullable=False, default=0.0),
    Column("is_cancel_requested", Boolean, nullable=False, default=False),
    Column("last_epoch", Integer, nullable=False, default=-1),
    Column("last_n", Integer, nullable=False, default=0),
    Column("parent_run_id", String(36)),
    Column("parent_epoch", Integer),
    Column("started_at", Double),
    Column("ended_at", Double),
    Column("error", Text),
    Column("receipt", Text),
    Column("control_of", String(36), index=True),
    UniqueConstraint("project_id", "position", name="run_position"),
    UniqueConstraint("project_id", "key", name="run_key"),
    CheckConstraint(
        "state IN ('queued','running','stopping','stopped','finished','failed','quarantined')",
        name="run_state",
    ),
    Index("run_by_state", "state"),
)

SNAPSHOT: Final = Table(
    "snapshot",
    METADATA,
    Column("run_id", ForeignKey("run.run_id", ondelete="CASCADE"), primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("attempt", Integer, nullable=False),
    Column("checkpoint", Text, nullable=False, index=True),
    Column("sha256", String(64), nullable=False),
    Column("frame_n", Integer, nullable=False),
    Column("metrics", Text, nullable=False),
)

FRAME: Final = Table(
    "frame",
    METADATA,
    Column("run_id", ForeignKey("run.run_id", ondelete="CASCADE"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("attempt", Integer, nullable=False),
    Column("epoch", Double, nullable=False),
    Column("is_snapshot", Boolean, nullable=False),
    Column("artifact", Text, nullable=False, index=True),
    Column("metrics", Text, nullable=False),
    Column("field", Text, index=True),
)

WORKER: Final = Table(
    "worker",
    METADATA,
    Column("worker_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("beat_at", Double, nullable=False),
    Column("device_name", Text, nullable=False, default=""),
    Column("host_name", Text, nullable=False, default=""),
    Column("version", Text, nullable=False, default=""),
    Column("device_memory", BigInteger),
    Column("process_memory", BigInteger),
)

INTAKE: Final = Table(
    "intake",
    METADATA,
    Column("intake_id", String(36), primary_key=True),
    Column("author", Text, nullable=False),
    Column("author_id", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("values_json", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("changed_at", Double, nullable=False),
    CheckConstraint(
        "state IN ('receiving','reading','ready','keeping','kept','failed','cancelled')",
        name="intake_state",
    ),
)

STEP_NAME: Final = Table(
    "step_name",
    METADATA,
    Column("project_id", ForeignKey("project.project_id", ondelete="CASCADE"), primary_key=True),
    Column("step_id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("created_at", Double, nullable=False),
)

COMMENT: Final = Table(
    "comment",
    METADATA,
    Column("comment_id", String(36), primary_key=True),
    Column("project_id", ForeignKey("project.project_id", ondelete="CASCADE"), nullable=False),
    Column("reply_to", ForeignKey("comment.comment_id", ondelete="CASCADE"), index=True),
    Column("author", Text, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("samples", LargeBinary, nullable=False),
    Column("values_json", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("change", Integer, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("edited_at", Double),
    Column("resolved_by", Text),
    Column("is_deleted", Boolean, nullable=False),
    Column("key", Text, nullable=False),
    UniqueConstraint("project_id", "key", name="comment_key"),
    CheckConstraint("kind IN ('point','selection','region','run')", name="comment_kind"),
)

BOOKMARK: Final = Table(
    "bookmark",
    METADATA,
    Column("bookmark_id", String(36), primary_key=True),
    Column("project_id", ForeignKey("project.project_id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("samples", LargeBinary, nullable=False),
    Column("values_json", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("key", Text, nullable=False),
    UniqueConstraint("project_id", "key", name="bookmark_key"),
)
