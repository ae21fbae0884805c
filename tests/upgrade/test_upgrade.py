"""A database of each schema so far, made by the code of its day (`make.py`), opens today."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from ml.maps.codec import decode_frame
from store.errors import SchemaNewerError
from store.opening import Store, open_store
from store.records import Gesture
from store.sql import migration
from store.sql.tables import RUN
from tests.services import fresh_database
from tests.upgrade.make import COMMITS
from tests.upgrade.old import FIXTURES, LAST, Old, unpack, unpack_into_postgresql

SCHEMAS = migration.known_revisions()
LARGEST = 200_000
ANA, BEN = ("Ana", "ana"), ("Ben", "ben")


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
    is_copied = opened.database.is_sqlite and old.schema != SCHEMAS[-1]
    assert copies == ([f"lodemap.db.before-{old.schema}"] if is_copied else [])


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


def test_upgrade__an_update_is_whose_gesture_it_was(opened: Store) -> None:
    """A pretraining has no gesture: of one of before, nobody knows more than the name."""
    with opened.database.read() as connection:
        query = select(RUN.c.kind, RUN.c.author_id).order_by(RUN.c.position)
        askers = {row.kind: row.author_id for row in connection.execute(query)}
    assert askers.pop("pretrain") is None
    assert askers["fine_tune"] == "ana"
    assert set(askers.values()) == {"ana"}, "a control's too"


def test_upgrade__an_update_of_two_askers_is_whose_name_it_has(old: Old) -> None:
    """Another joined in while it waited, and took that back."""
    with closing(sqlite3.connect(old.path)) as connection, connection:
        (said,) = connection.execute("SELECT * FROM event WHERE verb = 'update'").fetchall()
        columns = [row[1] for row in connection.execute("PRAGMA table_info(event)")]
        later = dict(zip(columns, said, strict=True)) | {
            "seq": 900, "author": "Ben", "author_id": "ben", "key": "later",
        }  # fmt: skip
        marks = ",".join("?" * len(later))
        names = ",".join(later)
        connection.execute(f"INSERT INTO event ({names}) VALUES ({marks})", [*later.values()])
    with open_store(old.settings) as opened:
        test_upgrade__an_update_is_whose_gesture_it_was(opened)


def test_upgrade__a_variant_is_whose_newest_update_it_is(old: Old) -> None:
    """It kept the name of who tried it, whoever made it the map."""
    with closing(sqlite3.connect(old.path)) as connection, connection:
        connection.execute("UPDATE event SET author = 'Ben', author_id = 'b' WHERE verb = 'update'")
        connection.execute("UPDATE run SET key = 'variant:k:00' WHERE kind = 'fine_tune'")
    with open_store(old.settings) as opened:
        runs = opened.runs.of_project(old.project_id)
        askers = [(run.author, run.author_id) for run in runs if run.kind == "fine_tune"]
    assert set(askers) == {("Ben", "b")}


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


@pytest.mark.parametrize("schema", FIXTURES)
def test_upgrade__on_postgresql_everything_is_the_same(
    schema: str, tmp_path: Path, postgres_url: str
) -> None:
    """The same rows, in tables that PostgreSQL's own migrations made and bring up."""
    with fresh_database(postgres_url) as url:
        old = unpack_into_postgresql(schema, tmp_path, url)
        with open_store(old.settings) as opened:
            assert not opened.database.is_sqlite
            test_upgrade__reaches_the_newest_schema_and_keeps_a_copy(old, opened)
            test_upgrade__the_fold_is_the_same(old, opened)
            test_upgrade__runs_and_map_are_the_same(old, opened)
            test_upgrade__an_update_is_whose_gesture_it_was(opened)
            test_upgrade__history_samples_and_pages_of_it_are_there(old, opened)
            test_upgrade__people_and_who_may_come_in_are_the_same(old, opened)
            test_upgrade__what_workers_are_asked_for_is_the_same(old, opened)
            test_upgrade__undo_takes_back_what_it_would_have_then(old, opened)
