"""An archive whose process is killed while it comes in, or while it goes: nothing stays behind."""

import io
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection

from store.archives import adoption
from store.archives.adoption import import_project
from store.archives.archive import ARTIFACTS
from store.archives.arriving_data import PREFIX
from store.archives.packing import pack_project
from store.datasets.datasets import Datasets
from store.errors import StoreUnavailableError
from store.files.artifacts import Artifacts
from store.opening import Store
from store.projects.drafts import Draft
from store.runs import orphans
from store.runs.frames import Frames
from store.runs.orphans import IMPORTED, remove_orphans
from store.sql.database import Database
from tests.store.archives.story import tell
from tests.store.scene import make_scene

HOUR_S = 3600.0


@pytest.fixture
def packed(store: Store) -> io.BytesIO:
    """An archive with its data, of a project that is gone since."""
    scene = make_scene(store)
    tell(scene)
    file = io.BytesIO()
    file.writelines(pack_project(store, scene.id, with_data=True))
    store.projects.delete(scene.id)
    assert all_files(store) == []
    return file


def all_files(store: Store) -> list[str]:
    """Names of what archives and runs have."""
    folders = [each for kind in ("runs", IMPORTED) for each in store.artifacts.listed(kind)]
    return [file.name for folder in folders for file in store.artifacts.listed(folder.name)]


@pytest.fixture
def sweep(store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], int]:
    """Look for orphans as if so many seconds had gone by."""

    def look(seconds: float) -> int:
        with monkeypatch.context() as later:
            later.setattr(orphans, "time", SimpleNamespace(time=lambda: time.time() + seconds))
            return remove_orphans(store.database, store.artifacts)

    return look


def kill(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something as a process that is killed in it: nothing is removed any more."""
    with monkeypatch.context() as dying, suppress(SystemExit):
        dying.setattr(Artifacts, "remove", lambda *_: None)
        act()


def test_import__that_is_killed_before_its_rows_leaves_no_files(
    store: Store,
    packed: io.BytesIO,
    sweep: Callable[[float], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def die(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(adoption, "_insert_all", die)
        kill(monkeypatch, lambda: import_project(store, packed))
    left = all_files(store)
    assert len(left) > 3
    assert sweep(HOUR_S / 2) == 0, "its rows may be on their way"
    assert sweep(2 * HOUR_S) == len(left)
    assert all_files(store) == []


def test_delete__of_an_imported_project_that_is_cut_off_leaves_no_files(
    store: Store,
    packed: io.BytesIO,
    sweep: Callable[[float], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project, other = (import_project(store, packed) for _ in range(2))
    before = all_files(store)
    assert sweep(2 * HOUR_S) == 0, "rows name them"
    kill(monkeypatch, lambda: store.projects.delete(project.project_id))
    assert all_files(store) == before
    assert sweep(2 * HOUR_S) == len(before) // 2
    assert sweep(2 * HOUR_S) == 0
    for run in store.runs.of_project(other.project_id):
        for frame in store.frames.after(run.run_id, 0):
            assert store.artifacts.read(frame.artifact)


def test_import__unpacks_its_data_where_the_sweeper_looks(
    store: Store, packed: io.BytesIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = Datasets.put
    seen: list[Path] = []

    def look(*given: object) -> object:
        seen.extend(store.settings.data_dir.glob(f"{PREFIX}*/*.npy"))
        return put(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(Datasets, "put", look)
    import_project(store, packed)
    assert len(seen) == 3
    assert not list(store.settings.data_dir.glob(f"{PREFIX}*")), "it goes with the import"


@pytest.mark.parametrize("is_silent", [False, True])
def test_import__whose_last_answer_is_lost_keeps_what_its_rows_name(
    store: Store, packed: io.BytesIO, monkeypatch: pytest.MonkeyPatch, is_silent: bool
) -> None:
    """It was committed, and nobody knows; where the rows cannot be asked, all files stay."""
    show, write, shown = Draft.show, Database.write, list[bool]()

    def fail(*_: object) -> set[str]:
        raise StoreUnavailableError("The answer is lost.")

    def note(draft: Draft, *args: Any, **values: Any) -> None:
        show(draft, *args, **values)
        shown.append(True)

    @contextmanager
    def lose(database: Database) -> Iterator[Connection]:
        with write(database) as connection:
            yield connection
        if shown:
            shown.clear()
            fail()

    with monkeypatch.context() as lossy:
        lossy.setattr(Draft, "show", note)
        lossy.setattr(Database, "write", lose)
        if is_silent:
            lossy.setattr(Frames, "named", fail)
        with pytest.raises(StoreUnavailableError):
            import_project(store, packed)
    assert len(store.projects.list()) == 1
    with zipfile.ZipFile(packed) as archive:
        assert len(all_files(store)) == sum(
            name.startswith(ARTIFACTS) for name in archive.namelist()
        )
