"""Files that no row names: removed once nobody can be about to name them, on disk and elsewhere."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from store.files.artifacts import Artifacts
from store.files.listed import Listed
from store.opening import Store, open_store
from store.runs import orphans
from store.settings import Settings
from tests.store.scene import Scene, make_scene

HOUR_S = 3600.0


@pytest.fixture(params=["file", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store whose artifacts are on a disk, and one whose are not."""
    overrides: dict[str, Any] = {"data_dir": tmp_path / "data"}
    if request.param == "memory":
        overrides["artifacts_url"] = f"memory://lodemap-{tmp_path.name}"
    with open_store(Settings.from_env({}, overrides)) as store:
        yield store


@pytest.fixture
def scene(place: Store) -> Scene:
    return make_scene(place)


@pytest.fixture
def sweep(place: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], int]:
    """Look for orphans as if so many seconds had gone by."""

    def look(seconds: float) -> int:
        with monkeypatch.context() as later:
            clock = SimpleNamespace(time=lambda: time.time() + seconds)
            later.setattr(orphans, "time", clock)
            return orphans.remove_orphans(place.database, place.artifacts)

    return look


def kept(artifacts: Artifacts, run_id: str) -> list[str]:
    return sorted(file.name.rpartition("/")[2] for file in artifacts.listed(f"runs/{run_id}"))


def put(scene: Scene, run_id: str, *names: str) -> None:
    for name in names:
        scene.store.artifacts.write(f"runs/{run_id}/{name}", b"bytes", durable=False)


def test_remove_orphans__takes_what_no_row_names_and_nothing_else(
    scene: Scene, sweep: Callable[[float], int]
) -> None:
    run = scene.claim(scene.submit("pretrain"))
    put(scene, run.run_id, "1-0.weights", "1-0.0.frame", "1-1.weights", "1-1.0.frame")
    scene.commit(run, 0)
    scene.store.leases.finish(run.run_id, "worker", "stopped")
    assert sweep(HOUR_S / 2) == 0, "somebody may be about to name them"
    assert sweep(2 * HOUR_S) == 2
    assert kept(scene.store.artifacts, run.run_id) == ["1-0.0.frame", "1-0.weights"]
    assert sweep(2 * HOUR_S) == 0


def test_remove_orphans__leaves_what_a_live_run_may_still_name(
    scene: Scene, sweep: Callable[[float], int]
) -> None:
    run = scene.claim(scene.submit("pretrain"))
    put(scene, run.run_id, "1-0.weights", "1-0.0.frame")
    assert sweep(2 * HOUR_S) == 0, "on a full disk it waits, with its lease"
    scene.commit(run, 0)
    scene.store.leases.finish(run.run_id, "worker", "finished")
    assert sweep(2 * HOUR_S) == 0
    assert len(kept(scene.store.artifacts, run.run_id)) == 2


def test_remove_orphans__takes_those_of_a_deleted_project(
    scene: Scene, sweep: Callable[[float], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = scene.claim(scene.submit("pretrain"))
    put(scene, run.run_id, "1-0.weights", "1-0.0.frame")
    scene.commit(run, 0)
    copy = scene.store.projects.duplicate(scene.id, "copy")
    scene.store.projects.delete(scene.id)
    assert sweep(2 * HOUR_S) == 0, "the copy has them"

    def killed(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(Artifacts, "remove", killed)
        with pytest.raises(SystemExit):
            scene.store.projects.delete(copy.project_id)
    assert len(kept(scene.store.artifacts, run.run_id)) == 2
    assert sweep(2 * HOUR_S) == 2
    assert kept(scene.store.artifacts, run.run_id) == []


def test_remove_orphans__leaves_an_archive_that_is_still_coming_in(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = "imported/11111111-2222-4333-8444-555555555555"
    usual = Artifacts.listed
    age_s = 0.0

    def listed(artifacts: Artifacts, name: str) -> list[Listed]:
        """Let all but the newest file be old."""
        found = sorted(usual(artifacts, name), key=lambda file: file.name)
        newer_s = time.time() - age_s
        return [replace(file, written_s=0.0) for file in found[:1]] + [
            replace(file, written_s=newer_s) for file in found[1:]
        ]

    monkeypatch.setattr(Artifacts, "listed", listed)
    for nth in range(2):
        store.artifacts.write(f"{folder}/{nth:06d}.frame", b"bytes", durable=False)
    assert orphans.remove_orphans(store.database, store.artifacts) == 0
    age_s = 2 * HOUR_S
    assert orphans.remove_orphans(store.database, store.artifacts) == 2
    assert not (Path(store.settings.artifacts_url) / folder).exists()
