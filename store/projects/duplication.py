"""Copying the rows of a project: new ids for project and runs, the same files.

Events never change, and runs that have ended seldom do. So they are copied ahead, page by page and
without a lock, into a draft (`store/projects/drafts.py`); under the lock of the project comes only
what was said or changed since.
"""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, func, insert, select

from store.projects.drafts import PAGE, Draft, pages_of
from store.queue.precedence import BACKGROUND
from store.records import LIVE_STATES
from store.runs.receipts import controls_of, stamped
from store.sql.database import Database
from store.sql.rows import to_json
from store.sql.tables import EVENT, FRAME, RUN, SNAPSHOT

RUNS_AT_ONCE: Final = 25
"""Copied together, with their frames and snapshots."""


class Copying:
    """One project on its way to be another."""

    def __init__(self, database: Database, source: str, draft: Draft) -> None:
        self._database = database
        self._source = source
        self._draft = draft
        self._new_id: dict[str, str] = {}
        self._copied: dict[str, Mapping[str, Any]] = {}
        """The rows of runs as they were when they were copied, by run_id."""
        self._seq = 0

    def copy_ahead(self) -> None:
        """Copy the events there are, and the runs that have ended."""
        with self._database.read() as connection:
            mine = EVENT.c.project_id == self._source
            newest = connection.scalar(select(func.max(EVENT.c.seq)).where(mine)) or 0
            runs = self._runs(connection)  # after it: each run that an event names is there
        ended = [run for run in runs if run["state"] not in LIVE_STATES]
        for start in range(0, len(ended), RUNS_AT_ONCE):
            self._copy_runs(ended[start : start + RUNS_AT_ONCE])
        while self._seq < newest and (rows := self._events(newest)):
            self._draft.add(EVENT, rows)
            self._seq = rows[-1]["seq"]

    def copy_rest(self, connection: Connection) -> None:
        """Copy what was said or changed since, inside the transaction that holds the project."""
        now = connection.scalar(select(self._database.clock))
        changed = [run for run in self._runs(connection) if self._copied.get(run["run_id"]) != run]
        for run in changed:
            connection.execute(delete(RUN).where(RUN.c.run_id == self._new_id[run["run_id"]]))
        self._insert(connection, RUN, self._renamed_runs(changed, now))
        for table in (SNAPSHOT, FRAME):
            self._insert(connection, table, self._parts(connection, table, changed))
        copied = EVENT.c.seq > self._seq
        later = select(EVENT).where(EVENT.c.project_id == self._source, copied)
        self._insert(connection, EVENT, map(self._renamed, connection.execute(later).mappings()))

    def _runs(self, connection: Connection) -> list[dict[str, Any]]:
        mine = (RUN.c.project_id == self._source) & RUN.c.kind.not_in(BACKGROUND)
        query = select(RUN).where(mine).order_by(RUN.c.position)
        runs = [dict(row) for row in connection.execute(query).mappings()]
        controls = controls_of(connection, self._source)
        for run in runs:
            self._new_id.setdefault(run["run_id"], str(uuid.uuid4()))
            run["receipt"] = stamped(run["receipt"], controls.get(run["run_id"], set()))
        return runs

    def _copy_runs(self, runs: list[dict[str, Any]]) -> None:
        self._draft.add(RUN, self._renamed_runs(runs, None))
        for table in (SNAPSHOT, FRAME):
            with self._database.read() as connection:
                rows = list(self._parts(connection, table, runs))
            self._draft.add(table, rows)
        self._copied |= {run["run_id"]: run for run in runs}

    def _renamed_runs(
        self, runs: list[dict[str, Any]], now: float | None
    ) -> Iterator[dict[str, Any]]:
        return (copied_run(run, self._draft.project_id, self._new_id, now) for run in runs)

    def _parts(
        self, connection: Connection, table: Table, runs: list[dict[str, Any]]
    ) -> Iterator[dict[str, Any]]:
        """Yield what belongs to runs as far as their rows tell: one that is live may be further."""
        far, last = ("n", "last_n") if table is FRAME else ("epoch", "last_epoch")
        for run in runs:
            of_run = table.c.run_id == run["run_id"]
            mine = select(table).where(of_run, table.c[far] <= run[last])
            for row in connection.execute(mine).mappings():
                yield {**row, "run_id": self._new_id[run["run_id"]]}

    def _events(self, newest: int) -> list[dict[str, Any]]:
        mine = (EVENT.c.project_id == self._source) & EVENT.c.seq.between(self._seq + 1, newest)
        query = select(EVENT).where(mine).order_by(EVENT.c.seq).limit(PAGE)
        with self._database.read() as connection:
            return [self._renamed(row) for row in connection.execute(query).mappings()]

    def _renamed(self, row: Any) -> dict[str, Any]:
        return copied_event(dict(row), self._draft.project_id, self._new_id)

    def _insert(
        self, connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]
    ) -> None:
        for page in pages_of(rows):
            connection.execute(insert(table), page)


def copied_run(
    row: dict[str, Any], copy: str, new_id: dict[str, str], now: float | None
) -> dict[str, Any]:
    """Return a row of `run` for another project, stopped at `now` where it was live.

    Raises:
        KeyError: when `new_id`, by the old run_id, does not know the run.
    """
    parent = row["parent_run_id"]
    copied = row | {
        "run_id": new_id[row["run_id"]],
        "project_id": copy,
        "parent_run_id": new_id.get(parent),
        "owner": None,
        "lease_until": 0.0,
    }
    if row["state"] in LIVE_STATES:
        copied |= {"state": "stopped", "ended_at": now, "error": None}
    return copied


def copied_event(row: dict[str, Any], copy: str, new_id: dict[str, str]) -> dict[str, Any]:
    """Return a row of `event` for another project, with the new ids of the runs it names.

    Raises:
        KeyError: when `new_id` does not know a run that it names.
    """
    values = json.loads(row["values_json"])
    for named in (values, values.get("snapshot", {})):
        if "run_id" in named:
            named["run_id"] = new_id[named["run_id"]]
    return row | {"project_id": copy, "values_json": to_json(values)}
