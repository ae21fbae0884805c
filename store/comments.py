"""What people say beside the journal: of a point, a selection, a region of the map, or a run."""

import json
import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal, get_args

from sqlalchemy import Connection, Row, func, insert, select, update

from ml.codec import unpack_ids
from ml.errors import InvalidInputError
from store.database import Database
from store.errors import (
    ConflictError,
    LockedError,
    NotFoundError,
    NotYoursError,
    SelectionTooLargeError,
)
from store.journal import project_row
from store.names import check_key, check_uuid, clean_name
from store.rows import moment, to_json
from store.tables import COMMENT, RUN

CommentKind = Literal["point", "selection", "region", "run"]
TEXT_LIMIT: Final = 2000
"""Longest comment, in characters."""
PATH_LIMIT: Final = 1000
"""Corners of a region."""
COMMENT_LIMIT: Final = 10_000
"""Comments of a project, replies among them."""


@dataclass(frozen=True)
class Draft:
    """A comment as somebody writes it."""

    text: str
    kind: CommentKind
    key: str
    """Idempotency key: the same again changes nothing."""
    samples: bytes = b""
    """Packed selection (ml/codec.py); of a point, that one sample."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """`path`, corners in map units; `run_id`; `snapshot`, the frame on screen, by run_id and n."""
    reply_to: str | None = None
    """comment_id of what it answers; it is then about the same things."""


@dataclass(frozen=True)
class Comment:
    """A comment as everybody reads it."""

    comment_id: str
    reply_to: str | None
    author: str
    author_id: str
    text: str
    """Empty when it was deleted and stays only for its replies."""
    kind: CommentKind
    samples: bytes
    values: Mapping[str, Any]
    version: int
    """Grows with each edit; whoever changes it names the one they saw."""
    created_at: datetime
    edited_at: datetime | None
    resolved_by: str | None
    """Display name of whoever said that it is settled."""
    is_deleted: bool


class Comments:
    """The comments of all projects."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def stamp(self, project_id: str) -> int:
        """Return a number that grows with every change, 0 before the first."""
        query = select(func.max(COMMENT.c.change)).where(COMMENT.c.project_id == project_id)
        with self._database.read() as connection:
            project_row(connection, project_id)
            return connection.scalar(query) or 0

    def of_project(self, project_id: str) -> Sequence[Comment]:
        """Return the comments of a project, oldest first; deleted ones only where answered."""
        mine = select(COMMENT).where(COMMENT.c.project_id == project_id)
        with self._database.read() as connection:
            rows = connection.execute(mine.order_by(COMMENT.c.change.asc())).all()
        rows = sorted(rows, key=lambda row: (row.created_at, row.comment_id))
        answered = {row.reply_to for row in rows if not row.is_deleted}
        shown = [row for row in rows if not row.is_deleted or row.comment_id in answered]
        return [_to_comment(row) for row in shown]

    def add(self, project_id: str, draft: Draft, author: str, author_id: str) -> Comment:
        """Save a comment or a reply.

        Raises:
            NotFoundError: no such project, or nothing to reply to.
            InvalidInputError: empty, too long, or about nothing that is there.
            LockedError: the project is archived.
        """
        check_key(draft.key)
        text = clean_text(draft.text)
        with self._database.write() as connection:
            project = self._open(connection, project_id)
            of_key = (COMMENT.c.project_id == project_id) & (COMMENT.c.key == draft.key)
            known = connection.execute(select(COMMENT).where(of_key)).one_or_none()
            if known is not None:
                return _to_comment(known)
            draft = _settled(connection, project, draft)
            comment_id = str(uuid.uuid4())
            row = {
                "comment_id": comment_id, "project_id": project_id, "reply_to": draft.reply_to,
                "author": clean_name(author, "display name", 60), "author_id": author_id,
                "text": text, "kind": draft.kind, "samples": draft.samples, "key": draft.key,
                "values_json": to_json(draft.values), "version": 1, "is_deleted": False,
                "change": _next_change(connection, project_id),
            }  # fmt: skip
            connection.execute(insert(COMMENT).values(**row, created_at=self._database.clock))
            return _to_comment(_row(connection, project_id, comment_id))

    def edit(
        self, project_id: str, comment_id: str, text: str, version: int, author_id: str
    ) -> Comment:
        """Change the text of one's own comment.

        Raises:
            NotYoursError: somebody else wrote it.
            ConflictError: it was changed since `version`.
        """
        text = clean_text(text)
        changes = {"text": text, "edited_at": self._database.clock, "version": version + 1}
        return self._change(project_id, comment_id, changes, author_id, version)

    def delete(self, project_id: str, comment_id: str, author_id: str) -> None:
        """Delete one's own comment; where it was answered, its place stays."""
        changes = {"is_deleted": True, "text": "", "version": COMMENT.c.version + 1}
        self._change(project_id, comment_id, changes, author_id)

    def resolve(self, project_id: str, comment_id: str, by: str | None) -> Comment:
        """Say that a comment is settled, by whom, or with None that it is open again."""
        return self._change(project_id, comment_id, {"resolved_by": by})

    def _change(
        self,
        project_id: str,
        comment_id: str,
        changes: Mapping[str, Any],
        author_id: str | None = None,
        version: int | None = None,
    ) -> Comment:
        check_uuid(comment_id, "comment")
        with self._database.write() as connection:
            self._open(connection, project_id)
            row = _row(connection, project_id, comment_id)
            if row.is_deleted:
                raise NotFoundError("This comment was deleted.")
            if author_id is not None and row.author_id != author_id:
                raise NotYoursError("Only whoever wrote a comment may change it; reply instead.")
            if version is not None and row.version != version:
                raise ConflictError(
                    "This comment was changed in another window meanwhile; look at it again. "
                    "Nothing was saved."
                )
            change = {"change": _next_change(connection, project_id)}
            of_it = update(COMMENT).where(COMMENT.c.comment_id == comment_id)
            connection.execute(of_it.values(**changes, **change))
            return _to_comment(_row(connection, project_id, comment_id))

    def _open(self, connection: Connection, project_id: str) -> Row[Any]:
        """Return the project once its writers take turns."""
        self._database.lock_project(connection, project_id)
        project = project_row(connection, project_id)
        if project.archived_at is not None:
            raise LockedError(f"'{project.name}' is archived and cannot be changed; restore it.")
        return project


def clean_text(text: object) -> str:
    """Return a text of several lines, trimmed, in NFC.

    Raises:
        InvalidInputError: when it is empty, too long, or holds what cannot be seen.
    """
    if not isinstance(text, str):
        raise InvalidInputError("The comment must be text.")
    lines = [line.strip() for line in text.replace("\r\n", "\n").strip().split("\n")]
    if sum(map(len, lines)) > TEXT_LIMIT:
        raise InvalidInputError(
            f"The comment has {len(text)} characters; the limit is {TEXT_LIMIT}."
        )
    if not any(lines):
        raise InvalidInputError("The comment is empty; type something.")
    cleaned = [
        clean_name(line.replace("\t", " "), "comment", TEXT_LIMIT) if line else "" for line in lines
    ]
    return "\n".join(cleaned)


def _settled(connection: Connection, project: Row[Any], draft: Draft) -> Draft:
    """Return a draft that is about things that are there."""
    mine = COMMENT.c.project_id == project.project_id
    count = select(func.count()).where(mine, COMMENT.c.is_deleted.is_(False))
    if (connection.scalar(count) or 0) >= COMMENT_LIMIT:
        raise InvalidInputError(f"This project has {COMMENT_LIMIT} comments; delete some first.")
    if draft.reply_to is not None:
        check_uuid(draft.reply_to, "comment")
        row = _row(connection, project.project_id, draft.reply_to)
        if row.reply_to is not None or row.is_deleted:
            raise NotFoundError("What you reply to was deleted meanwhile.")
        return replace(draft, kind=row.kind, samples=b"", values={})
    if draft.kind not in get_args(CommentKind):
        raise InvalidInputError("A comment is about a point, a selection, a region or a run.")
    values: dict[str, Any] = {}
    if draft.kind == "run":
        values["run_id"] = _own_run(connection, project, draft.values.get("run_id"))
    else:
        _check_samples(draft, project.num_samples)
    if draft.kind == "region":
        values["path"] = _path(draft.values.get("path"))
    if (snapshot := draft.values.get("snapshot")) is not None:
        values["snapshot"] = _snapshot(connection, project, snapshot)
    return replace(draft, values=values, samples=b"" if draft.kind == "run" else draft.samples)


def _check_samples(draft: Draft, num_samples: int) -> None:
    if len(draft.samples) > 1 + 4 * num_samples:
        raise SelectionTooLargeError(
            f"The selection has more bytes than {num_samples} samples take; select again."
        )
    count = unpack_ids(draft.samples, num_samples).size if draft.samples else 0
    if draft.kind == "point" and count != 1:
        raise InvalidInputError(f"A comment on a point is about 1 sample, not {count}.")
    if draft.kind == "selection" and not count:
        raise InvalidInputError("Nothing is selected; lasso some points first.")


def _path(path: object) -> list[list[float]]:
    if not isinstance(path, list) or not 3 <= len(path) <= PATH_LIMIT:
        raise InvalidInputError(f"A region has 3 to {PATH_LIMIT} corners.")
    corners = [at for at in path if isinstance(at, list) and len(at) == 2]
    flat = [x for at in corners for x in at if type(x) in (int, float) and math.isfinite(x)]
    if len(flat) != 2 * len(path) or max(map(abs, flat)) > 1e6:
        raise InvalidInputError("A corner of a region is two numbers within 1e6 of 0.")
    return [[float(x), float(y)] for x, y in corners]


def _snapshot(connection: Connection, project: Row[Any], snapshot: object) -> dict[str, Any]:
    if not isinstance(snapshot, dict) or type(snapshot.get("n")) is not int:
        raise InvalidInputError("snapshot names a frame by run_id and n.")
    return {
        "run_id": _own_run(connection, project, snapshot.get("run_id")),
        "n": min(max(0, snapshot["n"]), 2**31),
    }


def _own_run(connection: Connection, project: Row[Any], run_id: object) -> str:
    check_uuid(run_id, "run")
    mine = (RUN.c.project_id == project.project_id) & (RUN.c.run_id == run_id)
    if connection.execute(select(RUN.c.run_id).where(mine)).first() is None:
        raise InvalidInputError("The run is not of this project; reload the page.")
    return str(run_id)


def _next_change(connection: Connection, project_id: str) -> int:
    newest = select(func.max(COMMENT.c.change)).where(COMMENT.c.project_id == project_id)
    return 1 + (connection.scalar(newest) or 0)


def _row(connection: Connection, project_id: str, comment_id: str) -> Row[Any]:
    mine = (COMMENT.c.project_id == project_id) & (COMMENT.c.comment_id == comment_id)
    row = connection.execute(select(COMMENT).where(mine)).one_or_none()
    if row is None:
        raise NotFoundError("There is no such comment; it may have been deleted.")
    return row


def _to_comment(row: Row[Any]) -> Comment:
    return Comment(
        comment_id=row.comment_id,
        reply_to=row.reply_to,
        author=row.author,
        author_id=row.author_id,
        text=row.text,
        kind=row.kind,
        samples=bytes(row.samples),
        values=json.loads(row.values_json),
        version=row.version,
        created_at=moment(row.created_at),
        edited_at=None if row.edited_at is None else moment(row.edited_at),
        resolved_by=row.resolved_by,
        is_deleted=row.is_deleted,
    )
