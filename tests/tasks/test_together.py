"""Two processes that train one run together lose what one process loses."""

import os
import subprocess
import sys
import uuid

import numpy as np
import pytest

from ml.knobs import defaults_of
from ml.records import RunConfig
from store.opening import Store
from store.records import Project, Run
from tasks.fine_tune import run_fine_tune
from tasks.supervisor import ROOT, to_environ
from tasks.workbench import Workbench
from tests.contract.workplace import put_samples

PRESET = "annotate-vae"
CONFIG = RunConfig.from_json(
    {"preset": PRESET, **defaults_of(PRESET), "num_epochs": 3, "batch_size": 32, "seed": 3}
)


def asked(store: Store, dataset_id: str) -> Run:
    """A pretraining that waits, of a project of its own."""
    project: Project = store.projects.create(f"p-{uuid.uuid4()}", dataset_id, preset=PRESET)
    return store.runs.submit(project.project_id, "pretrain", CONFIG, "Ana", "a", str(uuid.uuid4()))


def train_together(store: Store, num_processes: int) -> None:
    """Let so many processes take whatever waits."""
    done = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node",
         str(num_processes), "-m", "tasks.together", "--once"],
        cwd=ROOT, env={**os.environ, **to_environ(store.settings), "OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.slow
def test_together__two_processes_lose_what_one_does(store: Store) -> None:
    """The minibatches are the same ones; only the noise of the second half is drawn elsewhere."""
    dataset_id = put_samples(store).dataset_id
    alone = asked(store, dataset_id)
    assert run_fine_tune(alone.run_id, store, Workbench("cpu"), "alone")
    shared = asked(store, dataset_id)
    train_together(store, 2)
    ended = store.runs.get(shared.run_id)
    assert (ended.state, ended.last_epoch) == ("finished", CONFIG.num_epochs)
    assert (ended.owner, ended.error) == (None, None)
    for term in ("loss", "reconstruction"):
        one, two = (
            [store.runs.snapshot(run.run_id, epoch).metrics[term] for epoch in (1, 2, 3)]
            for run in (alone, shared)
        )
        assert np.asarray(two, float) == pytest.approx(np.asarray(one, float), rel=0.02)
