"""Comments as somebody writes them, checked against what is there."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final, Literal, get_args

import numpy as np
from sqlalchemy import Connection, Row, func, select

from ml.errors import InvalidInputError
from ml.maps.codec import unpack_ids
from store.errors import NotFoundError
from store.names import check_uuid, clean_name
from store.people.bookmarks import check_samples
from store.sql.tables import COMMENT, RUN

CommentKind = Literal["point", "selection", "region", "run"]
TEXT_LIMIT: Final = 2000
"""Longest comment, in characters."""
PATH_LIMIT: Final = 1000
"""Corners of a region."""
SOME: Final = 64
"""Samples of a comment that a list tells: enough to say where on the map it is."""
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
    """Packed selection (ml/maps/codec.py); of a point, that one sample."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """`path`, corners in map units; `run_id`; `snapshot`, its frame, by run_id and n."""
    reply_to: str | None = None
    """comment_id of what it answers; it is then about the same things."""


def clean_text(text: object) -> str:
    """Return a text of several lines, trimmed, in NFC.

    Raises:
        InvalidInputError: when it is empty, too long, or holds what cannot be seen.
    """
    if not isinstance(text, str):
        raise InvalidInputError("The comment must be text.")
    lines = [line.strip() for line in text.replace("\r\n", "\n").strip().split("\n")]
    _check_length(lines)
    if not any(lines):
        raise InvalidInputError("The comment is empty; type something.")
    cleaned = [
        clean_name(line.replace("\t", " "), "comment", TEXT_LIMIT) if line else "" for line in lines
    ]
    _check_length(cleaned)  # in NFC some letters are two
    return "\n".join(cleaned)


def _check_length(lines: list[str]) -> None:
    if (count := sum(map(len, lines))) > TEXT_LIMIT:
        raise InvalidInputError(f"The comment has {count} characters; the limit is {TEXT_LIMIT}.")


def settled(connection: Connection, project: Row[Any], draft: Draft) -> Draft:
    """Return a draft that is about things that are there."""
    mine = COMMENT.c.project_id == project.project_id
    count = select(func.count()).where(mine, COMMENT.c.is_deleted.is_(False))
    if (connection.scalar(count) or 0) >= COMMENT_LIMIT:
        raise InvalidInputError(f"This project has {COMMENT_LIMIT} comments; delete some first.")
    if draft.reply_to is not None:
        check_uuid(draft.reply_to, "comment")
        row = row_of(connection, project.project_id, draft.reply_to)
        if row.reply_to is not None or row.is_deleted:
            raise NotFoundError("What you reply to was deleted meanwhile.")
        return replace(draft, kind=row.kind, samples=b"", values={})
    return about(draft, project.num_samples, partial(_own_run, connection, project))


def about(draft: Draft, num_samples: int, own_run: Callable[[object], str]) -> Draft:
    """Return a draft, of no reply, that is about what is there, with a glance of it.

    Args:
        draft: What somebody wrote.
        num_samples: Of its project.
        own_run: Returns the run_id of a run of its project, by what names it, or refuses it.

    Raises:
        InvalidInputError: it is about nothing, or about what is not there.
    """
    if draft.kind not in get_args(CommentKind):
        raise InvalidInputError("A comment is about a point, a selection, a region or a run.")
    if (snapshot := draft.values.get("snapshot")) is not None:
        snapshot = {"snapshot": _snapshot(snapshot, own_run)}
    if draft.kind == "run":
        run_id = own_run(draft.values.get("run_id"))
        return replace(draft, values={"run_id": run_id, **(snapshot or {})}, samples=b"")
    _check_samples(draft, num_samples)
    path = {"path": _path(draft.values.get("path"))} if draft.kind == "region" else {}
    seen = glance(draft.samples, num_samples)
    return replace(draft, values={**path, **(snapshot or {}), **seen})


def _check_samples(draft: Draft, num_samples: int) -> None:
    check_samples(draft.samples, num_samples)
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


def _snapshot(snapshot: object, own_run: Callable[[object], str]) -> dict[str, Any]:
    if not isinstance(snapshot, dict) or type(snapshot.get("n")) is not int:
        raise InvalidInputError("snapshot names a frame by run_id and n.")
    return {
        "run_id": own_run(snapshot.get("run_id")),
        "n": min(max(0, snapshot["n"]), 2**31),
    }


def _own_run(connection: Connection, project: Row[Any], run_id: object) -> str:
    check_uuid(run_id, "run")
    mine = (RUN.c.project_id == project.project_id) & (RUN.c.run_id == run_id)
    if connection.execute(select(RUN.c.run_id).where(mine)).first() is None:
        raise InvalidInputError("The run is not of this project; reload the page.")
    return str(run_id)


def glance(samples: bytes, num_samples: int) -> dict[str, Any]:
    """Return what a list of comments tells of a selection: how many samples, and some of them."""
    ids = unpack_ids(samples, num_samples) if samples else np.zeros(0, np.int64)
    some = ids[:: -(-len(ids) // SOME) or 1]
    return {"count": len(ids), "some": [int(each) for each in some]}


def row_of(connection: Connection, project_id: str, comment_id: str) -> Row[Any]:
    """Return the row of a comment.

    Raises:
        NotFoundError: no such comment.
    """
    mine = (COMMENT.c.project_id == project_id) & (COMMENT.c.comment_id == comment_id)
    row = connection.execute(select(COMMENT).where(mine)).one_or_none()
    if row is None:
        raise NotFoundError("There is no such comment; it may have been deleted.")
    return row
