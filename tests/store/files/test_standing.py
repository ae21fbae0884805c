"""A folder of artifacts from which its disk is taken: nothing is written to what lies beneath."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from store.errors import ArtifactsAwayError
from store.opening import Store, open_store
from tests.contract.workplace import put_samples

NAME = "runs/a/1.frame"


def put_aside(folder: Path) -> Path:
    """Have another folder where one was, as where a disk is unmounted; return where that went."""
    aside = folder.with_name("aside")
    folder.rename(aside)
    folder.mkdir()
    return aside


def test_write__to_the_folder_beneath_is_refused_until_the_disk_is_back(
    store: Store, tmp_path: Path
) -> None:
    put_samples(store)
    folder, file = Path(store.settings.artifacts_url), tmp_path / "file"
    file.write_bytes(b"bytes")
    store.artifacts.write(NAME, b"before", durable=True)
    aside = put_aside(folder)
    acts = (
        lambda: store.artifacts.write(NAME, b"lost", durable=True),
        lambda: store.artifacts.add_file(NAME, file),
        lambda: store.artifacts.check_room([file]),
        store.claim_artifacts,
    )
    for act in acts:
        with pytest.raises(ArtifactsAwayError, match=f"{folder}, has no data set .* mount it"):
            act()
    folder.rmdir()  # nothing was put there
    with pytest.raises(ArtifactsAwayError):
        store.artifacts.write(NAME, b"lost", durable=True)
    assert not folder.exists()
    aside.rename(folder)
    store.artifacts.write(NAME, b"after", durable=True)
    assert store.artifacts.read(NAME) == b"after"


def test_write__goes_on_where_the_same_files_came_back_on_another_disk(store: Store) -> None:
    put_samples(store)
    folder = Path(store.settings.artifacts_url)
    aside = put_aside(folder)
    shutil.copytree(aside, folder, dirs_exist_ok=True)
    store.artifacts.write(NAME, b"after", durable=True)
    assert (folder / NAME).read_bytes() == b"after"


@pytest.mark.parametrize("call", ["fsync", "open"])  # before the file has its name, and after it
def test_write__from_which_the_disk_was_taken_meanwhile_does_not_count(
    store: Store, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    put_samples(store)
    folder, usual = Path(store.settings.artifacts_url), getattr(os, call)
    store.artifacts.write(NAME, b"before", durable=True)

    def taken(*values: Any) -> Any:
        monkeypatch.setattr(os, call, usual)
        put_aside(folder)
        return usual(*values) if call == "fsync" else usual(folder, values[1])

    monkeypatch.setattr(os, call, taken)
    with pytest.raises(ArtifactsAwayError):
        store.artifacts.write(NAME, b"lost", durable=True)


def test_app__that_started_without_the_disk_writes_once_it_is_there(store: Store) -> None:
    put_samples(store)
    folder = Path(store.settings.artifacts_url)
    aside = put_aside(folder)
    with open_store(store.settings, as_app=True) as late:
        with pytest.raises(ArtifactsAwayError):
            late.artifacts.write(NAME, b"lost", durable=True)
        shutil.rmtree(folder)
        aside.rename(folder)
        late.artifacts.write(NAME, b"after", durable=True)
