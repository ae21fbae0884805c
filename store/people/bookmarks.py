"""Views of a project that people keep: a step, a snapshot, a camera, a selection, colours."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, delete, func, insert, select

from ml.errors import InvalidInputError
from ml.maps.codec import unpack_ids
from store.errors import NotFoundError, NotYoursError, SelectionTooLargeError
from store.journal.pen import check_open, project_row
from store.names import check_key, check_uuid, clean_name
from store.pulse import stamp_of
from store.sql.database import Database
from store.sql.rows import moment, to_json
from store.sql.tables import BOOKMARK

BOOKMARK_LIMIT: Final = 500
"""Bookmarks of a project."""
VIEW_LIMIT: Final = 4096
"""Longest view, in characters of JSON."""
FIELDS: Final = frozenset({"step_id", "run_id", "n", "stance", "size", "color_mode"})
"""What a view may say beside its selection."""


@dataclass(frozen=True)
class Bookmark:
    """A view somebody kept."""

    bookmark_id: str
    name: str
    author: str
    author_id: str
    samples: bytes
    """Packed selection (ml/maps/codec.py); empty for none."""
    values: Mapping[str, Any]
    created_at: datetime


class Bookmarks:
    """The bookmarks of all projects."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_project(self, project_id: str) -> Sequence[Bookmark]:
        """Return the bookmarks of a project, newest first.

        Raises:
            NotFoundError: no such project.
        """
        mine = select(BOOKMARK).where(BOOKMARK.c.project_id == project_id)
        with self._database.read() as connection:
            project_row(connection, project_id)
            rows = connection.execute(mine.order_by(BOOKMARK.c.created_at.desc())).all()
        return [_to_bookmark(row) for row in rows]

    def stamp(self, project_id: str) -> str:
        """Return a text that differs once a view was kept or deleted."""
        return stamp_of(self._database, BOOKMARK, project_id)

    def add(
        self, project_id: str, given: Mapping[str, Any], samples: bytes, author: tuple[str, str]
    ) -> Bookmark:
        """Keep a view.

        Args:
            project_id: Whose.
            given: `key`, `name`, and `view` with some of FIELDS.
            samples: Packed selection, empty for none.
            author: Display name and author_id.

        Raises:
            NotFoundError: no such project.
            InvalidInputError: the name or the view breaks a rule.
            LockedError: the project is archived.
        """
        check_key(given.get("key"))
        name, view = clean_name(given.get("name"), "name of the bookmark", 60), given.get("view")
        if not isinstance(view, dict) or set(view) - FIELDS:
            raise InvalidInputError(f"A view has no more than {', '.join(sorted(FIELDS))}.")
        text = view_text(view)
        with self._database.write() as connection:
            self._database.take_turn(connection, project_id)
            project = project_row(connection, project_id)
            check_open(project)
            mine = BOOKMARK.c.project_id == project_id
            of_key = select(BOOKMARK).where(mine, BOOKMARK.c.key == given["key"])
            if (known := connection.execute(of_key).one_or_none()) is not None:
                return _to_bookmark(known)
            if (connection.scalar(select(func.count()).where(mine)) or 0) >= BOOKMARK_LIMIT:
                words = f"This project has {BOOKMARK_LIMIT} bookmarks; delete some first."
                raise InvalidInputError(words)
            check_samples(samples, project.num_samples)
            row = {
                "bookmark_id": str(uuid.uuid4()), "project_id": project_id, "name": name,
                "author": clean_name(author[0], "display name", 60), "author_id": author[1],
                "samples": samples, "values_json": text, "key": given["key"],
            }  # fmt: skip
            connection.execute(insert(BOOKMARK).values(**row, created_at=self._database.clock))
            return _to_bookmark(connection.execute(of_key).one())

    def delete(
        self, project_id: str, bookmark_id: str, author_id: str, *, is_admin: bool = False
    ) -> None:
        """Delete one's own bookmark, or anybody's as an admin: who made it may be gone.

        Raises:
            NotFoundError: there is none, or no such project.
            NotYoursError: somebody else made it, and no admin asks.
            LockedError: the project is archived.
        """
        check_uuid(bookmark_id, "bookmark")
        mine = (BOOKMARK.c.project_id == project_id) & (BOOKMARK.c.bookmark_id == bookmark_id)
        with self._database.write() as connection:
            self._database.take_turn(connection, project_id)
            check_open(project_row(connection, project_id))
            row = connection.execute(select(BOOKMARK).where(mine)).one_or_none()
            if row is None:
                raise NotFoundError("There is no such bookmark; it may have been deleted.")
            if not is_admin and row.author_id != author_id:
                raise NotYoursError("Only whoever made a bookmark, or an admin, may delete it.")
            connection.execute(delete(BOOKMARK).where(mine))


def view_text(view: Mapping[str, Any]) -> str:
    """Return a view as JSON.

    Raises:
        InvalidInputError: JSON cannot write it, or it is too long.
    """
    try:
        text = to_json(view)
    except (TypeError, ValueError, RecursionError):
        raise InvalidInputError("The view cannot be read; reload the page.") from None
    if len(text) > VIEW_LIMIT:
        raise InvalidInputError(f"The view has {len(text)} characters; {VIEW_LIMIT} is the limit.")
    return text


def check_samples(samples: bytes, num_samples: int) -> None:
    """Check a packed selection; an empty one is none.

    Raises:
        SelectionTooLargeError: it has more bytes than any of that many samples.
        InvalidInputError: it is no selection of them.
    """
    if len(samples) > 1 + 4 * num_samples:
        raise SelectionTooLargeError(
            f"The selection has more bytes than {num_samples} samples take; select again."
        )
    if samples:
        unpack_ids(samples, num_samples)


def _to_bookmark(row: Row[Any]) -> Bookmark:
    return Bookmark(
        row.bookmark_id, row.name, row.author, row.author_id, bytes(row.samples),
        json.loads(row.values_json), moment(row.created_at),
    )  # fmt: skip
