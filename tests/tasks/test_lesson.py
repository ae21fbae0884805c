from dataclasses import replace
from pathlib import Path

import pytest

from store.files import fetched
from store.opening import Store, open_store
from store.settings import Settings
from tasks.lease import RunInterruptedError
from tasks.lesson import load_lesson
from tasks.workbench import Workbench
from tests.store.scene import make_scene


def test_load_lesson__places_are_those_of_the_runs_journal_position(
    store: Store, bench: Workbench
) -> None:
    scene = make_scene(store)
    scene.move([1, 2], [[1, 1], [2, 2]], class_index=0)
    scene.say("place_class", class_index=1, place=[3, 4])
    run = scene.submit()
    scene.move([2, 3], [[9, 9], [8, 8]])
    scene.say("place_class", class_index=0, place=[7, 7])
    lesson = load_lesson(run, store, bench)
    assert lesson.moved_ids.tolist() == [1, 2]
    assert lesson.targets(2)[[1, 2]].tolist() == [[1, 1], [2, 2]]
    assert lesson.placed_classes.tolist() == [1]
    assert lesson.places(2)[1].tolist() == [3, 4]
    later = load_lesson(replace(run, journal_seq=scene.state().seq), store, bench)
    assert later.moved_ids.tolist() == [1, 2, 3]
    assert later.placed_classes.tolist() == [0, 1]


def test_load_lesson__a_pretraining_has_no_map_to_move_on(store: Store, bench: Workbench) -> None:
    scene = make_scene(store)
    scene.move([1], [[1, 1]])
    scene.say("place_class", class_index=1, place=[3, 4])
    lesson = load_lesson(scene.submit("pretrain"), store, bench)
    assert (lesson.target, lesson.class_place) == (None, None)


def test_load_lesson__without_places_has_none(store: Store, bench: Workbench) -> None:
    scene = make_scene(store)
    scene.name([1], 0)
    lesson = load_lesson(scene.submit(), store, bench)
    assert (lesson.target, lesson.class_place) == (None, None)


def test_load_lesson__asks_whether_it_may_go_on_while_it_reads(
    store: Store, bench: Workbench
) -> None:
    scene = make_scene(store)
    parent = scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    run = scene.submit()
    for nth in range(5):
        scene.name([nth], 0)
    control = replace(run, kind="control", parent_run_id=parent.run_id)
    for each, least in ((run, 1), (control, 2)):
        with open_store(store.settings) as fresh:
            asked: list[int] = []
            load_lesson(each, fresh, bench, lambda asked=asked: asked.append(1))  # type: ignore[misc]
            assert len(asked) >= least

            def lost() -> None:
                raise RunInterruptedError("lost")

            with pytest.raises(RunInterruptedError), open_store(store.settings) as other:
                load_lesson(each, other, bench, lost)


def test_load_lesson__data_that_come_from_afar_leave_room_for_the_lease(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetched, "PIECE_BYTES", 1000)
    overrides = {"data_dir": tmp_path / "data", "artifacts_url": "memory://lodemap-lesson"}
    with open_store(Settings.from_env({}, overrides)) as store:
        run = make_scene(store).submit("pretrain")
        num_checked = 0

        def check() -> None:
            nonlocal num_checked
            num_checked += 1
            if num_checked == 3:
                raise RunInterruptedError("stop")

        with pytest.raises(RunInterruptedError):
            load_lesson(run, store, Workbench("cpu"), check)
        (draft,) = (tmp_path / "data" / "fetched").rglob(".*.tmp")
        assert draft.stat().st_size == 2000
        assert load_lesson(run, store, Workbench("cpu"), check).num_samples == 40
