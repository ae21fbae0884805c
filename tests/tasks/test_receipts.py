"""Receipts of real runs: written when they finish, measured by a control."""

import base64
import dataclasses
import uuid

import numpy as np
import pytest

from ml.device import training_manner
from ml.maps.codec import decode_frame, pack_ids, unpack_ids
from ml.maps.pins import pack_targets
from store.opening import Store
from store.records import Gesture, Run
from store.sql.tables import RUN
from tasks.fine_tune import run_fine_tune
from tasks.lesson import load_lesson, sight_of
from tasks.receipts import receipt_of
from tasks.workbench import Workbench
from tests.contract.taught import MOVED, teach_digits
from tests.contract.workplace import NUM_SAMPLES, SHORT, put_samples
from tests.store.scene import Scene

CONFIG = dataclasses.replace(SHORT, w_dis=1.0)


class Told:
    """A project with a map, in which people speak and one worker works."""

    def __init__(self, store: Store, bench: Workbench, preset: str = "lodemap") -> None:
        self.store, self.bench = store, bench
        dataset_id = put_samples(store).dataset_id
        self.project_id = store.projects.create("p", dataset_id, preset=preset).project_id
        self.first = self.work(
            store.runs.submit(self.project_id, "pretrain", CONFIG, "Ana", "a", "first")
        )

    def work(self, run: Run) -> Run:
        run_fine_tune(run.run_id, self.store, self.bench, "worker")
        return self.store.runs.get(run.run_id)

    def update(self) -> Run:
        key = str(uuid.uuid4())
        submit = self.store.runs.submit
        return self.work(submit(self.project_id, "fine_tune", CONFIG, "Ana", "a", key))

    def move(self, ids: list[int], targets: object, **values: object) -> None:
        gesture = Gesture(
            "move",
            str(uuid.uuid4()),
            pack_ids(np.array(ids), NUM_SAMPLES),
            values,
            pack_targets(np.array(targets)),
        )
        self.store.journal.append(self.project_id, gesture, "Ana", "a")

    def name(self, ids: list[int], author: str = "Ana", **as_class: object) -> None:
        packed = pack_ids(np.array(ids), NUM_SAMPLES)
        gesture = Gesture("annotate", str(uuid.uuid4()), packed, as_class)
        self.store.journal.append(self.project_id, gesture, author, author[0].lower())

    def controls(self) -> list[Run]:
        with self.store.database.read() as connection:
            query = RUN.select().where(RUN.c.kind == "control").order_by(RUN.c.position)
            ids = [row.run_id for row in connection.execute(query)]
        return [self.store.runs.get(run_id) for run_id in ids]

    def measure(self) -> Run:
        return self.work(self.controls()[-1])


@pytest.fixture
def told(store: Store, bench: Workbench) -> Told:
    return Told(store, bench)


def test_receipt__says_what_the_moves_did(told: Told) -> None:
    teach_digits(told.store, told.project_id)
    run = told.update()
    kept = told.store.receipts.get(run.run_id)
    figures = kept.figures
    assert (run.has_receipt, kept.control, figures["gain"]) == (True, "waiting", None)
    assert (figures["num_moved"], figures["num_named"]) == (2, 38)
    before, after = (sight_of(r.run_id, r.last_epoch, told.store) for r in (told.first, run))
    target = told.store.journal.state(told.project_id).pins.places
    start, end = (
        np.linalg.norm(sight.embedding[list(MOVED)] - target, axis=1) for sight in (before, after)
    )
    assert figures["num_arrived"] == (end < start).sum()
    assert 0 < figures["drift_share"] < 0.5
    assert figures["accuracy_before"] is None, "the pretraining predicts nothing"
    newest = told.store.runs.snapshot(run.run_id, run.last_epoch).metrics
    assert figures["accuracy_after"] == pytest.approx(newest["held_out_accuracy"])
    assert figures["num_known"] == newest["held_out_known"]


def test_control__hears_nothing_of_the_moves_and_gives_the_gain(told: Told) -> None:
    teach_digits(told.store, told.project_id)
    run = told.update()
    waiting = told.controls()[0]
    lesson = load_lesson(run, told.store, told.bench)
    other = load_lesson(
        dataclasses.replace(waiting, parent_run_id=told.first.run_id), told.store, told.bench
    )
    assert (other.target, other.class_place) == (None, None)
    assert (other.annotation != lesson.annotation).nonzero()[0].tolist() == list(MOVED)
    np.testing.assert_array_equal(other.truth, lesson.truth)
    control = told.measure()
    assert (control.state, control.error, control.last_epoch) == ("finished", None, run.last_epoch)
    kept = told.store.receipts.get(run.run_id)
    gain = kept.figures["gain"]
    assert kept.control == "measured"
    assert gain["low"] <= gain["mean"] <= gain["high"]
    assert gain["verdict"] in ("real gain", "may be chance", "no effect", "harm")
    assert told.store.frames.after(control.run_id, 0) == [], "nothing of it is left"


def test_control__on_another_device_than_its_run_is_told(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.move([111], [[0.0, 0.0]])
    run = told.update()
    here = training_manner(told.bench.device)
    assert told.store.receipts.get(run.run_id).figures["trained_on"] == here
    monkeypatch.setattr("tasks.receipts.training_manner", lambda _device: "GPU")
    told.measure()
    figures = told.store.receipts.get(run.run_id).figures
    assert (figures["trained_on"], figures["control_trained_on"]) == (here, "GPU")


def test_control__of_the_same_moves_is_the_same_run(told: Told) -> None:
    """What a control would learn without any drag is what the run without them learned."""
    teach_digits(told.store, told.project_id)
    first = told.update()
    told.measure()
    told.move([111], [[0.0, 0.0]])
    moved = told.update()
    plain = told.controls()[-1]
    assert plain.control_of == moved.run_id
    lesson = load_lesson(plain, told.store, told.bench)
    before = load_lesson(first, told.store, told.bench)
    np.testing.assert_array_equal(lesson.annotation, before.annotation)
    assert lesson.moved_ids.tolist() == list(MOVED), "earlier pins are targets of both"
    assert told.store.receipts.get(moved.run_id).figures["num_moved"] == 1


def test_receipt__gain_is_withheld_where_few_truths_are_known(told: Told) -> None:
    told.move([111], [[0.0, 0.0]])
    run = told.update()
    told.measure()
    gain = told.store.receipts.get(run.run_id).figures["gain"]
    assert (gain["mean"], gain["verdict"], gain["num_known"]) == (None, None, 0)
    assert gain["reason"].startswith("Only 0 held-out samples")


def test_receipt__not_without_anything_new(told: Told) -> None:
    teach_digits(told.store, told.project_id)
    told.update()
    told.measure()
    again = told.update()
    assert not again.has_receipt
    assert len(told.controls()) == 1


def test_receipt__of_names_alone_is_told_beside_the_map_before(told: Told) -> None:
    told.name([0, 1, 2, 3], new_class={"name": "0"})
    told.name([4, 5, 6, 7], new_class={"name": "1"})
    first = told.update()
    kept = told.store.receipts.get(first.run_id)
    assert (first.has_receipt, kept.control, told.controls()) == (True, "none", [])
    assert (kept.figures["num_moved"], kept.figures["num_named"]) == (0, 8)
    assert (kept.figures["change"], kept.figures["num_flipped"]) == (None, None), "it was mute"
    told.name([8, 9], class_index=0)
    second = told.update()
    figures = told.store.receipts.get(second.run_id).figures
    before, after = (sight_of(r.run_id, r.last_epoch, told.store) for r in (first, second))
    others = np.setdiff1d(np.arange(NUM_SAMPLES), [8, 9])
    flipped = (before.prediction != after.prediction)[others]
    assert (figures["num_named"], figures["num_flipped"]) == (2, int(flipped.sum()))
    change = figures["change"]
    assert (change["num_known"], change["verdict"]) == (figures["num_known"], None)
    assert change["reason"].startswith("Only "), "withheld, as any gain of so few"


def test_receipt__names_who_did_it_and_the_samples_it_counts_as_worse(told: Told) -> None:
    told.name([0, 1, 2, 3], new_class={"name": "0"})
    told.name([4, 5, 6, 7], author="Ben", new_class={"name": "1"})
    told.name([3], author="Ben", class_index=1)
    first = told.update()
    shares = told.store.receipts.get(first.run_id).figures["by"]
    assert [(share["author"], share["num_named"]) for share in shares] == [("Ben", 5), ("Ana", 3)]
    before = sight_of(first.run_id, first.last_epoch, told.store).prediction
    guessed = np.flatnonzero(before == np.bincount(before[before >= 0]).argmax())[:3]
    told.name(guessed.tolist(), class_index=int(1 - before[guessed[0]]))
    second = told.update()
    figures = told.store.receipts.get(second.run_id).figures
    worse = unpack_ids(base64.b64decode(figures["worse"]), NUM_SAMPLES)
    assert len(worse) == figures["right_to_wrong"]
    assert not np.isin(guessed, worse).any(), "named since"


def test_receipt__a_lost_frame_costs_it_but_not_the_run(told: Told) -> None:
    told.move([111], [[0.0, 0.0]])
    row = told.store.runs.snapshot(told.first.run_id, told.first.last_epoch)
    frame = told.store.frames.get(told.first.run_id, row.attempt, row.frame_n)
    assert decode_frame(told.store.artifacts.read(frame.artifact)).prediction is not None
    told.store.artifacts.remove(frame.artifact)
    run = told.update()
    assert (run.state, run.has_receipt, told.controls()) == ("finished", False, [])


def test_control__shows_no_frames_on_its_way(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    told.move([111], [[0.0, 0.0]])
    told.update()
    monkeypatch.setattr("store.runs.receipts.Receipts.clear", lambda *_: None)
    control = told.measure()
    frames = told.store.frames.after(control.run_id, 0)
    assert [frame.epoch for frame in frames] == [1, 2, 3]
    assert all(frame.is_snapshot for frame in frames)


def test_receipt__a_merge_of_classes_flips_nothing(store: Store, bench: Workbench) -> None:
    """The map before is read in the classes there are now, as the truth and the Runs page are."""
    dataset = put_samples(store)
    project = store.projects.create("p", dataset.dataset_id, class_names=dataset.class_names)
    scene = Scene(store, project, num_samples=NUM_SAMPLES)
    label = np.asarray(store.datasets.samples(dataset.dataset_id).label)
    scene.name(np.flatnonzero(label == 1)[:4].tolist(), 1)
    scene.predicted(scene.submit("pretrain"), label)
    scene.say("add_class", name="uno")
    scene.say("merge_class", class_index=1, into=10)
    run = scene.predicted(scene.submit(), np.where(label == 1, 10, label))
    figures = receipt_of(run, store, bench)
    assert figures is not None
    flips = [figures[name] for name in ("num_flipped", "wrong_to_right", "right_to_wrong")]
    assert flips == [0, 0, 0]
    assert (figures["accuracy_before"], figures["accuracy_after"]) == (1, 1)
    assert (figures["change"]["mean"], figures["change"]["verdict"]) == (0, "may be chance")
