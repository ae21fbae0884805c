from pathlib import Path

import pytest

from ml.maps.codec import pack_ids
from ml.records import RunConfig
from store.errors import NotFoundError
from store.opening import open_store
from store.records import Gesture
from store.settings import Settings
from tests.pages.web import add_project


def test_pulse__beats_with_everything_a_page_shows(tmp_path: Path) -> None:
    with open_store(Settings.from_env({}, {"data_dir": str(tmp_path)})) as store:
        project = add_project(store).project_id
        seen = [store.pulse.of(project)]

        def changed() -> None:
            seen.append(store.pulse.of(project))
            assert seen[-1] not in seen[:-1]
            assert store.pulse.of(project) == seen[-1]

        store.projects.rename(project, "Other")
        changed()
        samples = pack_ids([1, 2], 60)  # type: ignore[arg-type]
        store.journal.append(
            project, Gesture("annotate", "k", samples, {"class_index": 0}), "A", "a"
        )
        changed()
        run = store.runs.submit(project, "pretrain", RunConfig("annotate-vae"), "A", "a", "p")
        changed()
        store.leases.claim(run.run_id, "worker")
        changed()
        assert [run.is_late for run in store.runs.of_project(project)] == [False]
        store.leases.bury("worker")
        changed()
        assert [run.is_late for run in store.runs.of_project(project)] == [True]
        assert store.leases.renew(run.run_id, "worker") == "ok"
        assert [run.is_late for run in store.runs.of_project(project)] == [False]
        store.runs.request_stop(run.run_id)
        changed()
        store.leases.finish(run.run_id, "worker", "stopped")
        changed()
        store.projects.set_archived(project, True)
        changed()


def test_pulse__of_another_project_is_its_own(tmp_path: Path) -> None:
    with open_store(Settings.from_env({}, {"data_dir": str(tmp_path)})) as store:
        mine, other = (add_project(store).project_id for _ in range(2))
        before = store.pulse.of(mine)
        store.projects.rename(other, "Other")
        assert store.pulse.of(mine) == before
        with pytest.raises(NotFoundError):
            store.pulse.of("00000000-0000-4000-8000-000000000000")
