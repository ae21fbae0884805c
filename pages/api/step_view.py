"""The tree of the history as a page draws it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pages.api.log_view import text_of
from store.journal.history import Told
from store.journal.lines import Line
from store.journal.steps import Step
from store.names import present_name
from store.opening import Store
from store.records import Run, SnapshotRow


def to_json(store: Store, project_id: str, author_id: str) -> dict[str, Any]:
    """Return all steps, oldest first, each with the snapshot its map shows."""
    told = store.history.of(project_id)
    runs = store.runs.of_project(project_id)
    heads, names = store.history.heads(project_id), store.history.names(project_id)
    first = next((run.run_id for run in reversed(runs) if run.kind == "pretrain"), None)
    by_id = {run.run_id: run for run in runs}
    steps, lines = [], Lines()
    for step in told.steps.values():
        line = [*([first] if first else []), *step.taught_run_ids]
        run = by_id.get(line[-1]) if step.kind != "gestures" and line else None
        steps.append(
            {
                **_step_json(step, told, author_id),
                "name": names.get(step.step_id, ""),
                "line": lines.add(line),
                "head": _head_json(line, heads),
                "run": _run_json(run, told),
            }
        )
    return {"seq": told.state.seq, "here": told.here, "lines": lines.links, "steps": steps}


class Lines:
    """The lines of many steps, told once each: one is often another with one run more."""

    def __init__(self) -> None:
        self.links: list[tuple[int, str]] = []
        """Each a run, after the link with this place in the list, -1 where it is the first."""
        self._places: dict[tuple[int, str], int] = {}
        self._known: dict[tuple[str, ...], int] = {}

    def add(self, line: Sequence[str]) -> int:
        """Return the place of the link that a line ends with, -1 for an empty one."""
        known = tuple(line)
        if known not in self._known:
            at = -1
            for run_id in line:
                link = (at, run_id)
                if link not in self._places:
                    self._places[link] = len(self.links)
                    self.links.append(link)
                at = self._places[link]
            self._known[known] = at
        return self._known[known]


def _step_json(step: Step, told: Told, author_id: str) -> dict[str, Any]:
    lines = [told.lines[seq - 1] for seq in step.events]
    return {
        "step_id": step.step_id,
        "kind": step.kind,
        "parent_id": step.parent_id,
        "seq": step.seq,
        "author": present_name(step.author, step.author_id, told.names),
        "is_mine": step.author_id == author_id,
        "at": step.at.timestamp() if step.at else None,
        "branch": step.branch,
        "num_named": step.num_named,
        "num_events": len(lines),
        "counts": _counts(lines),
        "text": text_of(lines[0], told) if len(lines) == 1 else "",
    }


def _counts(lines: Sequence[Line]) -> dict[str, int]:
    """Return by verb what was said in a step, in samples, but for what it took back itself."""
    taken_back = set[int]()
    for line in lines:
        if line.event.verb == "undo":
            taken_back.add(int(line.event.values["target"]))
        elif line.event.verb == "redo":
            taken_back.discard(int(line.event.values["target"]))
    counts: Counter[str] = Counter()
    for line in lines:
        if line.event.verb not in ("undo", "redo") and line.event.seq not in taken_back:
            counts[line.event.verb] += max(1, len(line.chosen))
    return dict(counts)


def _head_json(line: list[str], heads: dict[str, SnapshotRow]) -> dict[str, Any] | None:
    """Return the newest snapshot of the last run on a line that has one."""
    head = next((heads[run_id] for run_id in reversed(line) if run_id in heads), None)
    if head is None:
        return None
    return {
        "run_id": head.run_id, "epoch": head.epoch, "n": head.frame_n, "attempt": head.attempt,
    }  # fmt: skip


def _run_json(run: Run | None, told: Told) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "run_id": run.run_id,
        "number": run.number,
        "kind": run.kind,
        "state": run.state,
        "last_epoch": run.last_epoch,
        "author": present_name(run.author, run.author_id, told.names),
        "at": run.created_at.timestamp(),
    }
