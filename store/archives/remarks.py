"""What people say beside the journal on its way out and in: comments, bookmarks, names of steps.

They point at runs, events and samples. What goes out points only at what goes with it, and what
comes in only at what came: a row that does not is refused, be it a forger's or a damaged one.
"""

import json
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import orjson
from sqlalchemy import Select, Table, exists, select

from ml.errors import InvalidInputError, LodemapError
from store.archives.archive import MORE_ROWS, BadArchiveError
from store.archives.row_lines import LAST_MOMENT, read_lines
from store.archives.unpacking import ArchiveReader
from store.names import NAME_LIMIT, check_clean, check_key, check_uuid
from store.people.bookmarks import BOOKMARK_LIMIT, FIELDS, check_samples, view_text
from store.people.comment_drafts import COMMENT_LIMIT, Draft, about, clean_text
from store.sql.rows import to_json
from store.sql.tables import BOOKMARK, COMMENT, STEP_NAME

LONGEST_VALUES: Final = 2**17
"""Characters of what a comment is about; a region of a thousand corners takes half of it."""
MOST_EDITS: Final = 2**30
DEEPEST: Final = 64
"""Lists and objects within each other in a view, as in what a page sends."""
_MISFITS: Final = (KeyError, ValueError, TypeError, RecursionError, LodemapError)
"""What reading rows raises that nobody ever wrote."""


@dataclass(frozen=True)
class Ground:
    """What is there to be talked about, as it comes in."""

    num_samples: int
    num_events: int
    run_ids: Mapping[str, str]
    """What each run is to be called, by the archive's own run_id."""

    def run_id(self, named: object) -> str:
        """Return what a run is to be called.

        Raises:
            InvalidInputError: the archive has no such run.
        """
        if not isinstance(named, str) or named not in self.run_ids:
            raise InvalidInputError("The run is not in the archive.")
        return self.run_ids[named]


def remarks_of(table: Table, project_id: str) -> Select[Any]:
    """Return the query of a table's rows that go out, in order: what is answered comes first.

    A deleted comment goes along only for those who answered it.
    """
    query = select(table).where(table.c.project_id == project_id)
    if table is COMMENT:
        answer = COMMENT.alias()
        is_answered = exists().where(
            answer.c.reply_to == COMMENT.c.comment_id, answer.c.is_deleted.is_(False)
        )
        there = COMMENT.c.is_deleted.is_(False) | is_answered
        return query.where(there).order_by(COMMENT.c.reply_to.is_not(None), COMMENT.c.change)
    if table is BOOKMARK:
        return query.order_by(BOOKMARK.c.created_at, BOOKMARK.c.bookmark_id)
    return query.order_by(STEP_NAME.c.step_id)


def portable(
    table: Table, row: dict[str, Any], run_ids: Collection[str], num_events: int
) -> dict[str, Any]:
    """Return a row that goes out, which points at nothing that stays behind.

    Args:
        table: One of `MORE_ROWS`.
        row: Of it.
        run_ids: Of the runs that go out.
        num_events: How many of them do.
    """
    if table is STEP_NAME:
        return row
    values = json.loads(row["values_json"])
    if table is BOOKMARK:
        values = _standing(values, run_ids, num_events)
    elif row["kind"] == "run" and values.get("run_id") not in run_ids:
        values = {}
    elif values.get("snapshot", {}).get("run_id") not in run_ids:
        values.pop("snapshot", None)
    return row | {"values_json": to_json(values)}


def _standing(view: dict[str, Any], run_ids: Collection[str], num_events: int) -> dict[str, Any]:
    """Return what of a view points at an event or a frame that is there, and all else of it."""
    step, frame = view.get("step_id"), view.get("n")
    is_step = type(step) is int and 0 <= step <= num_events
    is_frame = type(frame) is int and 1 <= frame < 2**31
    is_frame &= isinstance(view.get("run_id"), str) and view["run_id"] in run_ids
    lost = {*(() if is_step else ("step_id",)), *(() if is_frame else ("run_id", "n"))}
    return {name: value for name, value in view.items() if name not in lost}


def check_remarks(archive: ArchiveReader, ground: Ground) -> None:
    """Read and check what came with an archive.

    Raises:
        BadArchiveError: a row is damaged, points at what is not there, or is not as many.
    """
    for table in MORE_ROWS.values():
        count = sum(1 for _ in arriving(archive, table, ground))
        if archive.manifest.counts.get(str(table.name), 0) != count:
            raise BadArchiveError(f"The archive was changed: its {_words(table)}s are not {count}.")


def arriving(archive: ArchiveReader, table: Table, ground: Ground) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table as they are to be kept, but for their project; none of old ones.

    Comments and bookmarks get ids of their own.

    Args:
        archive: It may hold none.
        table: One of `MORE_ROWS`.
        ground: What they may be about.

    Raises:
        BadArchiveError: as `check_remarks`.
    """
    member = f"rows/{table.name}.jsonl"
    if member not in archive.manifest.members:
        return
    ways: dict[Table, tuple[Callable[[dict[str, Any]], dict[str, Any]], int]] = {
        COMMENT: (_Comments(ground).take, COMMENT_LIMIT),
        BOOKMARK: (partial(_bookmark, ground), BOOKMARK_LIMIT),
        STEP_NAME: (partial(_step_name, ground), ground.num_events + 1),
    }
    (take, most), num_open = ways[table], 0
    for number, row in enumerate(read_lines(table, archive.lines(member)), start=1):
        num_open += not row.get("is_deleted")
        if max(num_open, number // 2) > most:  # a deleted one is there for one that answers it
            raise BadArchiveError(
                f"The archive holds more than {most} {_words(table)}s; no project has so many."
            )
        with _refusing(table, number):
            kept = take(row)
        yield kept


class _Comments:
    """Those of one archive as they come in, and which of them may be answered."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._heads: dict[str, tuple[str, str]] = {}
        """By the archive's own comment_id, what each is called here, and its kind."""
        self._num_taken = 0

    def take(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return the next row as it is to be kept; its misfits are raised."""
        _check_said(row)
        check_uuid(row["comment_id"], "comment")
        text = "" if row["is_deleted"] else clean_text(row["text"])
        if row["resolved_by"] is not None:
            check_clean(row["resolved_by"], "display name", 60)
        if text != row["text"] or not 1 <= row["version"] <= MOST_EDITS:
            raise ValueError("text or version")
        self._num_taken += 1
        new_id = str(uuid.uuid4())
        new = {"comment_id": new_id, "change": self._num_taken}
        values, to = _object_of(row["values_json"]), row["reply_to"]
        if to is None and row["comment_id"] not in self._heads:
            draft = Draft(text, row["kind"], row["key"], row["samples"], values)
            draft = _settled(draft, self._ground)
            self._heads[row["comment_id"]] = new_id, row["kind"]
            return row | new | {"samples": draft.samples, "values_json": to_json(draft.values)}
        if to is None or values or row["samples"]:
            raise ValueError("two of one id, or an answer about something else")
        reply_to, kind = self._heads[to]
        return row | new | {"reply_to": reply_to, "kind": kind, "values_json": to_json({})}


def _settled(draft: Draft, ground: Ground) -> Draft:
    """Return what a comment is about, in what is here; a run that stayed behind is none."""
    if draft.kind == "run" and not draft.values:
        return replace(draft, values={"run_id": None}, samples=b"")
    return about(draft, ground.num_samples, ground.run_id)


def _bookmark(ground: Ground, row: dict[str, Any]) -> dict[str, Any]:
    _check_said(row)
    check_uuid(row["bookmark_id"], "bookmark")
    check_clean(row["name"], "name of the bookmark", 60)
    check_samples(row["samples"], ground.num_samples)
    view = _object_of(row["values_json"])
    if view != _standing(view, ground.run_ids, ground.num_events) or view.keys() - FIELDS:
        raise ValueError("view")
    if "run_id" in view:
        view["run_id"] = ground.run_id(view["run_id"])
    if _is_deep(view):
        raise ValueError("view")
    return row | {"bookmark_id": str(uuid.uuid4()), "values_json": view_text(view)}


def _step_name(ground: Ground, row: dict[str, Any]) -> dict[str, Any]:
    _check_author(row)
    check_clean(row["name"], "name of the step", NAME_LIMIT)
    if not 0 <= row["step_id"] <= ground.num_events:
        raise ValueError("step_id")
    return row


def _check_said(row: dict[str, Any]) -> None:
    _check_author(row)
    check_key(row["key"])
    check_clean(row["author_id"], "session id", 100)


def _check_author(row: dict[str, Any]) -> None:
    """Check who said something, and when."""
    check_clean(row["author"], "display name", 60)
    moments = row["created_at"], row.get("edited_at") or 0.0
    if not all(0 <= each <= LAST_MOMENT for each in moments):
        raise ValueError("moment")


def _object_of(text: str) -> dict[str, Any]:
    values = orjson.loads(text) if len(text) <= LONGEST_VALUES else None
    if not isinstance(values, dict):
        raise TypeError("values_json")
    return values


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        inner = (each for each in level if isinstance(each, dict | list))
        level = [x for each in inner for x in (each.values() if isinstance(each, dict) else each)]
    return bool(level)


@contextmanager
def _refusing(table: Table, number: int) -> Iterator[None]:
    try:
        yield
    except _MISFITS as error:
        raise BadArchiveError(
            f"The archive's {_words(table)} {number} is none that its project can have; "
            "export it again."
        ) from error


def _words(table: Table) -> str:
    return str(table.name).replace("_", " ")
