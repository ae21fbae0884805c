"""From SQL rows to the frozen values of `records.py`, and JSON that never holds NaN."""

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from ml.records import RunConfig
from store.records import About, Dataset, Event, FrameRow, Project, Run, SnapshotRow


def to_json(values: Mapping[str, Any]) -> str:
    """Return canonical JSON: sorted keys, no spaces.

    Raises:
        ValueError: when a number is not finite.
    """
    return json.dumps(values, sort_keys=True, separators=(",", ":"), allow_nan=False)


def metrics_to_json(metrics: Mapping[str, float | None]) -> str:
    """Return metrics as JSON; a measure that is not finite becomes null (withheld)."""
    finite = {
        k: float(v) if v is not None and math.isfinite(v) else None for k, v in metrics.items()
    }
    return to_json(finite)


def moment(seconds: float) -> datetime:
    """Return the UTC time of seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def _moment_or_none(seconds: float | None) -> datetime | None:
    return None if seconds is None else moment(seconds)


def to_dataset(row: Row[Any]) -> Dataset:
    """Read a row of `dataset`."""
    return Dataset(
        dataset_id=row.dataset_id,
        name=row.name,
        num_samples=row.num_samples,
        sample_shape=tuple(json.loads(row.sample_shape)),
        class_names=tuple(json.loads(row.class_names)),
        kind=row.kind,
        about=to_about(json.loads(row.about)),
    )


def to_about(values: Mapping[str, Any]) -> About:
    """Read what was written of a data set; what it does not say is as if it had none."""
    about = About(**values)
    return replace(about, text_columns=tuple(about.text_columns), treatment=tuple(about.treatment))


def to_project(row: Row[Any]) -> Project:
    """Read a row of `project`."""
    return Project(
        project_id=row.project_id,
        name=row.name,
        dataset_id=row.dataset_id,
        preset=row.preset,
        latent_dim=row.latent_dim,
        seed=row.seed,
        created_at=moment(row.created_at),
        archived_at=_moment_or_none(row.archived_at),
        device=row.device,
    )


def to_event(row: Row[Any]) -> Event:
    """Read a row of `event`."""
    return Event(
        project_id=row.project_id,
        seq=row.seq,
        verb=row.verb,
        author=row.author,
        author_id=row.author_id,
        created_at=moment(row.created_at),
        samples=bytes(row.samples),
        values=json.loads(row.values_json),
        targets=bytes(row.targets or b""),
    )


def from_event(event: Event) -> dict[str, Any]:
    """Return the columns of `event` that an Event decides; its time stays the database's own."""
    return {
        "project_id": event.project_id,
        "seq": event.seq,
        "verb": event.verb,
        "author": event.author,
        "author_id": event.author_id,
        "samples": event.samples,
        "targets": event.targets or None,
        "values_json": to_json(event.values),
    }


def to_run(row: Row[Any]) -> Run:
    """Read a row of `RUN_COLUMNS`."""
    return Run(
        run_id=row.run_id,
        project_id=row.project_id,
        number=row.number,
        kind=row.kind,
        state=row.state,
        config=RunConfig.recall(json.loads(row.config)),
        journal_seq=row.journal_seq,
        author=row.author,
        author_id=row.author_id,
        created_at=moment(row.created_at),
        attempt=row.attempt,
        owner=row.owner,
        is_cancel_requested=row.is_cancel_requested,
        last_epoch=row.last_epoch,
        last_n=row.last_n,
        parent_run_id=row.parent_run_id,
        parent_epoch=row.parent_epoch,
        started_at=_moment_or_none(row.started_at),
        ended_at=_moment_or_none(row.ended_at),
        error=row.error,
        has_receipt=bool(row.has_receipt),
        control_of=row.control_of,
    )


def to_frame(row: Row[Any]) -> FrameRow:
    """Read a row of `frame`."""
    return FrameRow(
        run_id=row.run_id,
        n=row.n,
        attempt=row.attempt,
        epoch=row.epoch,
        is_snapshot=row.is_snapshot,
        artifact=row.artifact,
        metrics=json.loads(row.metrics),
        field=row.field,
    )


def to_snapshot(row: Row[Any]) -> SnapshotRow:
    """Read a row of `snapshot`."""
    return SnapshotRow(
        run_id=row.run_id,
        epoch=row.epoch,
        attempt=row.attempt,
        checkpoint=row.checkpoint,
        sha256=row.sha256,
        frame_n=row.frame_n,
        metrics=json.loads(row.metrics),
    )
