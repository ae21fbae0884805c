"""A database of each schema so far, made by the code of its day (`make.py`), opens today."""

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.maps.codec import decode_frame
from store.errors import SchemaNewerError
from store.opening import Store, open_store
from store.records import Gesture
from store.settings import Settings
from store.sql import migration
from tests.store.sql.test_migration import copy_of_migrations
from tests.upgrade.make import COMMITS

HERE = Path(__file__).parent
FIXTURES = {path.stem: path for path in sorted(HERE.glob("*.zip"))}
LAST = max(FIXTURES, default="")
SCHEMAS = migration.known_revisions()
LARGEST = 200_000
ANA, BEN = ("Ana", "ana"), ("Ben", "ben")


@dataclass
class Old:
    """An unpacked database of an earlier schema, not opened yet."""

    schema: str
    settings: Settings
    told: dict[str, Any]
    """What the code of its day said of the project."""
    after_undo: list[int]

    @property
    def path(self) -> Path:
        return self.settings.data_dir / "lodemap.db"

    @property
    def project_id(self) -> str:
        return str(self.told["project_id"])


def unpack(schema: str, data_dir: Path) -> Old:
    data_dir.mkdir(mode=0o700)
    with zipfile.ZipFile(FIXTURES[schema]) as packed:
        names = [name for name in packed.namelist() if name.startswith("artifacts/")]
        packed.extractall(data_dir, names)
        connection = sqlite3.connect(data_dir / "lodemap.db")
        connection.executescript(packed.read("lodemap.sql").decode())
        connection.close()
        told, after = (json.loads(packed.read(name)) for name in ("told.json", "after.json"))
    return Old(schema, Settings.from_env({}, {"data_dir": data_dir}), told, after)


@pytest.fixture(params=FIXTURES)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Old:
    return unpack(request.param, tmp_path / "data")


@pytest.fixture
def opened(old: Old) -> Iterator[Store]:
    with open_store(old.settings) as store:
        yield store


def test_fixtures__one_small_file_for_each_schema() -> None:
    """A schema gets its own before the next one: a row in `make.COMMITS`, and the file."""
    assert list(FIXTURES) == list(COMMITS) == SCHEMAS[: len(COMMITS)]
    assert max(path.stat().st_size for path in FIXTURES.values()) <= LARGEST


def test_upgrade__reaches_the_newest_schema_and_keeps_a_copy(old: Old, opened: Store) -> None:
    with opened.database.read() as connection:
        assert migration.revision_of(connection) == SCHEMAS[-1]
    copies = [path.name for path in old.settings.data_dir.glob("*.before-*")]
    assert copies == ([] if old.schema == SCHEMAS[-1] else [f"lodemap.db.before-{old.schema}"])


def test_upgrade__the_fold_is_the_same(old: Old, opened: Store) -> None:
    state, told = opened.journal.state(old.project_id), old.told
    assert opened.projects.get(old.project_id).name == "Café <b>stripes</b>"
    assert [info.name for info in state.classes] == told["classes"]
    assert state.annotation.tolist() == told["annotation"]
    assert (state.seq, dict(state.undoable)) == (told["seq"], told["undoable"])
    assert list(state.run_ids) == told["line"]
    assert [state.pins.ids.tolist(), state.pins.places.tolist()] == (told["pins"] or [[], []])


def test_upgrade__runs_and_map_are_the_same(old: Old, opened: Store) -> None:
    told = old.told
    runs = opened.runs.of_project(old.project_id)
    assert [
        [run.run_id, run.number, run.kind, run.state, run.last_epoch, run.journal_seq]
        for run in runs
    ] == told["runs"]
    head = opened.runs.head(old.project_id)
    assert head is not None
    assert [head.run_id, head.epoch, head.checkpoint, head.sha256] == told["head"]
    attempt, n, artifact = told["frame"]
    frame = opened.frames.get(head.run_id, attempt, n)
    assert frame.artifact == artifact
    drawn = decode_frame(opened.artifacts.read(artifact)).embedding
    np.testing.assert_array_equal(drawn, np.array(told["embedding"], np.float32))


def test_upgrade__undo_takes_back_what_it_would_have_then(old: Old, opened: Store) -> None:
    for who in (ANA, BEN):
        opened.journal.append(old.project_id, Gesture("undo", f"undo-{who[1]}"), *who)
    state = opened.journal.state(old.project_id)
    assert state.annotation.tolist() == old.after_undo
    for who in (ANA, BEN):
        opened.journal.append(old.project_id, Gesture("redo", f"redo-{who[1]}"), *who)
    assert opened.journal.state(old.project_id).annotation.tolist() == old.told["annotation"]


def test_upgrade__history_samples_and_pages_of_it_are_there(old: Old, opened: Store) -> None:
    assert len(opened.history.of(old.project_id).lines) == old.told["seq"]
    dataset = opened.datasets.get(opened.datasets.of_project(old.project_id))
    assert (dataset.kind, dataset.sample_shape) == ("image", (1, 8, 8))
    assert len(opened.datasets.samples(dataset.dataset_id).images) == dataset.num_samples
    assert opened.thumbnails.sheet(dataset.dataset_id, 0).startswith(b"\x89PNG")
    said = opened.comments.after(old.project_id, 0)
    assert [comment.text for comment in said] == (
        ["Is this <i>one</i>?"] if old.schema >= "0006" else []
    )


def test_upgrade__that_fails_leaves_the_old_database_usable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F36: one transaction, and a copy beside it."""
    old = unpack(LAST, tmp_path / "data")
    broken = copy_of_migrations(tmp_path / "migrations")
    (broken / "versions" / "9000_broken.py").write_text(
        f"from alembic import op\nrevision = '9000'\ndown_revision = '{SCHEMAS[-1]}'\n"
        "def upgrade():\n    op.execute('DELETE FROM event')\n"
        "    op.execute('CREATE TABLE half (x INTEGER)')\n    1 / 0\n"
    )
    with monkeypatch.context() as newer:
        newer.setattr(migration, "FOLDER", broken)
        with pytest.raises(ZeroDivisionError):
            open_store(old.settings)
    with open_store(old.settings) as store:
        assert store.journal.state(old.project_id).annotation.tolist() == old.told["annotation"]
    copy = old.path.with_name(f"lodemap.db.before-{LAST}")
    connection = sqlite3.connect(copy)
    assert connection.execute("SELECT count(*) FROM event").fetchone() == (old.told["seq"],)
    connection.close()


def test_upgrade__a_newer_schema_is_refused_with_both_versions(tmp_path: Path) -> None:
    old = unpack(LAST, tmp_path / "data")
    connection = sqlite3.connect(old.path)
    connection.execute("UPDATE alembic_version SET version_num = '9000'")
    connection.commit()
    connection.close()
    with pytest.raises(SchemaNewerError, match=rf"schema 9000.*up to {SCHEMAS[-1]}") as caught:
        open_store(old.settings)
    assert caught.value.exit_code == 2


def test_upgrade__people_and_who_may_come_in_are_the_same(old: Old, opened: Store) -> None:
    is_told = old.schema >= "0007"
    people = opened.people.list()
    names = [(person.name, person.role) for person in people]
    assert names == ([("Ana", "trainer"), ("Ben", "trainer")] if is_told else [])
    membership = opened.members.of_project(old.project_id)
    members = frozenset(person.person_id for person in people[:1])
    assert (membership.is_closed, membership.person_ids) == (is_told, members)
    invited = [(invite.role, invite.project_id) for invite in opened.invites.list()]
    assert invited == ([("annotator", old.project_id)] if is_told else [])
    makers = {invite.author_id for invite in opened.invites.list()}
    assert makers == (
        {people[0].person_id} if old.schema >= "0009" else {None} if is_told else set()
    )


def test_upgrade__what_workers_are_asked_for_is_the_same(old: Old, opened: Store) -> None:
    is_told = old.schema >= "0008"
    assert opened.projects.get(old.project_id).device == ("gpu" if is_told else "auto")
    job = opened.chunks.progress("j" * 64)
    if not is_told:
        assert job is None
        return
    assert job is not None
    assert (job.state, job.num_done, job.num_chunks) == ("working", 0, 3)
