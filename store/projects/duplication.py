"""Copying the rows of a project: new ids for project and runs, the same files."""

import json
import uuid
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, insert, select

from store.people.members import copy_membership
from store.queue.precedence import BACKGROUND
from store.records import LIVE_STATES
from store.sql.rows import to_json
from store.sql.tables import EVENT, FRAME, PROJECT, RUN, SNAPSHOT


def copy_rows(
    connection: Connection, clock: ColumnElement[float], source: str, copy: str, name: str
) -> None:
    """Copy project `source` to the new id `copy` inside the transaction of `connection`."""
    now = connection.scalar(select(clock))
    changed = {"project_id": copy, "name": name, "created_at": now, "archived_at": None}
    _insert(connection, PROJECT, [row | changed for row in _rows(connection, PROJECT, source)])
    copy_membership(connection, source, copy)
    runs = [row for row in _rows(connection, RUN, source) if row["kind"] not in BACKGROUND]
    new_id = {row["run_id"]: str(uuid.uuid4()) for row in runs}
    _insert(connection, RUN, [copied_run(row, copy, new_id, now) for row in runs])
    events = _rows(connection, EVENT, source)
    _insert(connection, EVENT, [copied_event(row, copy, new_id) for row in events])
    for table in (SNAPSHOT, FRAME):
        for run_id in new_id:
            rows = connection.execute(select(table).where(table.c.run_id == run_id)).mappings()
            _insert(connection, table, [dict(row) | {"run_id": new_id[run_id]} for row in rows])


def _rows(connection: Connection, table: Table, project_id: str) -> list[dict[str, Any]]:
    query = select(table).where(table.c.project_id == project_id)
    return [dict(row) for row in connection.execute(query).mappings()]


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


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
        copied |= {"state": "stopped", "ended_at": now}
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
