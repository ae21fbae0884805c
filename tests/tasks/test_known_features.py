"""What a warm worker keeps changes nothing: a history told to it is that of workers without."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ml.maps.codec import pack_ids
from ml.networks.embedding import ask_features
from ml.records import RunConfig
from store.opening import Store, open_store
from store.records import Gesture, Run, Verb
from store.settings import Settings
from tasks.fine_tune import run_fine_tune
from tasks.workbench import Workbench
from tests.contract.taught import teach_digits
from tests.contract.workplace import NUM_SAMPLES, SHORT, fingerprints, put_samples
from tests.tasks.test_fine_tune import flip_a_bit

Left = tuple[str, str, list[str], list[bytes]]
UPDATE = dataclasses.replace(SHORT, num_epochs=2)


class History:
    """A project's runs, each by the worker that `worker` gives."""

    def __init__(self, store: Store, worker: Callable[[], Workbench], name: str) -> None:
        self.store, self.worker = store, worker
        self.project_id = store.projects.create(name, put_samples(store).dataset_id).project_id
        self.runs: list[Run] = []
        self.left: list[Left] = []
        self.submit("pretrain", SHORT)

    def submit(self, kind: str, config: RunConfig = UPDATE) -> Run:
        """Have a run done, and what follows from it: controls wait until nothing else does."""
        key = f"run-{len(self.runs)}"
        run = self.store.runs.submit(self.project_id, kind, config, "Ana", "a", key)  # type: ignore[arg-type]
        while (first := self.store.queue.first(set(), "one")) is not None:
            assert run_fine_tune(first, self.store, self.worker(), "one")
            self.runs.append(self.store.runs.get(first))
            self.left.append(self.tell(self.runs[-1]))
        return self.store.runs.get(run.run_id)

    def say(self, verb: Verb, samples: bytes = b"", **values: object) -> None:
        seq = self.store.journal.state(self.project_id).seq
        gesture = Gesture(verb, f"say-{seq}", samples, values)
        self.store.journal.append(self.project_id, gesture, "Ana", "a")

    def name(self, sample: int) -> None:
        self.say("annotate", pack_ids(np.array([sample]), NUM_SAMPLES), class_index=1)

    def tell(self, run: Run) -> Left:
        """Return what a run left: checkpoints, and maps to the byte; of a control a receipt."""
        if run.kind == "control":
            figures = self.store.receipts.get(run.control_of or "").figures
            return run.kind, str(sorted(figures.items())).replace(run.control_of or "", ""), [], []
        frames = self.store.frames.after(run.run_id, 0)
        maps = [self.store.artifacts.read(f.artifact) for f in frames if f.is_snapshot]
        return run.kind, str(run.error), fingerprints(self.store, run.run_id), maps


def live(store: Store, worker: Callable[[], Workbench]) -> list[Left]:
    """Live through what may lie between two Updates; return what all runs left."""
    ours = History(store, worker, "ours")
    teach_digits(store, ours.project_id)
    ours.submit("fine_tune")  # with moves, so that a control follows
    ours.name(31)
    ours.submit("fine_tune")
    ours.say("undo")
    ours.say("undo")
    ours.name(32)
    ours.submit("fine_tune")  # another branch from the first
    theirs = History(store, worker, "theirs")  # the same samples, the same weights
    teach_digits(store, theirs.project_id)
    theirs.submit("fine_tune")
    flip_a_bit(store, theirs.runs[1].run_id, UPDATE.num_epochs)
    theirs.name(33)
    theirs.submit("fine_tune")  # from the epoch before
    ours.say("reset")
    for sample in (34, 36):
        packed = pack_ids(np.array([sample]), NUM_SAMPLES)
        ours.say("annotate", packed, new_class={"name": str(sample)})
    ours.submit("fine_tune")
    return ours.left + theirs.left


def test_known_features__change_nothing_of_a_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def counted(*arguments: object) -> object:
        asked.append(1)
        return ask_features(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("ml.samples.known.ask_features", counted)
    one = Workbench("cpu")

    def warm() -> Workbench:
        one._checkpoints.clear()  # so that damage to a file is seen
        return one

    left: list[list[Left]] = []
    counts: list[int] = []
    for name, worker in (("cold", lambda: Workbench("cpu")), ("warm", warm)):
        with open_store(Settings.from_env({}, {"data_dir": tmp_path / name})) as store:
            left.append(live(store, worker))
        counts.append(len(asked) - sum(counts))
    assert left[0] == left[1]
    kinds = [kind for kind, *_ in left[0]]
    assert kinds.count("control") >= 2
    said = [error for kind, error, *_ in left[0] if kind == "fine_tune"]
    assert said.count("The checkpoint of epoch 2 was damaged; epoch 1 was used.") == 1
    num_updates = len(kinds) - kinds.count("pretrain")
    assert counts[0] - counts[1] >= num_updates - 1, "only a damaged checkpoint's were asked anew"
