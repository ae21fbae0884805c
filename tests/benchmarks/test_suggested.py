import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.gestures.hand import Naming, View
from benchmarks.gestures.live import first_snapshot, named
from benchmarks.gestures.scene import config_of
from benchmarks.gestures.suggested import SuggestedHand, answer, ask, choose, look_at
from ml.networks.model import LatentModel, build_model
from ml.samples.training_set import TrainingSet
from tests.ml.scenes import blobs

COLORED = np.array([True, True, False, False])
SHOWN = np.arange(10, 22)


def truth(*classes: int) -> NDArray[np.int16]:
    """The classes of the samples shown; all others are of class 3."""
    return np.array([*[3] * 10, *classes, *[3] * 90], np.int16)


def test_answer__names_the_majority_and_refuses_the_rest() -> None:
    said = answer(SHOWN, truth(*[1] * 8, 0, 0, 2, 2), COLORED)
    assert said.class_index == 1
    assert said.ids.tolist() == list(range(10, 18))
    assert said.refused.tolist() == [18, 19, 20, 21]
    assert said.num_looked == 12


def test_answer__a_class_without_a_colour_goes_first_once_three_show_it() -> None:
    assert answer(SHOWN, truth(*[1] * 9, 2, 2, 2), COLORED).class_index == 2
    assert answer(SHOWN, truth(*[1] * 10, 2, 2), COLORED).class_index == 1
    assert answer(SHOWN, truth(*[1] * 9, 2, 2, 2), np.ones(4, bool)).class_index == 1


@pytest.mark.parametrize(("seen", "expected"), [([3], 3), ([1, 1, 0], 1), ([2, 2, 1], 2)])
def test_choose__without_three_of_a_new_class_the_most_frequent(
    seen: list[int], expected: int
) -> None:
    assert choose(np.array(seen, np.int16), COLORED) == expected


def model_of(samples: TrainingSet) -> LatentModel:
    config = config_of("lodemap", 1, 0)
    return build_model(config, samples.sample_shape, samples.num_classes)


def follow(
    hand: SuggestedHand, samples: TrainingSet, count: int
) -> tuple[list[Naming], TrainingSet]:
    """Answers to so many suggestions of a network that stays as it was drawn."""
    model = model_of(samples)
    snapshot = first_snapshot(model, samples, b"")
    found: list[Naming] = []
    for turn in range(count):
        naming = hand.next_gesture(View(samples, snapshot, model, turn))
        if naming is None:
            break
        found.append(naming)
        samples = named(samples, naming)
    return found, samples


@pytest.mark.slow
def test_hand__says_the_truth_of_all_it_was_shown_and_of_nothing_held_out() -> None:
    """Some samples look like another class, so that suggestions are mixed."""
    samples = blobs(300)
    label = np.where(np.arange(300) % 7 == 0, 1, np.arange(300) % 3).astype(np.int16)
    samples = TrainingSet(samples.images, samples.annotation, samples.is_held_out, label, 3)
    found, after = follow(SuggestedHand(samples, 0), samples, 50)
    said = np.concatenate([np.concatenate([each.ids, each.refused]) for each in found])
    assert len(said) == len(np.unique(said)) == sum(each.num_looked for each in found) == 240
    assert not samples.is_held_out[said].any()
    is_named = after.annotation >= 0
    assert (after.annotation[is_named] == label[is_named]).all()
    assert after.refused is not None
    assert not after.refused[np.arange(300), label].any()


@pytest.mark.wide
def test_hand__equal_seeds_equal_gestures() -> None:
    samples = blobs(300, annotated=[0, 1, 2])
    first, same = (follow(SuggestedHand(samples, 4), samples, 3)[0] for _ in range(2))
    assert [each.ids.tolist() for each in first] == [each.ids.tolist() for each in same]


def test_ask__believes_nothing_before_a_class_is_named_and_keeps_what_was_said() -> None:
    samples = blobs(120, annotated=[])
    view = look_at(model_of(samples), samples)
    assert not ask(view, samples).any()
    said = blobs(120, annotated=[0, 1, 2])
    told = ask(view, said)
    is_taught = said.taught >= 0
    assert (told.argmax(1).numpy()[is_taught] == said.taught[is_taught]).all()
    assert told.shape == (120, 3)
