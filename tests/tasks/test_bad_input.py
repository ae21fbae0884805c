"""What a run meets that nobody meant: it ends in a sentence, and what was good stays in place."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ml.learning.learner import Learner
from ml.maps.codec import pack_ids
from ml.networks.checkpoint import unpack_checkpoint
from ml.records import PRESETS
from store.datasets.files import ARRAYS, name_of
from store.opening import Store
from store.records import Gesture, Run
from tasks.fine_tune import run_fine_tune
from tasks.lesson import load_lesson
from tasks.workbench import Workbench
from tests.contract.workplace import NUM_SAMPLES, SHORT, put_samples
from tests.tasks.conftest import Submit


def say(store: Store, run: Run, key: str, verb: Any, ids: list[int], **values: Any) -> None:
    samples = pack_ids(np.array(ids), NUM_SAMPLES) if ids else b""
    store.journal.append(run.project_id, Gesture(verb, key, samples, values), "Ana", "a")


def map_with_two_classes(store: Store, bench: Workbench, submit: Submit) -> Run:
    """A pretrained map on which somebody named three samples one, three others two."""
    first = submit(SHORT)
    run_fine_tune(first.run_id, store, bench, "one")
    say(store, first, "a", "annotate", [1, 2, 3], new_class={"name": "one"})
    say(store, first, "b", "annotate", [6, 7, 8], new_class={"name": "two"})
    return first


@pytest.mark.parametrize("preset", PRESETS)
def test_run_fine_tune__that_diverges_keeps_its_last_good_snapshot(
    store: Store, bench: Workbench, submit: Submit, monkeypatch: pytest.MonkeyPatch, preset: str
) -> None:
    has_run_away = False
    step = Learner.step

    def runaway(learner: Learner, ids: torch.Tensor) -> None:
        nonlocal has_run_away
        step(learner, ids)
        is_last_of_second = learner.progress.num_steps == 2 * learner.steps_per_epoch
        if is_last_of_second and not has_run_away:
            has_run_away = True
            with torch.no_grad():
                learner.model.get_parameter("head.0.weight").fill_(np.inf)

    monkeypatch.setattr(Learner, "step", runaway)
    run = submit(SHORT, preset)
    run_fine_tune(run.run_id, store, bench, "one")
    ended = store.runs.get(run.run_id)
    assert (ended.state, ended.last_epoch) == ("failed", 1)
    assert "the last snapshot is kept" in (ended.error or "")
    head = store.runs.head(run.project_id)
    assert head is not None
    assert (head.run_id, head.epoch) == (run.run_id, 1)
    assert unpack_checkpoint(store.artifacts.read(head.checkpoint, head.sha256)).progress.epoch == 1

    say(store, run, "g", "annotate", [1, 2, 3], new_class={"name": "one"})
    following = store.runs.submit(run.project_id, "fine_tune", SHORT, "Ana", "a", "u")
    run_fine_tune(following.run_id, store, bench, "one")
    assert store.runs.get(following.run_id).state == "finished"


def test_run_fine_tune__whose_samples_are_gone_fails_and_waits_where_all_files_are(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    """The second is of a disk that is not mounted."""
    dataset_id = put_samples(store).dataset_id
    images = Path(store.settings.artifacts_url, name_of(dataset_id, ARRAYS["images"]))
    run, following = submit(SHORT), submit(SHORT)
    images.unlink()
    run_fine_tune(run.run_id, store, bench, "one")
    ended = store.runs.get(run.run_id)
    assert ended.state == "failed"
    assert "/images.npy is missing." in (ended.error or "")
    shutil.rmtree(images.parents[2])
    run_fine_tune(following.run_id, store, bench, "one")
    waiting = store.runs.get(following.run_id)
    assert (waiting.state, waiting.error, waiting.attempt) == ("queued", None, 1)


def test_run_fine_tune__learns_from_the_moment_it_was_asked_whatever_became_of_the_classes(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    first = map_with_two_classes(store, bench, submit)
    run = store.runs.submit(first.project_id, "fine_tune", SHORT, "Ana", "a", "u")
    say(store, first, "m", "merge_class", [], class_index=0, into=1)
    say(store, first, "c", "clear", [6, 7, 8])
    lesson = load_lesson(run, store, bench)
    assert lesson.annotation[[1, 2, 3, 6, 7, 8]].tolist() == [0, 0, 0, 1, 1, 1]
    run_fine_tune(run.run_id, store, bench, "one")
    ended = store.runs.get(run.run_id)
    assert (ended.state, ended.error) == ("finished", None)

    say(store, first, "d", "annotate", [11, 12], class_index=1)
    after = store.runs.submit(first.project_id, "fine_tune", SHORT, "Ana", "a", "v")
    assert load_lesson(after, store, bench).annotation[[1, 6, 11]].tolist() == [1, -1, 1]
    run_fine_tune(after.run_id, store, bench, "one")
    assert store.runs.get(after.run_id).state == "finished"


def test_run_fine_tune__a_class_whose_making_was_undone_leaves_a_network_to_go_on_from(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    first = map_with_two_classes(store, bench, submit)
    wide = store.runs.submit(first.project_id, "fine_tune", SHORT, "Ben", "b", "u")
    run_fine_tune(wide.run_id, store, bench, "one")
    say(store, first, "z", "undo", [])
    narrow = store.runs.submit(first.project_id, "fine_tune", SHORT, "Ana", "a", "v")
    assert load_lesson(narrow, store, bench).annotation.max() == 0
    run_fine_tune(narrow.run_id, store, bench, "one")
    ended = store.runs.get(narrow.run_id)
    assert (ended.state, ended.error) == ("finished", None)
