"""The rows of a project as they are at one moment, put aside for its archive."""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, Any, Final

from sqlalchemy import Connection, Select, Table, select, text

from store.archives.archive import MORE_ROWS, ROWS
from store.archives.drawn import Role
from store.archives.remarks import portable, remarks_of
from store.archives.row_lines import to_line
from store.files.disk import disk_errors
from store.journal.pen import project_row
from store.opening import Store
from store.queue.precedence import is_foreground
from store.records import LIVE_STATES
from store.runs.moments import NUM_KEPT, may_go_on, moments_of
from store.runs.receipts import controls_of, stamped
from store.sql.tables import EVENT, FRAME, RUN, SNAPSHOT

SMALL: Final = 8 * 2**20
"""Rows up to so many bytes wait in memory, more of them on disk."""


@dataclass(frozen=True)
class Drawn:
    """What a file that pages draw is."""

    role: Role
    run_id: str
    epoch: float


@dataclass
class Rows:
    """The rows of a project, put aside."""

    files: dict[str, IO[bytes]] = field(default_factory=dict)
    """By member name, rewound."""
    counts: dict[str, int] = field(default_factory=dict)
    """By name of the table."""
    artifacts: dict[str, None] = field(default_factory=dict)
    """Names of files that rows name, in their order."""
    checkpoints: dict[tuple[str, int], str] = field(default_factory=dict)
    """Those of them that are networks, by run and epoch, in their order."""
    sha256: dict[str, str] = field(default_factory=dict)
    """Of what was written into each network, by name of its file; and beside it, once that is read,
    where it says that something was."""
    drawn: dict[str, Drawn] = field(default_factory=dict)
    """Frames and fields among the artifacts, by name of their file."""
    parents: set[tuple[str, int]] = field(default_factory=set)
    """Run and epoch of the networks that runs began with."""
    numbers: dict[str, int] = field(default_factory=dict)
    """Of the runs that go out, by run_id; the pretraining's is 0."""
    going_on: dict[str, int] = field(default_factory=dict)
    """Of those of them that may go on, the first epoch from which they may."""
    live: set[str] = field(default_factory=set)
    """Those of them that wait or are trained."""

    @cached_property
    def _places(self) -> dict[str, tuple[str, int]]:
        return {name: place for place, name in self.checkpoints.items()}

    def place_of(self, name: str) -> tuple[str, int] | None:
        """Return run_id and epoch of a network, None for other files."""
        return self._places.get(name)

    def beside(self, name: str) -> str | None:
        """Return the file beside a network from which a run may go on, None for other files.

        No row names it, and it need not be there (`store/runs/moments.py`).
        """
        run_id, epoch = self.place_of(name) or ("", 0)
        may_go_on_from = run_id in self.going_on and epoch >= self.going_on[run_id]
        return moments_of(name) if may_go_on_from else None

    def old_networks(self) -> set[str]:
        """Return the files of networks that nothing goes on from.

        What an Update or an undo goes on from is the newest of a run, or one that a run began with.
        """
        newest = dict(self.checkpoints.keys())  # epochs ascend: the last of a run wins
        kept = {self.checkpoints[place] for place in newest.items()}
        kept |= {self.checkpoints[place] for place in self.parents if place in self.checkpoints}
        return set(self.checkpoints.values()) - kept


def read_rows(store: Store, project_id: str, closing: ExitStack) -> Rows:
    """Put aside the rows of a project as they are at one moment; `closing` removes them.

    Raises:
        NotFoundError: no such project.
        DiskFullError: there is no room for them.
    """
    rows = Rows()
    with disk_errors("The export"), store.database.read() as connection, ExitStack() as opened:
        if not store.database.is_sqlite:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        project_row(connection, project_id)
        for name, table in {**ROWS, **MORE_ROWS}.items():
            file = opened.enter_context(
                tempfile.SpooledTemporaryFile(SMALL, dir=str(store.settings.data_dir))
            )
            rows.counts[str(table.name)] = _spool(connection, table, project_id, file, rows)
            if name in ROWS or file.tell():
                file.seek(0)
                rows.files[name] = file
        closing.push(opened.pop_all())
    return rows


def _spool(connection: Connection, table: Table, project_id: str, file: Any, rows: Rows) -> int:
    count = 0
    controls = controls_of(connection, project_id) if table is RUN else {}
    few_at_a_time = connection.execution_options(yield_per=500)
    with few_at_a_time.execute(_query(table, project_id)) as result:
        for row in result.mappings():
            kept = dict(row)
            if table is RUN:
                kept["receipt"] = stamped(row["receipt"], controls.get(row["run_id"], set()))
            elif table in MORE_ROWS.values():
                kept = portable(table, kept, rows.numbers, rows.counts["event"])
            file.write(to_line(table, kept))
            _note(table, row, rows)
            count += 1
    return count


def _note(table: Table, row: Mapping[Any, Any], rows: Rows) -> None:
    """Note which files, networks and runs a row tells of."""
    named = (row.get(column) for column in ("artifact", "field", "checkpoint"))
    rows.artifacts.update(dict.fromkeys(name for name in named if name))
    if table is SNAPSHOT:
        rows.checkpoints[row["run_id"], row["epoch"]] = row["checkpoint"]
        rows.sha256[row["checkpoint"]] = row["sha256"]
    elif table is FRAME:
        where = row["run_id"], row["epoch"]
        role: Role = "snapshot" if row["is_snapshot"] else "frame"
        if row["is_snapshot"] or row["artifact"] not in rows.drawn:
            rows.drawn[row["artifact"]] = Drawn(role, *where)
        if row["field"] is not None:
            rows.drawn[row["field"]] = Drawn("field", *where)
    elif table is RUN:
        _note_run(row, rows)


def _note_run(row: Mapping[Any, Any], rows: Rows) -> None:
    """Note where a run comes from, and whether it may go on."""
    rows.numbers[row["run_id"]] = row["number"]
    if may_go_on(row["kind"], row["state"]):
        rows.going_on[row["run_id"]] = row["last_epoch"] - NUM_KEPT + 1
    if row["state"] in LIVE_STATES:
        rows.live.add(row["run_id"])
    if row["parent_run_id"] is not None:
        rows.parents.add((row["parent_run_id"], row["parent_epoch"]))


def _query(table: Table, project_id: str) -> Select[Any]:
    if table is EVENT:
        return select(EVENT).where(EVENT.c.project_id == project_id).order_by(EVENT.c.seq)
    if table in MORE_ROWS.values():
        return remarks_of(table, project_id)
    mine = (RUN.c.project_id == project_id) & is_foreground()
    if table is RUN:
        return select(RUN).where(mine).order_by(RUN.c.position)
    order = {SNAPSHOT: (SNAPSHOT.c.run_id, SNAPSHOT.c.epoch), FRAME: (FRAME.c.run_id, FRAME.c.n)}
    of_runs = table.c.run_id.in_(select(RUN.c.run_id).where(mine))
    return select(table).where(of_runs).order_by(*order[table])
