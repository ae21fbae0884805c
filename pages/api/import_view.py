"""An import as a page sees it (docs/http.md, "Import")."""

from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from ml.errors import LodemapError
from ml.intake.windows import recording_of
from pages.services import Services
from store.datasets.files import SAMPLE_ID, TABLE
from store.intake.records import Intake, NotHereError
from store.intake.staged import Staged
from store.opening import Store
from tasks.keeping import outline_of, split_from
from tasks.turns import Progress

WORDS: Final = {
    "image": "Making pictures",
    "spectrogram": "Listening",
    "vector": "Reading numbers",
}
"""What reading is called, by the kind of samples."""


def to_json(parts: Services, intake: Intake) -> dict[str, Any]:
    """Return the JSON form of an import."""
    summary = summary_of(parts.store, intake)
    return {
        "import_id": intake.intake_id,
        "name": intake.name,
        "size": intake.size,
        "received": intake.received,
        "state": intake.state,
        "is_here": intake.is_here,
        "is_fetched": intake.source is not None,
        "progress": progress_of(intake, parts.backend.desk.progress(intake.intake_id)),
        "options": dict(intake.options),
        "outline": intake.known_outline,
        "summary": summary,
        "sheet": sheet_of(intake),
        "error": intake.error,
        "project_id": intake.project_id,
        "dataset_id": intake.dataset_id,
        "created_at": intake.created_at.timestamp(),
    }


def staged_of(intake: Intake) -> Staged:
    """Return what an import has staged.

    Raises:
        ConflictError: its files are not recognised yet, or another app has them.
    """
    if not intake.is_here:
        raise NotHereError
    return Staged(intake.staged, outline_of(intake))


def progress_of(intake: Intake, progress: Progress) -> dict[str, Any]:
    """Return how far an import is, in words too."""
    if intake.state == "receiving" and intake.source is None:
        return {"done": intake.received, "total": intake.size, "words": "Sending", "left_s": None}
    if intake.state == "receiving":
        words = f"Fetching {intake.name}"
        return {"done": progress.done, "total": intake.size, "words": words,
                "left_s": progress.left_s}  # fmt: skip
    kind = (intake.outline or {}).get("kind", "")
    waiting = "Looking into the file" if progress.began_s else "Waiting for its turn"
    words = "Making the project" if intake.state == "keeping" else WORDS.get(kind, waiting)
    left_s = progress.left_s if intake.state == "reading" else None
    return {"done": progress.done, "total": progress.total, "words": words, "left_s": left_s}


def summary_of(store: Store, intake: Intake) -> dict[str, Any] | None:
    """Return what was read in all, None until that is known."""
    if intake.state not in ("ready", "keeping") or intake.outline is None:
        return None
    try:
        staged = staged_of(intake)
        summary = staged.summary()
        known = store.datasets.of_content(staged.content())
    except LodemapError:
        return None
    pairs = zip(summary.class_names, summary.counts, strict=True)
    return {
        "num_samples": summary.num_samples,
        "num_recordings": num_recordings_of(intake),
        "num_rejected": summary.num_rejected,
        "num_duplicates": summary.num_duplicates,
        "num_empty": summary.num_empty,
        "num_held_out": summary.num_held_out,
        "classes": [{"name": name, "count": count} for name, count in pairs],
        "num_unlabelled": summary.num_samples - sum(summary.counts),
        "num_minus_one": summary.num_minus_one,
        "rejected": [asdict(each) for each in summary.rejected],
        "num_warnings": summary.num_warnings,
        "warnings": [asdict(each) for each in summary.warnings],
        "is_known": known.name if known else None,
    }


def split_of(intake: Intake, asked: str) -> dict[str, Any]:
    """Return what would be held out of an import that was read.

    Args:
        intake: the import.
        asked: a part of the samples, 0 to 0.5, or "given": as the files say.

    Raises:
        InvalidInputError: it is neither, or the files do not say.
        NotFoundError: not everything was read yet.
    """
    return asdict(staged_of(intake).told_held_out(split_from(asked)))


def num_recordings_of(intake: Intake) -> int | None:
    """Return how many recordings the samples were cut from, None for what is no sound or gone."""
    if intake.outline is None or intake.outline.get("kind") != "spectrogram":
        return None
    table = intake.staged / TABLE
    try:
        return _recordings_in(table, table.stat().st_mtime_ns)
    except (FileNotFoundError, pa.ArrowInvalid):  # cancelled, or read again, in this very moment
        return None


@lru_cache(maxsize=64)
def _recordings_in(path: Path, _changed_ns: int) -> int:
    """Return how many recordings a table is of; pages ask again and again."""
    with pa.memory_map(str(path)) as file:
        table = pa.ipc.open_file(file).read_all()
        return len(set(map(recording_of, table.column(SAMPLE_ID).to_pylist())))


def sheet_of(intake: Intake) -> dict[str, Any] | None:
    """Return how the thumbnails lie, None while there are none."""
    if intake.outline is None or intake.state not in ("reading", "ready", "keeping"):
        return None
    try:
        plan = staged_of(intake).plan()
    except LodemapError:
        return None
    return {
        "tile": plan.tile, "columns": plan.columns, "per_sheet": plan.per_sheet,
        "num_sheets": plan.num_sheets, "ink": plan.is_ink,
    }  # fmt: skip
