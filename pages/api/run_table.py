"""What the Runs page shows of runs beside their state: records, curves, confusion, comparison."""

from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Response

from ml.maps.codec import pack_ids
from ml.measures.comparison import Comparison, Confusion, compare, confuse, taken_for
from pages.answers import JsonAnswer
from pages.api.frames import IMMUTABLE, binary
from pages.api.parsing import Parts, ProjectId, RunId, count, run_id
from pages.api.reading_limit import Patience
from pages.auth.declared import requires
from pages.services import Services
from store.annotations.evidence import Evidence, evidence_of, pair_of
from store.records import SnapshotRow

router = APIRouter()
MOST_FLIPS: Final = 2000
"""Flips told one by one, each way; more are only counted."""


async def _other_id(other: str) -> str:
    return await run_id(other)


OtherId = Annotated[str, Depends(_other_id)]


@router.get("/api/projects/{p}/run-records")
@requires("viewer")
def read_records(project: ProjectId, parts: Parts) -> Response:
    """Return the record of each run that has an epoch, by run_id."""
    parts.store.projects.get(project)
    records = parts.store.epochs.records(project)
    return JsonAnswer({"records": {run: asdict(record) for run, record in records.items()}})


@router.get("/api/runs/{r}/epochs")
@requires("viewer")
def list_epochs(run: RunId, parts: Parts, after: str = "") -> Response:
    """List the snapshots of a run that follow epoch `after`; all of them without."""
    state = parts.store.runs.get(run).state
    rows = parts.store.epochs.after(run, count(after, "epoch") if after else -1)
    return JsonAnswer({"run_id": run, "state": state, "epochs": [epoch_json(row) for row in rows]})


@router.get("/api/runs/{r}/confusion/{epoch}")
@requires("viewer")
def read_confusion(run: RunId, epoch: str, parts: Parts) -> Response:
    """Return how often each class was taken for which, held out; it never changes."""
    seen = evidence_of(parts.store, run, count(epoch, "epoch"), pause=Patience())
    found = confuse(seen.prediction, seen.truth, seen.is_held_out)
    return JsonAnswer(confusion_json(found, seen), headers=IMMUTABLE)


@router.get("/api/runs/{r}/confusion/{epoch}/{true}-{said}")
@requires("viewer")
def read_cell(run: RunId, epoch: str, true: str, said: str, parts: Parts) -> Response:
    """Return the samples of one cell, as a packed selection."""
    seen = evidence_of(parts.store, run, count(epoch, "epoch"), pause=Patience())
    cell = (count(true, "class"), count(said, "class"))
    ids = taken_for(seen.prediction, seen.truth, seen.is_held_out, cell)
    return binary(pack_ids(ids, len(seen.truth)))


@router.get("/api/runs/{r}/comparison/{epoch}/{other}/{of}")
@requires("viewer")
def read_comparison(run: RunId, epoch: str, other: OtherId, of: str, parts: Parts) -> Response:
    """Compare a snapshot with epoch `of` of another, later run; the answer never changes."""
    before, after = (run, count(epoch, "epoch")), (other, count(of, "epoch"))
    return JsonAnswer(compared(parts, before, after), headers=IMMUTABLE)


def epoch_json(row: SnapshotRow) -> dict[str, Any]:
    """Return one epoch: where its frame is, and what it measured."""
    return {
        "epoch": row.epoch,
        "attempt": row.attempt,
        "n": row.frame_n,
        "metrics": dict(row.metrics),
    }


def confusion_json(found: Confusion, seen: Evidence) -> dict[str, Any]:
    """Return the counts, and how many held-out samples and known classes there are."""
    return {
        "class_indices": found.class_indices.tolist(),
        "counts": found.counts.tolist(),
        "num_known": found.num_known,
        "num_held_out": int(seen.is_held_out.sum()),
        "is_predicted": bool((seen.prediction >= 0).any()),
    }


def compared(parts: Services, before: tuple[str, int], after: tuple[str, int]) -> dict[str, Any]:
    """Return what lies between two snapshots."""
    first, second, renamed = pair_of(parts.store, before, after, Patience())
    found = compare(
        first.prediction, second.prediction, second.truth, second.is_held_out, second.label,
        renamed,
    )  # fmt: skip
    return comparison_json(found)


def comparison_json(found: Comparison) -> dict[str, Any]:
    """Return a comparison: ids of flips as lists, at most `MOST_FLIPS` of each, and counts."""
    return {
        "accuracy_before": found.accuracy_before,
        "accuracy_after": found.accuracy_after,
        "by_label_before": found.labels.accuracies[0],
        "by_label_after": found.labels.accuracies[1],
        "num_contradicted": found.labels.num_contradicted,
        "num_by_hand": found.num_by_hand,
        "num_renamed": found.num_renamed,
        "num_named_against": found.num_named_against,
        "gain": asdict(found.gain),
        "num_to_right": len(found.to_right),
        "num_to_wrong": len(found.to_wrong),
        "to_right": found.to_right[:MOST_FLIPS].tolist(),
        "to_wrong": found.to_wrong[:MOST_FLIPS].tolist(),
        "classes": [asdict(each) for each in found.classes],
    }
