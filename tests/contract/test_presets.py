"""Every preset learns through a real worker, and loses nothing where the worker is killed."""

import uuid
from collections.abc import Callable

import pytest

from ml.maps.codec import decode_frame
from ml.records import PRESETS
from store.records import Run
from tests.contract.taught import NUM_CLASSES, teach_digits
from tests.contract.workplace import SHORT, TAUGHT, Workplace
from tests.faults.watch import Measure, seconds_to_resume, watched

pytestmark = pytest.mark.timeout(600)  # processes that import PyTorch take their time on busy cores
each_preset = pytest.mark.parametrize(
    "preset", [PRESETS[0], *(pytest.param(each, marks=pytest.mark.wide) for each in PRESETS[1:])]
)
the_first_of_presets = pytest.mark.parametrize(
    "preset", [PRESETS[0], *(pytest.param(each, marks=pytest.mark.slow) for each in PRESETS[1:])]
)


def update(place: Workplace, preset: str) -> Run:
    """Pretrain a project, name and move some digits, and ask for a fine-tuning."""
    project = place.project(preset)
    first = place.submit(SHORT, project)
    assert place.wait_for_end(first.run_id).state == "finished"
    teach_digits(place.store, project.project_id)
    key = str(uuid.uuid4())
    run = place.store.runs.submit(project.project_id, "fine_tune", TAUGHT, "Ana", "a", key)
    place.backend.doorbell.ring(run.run_id)
    return run


@each_preset
def test_update__teaches_as_it_does_in_one_process(
    place: Workplace, taught_alone: Callable[[str], list[str]], preset: str
) -> None:
    run = place.wait_for_end(update(place, preset).run_id)
    assert (run.state, run.error, run.config.preset) == ("finished", None, preset)
    snapshots = [frame for frame in place.frames(run.run_id) if frame.is_snapshot]
    epochs = range(1, TAUGHT.num_epochs + 1)
    assert [frame.epoch for frame in snapshots] == list(epochs)
    shown = decode_frame(place.store.artifacts.read(snapshots[-1].artifact))
    assert set(shown.prediction.tolist()) <= set(range(NUM_CLASSES))  # type: ignore[union-attr]
    if preset == "lodemap":
        metrics = [place.store.runs.snapshot(run.run_id, epoch).metrics for epoch in epochs]
        assert any(each["contrast"] for each in metrics), "the features were refined too"
    newest = place.store.runs.snapshot(run.run_id, TAUGHT.num_epochs).metrics
    assert newest["displacement"], "moved samples and a placed class were pulled"
    assert place.fingerprints(run.run_id) == taught_alone(preset)


@the_first_of_presets
def test_kill__in_the_middle_of_an_update_changes_nothing_of_what_is_learned(
    place: Workplace,
    taught_alone: Callable[[str], list[str]],
    preset: str,
    record_property: Measure,
) -> None:
    with watched(place) as watch:  # whose crowd is elsewhere: what it says would be learned, too
        run = update(place, preset)
        place.wait_for_epoch(run.run_id, 2)
        record_property("resumes_s", round(seconds_to_resume(watch, place, run.run_id), 2))
        ended = place.wait_for_end(run.run_id)
    assert (ended.state, ended.attempt) == ("finished", 2), ended.error
    assert place.fingerprints(run.run_id) == taught_alone(preset)
