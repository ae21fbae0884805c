"""What is in memory of a journal that the database no longer has is not gone on from."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete

from pages import demo
from pages.api.gesture_log import GestureLogs
from store.errors import NotFoundError
from store.journal import folds
from store.opening import Store, open_store
from store.records import Gesture
from store.sql.tables import EVENT
from tests.store.scene import BEN, Scene, pack

CHOSEN = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def other(any_store: Store) -> Iterator[Store]:
    """Another app of the same database."""
    with open_store(any_store.settings) as found:
        yield found


def add(store: Store, project_id: str, name: str) -> int:
    gesture = Gesture("add_class", f"key-{name}", values={"name": name})
    return store.journal.append(project_id, gesture, "Ana", "ana").seq


def classes(store: Store, project_id: str) -> list[str]:
    return [each.name for each in store.journal.state(project_id).classes]


def lose(scene: Scene, num: int) -> int:
    """Let the database lose the newest events; return the last that stays."""
    last = scene.store.journal.state(scene.id).seq - num
    with scene.store.database.write() as connection:
        gone = (EVENT.c.project_id == scene.id) & (EVENT.c.seq > last)
        connection.execute(delete(EVENT).where(gone))
    return last


def read_anew(store: Store, project_id: str) -> list[str]:
    with open_store(store.settings) as fresh:
        return classes(fresh, project_id)


def test_append__to_a_project_made_again_under_its_id_by_another_app(
    any_store: Store, other: Store
) -> None:
    store = any_store
    demo.add_demo(store)
    first = store.journal.state(demo.PROJECT_ID).seq
    for name in ("b", "c", "d"):
        add(store, demo.PROJECT_ID, name)
    logs = GestureLogs(store)
    logs.shown(demo.PROJECT_ID, store.journal.state(demo.PROJECT_ID))
    assert len(store.history.of(demo.PROJECT_ID).lines) == first + 3
    other.projects.delete(demo.PROJECT_ID)
    demo.add_demo(other)
    assert add(store, demo.PROJECT_ID, "e") == first + 1
    assert classes(store, demo.PROJECT_ID)[-1] == "e"
    for each in (classes(other, demo.PROJECT_ID), read_anew(store, demo.PROJECT_ID)):
        assert each == classes(store, demo.PROJECT_ID)
    assert len(store.history.of(demo.PROJECT_ID).lines) == first + 1
    shown = logs.shown(demo.PROJECT_ID, store.journal.state(demo.PROJECT_ID))
    assert shown[-1].event.values["name"] == "e"


def test_state__of_a_project_made_again_with_another_map_and_no_event(
    scene: Scene, other: Store
) -> None:
    store, dataset_id = scene.store, scene.project.dataset_id
    store.projects.create("a", dataset_id, project_id=CHOSEN)
    assert store.journal.state(CHOSEN).pins.places.shape == (0, 2)
    pulse = store.pulse.of(CHOSEN)
    other.projects.delete(CHOSEN)
    other.projects.create("a", dataset_id, latent_dim=3, project_id=CHOSEN)
    assert store.journal.state(CHOSEN).pins.places.shape == (0, 3)
    assert store.pulse.of(CHOSEN) != pulse


def test_state__of_a_copy_made_again_knows_the_runs_of_the_new_one(
    scene: Scene, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folds.Folds.keep, "__defaults__", (1,))
    scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    scene.trained(scene.submit())
    for _ in range(2):
        other.projects.duplicate(scene.id, "copy", CHOSEN)
        mine = [run.run_id for run in other.runs.of_project(CHOSEN)]
        for store in (scene.store, other):
            assert list(store.journal.state(CHOSEN).run_ids) == mine
            assert scene.store.history.of(CHOSEN).state.taught_run_ids == tuple(mine[1:])
        other.projects.delete(CHOSEN)


def test_event__of_a_deleted_project_is_not_there(scene: Scene) -> None:
    scene.name([1], 0)
    last = scene.state().seq
    scene.store.projects.delete(scene.id)
    with pytest.raises(NotFoundError):
        scene.store.journal.event(scene.id, 1)
    assert scene.store.journal.recent_annotation(scene.id, last) is None


def test_append__after_the_database_lost_events_leaves_no_gap(scene: Scene, other: Store) -> None:
    for name in ("b", "c", "d"):
        add(scene.store, scene.id, name)
    last = lose(scene, 2)
    assert add(scene.store, scene.id, "e") == last + 1
    assert classes(scene.store, scene.id)[-2:] == ["b", "e"]
    assert read_anew(scene.store, scene.id) == classes(other, scene.id)


def test_state__after_lost_events_and_as_many_new_ones_is_what_all_see(
    scene: Scene, other: Store
) -> None:
    logs = GestureLogs(scene.store)
    scene.name([1, 2, 3], 0)
    logs.shown(scene.id, scene.state())
    scene.store.history.of(scene.id)
    lose(scene, 1)
    assert scene.store.journal.state(scene.id).annotation.max() == -1
    assert len(scene.store.history.of(scene.id).lines) == scene.state().seq
    scene.name([1, 2, 3], 0)
    scene.state()
    last = lose(scene, 1)
    gesture = Gesture("annotate", "other", pack([5]), {"class_index": 1})
    assert other.journal.append(scene.id, gesture, "Ben", BEN).seq == last + 1
    assert scene.state().annotation.tolist() == other.journal.state(scene.id).annotation.tolist()
    assert logs.shown(scene.id, scene.state())[-1].event.author_id == BEN
    assert scene.store.history.of(scene.id).state.annotation[5] == 1
