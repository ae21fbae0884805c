"""Runs as people see them, on SQLite and on PostgreSQL."""

import uuid
from dataclasses import replace

import pytest

from ml.errors import InvalidInputError, NothingToLearnError
from ml.knobs import KNOBS
from ml.records import RunConfig
from store.errors import (
    ConflictError,
    KeyReusedError,
    LockedError,
    NotFoundError,
    RunEndedError,
)
from store.runs.runs import NOTHING_NAMED, NOTHING_SAID, ONE_CLASS
from tests.store.scene import ANA, BEN, Scene, make_scene


def test_submit__nothing_named(scene: Scene) -> None:
    with pytest.raises(NothingToLearnError, match="Nothing is named yet"):
        scene.submit()
    scene.name([38, 39], 0)  # held out
    scene.say("mark_unsure", [1])
    with pytest.raises(NothingToLearnError):
        scene.submit()
    assert scene.state().seq == 4
    assert scene.store.runs.of_project(scene.id) == []


def test_snapshot__of_an_epoch_that_no_column_holds(scene: Scene) -> None:
    run = scene.claim(scene.submit("pretrain"))
    for epoch in (-1, 1, 10**12 - 1):
        with pytest.raises(NotFoundError, match=f"no snapshot of epoch {epoch}"):
            scene.store.runs.snapshot(run.run_id, epoch)


def test_advice__names_what_is_missing(scene: Scene) -> None:
    advice = scene.store.runs.advice
    assert advice(scene.id) == NOTHING_SAID
    scene.name([1], 0)
    assert advice(scene.id) == ONE_CLASS
    scene.name([2], 1)
    assert advice(scene.id) == ""


def test_submit__pins_and_places_teach_without_names(scene: Scene) -> None:
    scene.move([1], [[0, 0]])
    assert scene.store.runs.advice(scene.id) == ""
    assert scene.submit().state == "queued"
    scene.say("reset")
    with pytest.raises(NothingToLearnError):
        scene.submit()
    scene.say("place_class", class_index=0, place=[1, 1])
    assert scene.store.runs.advice(scene.id) == NOTHING_NAMED
    assert scene.submit().state == "queued"


def test_submit__appends_an_update_and_waits(scene: Scene) -> None:
    scene.name([1], 0)
    run = scene.submit(num_epochs=7)
    assert (run.number, run.kind, run.state, run.journal_seq) == (1, "fine_tune", "queued", 4)
    assert (run.config.num_epochs, run.author, run.last_epoch) == (7, "Ana", -1)
    assert run.author_id == ANA
    event = scene.store.journal.events(scene.id, after=3)[0]
    assert (event.verb, event.values["run_id"], event.author_id) == ("update", run.run_id, ANA)
    assert scene.state().run_ids == (run.run_id,)


def test_submit__the_project_decides_the_axes(scene: Scene) -> None:
    scene.name([1], 0)
    assert scene.submit(latent_dim=3).config.latent_dim == 2


def test_submit__each_run_may_have_a_head_of_its_own(scene: Scene) -> None:
    scene.trained(scene.submit("pretrain", num_hidden_layers=1))
    scene.name([1], 0)
    assert scene.submit(num_hidden_layers=2).config.num_hidden_layers == 2


def test_get__a_run_of_wider_bounds_than_today(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = scene.submit("pretrain", learning_rate=0.008)
    preset = scene.project.preset
    narrow = [replace(k, high=1e-4) for k in KNOBS[preset] if k.name == "learning_rate"]
    monkeypatch.setattr("ml.knobs.KNOBS", {preset: tuple(narrow)})
    with pytest.raises(InvalidInputError):
        RunConfig(preset=preset, learning_rate=0.008)
    assert scene.store.runs.get(run.run_id) == run
    assert scene.claim(run).config.learning_rate == 0.008


def test_submit__a_waiting_run_is_brought_up_to_date(scene: Scene) -> None:
    scene.name([1], 0)
    first = scene.submit(num_epochs=3)
    scene.name([2], 1, BEN)
    second = scene.submit(who=BEN, num_epochs=9)
    assert second.run_id == first.run_id
    assert (second.config.num_epochs, second.journal_seq) == (9, 6)
    assert (second.author, second.author_id) == ("Ben", BEN)
    assert len(scene.store.runs.of_project(scene.id)) == 1
    scene.say("undo", who=BEN)
    back = scene.store.runs.get(first.run_id)
    assert (back.state, back.config.num_epochs, back.author) == ("queued", 3, "Ana")
    assert back.author_id == ANA
    scene.say("undo", who=ANA)
    assert scene.store.runs.get(first.run_id).state == "stopped"


def test_submit__while_one_runs_waits_behind_it(scene: Scene) -> None:
    scene.name([1], 0)
    running = scene.claim(scene.submit())
    waiting = scene.submit(num_epochs=2)
    assert waiting.run_id != running.run_id
    assert waiting.number == 2
    assert scene.store.runs.queue_position(waiting.run_id) == 1
    assert scene.store.runs.queue_position(running.run_id) == 0
    assert scene.submit(num_epochs=4).run_id == waiting.run_id


def test_queue_position__counts_other_projects(scene: Scene) -> None:
    other = make_scene(scene.store)
    runs = []
    for each in (scene, other):
        each.name([1], 0)
        runs.append(each.submit())
    assert [scene.store.runs.queue_position(run.run_id) for run in runs] == [0, 1]


def test_submit__same_key_again(scene: Scene) -> None:
    scene.name([1], 0)
    submit, config = scene.store.runs.submit, RunConfig("annotate-vae")
    run = submit(scene.id, "fine_tune", config, "Ana", ANA, "once")
    assert submit(scene.id, "fine_tune", config, "Ana", ANA, "once").run_id == run.run_id
    assert scene.state().seq == 4
    with pytest.raises(KeyReusedError):
        submit(scene.id, "fine_tune", replace(config, num_epochs=2), "Ana", ANA, "once")
    with pytest.raises(InvalidInputError):
        submit(scene.id, "fine_tune", config, "Ana", ANA, "")


def test_submit__archived_or_unknown_project(scene: Scene) -> None:
    scene.store.projects.set_archived(scene.id, True)
    with pytest.raises(LockedError):
        scene.submit("pretrain")
    with pytest.raises(NotFoundError):
        scene.store.runs.submit(
            str(uuid.uuid4()), "pretrain", RunConfig("annotate-vae"), "Ana", ANA, "k"
        )


def test_auto_update__goes_with_its_gesture(scene: Scene) -> None:
    gesture = scene.name([1], 0)
    run = scene.submit(auto_of=gesture.seq)
    assert scene.state().undoable == {ANA: gesture.seq}
    scene.say("undo")
    assert scene.state().run_ids == ()
    assert scene.store.runs.get(run.run_id).state == "stopped"
    scene.say("redo")
    assert scene.state().run_ids == (), "it had not begun"


def test_auto_update__of_a_part_goes_with_the_first_of_its_act(scene: Scene) -> None:
    first = scene.name([1], 0)
    part = scene.say("annotate", [2], class_index=1, part_of=first.seq)
    scene.trained(scene.submit(auto_of=part.seq))
    scene.say("undo")
    assert scene.annotation()[1:3] == [-1, -1]
    assert scene.state().run_ids == ()


def test_auto_update__of_no_standing_gesture_of_ones_own(scene: Scene) -> None:
    gesture = scene.name([1], 0)
    for auto_of, who in ((gesture.seq, BEN), (0, ANA), (-1, ANA), (99, ANA)):
        with pytest.raises(ConflictError):
            scene.submit(who=who, auto_of=auto_of)
    scene.name([2], 0, BEN)
    scene.say("undo")
    with pytest.raises(ConflictError, match="undone"):
        scene.submit(auto_of=gesture.seq)


def test_undo_of_an_update__asks_its_run_to_stop(scene: Scene) -> None:
    scene.name([1], 0)
    run = scene.claim(scene.submit())
    scene.say("undo")
    assert scene.store.runs.get(run.run_id).state == "stopping"
    assert scene.store.leases.renew(run.run_id, "worker") == "stop"


def test_reset__asks_live_updates_to_stop_and_returns_to_pretraining(scene: Scene) -> None:
    pretraining = scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    first = scene.trained(scene.submit())
    second = scene.claim(scene.submit())
    scene.say("reset", who=BEN)
    assert scene.state().run_ids == (pretraining.run_id,)
    assert scene.store.runs.get(second.run_id).state == "stopping"
    scene.say("undo", who=BEN)
    # the second never had a map: it stays off the line for good
    assert scene.state().run_ids == (pretraining.run_id, first.run_id)


def test_request_stop__by_state(scene: Scene) -> None:
    stop = scene.store.runs.request_stop
    waiting = scene.submit("pretrain")
    stopped = stop(waiting.run_id)
    assert stopped.state == "stopped"
    assert stopped.ended_at is not None
    with pytest.raises(RunEndedError, match="stopped"):
        stop(waiting.run_id)
    running = scene.claim(scene.submit("pretrain"))
    assert stop(running.run_id).state == "stopping"
    assert stop(running.run_id).state == "stopping"
    with pytest.raises(NotFoundError):
        stop("../../etc/passwd")


def test_head__follows_the_line(scene: Scene) -> None:
    head = scene.store.runs.head
    assert head(scene.id) is None
    pretraining = scene.trained(scene.submit("pretrain"), num_epochs=3)
    scene.name([1], 0)
    run = scene.submit()
    at = head(scene.id)
    assert at is not None
    assert (at.run_id, at.epoch) == (pretraining.run_id, 3)
    scene.trained(run, num_epochs=2)
    at = head(scene.id)
    assert at is not None
    assert (at.run_id, at.epoch) == (run.run_id, 2)
    assert scene.store.runs.snapshot(run.run_id, 2) == at
    scene.say("undo")
    at = head(scene.id)
    assert at is not None
    assert at.run_id == pretraining.run_id
    with pytest.raises(NotFoundError):
        scene.store.runs.snapshot(run.run_id, 3)
