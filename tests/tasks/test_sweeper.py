import os
import time
from types import SimpleNamespace

import pytest

from store.exports.arriving_data import PREFIX
from store.opening import Store
from store.runs import orphans
from tasks.network_export import STALE_S
from tasks.sweeper import Sweeper
from tests.contract.workplace import until


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
