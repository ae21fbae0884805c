"""Two processes that train one run together lose what one process loses."""

import os
import subprocess
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ml.knobs import defaults_of
from ml.records import RunConfig
from store.opening import Store
from store.records import Run
from tasks.child_start import ROOT, to_environ
from tasks.fine_tune import run_fine_tune
from tasks.workbench import Workbench
from tests.contract.taught import teach_digits
from tests.contract.workplace import TAUGHT, put_samples
from tests.patience import START_PATIENCE
from tests.services import free_port

EPOCHS = (1, 2, 3)
TERMS = {
    "lodemap": ("magnets", "anchor", "displacement"),
    "refine-projection": ("loss", "classification", "displacement"),
}
"""Of an Update, but for those that are drawn among the samples of a part."""


def config_of(preset: str) -> RunConfig:
    """A short run of a preset."""
    values = {**defaults_of(preset), "num_epochs": len(EPOCHS), "batch_size": 32, "seed": 3}
    return RunConfig.from_json({"preset": preset, **values})


def asked(store: Store, preset: str) -> Run:
    """A pretraining that waits, of a project of its own."""
    dataset_id = put_samples(store).dataset_id
    name = f"p-{uuid.uuid4()}"
    project_id = store.projects.create(name, dataset_id, preset=preset).project_id
    config = config_of(preset)
    return store.runs.submit(project_id, "pretrain", config, "Ana", "a", str(uuid.uuid4()))


def asked_update(store: Store, pretraining: Run) -> Run:
    """An Update that waits: six of each of six digits named, two moved, a class placed."""
    project_id = pretraining.project_id
    teach_digits(store, project_id)
    return store.runs.submit(project_id, "fine_tune", TAUGHT, "Ana", "a", str(uuid.uuid4()))


def train_alone(store: Store, run: Run) -> Run:
    """Let one process train a run."""
    assert run_fine_tune(run.run_id, store, Workbench("cpu"), "alone")
    return run


def train_together(store: Store, num_processes: int) -> None:
    """Let so many processes take whatever waits."""
    done = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node",
         str(num_processes), "-m", "tasks.together", "--once"],
        cwd=ROOT, env={**os.environ, **to_environ(store.settings), "OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]


def train_by_each(store: Store, num_processes: int, folder: Path) -> None:
    """Let so many processes take whatever waits; started here, with none before them that waits."""
    meeting = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()),
               "WORLD_SIZE": str(num_processes), "OMP_NUM_THREADS": "1"}  # fmt: skip
    command, started = [sys.executable, "-m", "tasks.together", "--once"], []
    for rank in map(str, range(num_processes)):
        own = {**os.environ, **to_environ(store.settings), **meeting, "RANK": rank}
        with (folder / rank).open("w") as log:
            started.append(subprocess.Popen(command, cwd=ROOT, env=own, stdout=log, stderr=log))
    try:
        for number, each in enumerate(started):
            status = each.wait(60 * START_PATIENCE)
            assert status == 0, (folder / str(number)).read_text()[-3000:]
    finally:
        for each in started:
            each.kill()
            each.wait()


def check_ended(store: Store, run: Run) -> None:
    """Check that a run came to its own end."""
    ended = store.runs.get(run.run_id)
    assert (ended.state, ended.last_epoch) == ("finished", ended.config.num_epochs), ended.error
    assert (ended.owner, ended.error) == (None, None)


def figures(store: Store, run: Run, name: str, epochs: Sequence[int]) -> np.ndarray:
    """Return a metric by epoch."""
    return np.array([store.runs.snapshot(run.run_id, e).metrics[name] for e in epochs], float)


def test_together__two_processes_lose_what_one_does(store: Store, tmp_path: Path) -> None:
    """The minibatches are the same ones; only the noise of the second half is drawn elsewhere."""
    alone = train_alone(store, asked(store, "annotate-vae"))
    shared = asked(store, "annotate-vae")
    train_by_each(store, 2, tmp_path)
    check_ended(store, shared)
    for term in ("loss", "reconstruction"):
        one, two = (figures(store, run, term, EPOCHS) for run in (alone, shared))
        assert two == pytest.approx(one, rel=0.02)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("preset", "same_epochs"), [("lodemap", [1]), ("refine-projection", range(1, 9))]
)
def test_together__an_update_of_two_processes_ends_where_that_of_one_does(
    store: Store, preset: str, same_epochs: Sequence[int]
) -> None:
    """Steps of the map read no minibatch. From its second epoch on `lodemap` draws by rank."""
    first, other = (train_alone(store, asked(store, preset)) for _ in range(2))
    alone = train_alone(store, asked_update(store, first))
    shared, pretraining = asked_update(store, other), asked(store, preset)
    train_together(store, 2)
    for run in (shared, pretraining):
        check_ended(store, run)
    for term in TERMS[preset]:
        one, two = (figures(store, run, term, same_epochs) for run in (alone, shared))
        assert two == pytest.approx(one, rel=1e-3)
    pairs = ((first, pretraining, EPOCHS[-1]), (alone, shared, TAUGHT.num_epochs))
    for single, double, epoch in pairs:
        for name in ("spread", "trustworthiness"):
            one, two = (figures(store, run, name, [epoch]) for run in (single, double))
            assert two == pytest.approx(one, rel=0.25)
