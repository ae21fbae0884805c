"""Large data in chunks: rows that any worker claims, as runs are claimed.

A *job* encodes all samples of a data set by the network of one snapshot, or draws its sheets. Its
rows are one for each part of the samples; a job that encodes has a last one that puts the parts
together, which may be claimed only when all others are done, so it is done once, and again by
somebody else where its worker dies. Somebody waits for features, so they go before sheets.
"""

from math import inf
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from store.errors import LeaseLostError, NotFoundError
from store.queue.bells import MAX_ATTEMPTS, RING_AGAIN_S
from store.queue.chunk_records import Chunk, Part, Progress
from store.queue.lateness import is_from_the_future
from store.sql.database import Database
from store.sql.tables import CHUNK

LEASE_S: Final = 30.0
"""A chunk takes a few seconds; whoever has not finished it by then is taken for dead."""
WRITE_S: Final = 300.0
"""Lease while a file is written, which nothing can be asked in the midst of; none is longer."""
FOLDER: Final = "encodings"
"""Where workers write what came of chunks."""
_TURN: Final = (CHUNK.c.dataset_id.is_not(None), CHUNK.c.created_at, CHUNK.c.job_id, CHUNK.c.nth)
"""Who goes first; a job's chunks are of one moment."""
MOST_RUNG: Final = 8
"""Bells of one look: so many workers may hear of a job at once."""


class Chunks:
    """The chunks of every job."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, job_id: str, run_id: str, epoch: int, num_samples: int, size: int) -> None:
        """Save that a job is wanted; where it was asked for before, it is wanted for longer.

        Args:
            job_id: What the job is known by, 64 characters at most.
            run_id: The run of the snapshot.
            epoch: Its epoch.
            num_samples: Of the data set.
            size: Samples of a part: what a worker loses when it dies, and holds up a run by.

        Raises:
            NotFoundError: the run has just been deleted.
        """
        parts = [*_spans(num_samples, size), (0, num_samples)]
        self._save(job_id, parts, {"run_id": run_id, "epoch": epoch}, last=len(parts) - 1)

    def ask_sheets(self, job_id: str, dataset_id: str, num_samples: int, size: int) -> None:
        """Save that the sheets of a data set are wanted; nothing puts them together.

        Args:
            job_id: What the job is known by, 64 characters at most.
            dataset_id: The data set.
            num_samples: It has.
            size: Samples of a part.

        Raises:
            NotFoundError: the data set has just been deleted.
        """
        parts = _spans(num_samples, size)
        self._save(job_id, parts, {"dataset_id": dataset_id, "epoch": 0}, last=None)

    def want(self, job_id: str) -> None:
        """Save that whoever asked for a job still waits for it."""
        with self._database.write() as connection:
            self._want(connection, job_id)

    def progress(self, job_id: str) -> Progress | None:
        """Return how far a job is, None where nobody asked for it."""
        is_held = (CHUNK.c.state == "working") & ~self._is_silent()
        query = select(CHUNK, is_held.label("is_held")).where(CHUNK.c.job_id == job_id)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(CHUNK.c.nth)).all()
        if not rows:
            return None
        num_working = sum(bool(row.is_held) for row in rows)
        num_done = sum(row.state == "done" for row in rows)
        is_failed = any(row.state == "failed" for row in rows)
        state: Any = "failed" if is_failed else "done" if num_done == len(rows) else "working"
        last = rows[-1]
        return Progress(state, num_done, len(rows), num_working, last.artifact, last.sha256)

    def part(self, job_id: str, sample: int) -> Part | None:
        """Return the part that a sample is in, None where nobody asked for the job."""
        query = select(CHUNK.c.first, CHUNK.c.artifact, CHUNK.c.sha256).where(
            CHUNK.c.job_id == job_id, ~CHUNK.c.is_last,
            CHUNK.c.first <= sample, CHUNK.c.stop > sample,
        )  # fmt: skip
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Part(row.first, row.artifact, row.sha256)

    def claim(self, owner: str, lease_s: float = LEASE_S) -> Chunk | None:
        """Take the oldest chunk that waits or whose owner fell silent; None where there is none."""
        clock = self._database.clock
        oldest = select(CHUNK).where(self._is_free()).order_by(*_TURN)
        self._settle()
        with self._database.read() as connection:
            rows = connection.execute(oldest.limit(MOST_RUNG)).all()
        for row in rows:
            values = {"owner": owner, "attempt": row.attempt + 1, "lease_until": clock + lease_s}
            is_left = _is(row) & (CHUNK.c.attempt == row.attempt) & self._is_free()
            taken = update(CHUNK).where(is_left).values(state="working", **values)
            with self._database.write() as connection:  # what it waited for in vain it lets go
                if connection.execute(taken).rowcount:
                    return _to_chunk(row)
        return None

    def renew(self, chunk: Chunk, owner: str, lease_s: float = LEASE_S) -> None:
        """Prolong the lease of a chunk.

        Raises:
            LeaseLostError: somebody else has it by now, or nobody wants it any more.
        """
        if not self._end(chunk, owner, {"lease_until": self._database.clock + lease_s}):
            raise LeaseLostError(f"Chunk {chunk.nth} of a job is no longer this worker's.")

    def finish(self, chunk: Chunk, owner: str, artifact: str, sha256: str) -> bool:
        """Save that a chunk is done; False where somebody else has it by now."""
        done = {"state": "done", "artifact": artifact, "sha256": sha256, "owner": None}
        return self._end(chunk, owner, done)

    def fail(self, chunk: Chunk, owner: str) -> None:
        """Save that a chunk cannot be done; its job has failed."""
        self._end(chunk, owner, {"state": "failed", "owner": None})

    def parts(self, job_id: str) -> list[tuple[str, str]]:
        """Return artifact and sha256 of the parts of a job that are done, in order."""
        mine = (CHUNK.c.job_id == job_id) & ~CHUNK.c.is_last & (CHUNK.c.state == "done")
        query = select(CHUNK.c.artifact, CHUNK.c.sha256).where(mine).order_by(CHUNK.c.nth)
        with self._database.read() as connection:
            return [(row.artifact, row.sha256) for row in connection.execute(query)]

    def forget(self, job_id: str, unwanted_s: float = -inf) -> list[str]:
        """Remove a job; return the artifacts that its workers may have written.

        Args:
            job_id: The job.
            unwanted_s: Only where nobody has asked for it for so long.
        """
        mine = CHUNK.c.job_id == job_id
        columns = (CHUNK.c.nth, CHUNK.c.attempt, CHUNK.c.artifact)
        with self._database.write() as connection:
            if unwanted_s > -inf and job_id not in self._unwanted(connection, unwanted_s):
                return []
            rows = connection.execute(_held(select(*columns).where(mine))).all()
            connection.execute(delete(CHUNK).where(mine))
        # a worker that died may have left one that no row names
        tried = {
            artifact_of(job_id, row.nth, attempt)
            for row in rows
            for attempt in range(1, row.attempt + 1)
        }
        return sorted(tried | {row.artifact for row in rows if row.artifact})

    def unwanted(self, unwanted_s: float) -> list[str]:
        """Return the jobs that nobody has asked for, or waited for, for so long."""
        with self._database.read() as connection:
            return self._unwanted(connection, unwanted_s)

    def due(self) -> list[str]:
        """Return the job of each chunk whose bell is to be rung now, and note that it was."""
        clock = self._database.clock
        is_ahead = is_from_the_future(CHUNK.c.rung_at, clock)
        is_unanswered = (CHUNK.c.rung_at < clock - RING_AGAIN_S) | is_ahead
        query = select(CHUNK.c.job_id, CHUNK.c.nth).where(self._is_free(), is_unanswered)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(*_TURN).limit(MOST_RUNG)).all()
        if rows:
            with self._database.write() as connection:
                for row in sorted(rows):  # as `_held`
                    connection.execute(update(CHUNK).where(_is(row)).values(rung_at=clock))
        return [row.job_id for row in rows]

    def _save(
        self, job_id: str, spans: list[tuple[int, int]], of: dict[str, Any], last: int | None
    ) -> None:
        """Save the chunks of a job that are not there, and that it is wanted."""
        with self._database.write() as connection:
            now = connection.scalar(select(self._database.clock)) or 0.0
            rows = [
                {
                    "job_id": job_id, "nth": nth, "first": first, "stop": stop,
                    "is_last": nth == last, "state": "waiting", "created_at": now, **of,
                }
                for nth, (first, stop) in enumerate(spans)
            ]  # fmt: skip
            dialect: Any = sqlite if self._database.is_sqlite else postgresql
            try:
                connection.execute(dialect.insert(CHUNK).on_conflict_do_nothing(), rows)
            except IntegrityError:
                raise NotFoundError("What is to be worked out in chunks was deleted.") from None
            self._want(connection, job_id)

    def _end(self, chunk: Chunk, owner: str, values: dict[str, Any]) -> bool:
        held = and_(
            _is(chunk), CHUNK.c.owner == owner, CHUNK.c.attempt == chunk.attempt,
            CHUNK.c.state == "working",
        )  # fmt: skip
        with self._database.write() as connection:
            return bool(connection.execute(update(CHUNK).where(held).values(values)).rowcount)

    def _want(self, connection: Connection, job_id: str) -> None:
        mine = CHUNK.c.job_id == job_id
        connection.execute(_held(select(CHUNK.c.nth).where(mine))).all()
        connection.execute(update(CHUNK).where(mine).values(created_at=self._database.clock))

    def _unwanted(self, connection: Connection, unwanted_s: float) -> list[str]:
        newest = func.max(CHUNK.c.created_at)
        jobs = select(CHUNK.c.job_id).group_by(CHUNK.c.job_id)
        return list(connection.scalars(jobs.having(newest < self._database.clock - unwanted_s)))

    def _is_silent(self) -> ColumnElement[bool]:
        """Return whether the lease of a chunk is over, or was noted before the clock was put back.

        Which of the two leases it is, no row says: only what is longer than both is known by it.
        """
        clock, until = self._database.clock, CHUNK.c.lease_until
        return or_(until < clock, is_from_the_future(until - WRITE_S, clock))

    def _is_free(self) -> ColumnElement[bool]:
        """Return whether a chunk may be claimed: the last one of a job only after all others.

        Of features that have failed none may: nobody would have anything of them.
        """
        is_dead = (CHUNK.c.state == "working") & self._is_silent()
        other = CHUNK.alias("other_chunk")
        is_early = exists().where(
            other.c.job_id == CHUNK.c.job_id, ~other.c.is_last, other.c.state != "done"
        )
        has_failed = (other.c.state == "failed") & other.c.dataset_id.is_(None)
        is_left = or_(CHUNK.c.state == "waiting", is_dead)
        return (
            is_left
            & ~(CHUNK.c.is_last & is_early)
            & CHUNK.c.job_id.not_in(select(other.c.job_id).where(has_failed))
        )

    def _settle(self) -> None:
        """Give up chunks whose workers died too often."""
        is_dead = (CHUNK.c.state == "working") & self._is_silent()
        hopeless = select(CHUNK).where(is_dead, CHUNK.c.attempt >= MAX_ATTEMPTS)
        failed = update(CHUNK).values(state="failed", owner=None)
        with self._database.write() as connection:
            for row in connection.execute(_held(hopeless)).all():
                connection.execute(failed.where(_is(row)))


def artifact_of(job_id: str, nth: int, attempt: int) -> str:
    """Return where a worker writes what came of a chunk; no two attempts write to one place.

    Attempts of a job that was forgotten and asked for anew count from the first again: who still
    writes for the old one may take a part away, and the new job is then given up, never wrong.
    """
    return f"{FOLDER}/{job_id}/{attempt}-{nth:05d}.part"


def _spans(num_samples: int, size: int) -> list[tuple[int, int]]:
    return [(start, min(start + size, num_samples)) for start in range(0, num_samples, size)]


def _held(rows: Select[Any]) -> Select[Any]:
    """Return a query that holds its rows, in the one order of all who write several at once.

    In any other two of them would wait for each other on PostgreSQL, which then ends one.
    """
    return rows.order_by(CHUNK.c.job_id, CHUNK.c.nth).with_for_update()


def _is(chunk: Any) -> ColumnElement[bool]:
    is_row: ColumnElement[bool] = (CHUNK.c.job_id == chunk.job_id) & (CHUNK.c.nth == chunk.nth)
    return is_row


def _to_chunk(row: Row[Any]) -> Chunk:
    return Chunk(
        row.job_id, row.nth, row.run_id, row.epoch, row.first, row.stop, row.is_last,
        row.attempt + 1, row.dataset_id,
    )  # fmt: skip
