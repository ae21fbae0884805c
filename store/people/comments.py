"""What people say beside the journal: of a point, a selection, a region of the map, or a run."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select, update

from store.errors import ConflictError, NotFoundError, NotYoursError
from store.journal.pen import check_open, project_row
from store.names import check_key, check_uuid, clean_name, is_count
from store.people.comment_drafts import CommentKind, Draft, clean_text, row_of, settled
from store.sql.database import Database
from store.sql.rows import moment, to_json
from store.sql.tables import COMMENT

PAGE: Final = 500
"""Comments of one answer."""
_LISTED: Final = [column for column in COMMENT.c if column is not COMMENT.c.samples]


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
    values: Mapping[str, Any]
    """As its draft's, with `count`, how many samples it is about, and `some` of them."""
    version: int
    """Grows with each edit; whoever changes it names the one they saw."""
    created_at: datetime
    edited_at: datetime | None
    resolved_by: str | None
    """Display name of whoever said that it is settled."""
    is_deleted: bool
    change: int
    """Grows in its project with every change of any comment."""


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

    def after(self, project_id: str, change: int) -> Sequence[Comment]:
        """Return at most 500 comments that were changed after `change`, in that order.

        Deleted ones too, so that whoever knows the others learns of it.
        """
        newer = (COMMENT.c.project_id == project_id) & (COMMENT.c.change > change)
        query = select(*_LISTED).where(newer).order_by(COMMENT.c.change).limit(PAGE)
        with self._database.read() as connection:
            project_row(connection, project_id)
            rows = connection.execute(query) if is_count(change) else ()
            return [_to_comment(row) for row in rows]

    def unsettled(self, project_id: str) -> Sequence[Comment]:
        """Return the first 500 comments that nobody has settled, oldest first; no replies."""
        first = COMMENT.c.reply_to.is_(None) & COMMENT.c.resolved_by.is_(None)
        open_ones = (COMMENT.c.project_id == project_id) & first & ~COMMENT.c.is_deleted
        query = select(*_LISTED).where(open_ones).order_by(COMMENT.c.created_at).limit(PAGE)
        with self._database.read() as connection:
            project_row(connection, project_id)
            return [_to_comment(row) for row in connection.execute(query)]

    def samples(self, project_id: str, comment_id: str) -> bytes:
        """Return the packed selection that a comment is about; empty for a run.

        Raises:
            NotFoundError: no such comment.
        """
        with self._database.read() as connection:
            return bytes(row_of(connection, project_id, comment_id).samples)

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
            draft = settled(connection, project, draft)
            comment_id = str(uuid.uuid4())
            row = {
                "comment_id": comment_id, "project_id": project_id, "reply_to": draft.reply_to,
                "author": clean_name(author, "display name", 60), "author_id": author_id,
                "text": text, "kind": draft.kind, "samples": draft.samples, "key": draft.key,
                "values_json": to_json(draft.values), "version": 1, "is_deleted": False,
                "change": _next_change(connection, project_id),
            }  # fmt: skip
            connection.execute(insert(COMMENT).values(**row, created_at=self._database.clock))
            return _to_comment(row_of(connection, project_id, comment_id))

    def edit(
        self, project_id: str, comment_id: str, text: str, version: int, author_id: str
    ) -> Comment:
        """Change the text of one's own comment; told twice, the second time changes nothing.

        Raises:
            NotYoursError: somebody else wrote it.
            ConflictError: it was changed since `version`.
        """
        text = clean_text(text)
        changes = {"text": text, "edited_at": self._database.clock, "version": version + 1}
        return self._change(project_id, comment_id, changes, author_id, version)

    def delete(self, project_id: str, comment_id: str, author_id: str) -> None:
        """Delete one's own comment; where it was answered, its place stays.

        Told twice, the second time changes nothing.
        """
        changes = {"is_deleted": True, "text": "", "version": COMMENT.c.version + 1}
        self._change(project_id, comment_id, changes, author_id)

    def resolve(self, project_id: str, comment_id: str, by: str | None) -> Comment:
        """Say that a comment is settled, by whom, or with None that it is open again."""
        name = None if by is None else clean_name(by, "display name", 60)
        return self._change(project_id, comment_id, {"resolved_by": name})

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
            row = row_of(connection, project_id, comment_id)
            is_allowed = author_id in (None, row.author_id)
            if is_allowed and _is_done(row, changes, version):
                return _to_comment(row)
            if row.is_deleted:
                raise NotFoundError("This comment was deleted.")
            if not is_allowed:
                raise NotYoursError("Only whoever wrote a comment may change it; reply instead.")
            if version is not None and row.version != version:
                raise ConflictError(
                    "This comment was changed in another window meanwhile; look at it again. "
                    "Nothing was saved."
                )
            change = {"change": _next_change(connection, project_id)}
            of_it = update(COMMENT).where(COMMENT.c.comment_id == comment_id)
            connection.execute(of_it.values(**changes, **change))
            return _to_comment(row_of(connection, project_id, comment_id))

    def _open(self, connection: Connection, project_id: str) -> Row[Any]:
        """Return the project once its writers take turns."""
        self._database.take_turn(connection, project_id)
        project = project_row(connection, project_id)
        check_open(project)
        return project


def _is_done(row: Row[Any], changes: Mapping[str, Any], version: int | None) -> bool:
    """Whether a change was made already, and is only told again: its answer was lost."""
    if "is_deleted" in changes:
        return bool(row.is_deleted)
    told = version is not None and row.version == version + 1 and row.text == changes["text"]
    return told and not row.is_deleted


def _next_change(connection: Connection, project_id: str) -> int:
    newest = select(func.max(COMMENT.c.change)).where(COMMENT.c.project_id == project_id)
    return 1 + (connection.scalar(newest) or 0)


def _to_comment(row: Row[Any]) -> Comment:
    return Comment(
        comment_id=row.comment_id,
        reply_to=row.reply_to,
        author=row.author,
        author_id=row.author_id,
        text=row.text,
        kind=row.kind,
        values=json.loads(row.values_json),
        version=row.version,
        created_at=moment(row.created_at),
        edited_at=None if row.edited_at is None else moment(row.edited_at),
        resolved_by=row.resolved_by,
        is_deleted=row.is_deleted,
        change=row.change,
    )
