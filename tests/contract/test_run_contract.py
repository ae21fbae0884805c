"""What a person may rely on, whichever way work reaches a worker."""

import os
import signal
import time

import pytest

from ml.maps.codec import decode_frame, pack_ids
from store.records import Gesture
from tests.contract.workplace import (
    ENDLESS,
    LONG,
    SHORT,
    Workplace,
    end_celery,
    is_alive,
    start_celery,
    until,
)
from tests.faults.watch import Measure, seconds_to_resume, soon, watched
from tests.patience import PATIENCE

STOP_S = 1.0
ABSENT = "00000000-0000-4000-8000-000000000000"
END_S = 5.0
"""Of a worker that is asked to end, its run given back."""
pytestmark = pytest.mark.timeout(600)  # processes that import PyTorch take their time on busy cores


def test_submit__frames_arrive_in_order_with_a_snapshot_per_epoch(place: Workplace) -> None:
    run = place.submit(SHORT)
    assert place.wait_for_end(run.run_id).state == "finished"
    frames = place.frames(run.run_id)
    assert [frame.n for frame in frames] == list(range(1, len(frames) + 1))
    assert [f.epoch for f in frames if f.is_snapshot] == [0, 1, 2, 3]
    assert [f.epoch for f in frames] == sorted(f.epoch for f in frames)
    for frame in frames:
        drawn = decode_frame(place.store.artifacts.read(frame.artifact))
        assert len(drawn.embedding) == place.dataset.num_samples


def test_submit__same_seed_same_checkpoints_in_and_across_both_modes(
    place: Workplace, undisturbed: list[str]
) -> None:
    runs = [place.submit(LONG) for _ in range(2)]
    for run in runs:
        assert place.wait_for_end(run.run_id).state == "finished"
        assert place.fingerprints(run.run_id) == undisturbed


def test_submit__a_fine_tuning_goes_on_from_the_pretraining(place: Workplace) -> None:
    first = place.submit(SHORT)
    place.wait_for_end(first.run_id)
    for index, ids in enumerate(([1, 2, 3, 4], [6, 7, 8, 9])):
        packed = pack_ids(ids, place.dataset.num_samples)  # type: ignore[arg-type]
        gesture = Gesture("annotate", f"g{index}", packed, {"new_class": {"name": f"c{index}"}})
        place.store.journal.append(first.project_id, gesture, "Ana", "a")
    run = place.store.runs.submit(first.project_id, "fine_tune", SHORT, "Ana", "a", "update")
    place.backend.doorbell.ring(run.run_id)
    ended = place.wait_for_end(run.run_id)
    assert (ended.state, ended.parent_run_id, ended.parent_epoch) == ("finished", first.run_id, 3)
    newest = place.store.runs.snapshot(run.run_id, 3)
    assert newest.metrics["num_annotated"] == 8
    assert [f.epoch for f in place.frames(run.run_id) if f.is_snapshot] == [1, 2, 3]


def test_stop__ends_within_a_second_and_keeps_the_last_snapshot(
    place: Workplace, record_property: Measure
) -> None:
    with watched(place) as watch:
        run = place.submit(ENDLESS, watch.project)
        place.wait_for_epoch(run.run_id, 2)
        watch.fault()
        place.store.runs.request_stop(run.run_id)
        took_s = soon(lambda: place.run(run.run_id).state == "stopped", "stopped", STOP_S)
        record_property("stop_s", round(took_s, 2))
    ended = place.run(run.run_id)
    kept = place.store.runs.snapshot(run.run_id, ended.last_epoch)
    assert len(place.fingerprints(run.run_id)) == ended.last_epoch + 1
    frames = {frame.n: frame for frame in place.frames(run.run_id)}
    assert frames[max(frames)].artifact == frames[kept.frame_n].artifact


def test_stop__of_a_waiting_run_means_it_never_starts(place: Workplace) -> None:
    with watched(place) as watch:
        first = place.submit(ENDLESS, watch.project)
        place.wait_for_epoch(first.run_id, 0)
        waiting = place.submit(SHORT)
        watch.fault()
        assert place.store.runs.request_stop(waiting.run_id).state == "stopped"
        place.store.runs.request_stop(first.run_id)
        place.wait_for_end(first.run_id)
        assert place.wait_for_end(place.submit(SHORT).run_id).state == "finished"
    assert place.run(waiting.run_id).attempt == 0


def test_kill__of_the_worker_resumes_from_the_last_epoch(
    place: Workplace, undisturbed: list[str], record_property: Measure
) -> None:
    with watched(place) as watch:
        run = place.submit(LONG, watch.project)
        place.wait_for_epoch(run.run_id, 3)
        record_property("resumes_s", round(seconds_to_resume(watch, place, run.run_id), 2))
        ended = place.wait_for_end(run.run_id)
    assert (ended.state, ended.attempt) == ("finished", 2)
    assert place.fingerprints(run.run_id) == undisturbed


def test_ring__twice_does_the_work_once(place: Workplace, undisturbed: list[str]) -> None:
    run = place.submit(LONG)
    place.backend.doorbell.ring(run.run_id)
    place.wait_for_epoch(run.run_id, 1)
    place.backend.doorbell.ring(run.run_id)
    assert place.wait_for_end(run.run_id).attempt == 1
    place.backend.doorbell.ring(run.run_id)
    assert place.wait_for_end(place.submit(SHORT).run_id).state == "finished"
    assert place.run(run.run_id).attempt == 1
    snapshots = [f.epoch for f in place.frames(run.run_id) if f.is_snapshot]
    assert snapshots == list(range(LONG.num_epochs + 1))
    assert place.fingerprints(run.run_id) == undisturbed


def test_ring__for_no_run_is_ignored(place: Workplace) -> None:
    for ring in ("", "../../etc/passwd", "x" * 300, "two\nlines", "\x00", "ä" * 9, ABSENT):
        place.backend.doorbell.ring(ring)
    assert place.wait_for_end(place.submit(SHORT).run_id).state == "finished"


def test_end__of_the_worker_in_order_gives_the_run_back(
    place: Workplace, undisturbed: list[str], record_property: Measure
) -> None:
    with watched(place) as watch:
        run = place.submit(LONG, watch.project)
        place.wait_for_epoch(run.run_id, 3)
        pid = place.worker_pid(run.run_id)
        watch.fault()
        asked_s = time.monotonic()
        if place.celery is not None:
            end_celery(place.celery)
            assert place.celery.returncode == 0
            until(lambda: place.run(run.run_id).state == "queued", "the run given back")
        else:
            os.kill(pid, signal.SIGTERM)
        until(lambda: not is_alive(pid), "the end of the worker")
        took_s = time.monotonic() - asked_s
        record_property("ends_s", round(took_s, 2))
        assert took_s < END_S * PATIENCE
        if place.celery is not None:
            place.celery = start_celery(place.store)
        assert place.wait_for_end(run.run_id).state == "finished"
    assert place.fingerprints(run.run_id) == undisturbed
