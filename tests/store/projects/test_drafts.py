"""Copies and archives come in page by page: nobody waits, nobody sees half of one."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from store.archives.adoption import import_project
from store.archives.packing import pack_project
from store.errors import ConflictError, NotFoundError
from store.opening import Store
from store.projects import drafts
from store.projects.drafts import Draft
from store.projects.duplication import Copying
from store.projects.removal import STALE_S
from store.sql.tables import EVENT, FRAME, PROJECT, RUN
from tasks.sweeper import Sweeper
from tests.store.archives.story import tell
from tests.store.scene import BEN, Scene, make_scene

NUM_SAID = 12
ID = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def scene(any_store: Store) -> Scene:
    return make_scene(any_store)


@pytest.fixture
def long(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A journal of several pages, with runs."""
    monkeypatch.setattr(drafts, "PAGE", 5)
    monkeypatch.setattr("store.projects.duplication.PAGE", 5)
    scene.trained(scene.submit("pretrain"))
    for nth in range(NUM_SAID):
        scene.name([nth], nth % 2, (BEN, "ana")[nth % 2])
    scene.trained(scene.submit())
    return scene


def between_pages(monkeypatch: pytest.MonkeyPatch, act: Callable[[str], None]) -> None:
    """Do something, once, when some of the events are there; it is told the draft's id."""
    add, waiting = Draft.add, [act]

    def add_and_act(self: Draft, table: Any, rows: Any) -> None:
        add(self, table, rows)
        if table is EVENT and waiting:
            waiting.pop()(self.project_id)

    monkeypatch.setattr(Draft, "add", add_and_act)


def count(store: Store, table: Any, project_id: str) -> int:
    query = select(func.count()).select_from(table).where(table.c.project_id == project_id)
    with store.database.read() as connection:
        return connection.scalar(query) or 0


@pytest.fixture
def packed(long: Scene) -> io.BytesIO:
    other = make_scene(long.store)
    tell(other)
    file = io.BytesIO()
    file.writelines(pack_project(long.store, other.id, with_data=True))
    return file


def test_duplicate__others_write_meanwhile_and_what_they_say_comes_along(
    long: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[int] = []
    rest = Copying.copy_rest

    def act(_: str) -> None:
        make_scene(long.store).name([1], 0)
        said.append(long.name([30], 1, BEN).seq)

    def count_rest(self: Copying, connection: Connection) -> None:
        assert said[0] - self._seq == 1, "all else was copied ahead"
        rest(self, connection)

    between_pages(monkeypatch, act)
    monkeypatch.setattr(Copying, "copy_rest", count_rest)
    copy = Scene(long.store, long.store.projects.duplicate(long.id, "copy"))
    assert copy.annotation() == long.annotation()
    assert copy.annotation()[30] == 1
    assert copy.state().seq == said[0]


def test_duplicate__a_run_that_changes_meanwhile_is_copied_as_it_is_then(
    long: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = long.store.runs.of_project(long.id)

    def act(_: str) -> None:
        with long.store.database.write() as connection:
            mine = RUN.c.run_id == runs[0].run_id
            connection.execute(update(RUN).where(mine).values(state="running", attempt=2))
            one_less = FRAME.delete().where(FRAME.c.run_id == runs[0].run_id, FRAME.c.n == 2)
            connection.execute(one_less)
        long.submit()

    between_pages(monkeypatch, act)
    copy = long.store.projects.duplicate(long.id, "copy")
    copied = long.store.runs.of_project(copy.project_id)
    assert [run.state for run in copied] == ["stopped", "finished", "stopped"]
    assert copied[0].attempt == 2
    assert [len(long.store.frames.after(run.run_id, 0)) for run in copied] == [1, 2, 0]
    assert copied[1].parent_run_id == copied[0].run_id


def test_draft__is_seen_by_nobody(long: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    store = long.store

    def act(project_id: str) -> None:
        assert count(store, EVENT, project_id) > 0
        assert [each.project_id for each in store.projects.list()] == [long.id]
        assert store.members.projects_of_dataset(long.project.dataset_id) == [long.id]
        for ask in (store.projects.get, store.pulse.of, store.projects.delete):
            with pytest.raises(NotFoundError):
                ask(project_id)

    between_pages(monkeypatch, act)
    copy = store.projects.duplicate(long.id, "copy")
    assert {each.project_id for each in store.projects.list()} == {long.id, copy.project_id}


def test_duplicate__of_a_project_that_is_deleted_meanwhile_leaves_nothing(
    long: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    between_pages(monkeypatch, lambda _: long.store.projects.delete(long.id))
    with pytest.raises(NotFoundError):
        long.store.projects.duplicate(long.id, "copy")
    with long.store.database.read() as connection:
        assert connection.execute(select(PROJECT)).all() == []
    assert long.store.datasets.list() == []


def half_made(scene: Scene, project_id: str = "0" * 36) -> tuple[str, Any]:
    """What a process leaves that is killed while it copies, and what would end it well."""
    draft = Draft(scene.store.database, project_id)
    row = {"dataset_id": scene.project.dataset_id, "preset": "lodemap", "latent_dim": 2, "seed": 0}
    begun = draft.begun(row)
    begun.__enter__()
    Copying(scene.store.database, scene.id, draft).copy_ahead()
    return draft.project_id, begun


def test_sweep__removes_what_was_left_half_made(long: Scene) -> None:
    project_id, begun = half_made(long)
    sweeper = Sweeper(long.store)
    sweeper.tidy()
    assert count(long.store, EVENT, project_id) > NUM_SAID, "somebody may be at it"
    with long.store.database.write() as connection:
        old = {"draft_at": PROJECT.c.draft_at - STALE_S - 1}
        connection.execute(update(PROJECT).where(PROJECT.c.project_id == project_id).values(old))
    sweeper.tidy()
    assert count(long.store, EVENT, project_id) == count(long.store, PROJECT, project_id) == 0
    assert long.store.datasets.samples(long.project.dataset_id) is not None, "others use it"
    assert long.state().seq > NUM_SAID
    begun.__exit__(NotFoundError, NotFoundError("gone"), None)


def test_import__others_write_meanwhile(
    long: Scene, packed: io.BytesIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def act(_: str) -> None:
        make_scene(long.store).name([1], 0)

    between_pages(monkeypatch, act)
    project = import_project(long.store, packed, "Back")
    assert project.name == "Back"
    assert long.store.journal.state(project.project_id).seq > 0


def test_import__that_fails_in_the_middle_leaves_nothing_and_can_be_done_again(
    long: Scene, packed: io.BytesIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> None:
        raise OSError("the disk is gone")

    before = {each.project_id for each in long.store.projects.list()}
    with monkeypatch.context() as failing:
        between_pages(failing, fail)
        with pytest.raises(OSError, match="gone"):
            import_project(long.store, packed, project_id=ID)
    with long.store.database.read() as connection:
        assert set(connection.scalars(select(PROJECT.c.project_id))) == before
    assert import_project(long.store, packed, project_id=ID).project_id == ID


def test_duplicate__asked_for_again_while_it_is_made_leaves_the_first_alone(
    long: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask_again(_: str) -> None:
        with pytest.raises(ConflictError, match="being made"):
            long.store.projects.duplicate(long.id, "again", ID)

    between_pages(monkeypatch, ask_again)
    copy = Scene(long.store, long.store.projects.duplicate(long.id, "copy", ID))
    assert (copy.id, copy.annotation()) == (ID, long.annotation())
    with pytest.raises(ConflictError, match="made already"):
        long.store.projects.duplicate(long.id, "again", ID)


def test_draft__that_another_takes_the_place_of_writes_nothing_into_it(
    long: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    others: list[Any] = []

    def take_over(project_id: str) -> None:
        others.append(half_made(long, project_id)[1])

    between_pages(monkeypatch, take_over)
    with pytest.raises(NotFoundError, match="removed"):
        long.store.projects.duplicate(long.id, "copy", ID)
    assert count(long.store, PROJECT, ID) == 1
    assert count(long.store, EVENT, ID) == long.state().seq
    others[0].__exit__(None, None, None)


def test_import__asked_for_twice_at_once_is_there_once(
    long: Scene, packed: io.BytesIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = io.BytesIO(packed.getvalue())

    def ask_again(_: str) -> None:
        import_project(long.store, again, "Second", ID)

    between_pages(monkeypatch, ask_again)
    with pytest.raises(NotFoundError, match="removed"):
        import_project(long.store, packed, "First", ID)
    assert long.store.projects.get(ID).name == "Second"
    assert count(long.store, EVENT, ID) == long.store.journal.state(ID).seq
    with pytest.raises(ConflictError, match="made already"):
        import_project(long.store, packed, "Third", ID)
    assert long.store.journal.state(ID).seq > 0
