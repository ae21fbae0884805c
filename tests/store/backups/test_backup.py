"""A backup, made while people write, becomes a store that is whole."""

import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from store.backups import backup
from store.backups.backup import back_up
from store.backups.form import BackupError, Manifest
from store.backups.restoring import restore
from store.errors import SchemaNewerError
from store.files.artifacts import Artifacts
from store.opening import Store, open_store
from store.people.invites import InviteEndedError
from store.settings import Settings
from tasks.fine_tune import run_fine_tune
from tasks.workbench import Workbench
from tests.contract.workplace import ENDLESS, put_samples, until
from tests.services import fresh_database
from tests.source import ROOT
from tests.store.archives.story import learn, tell
from tests.store.invariants import check, drafts
from tests.store.scene import Scene, make_scene


@contextmanager
def another_place(settings: Settings, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings of an empty folder, and an empty database of the same kind."""
    with ExitStack() as stack:
        environ = {}
        if not settings.is_sqlite:
            url = stack.enter_context(fresh_database(request.getfixturevalue("postgres_url")))
            environ["LODEMAP_DATABASE_URL"] = url
        folder = settings.data_dir.parent / "elsewhere" / "data"
        yield Settings.from_env(environ, {"data_dir": folder})


def test_backup__restores_everything(
    scene: Scene, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store, path = scene.store, tmp_path / "kept.zip"
    runs = tell(scene)
    state = scene.state()
    told: list[tuple[int, int]] = []
    manifest = back_up(store.settings, path, tell=lambda done, total: told.append((done, total)))
    assert path.stat().st_mode & 0o777 == 0o600
    assert told == sorted(told)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["data", "kept.zip"]
    with another_place(store.settings, request) as settings:
        assert restore(settings, path) == manifest
        assert drafts(settings.data_dir.parent) == []
        assert settings.data_dir.stat().st_mode & 0o777 == 0o700
        with open_store(settings, as_app=True) as restored:
            check(restored)
            again = restored.journal.state(scene.id)
            assert (again.seq, again.undoable) == (state.seq, state.undoable)
            assert (again.annotation == state.annotation).all()
            assert restored.runs.of_project(scene.id) == store.runs.of_project(scene.id)
            head = restored.runs.head(scene.id)
            assert head is not None
            assert head.run_id == runs[-1].run_id
            copy = Scene(restored, restored.projects.get(scene.id), iter("xyz"))
            copy.say("undo")
            learn(copy, copy.submit())
            check(restored)


def writer(scene: Scene, count: int) -> "subprocess.Popen[str]":
    settings = scene.store.settings
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.writer", str(settings.data_dir),
         settings.database_url, scene.id, "w", str(count)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@contextmanager
def training(store: Store) -> Iterator[str]:
    """Yield the run_id of a real run that has an epoch and goes on learning."""
    project = store.projects.create("Learning", put_samples(store).dataset_id)
    run = store.runs.submit(project.project_id, "pretrain", ENDLESS, "Ana", "a", "key")
    worker = threading.Thread(
        target=run_fine_tune, args=(run.run_id, store, Workbench("cpu"), "worker")
    )
    worker.start()
    try:
        until(lambda: store.runs.get(run.run_id).last_epoch >= 1, "an epoch")
        yield run.run_id
    finally:
        store.runs.request_stop(run.run_id)
        worker.join()


def test_backup__holds_every_gesture_acknowledged_before_it_began(
    scene: Scene, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """While a process gestures and a run learns."""
    store, path = scene.store, tmp_path / "kept.zip"
    with training(store) as run_id, writer(scene, 100_000) as speaking:
        assert speaking.stdout is not None
        acknowledged = [speaking.stdout.readline().split() for _ in range(20)]
        reached = store.runs.get(run_id).last_epoch
        manifest = back_up(store.settings, path)
        speaking.stdout.readline()
        speaking.kill()
    assert manifest.missing == ()
    with another_place(store.settings, request) as settings:
        restore(settings, path)
        with open_store(settings) as restored:
            check(restored)
            for key, seq in acknowledged:
                assert restored.journal.event(scene.id, int(seq)).author == "w", key
            run = restored.runs.get(run_id)
            assert (run.state, run.last_epoch >= reached) == ("running", True)
            until(lambda: run_id in restored.leases.due(), "the end of its lease")


def test_backup__of_files_deleted_meanwhile_copies_the_database_again(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, gone = make_scene(store), make_scene(store)
    for scene in (kept, gone):
        learn(scene, scene.submit("pretrain"))
    parts, is_first = Artifacts.parts, iter([True])

    def delete_first(self: Artifacts, name: str, block: int) -> Iterator[bytes]:
        if next(is_first, False):
            store.projects.delete(gone.id)
        return parts(self, name, block)

    monkeypatch.setattr(Artifacts, "parts", delete_first)
    manifest = back_up(store.settings, tmp_path / "kept.zip")
    monkeypatch.undo()
    assert manifest.missing == ()
    settings = Settings.from_env({}, {"data_dir": tmp_path / "again"})
    restore(settings, tmp_path / "kept.zip")
    with open_store(settings) as restored:
        check(restored)
        assert [each.project_id for each in restored.projects.list()] == [kept.id]


def test_backup__tells_what_was_gone_before(store: Store, tmp_path: Path) -> None:
    scene = make_scene(store)
    run = learn(scene, scene.submit("pretrain"))
    images = f"datasets/{store.projects.get(scene.id).dataset_id}/images.npy"
    lost = (images, store.runs.snapshot(run.run_id, 1).checkpoint)
    for name in lost:
        store.artifacts.remove(name)
    manifest = back_up(store.settings, tmp_path / "kept.zip")
    assert manifest.missing == lost
    settings = Settings.from_env({}, {"data_dir": tmp_path / "again"})
    restore(settings, tmp_path / "kept.zip")
    with open_store(settings) as restored:
        assert restored.runs.get(run.run_id).last_epoch == 2


def test_backup__holds_secrets_only_when_asked(store: Store, tmp_path: Path) -> None:
    secrets = {"secret_key": b"k" * 32, "people.json": b'{"ada": "argon2"}'}
    for name, data in secrets.items():
        (store.settings.data_dir / name).write_bytes(data)
    for with_secrets in (False, True):
        path, again = tmp_path / f"{with_secrets}.zip", tmp_path / str(with_secrets)
        back_up(store.settings, path, with_secrets)
        assert all((data in path.read_bytes()) == with_secrets for data in secrets.values())
        restore(Settings.from_env({}, {"data_dir": again}), path, with_secrets=True)
        assert all((again / name).exists() == with_secrets for name in secrets)
    assert all((again / name).stat().st_mode & 0o777 == 0o600 for name in secrets)


def test_backup__that_fails_leaves_what_was(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kept.zip"
    path.write_bytes(b"the one of yesterday")
    scene = make_scene(store)
    learn(scene, scene.submit("pretrain"))

    def torn(_path: Path) -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    monkeypatch.setattr(backup, "blocks", torn)
    with pytest.raises(KeyboardInterrupt):
        back_up(store.settings, path)
    assert path.read_bytes() == b"the one of yesterday"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["data", "kept.zip"]


def test_backup__needs_a_database_of_ours(store: Store, tmp_path: Path) -> None:
    nothing = Settings.from_env({}, {"data_dir": tmp_path / "nothing"})
    with pytest.raises(BackupError, match="There is no database"):
        back_up(nothing, tmp_path / "kept.zip")
    assert not (tmp_path / "nothing").exists()
    with store.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaNewerError, match="schema 9999"):
        back_up(store.settings, tmp_path / "kept.zip")


def test_backup__reads_artifacts_from_anywhere(tmp_path: Path) -> None:
    """Workers elsewhere share them by a URL; here one of a memory."""
    settings = Settings.from_env(
        {}, {"data_dir": tmp_path / "data", "artifacts_url": "memory://backup-one"}
    )
    with open_store(settings) as store:
        scene = make_scene(store)
        learn(scene, scene.submit("pretrain"))
        back_up(settings, tmp_path / "kept.zip")
    other = replace(settings, data_dir=tmp_path / "again", artifacts_url="memory://backup-two")
    other = replace(other, database_url=f"sqlite:///{other.data_dir / 'lodemap.db'}")
    restore(other, tmp_path / "kept.zip")
    with open_store(other) as restored:
        check(restored)


def test_manifest__names_size_and_sha256_of_every_member(store: Store, tmp_path: Path) -> None:
    scene = make_scene(store)
    tell(scene)
    back_up(store.settings, tmp_path / "kept.zip")
    with zipfile.ZipFile(tmp_path / "kept.zip") as packed:
        manifest = Manifest.from_bytes(packed.read("manifest.json"))
        assert set(manifest.members) == set(packed.namelist()) - {"manifest.json"}
        stored = [i for i in packed.infolist() if i.filename.startswith("artifacts/")]
        assert {info.compress_type for info in stored} == {zipfile.ZIP_STORED}
        said = json.loads(packed.read("manifest.json"))
    assert (said["format"], said["kind"]) == ("lodemap-backup", "sqlite")


def test_restore__lets_nobody_in_who_was_in_then(store: Store, tmp_path: Path) -> None:
    """What was ended since the backup must not live again, and a foreign one lets in nobody."""
    ada = store.people.meet("password", "ada", "Ada", "admin")
    token = store.people.sign_in(ada.person_id)
    _, secret = store.invites.make("annotator", 7, ("Ada", None), None, False)
    back_up(store.settings, tmp_path / "kept.zip")
    again = Settings.from_env({}, {"data_dir": tmp_path / "again"})
    restore(again, tmp_path / "kept.zip")
    with open_store(again) as restored:
        assert restored.people.get(ada.person_id).name == "Ada"
        assert restored.people.signed_in(token) is None
        with pytest.raises(InviteEndedError):
            restored.invites.read(secret)
