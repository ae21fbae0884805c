import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from store.archives.arriving_data import PREFIX
from store.datasets import leftovers
from store.errors import StoreUnavailableError
from store.files.artifacts import Artifacts
from store.opening import Store, open_store
from store.runs import orphans
from store.settings import Settings
from store.sql.identity import identity_of
from tasks.intake import IntakeDesk
from tasks.network_export import STALE_S
from tasks.reconciler import Reconciler
from tasks.sweeper import Sweeper
from tests.contract.workplace import until
from tests.store.archives.story import learn
from tests.store.invariants import check
from tests.store.scene import make_scene
from tests.tasks.test_reconciler import Bell


def test_sweeper__looks_by_itself(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "runs/11111111-2222-4333-8444-555555555555/1-0000.safetensors"
    store.artifacts.write(name, b"bytes", durable=False)
    later = SimpleNamespace(time=lambda: time.time() + 2 * orphans.QUIET_S)
    monkeypatch.setattr(orphans, "time", later)
    sweeper = Sweeper(store, first_s=0.01, every_s=0.01)
    sweeper.start()
    try:
        until(lambda: not store.artifacts.exists(name), "the end of the file")
    finally:
        sweeper.close()


@pytest.mark.parametrize("prefix", ["export-", PREFIX])
def test_sweeper__removes_folders_that_killed_apps_left(store: Store, prefix: str) -> None:
    data_dir = store.settings.data_dir
    old, new = data_dir / f"{prefix}old", data_dir / f"{prefix}new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "half").write_bytes(b"half")
    day_before = time.time() - STALE_S - 1
    os.utime(old, (day_before, day_before))
    Sweeper(store).sweep()
    assert not old.exists()
    assert new.exists(), "somebody may be reading it"


def test_sweeper__removes_drafts_for_which_no_import_waits(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a folder that several machines share it takes minutes to find them."""
    looked: list[str] = []
    monkeypatch.setattr(Artifacts, "remove_drafts", lambda _: looked.append("drafts"))
    IntakeDesk(store).tidy()
    assert looked == []
    Sweeper(store).sweep()
    assert looked == ["drafts"]


def test_tidy__projects_that_cannot_be_removed_keep_no_job_there(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor do runs wait for them: the reconciler removes nothing."""
    looked: list[str] = []

    def away() -> None:
        looked.append("projects")
        raise StoreUnavailableError("The bucket does not answer.")

    monkeypatch.setattr(store.projects.removals, "sweep", away)
    monkeypatch.setattr("tasks.sweeper.sweep", lambda *_: looked.append("jobs"))
    Reconciler(store, Bell()).look()
    assert looked == []
    sweeper = Sweeper(store)
    sweeper.start()
    until(lambda: looked == ["projects", "jobs"], "both")
    sweeper.close()


def test_sweeper__leaves_alone_what_may_be_another_databases(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two databases at one place, as where somebody tries a new one beside the old one."""
    overrides = {"data_dir": tmp_path / "other", "artifacts_url": store.settings.artifacts_url}
    later = SimpleNamespace(time=lambda: time.time() + 2 * leftovers.QUIET_S)
    monkeypatch.setattr(orphans, "time", later)
    monkeypatch.setattr(leftovers, "time", later)
    scene = make_scene(store)
    learn(scene, scene.submit("pretrain"))
    Sweeper(store).sweep()
    with open_store(Settings.from_env({}, overrides)) as other:
        sweeper = Sweeper(other)
        sweeper.sweep()
        sweeper.sweep()
        check(store)
        assert caplog.text.count("Other databases keep their artifacts") == 1
        assert store.database.shown_url in caplog.text
        owner = identity_of(store.database, store.settings.data_dir)
        store.artifacts.remove(f"owners/{owner}")
        sweeper.sweep()
    assert list(store.artifacts.listed("runs")) == [], "of a database that is no more they go"
