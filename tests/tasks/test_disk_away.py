"""A disk of artifacts that is away when a run begins, or may not be written: a run goes on."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from store.opening import Store
from store.runs.moments import ENDING
from tasks.fine_tune import run_fine_tune
from tasks.workbench import Workbench
from tests.contract.workplace import LONG, SHORT, fingerprints
from tests.store.files.test_standing import put_aside
from tests.tasks.conftest import Submit
from tests.tasks.test_fine_tune import interrupt_at
from tests.tasks.test_moments import update


@pytest.mark.parametrize("is_warm", [False, True])
@pytest.mark.parametrize("kind", ["pretrain", "fine_tune"])
def test_run__that_is_taken_up_without_the_disk_waits_for_it(
    store: Store, bench: Workbench, submit: Submit, kind: str, is_warm: bool
) -> None:
    """A worker that is warm has the samples in memory, and some of the networks."""
    run = submit(SHORT if kind == "fine_tune" else LONG)
    if kind == "fine_tune":
        run_fine_tune(run.run_id, store, bench, "one")
        run = update(store, run)
    else:
        interrupt_at(store, bench, run, 3)
    before, folder = fingerprints(store, run.run_id), Path(store.settings.artifacts_url)
    worker = bench if is_warm else Workbench("cpu")
    worker.samples(store, store.datasets.of_project(run.project_id))
    aside = put_aside(folder)
    if not is_warm or kind == "pretrain":  # else all that it needs is in memory
        assert run_fine_tune(run.run_id, store, worker, "two")
        waiting = store.runs.get(run.run_id)
        assert (waiting.state, waiting.error) == ("queued", None)
        assert list(folder.iterdir()) == []
    folder.rmdir()
    aside.rename(folder)
    run_fine_tune(run.run_id, store, worker, "three")
    ended = store.runs.get(run.run_id)
    assert (ended.state, ended.error) == ("finished", None)
    assert fingerprints(store, run.run_id)[: len(before)] == before


@pytest.mark.parametrize("number", [errno.EROFS, errno.EIO, errno.ESTALE, errno.EACCES])
def test_run__whose_moments_cannot_be_removed_ends_all_the_same(
    store: Store, bench: Workbench, submit: Submit, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    run, usual = submit(LONG), store.artifacts._fs.rm_file

    def refused(path: str) -> Any:
        if path.endswith(ENDING):
            raise OSError(number, os.strerror(number), path)
        return usual(path)

    monkeypatch.setattr(store.artifacts._fs, "rm_file", refused)
    run_fine_tune(run.run_id, store, bench, "one")
    ended = store.runs.get(run.run_id)
    assert (ended.state, ended.error) == ("finished", None)
