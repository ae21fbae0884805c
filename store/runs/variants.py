"""Variants: the same annotations learned with several settings, beside the project's line.

They are runs of a kind of their own: claimed, resumed and fenced like any, but in no list of runs
and not the project's map, until somebody makes one of them so. That is an `update` event like any
other, and an undo takes it back. A project keeps its newest batch; the next one removes it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select, update

from ml.errors import InvalidInputError, NothingToLearnError
from ml.records import RunConfig
from store.errors import (
    AlreadyRunningError,
    ConflictError,
    KeyReusedError,
    NotFoundError,
)
from store.files.artifacts import Artifacts
from store.journal import line
from store.journal.journal import Journal
from store.journal.pen import Pen, body_digest
from store.names import check_key, check_uuid
from store.queue.precedence import CONTROL, VARIANT
from store.records import LIVE_STATES, Gesture, Run, SnapshotRow
from store.runs.controls import forget_work
from store.runs.frames import named_by_rows
from store.runs.runs import NOTHING_SAID, Runs, asker_columns
from store.sql.database import Database
from store.sql.rows import to_json, to_run
from store.sql.run_columns import RUN_COLUMNS
from store.sql.tables import RUN

MOST: Final = 12
"""Variants in a batch: as many small maps as can be told apart on a screen."""
VARIANT_KEYS: Final = "variant:"
"""How the keys of runs begin that were, or are, variants."""
_GONE: Final = "This variant is gone: another batch took its place, or its project was deleted."


@dataclass(frozen=True)
class Variant:
    """One run of the newest batch."""

    nth: int
    """Its place in the batch, from 0."""
    run: Run
    """The run itself; its kind is `fine_tune` once it was made the map."""


class Variants:
    """The variants of every project."""

    def __init__(
        self, database: Database, journal: Journal, runs: Runs, artifacts: Artifacts
    ) -> None:
        self._database = database
        self._journal = journal
        self._runs = runs
        self._artifacts = artifacts

    def submit(
        self, project_id: str, configs: Sequence[RunConfig], author: str, author_id: str, key: str
    ) -> list[Variant]:
        """Save that a batch is wanted, all from the present map; ringing is the caller's.

        Raises:
            InvalidInputError: none, more than 12, or two that are the same.
            NothingToLearnError: nothing is named yet.
            AlreadyRunningError: the batch before is still being trained.
            ConflictError: the project has no map yet.
            KeyReusedError: the key came with another batch.
            LockedError: the project is archived.
        """
        check_key(key)
        if not 1 <= len(configs) <= MOST:
            raise InvalidInputError(f"{len(configs)} variants were asked for; choose 1 to {MOST}.")
        if self._runs.advice(project_id) == NOTHING_SAID:
            raise NothingToLearnError(NOTHING_SAID)
        with self._journal.writing(project_id) as pen:
            project = pen.project
            configs = [
                replace(config, preset=project.preset, latent_dim=project.latent_dim)
                for config in configs
            ]
            if len(set(configs)) < len(configs):
                raise InvalidInputError("Two of the variants have the same settings.")
            forgotten = self._make_room(pen, key, configs)
            if forgotten is not None:
                self._insert(pen, configs, asker_columns(author, author_id), key)
        for name in forgotten or ():
            self._artifacts.remove(name)
        return self.newest(project_id)

    def newest(self, project_id: str) -> list[Variant]:
        """Return the newest batch of a project in its order, empty where there was none."""
        check_uuid(project_id, "project")
        # a pretraining has whatever key its browser chose; one that became the map is no VARIANT
        is_batch = RUN.c.key.startswith(VARIANT_KEYS) & (RUN.c.kind != "pretrain")
        of_batch = (RUN.c.project_id == project_id) & is_batch
        query = select(*RUN_COLUMNS).where(of_batch).order_by(RUN.c.position.desc())
        with self._database.read() as connection:
            rows = connection.execute(query.limit(2 * MOST)).all()
        batch = [row for row in rows if _batch_of(row) == _batch_of(rows[0])]
        return [Variant(_nth_of(row), to_run(row)) for row in sorted(batch, key=_nth_of)]

    def stop(self, project_id: str) -> None:
        """Ask every variant of a project to stop; each keeps its last snapshot."""
        check_uuid(project_id, "project")
        mine = (RUN.c.project_id == project_id) & (RUN.c.kind == VARIANT)
        with self._database.write() as connection:
            self._database.take_turn(connection, project_id)  # before several rows of it
            line.ask_to_stop(connection, self._database.clock, mine)

    def adopt(self, run_id: str, author: str, author_id: str, key: str) -> Run:
        """Make a variant the project's map: from now on it is an Update of whoever did so.

        One that was the map, and was taken back or reset since, may be made the map again.

        Raises:
            NotFoundError: no such run, or it is no variant.
            ConflictError: it has not finished, or it is on the project's line.
            AlreadyRunningError: a run of the project is under way.
        """
        try:
            run = self._runs.get(run_id)
        except NotFoundError:
            raise NotFoundError(_GONE) from None
        values = {"config": run.config.to_json(), "run_id": run_id}
        sha256 = body_digest("update", b"", values)
        with self._journal.writing(run.project_id) as pen:
            if pen.known(key, sha256) is None:
                is_new = self._check_free(pen, run_id)
                pen.write(Gesture("update", key, values=values), author, author_id, sha256)
                self._hand_over(pen, run_id, asker_columns(author, author_id), is_new=is_new)
        return self._runs.get(run_id)

    def _check_free(self, pen: Pen, run_id: str) -> bool:
        """Return whether a run that may be made the map is that for the first time."""
        row = pen.connection.execute(select(RUN).where(RUN.c.run_id == run_id)).one_or_none()
        if row is None:
            raise NotFoundError(_GONE)
        if row.kind in ("pretrain", CONTROL) or not str(row.key).startswith(VARIANT_KEYS):
            raise NotFoundError("This run is not a variant.")
        if run_id in pen.fold.state().taught_run_ids:
            raise ConflictError("This variant has been made the map already.")
        if row.state != "finished":
            raise ConflictError(
                f"This variant is {row.state}; only one that finished can be the map."
            )
        line.check_idle(pen.connection, row.project_id)
        return bool(row.kind == VARIANT)

    def _hand_over(self, pen: Pen, run_id: str, by: dict[str, str], *, is_new: bool) -> None:
        """Note whose Update a variant is, and its number and place among the project's runs."""
        values: dict[str, Any] = dict(by)
        if is_new:
            project_id = pen.project.project_id
            values |= {
                "kind": "fine_tune",
                "number": line.next_number(pen.connection, project_id),
                "position": line.next_position(pen.connection, project_id),
            }
        pen.connection.execute(update(RUN).where(RUN.c.run_id == run_id).values(values))

    def _make_room(self, pen: Pen, key: str, configs: Sequence[RunConfig]) -> set[str] | None:
        """Forget the batch before and return its files; None where this one was saved before."""
        mine = RUN.c.project_id == pen.project.project_id
        first = select(RUN).where(mine, RUN.c.key == _key(key, 0))
        known = pen.connection.execute(first).one_or_none()
        if known is not None:
            if known.body_sha256 != _digest(configs):
                raise KeyReusedError("This key was used for another batch; nothing was saved.")
            return None
        old = pen.connection.execute(select(RUN).where(mine, RUN.c.kind == VARIANT)).all()
        if any(row.state in LIVE_STATES for row in old):
            raise AlreadyRunningError("Variants are being tried already; cancel them first.")
        ids = [row.run_id for row in old]
        names = forget_work(pen.connection, ids)
        pen.connection.execute(delete(RUN).where(RUN.c.run_id.in_(ids)))
        return names - named_by_rows(pen.connection, names)

    def _insert(self, pen: Pen, configs: Sequence[RunConfig], by: dict[str, str], key: str) -> None:
        parent, clock = self._parent(pen), self._database.clock
        first = line.next_position(pen.connection, pen.project.project_id)
        rows = [
            {
                "run_id": str(uuid.uuid4()), "project_id": pen.project.project_id,
                "position": first + nth, "number": 0, "kind": VARIANT, "state": "queued",
                "config": to_json(config.to_json()), "journal_seq": pen.fold.seq, **by,
                "key": _key(key, nth), "body_sha256": _digest(configs),
                "parent_run_id": parent.run_id, "parent_epoch": parent.epoch,
            }
            for nth, config in enumerate(configs)
        ]  # fmt: skip
        now = pen.connection.scalar(select(clock))
        moment = {"created_at": now, "rung_at": now}
        pen.connection.execute(insert(RUN), [row | moment for row in rows])

    def _parent(self, pen: Pen) -> SnapshotRow:
        head = line.head_of(pen.connection, pen.project.project_id, pen.fold)
        if head is None:
            raise ConflictError("This project has no map yet; wait until its first one has formed.")
        return head


def _key(key: str, nth: int) -> str:
    return f"{VARIANT_KEYS}{key}:{nth:02d}"


def _batch_of(row: Row[Any]) -> str:
    return str(row.key).rpartition(":")[0]


def _nth_of(row: Row[Any]) -> int:
    return int(str(row.key).rpartition(":")[2])


def _digest(configs: Sequence[RunConfig]) -> str:
    return body_digest("variants", b"", {"configs": [config.to_json() for config in configs]})
