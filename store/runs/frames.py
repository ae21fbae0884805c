"""The frames of runs: rows in the order the browser plays them."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, insert, select, union, update

from store.errors import LeaseLostError, NotFoundError
from store.names import check_uuid, is_count
from store.records import OWNED_STATES, FrameRow
from store.runs.moments import named_moments
from store.sql.database import Database
from store.sql.rows import metrics_to_json, to_frame
from store.sql.tables import FRAME, RUN, SNAPSHOT

MOST_LISTED: Final = 500
"""Frames in one answer; whoever wants more asks on from the last."""


class Frames:
    """The frames of every run."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, frame_row: FrameRow, owner: str) -> int:
        """Save a frame and return its n, the next of its run; the row's own n is ignored.

        Raises:
            LeaseLostError: `owner` no longer owns the run; nothing was saved.
        """
        with self._database.write() as connection:
            return insert_frame(connection, frame_row.run_id, owner, frame_row)

    def after(self, run_id: str, n: int, limit: int = MOST_LISTED) -> list[FrameRow]:
        """Return at most `limit` frames whose n is larger, in order."""
        if not is_count(n):
            return []
        later = (FRAME.c.run_id == run_id) & (FRAME.c.n > n)
        query = select(FRAME).where(later).order_by(FRAME.c.n).limit(limit)
        with self._database.read() as connection:
            return [to_frame(row) for row in connection.execute(query)]

    def epochs(self, run_id: str) -> dict[int, float]:
        """Return the epochs done at each frame of a run, by its n."""
        query = select(FRAME.c.n, FRAME.c.epoch).where(FRAME.c.run_id == run_id)
        with self._database.read() as connection:
            return {int(n): float(epoch) for n, epoch in connection.execute(query)}

    def get(self, run_id: str, attempt: int, n: int) -> FrameRow:
        """Return one frame.

        Raises:
            NotFoundError: no such frame.
        """
        check_uuid(run_id, "run")
        query = select(FRAME).where(
            FRAME.c.run_id == run_id, FRAME.c.attempt == attempt, FRAME.c.n == n
        )
        row = None
        if is_count(attempt) and is_count(n):
            with self._database.read() as connection:
                row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFoundError(f"The run has no frame {attempt}-{n}.")
        return to_frame(row)

    def named(self, artifacts: Iterable[str]) -> set[str]:
        """Return those of some files that a row of any run names, or `named_moments`."""
        with self._database.read() as connection:
            return named_by_rows(connection, artifacts)


def named_by_rows(connection: Connection, artifacts: Iterable[str]) -> set[str]:
    """Return those of some files that rows name, or that a run needs beside what they name."""
    named: set[str] = set()
    ordered = sorted(artifacts)
    for start in range(0, len(ordered), 500):  # SQLite binds a limited number of values
        some = ordered[start : start + 500]
        query = union(
            select(FRAME.c.artifact).where(FRAME.c.artifact.in_(some)),
            select(FRAME.c.field).where(FRAME.c.field.in_(some)),
            select(SNAPSHOT.c.checkpoint).where(SNAPSHOT.c.checkpoint.in_(some)),
        )
        named |= set(connection.scalars(query)) | named_moments(connection, some)
    return named


def insert_frame(connection: Connection, run_id: str, owner: str, row: FrameRow) -> int:
    """Insert a frame if `owner` owns the run; drawing n and the check are one statement."""
    drawn = connection.execute(
        update(RUN)
        .where(
            RUN.c.run_id == run_id,
            RUN.c.owner == owner,
            RUN.c.state.in_(OWNED_STATES),
        )
        .values(last_n=RUN.c.last_n + 1)
        .returning(RUN.c.last_n, RUN.c.attempt)
    ).one_or_none()
    if drawn is None:
        raise LeaseLostError("The run is no longer this worker's; nothing was saved.")
    connection.execute(
        insert(FRAME).values(
            run_id=run_id,
            n=drawn.last_n,
            attempt=drawn.attempt,
            epoch=row.epoch,
            is_snapshot=row.is_snapshot,
            artifact=row.artifact,
            metrics=metrics_to_json(row.metrics),
            field=row.field,
        )
    )
    return int(drawn.last_n)
