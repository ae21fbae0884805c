from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml.learning.class_places import predict_all
from ml.presets import make_learner
from ml.records import NO_CLASS, RunConfig
from store.files import fetched
from store.opening import Store, open_store
from store.records import Gesture, Run
from store.runs.runs import Kind
from store.settings import Settings
from tasks.fine_tune import run_fine_tune
from tasks.lease import RunInterruptedError
from tasks.lesson import dragged_by, load_lesson, sight_of
from tasks.starting_point import find_start
from tasks.workbench import Workbench
from tests.contract.taught import teach_digits
from tests.contract.workplace import put_samples
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


def test_load_lesson__a_pretraining_hears_no_names(store: Store, bench: Workbench) -> None:
    scene = make_scene(store)
    scene.name([1, 2], 0)
    lesson = load_lesson(scene.submit("pretrain"), store, bench)
    assert (lesson.annotation == NO_CLASS).all()
    assert (lesson.truth[[1, 2]] == 0).all(), "what it is measured against is known all the same"


def test_dragged_by__what_was_said_before_a_pretraining_is_new_to_the_first_update(
    store: Store, bench: Workbench
) -> None:
    scene = make_scene(store)
    scene.name([1], 0)
    scene.move([2], [[1, 1]], class_index=1)
    scene.trained(scene.submit("pretrain"))
    first = scene.claim(scene.submit())
    dragged = dragged_by(first, store)
    assert np.flatnonzero(dragged.is_named).tolist() == [1, 2]
    assert dragged.moved_ids.tolist() == [2]
    untold = load_lesson(replace(first, kind="control"), store, bench)
    assert (untold.annotation[[1, 2]].tolist(), untold.target) == ([0, NO_CLASS], None)
    scene.store.leases.finish(first.run_id, "worker", "finished")


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


def update(store: Store, project_id: str, bench: Workbench, kind: Kind, num_epochs: int) -> Run:
    """Let a worker do a run of a project."""
    config = RunConfig(preset="lodemap", num_epochs=num_epochs, seed=5)
    run = store.runs.submit(project_id, kind, config, "Ana", "a", f"{kind}-{num_epochs}")
    assert run_fine_tune(run.run_id, store, bench, "worker")
    return store.runs.get(run.run_id)


def test_load_lesson__a_class_that_is_placed_carries_whom_the_map_shows_as_it(
    store: Store, bench: Workbench
) -> None:
    """That is the mean of two heads; the linear one alone, which the checkpoint holds, differs."""
    project_id = store.projects.create(
        "p", put_samples(store).dataset_id, preset="lodemap"
    ).project_id
    update(store, project_id, bench, "pretrain", 3)
    teach_digits(store, project_id)
    before = update(store, project_id, bench, "fine_tune", 2)
    store.journal.append(
        project_id,
        Gesture("merge_class", "merge", values={"class_index": 3, "into": 1}),
        "Ana",
        "a",
    )
    config = RunConfig(preset="lodemap", num_epochs=1)
    run = store.runs.submit(project_id, "fine_tune", config, "Ana", "a", "next")
    claimed = store.leases.claim(run.run_id, "worker", 60)
    assert claimed is not None
    lesson = load_lesson(claimed, store, bench)
    colour = sight_of(before.run_id, before.last_epoch, store).prediction
    colour = np.where(colour == 3, 1, colour)
    model = find_start(claimed, lesson, store, bench).model
    learner = make_learner(model, lesson, claimed.config, is_fine_tuning=True)
    list(learner.prepare())
    is_open = (lesson.annotation == NO_CLASS) & ~lesson.is_held_out
    expected = np.where(is_open, colour, lesson.taught) == 1
    np.testing.assert_array_equal(learner.members, np.flatnonzero(expected))
    embedding = learner.embed()
    list(embedding.chunks())
    by_head = predict_all(model, replace(lesson, shown=None), embedding)
    assert (by_head == 1)[is_open].tolist() != expected[is_open].tolist()


def test_load_lesson__a_map_that_is_lost_leaves_it_to_the_head(
    store: Store, bench: Workbench
) -> None:
    scene = make_scene(store)
    scene.trained(scene.submit("pretrain"))  # its frames were never written
    scene.say("place_class", class_index=1, place=[3, 4])
    run = scene.claim(scene.submit())
    assert run.parent_run_id is not None
    assert load_lesson(run, store, bench).shown is None


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
