import dataclasses
from typing import Any

import numpy as np
import pytest
import torch

from ml.errors import InvalidInputError
from ml.learning.order import spread_evenly
from ml.networks.model import build_model
from ml.presets.annotate_vae import AnnotateVae
from ml.records import NO_CLASS, UNSURE
from ml.samples.training_set import to_pixels
from ml.seeding import make_generator
from tests.ml.scenes import CONFIG, blobs, run


def test_taught__leaves_out_held_out_and_unsure_samples() -> None:
    samples = dataclasses.replace(
        blobs(6),
        annotation=np.array([0, 1, UNSURE, NO_CLASS, 2, 2], np.int16),
        is_held_out=np.array([True, False, False, False, True, False]),
    )
    assert samples.taught.tolist() == [-1, 1, -1, -1, -1, 2]
    assert samples.is_active.tolist() == [False, True, True]
    assert samples.trained_ids.tolist() == [1, 2, 3, 5]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"images": np.zeros((6, 1, 8, 8), np.float32)}, "use uint8"),
        ({"images": np.zeros((6, 64), np.uint8)}, "use uint8"),
        ({"annotation": np.zeros(5, np.int16)}, "annotation has shape"),
        ({"truth": np.full(6, 3, np.int16)}, "truth holds class 3"),
        ({"annotation": np.full(6, -3, np.int16)}, "annotation holds class -3"),
        ({"is_held_out": np.ones(6, bool)}, "every one is held out"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_training_set__refuses_what_does_not_fit(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        dataclasses.replace(blobs(6), **change)


def test_to_pixels__copies_read_only_arrays() -> None:
    images = np.zeros((2, 1, 8, 8), np.uint8)
    images.flags.writeable = False
    assert to_pixels(images).dtype == torch.uint8


def test_minibatches__visit_every_trained_sample_once_in_near_equal_parts() -> None:
    """Of 96 samples six minibatches: so few get smaller ones than the 32 asked for."""
    samples = blobs(annotated=(0,))
    minibatches = AnnotateVae(build_model(CONFIG, (1, 8, 8), 3), samples, CONFIG).begin_epoch(1)
    assert [len(ids) for ids in minibatches] == [16] * 6
    np.testing.assert_array_equal(np.sort(np.concatenate(minibatches)), samples.trained_ids)


def test_spread_evenly__each_stretch_holds_its_share() -> None:
    is_annotated = torch.arange(1000) < 100
    order = spread_evenly(is_annotated, make_generator(0))
    assert order.sort().values.equal(torch.arange(1000))
    counts = is_annotated[order].view(10, 100).sum(1)
    assert ((counts >= 8) & (counts <= 12)).all()


def test_spread_evenly__each_epoch_has_its_own_order() -> None:
    nothing = torch.zeros(50, dtype=torch.bool)
    orders = [spread_evenly(nothing, make_generator(0, epoch)) for epoch in (1, 2)]
    assert not torch.equal(*orders)


def test_places__of_classes_must_fit() -> None:
    with pytest.raises(InvalidInputError, match="A class was moved further than 1e"):
        dataclasses.replace(blobs(), class_place=np.full((3, 2), 1e16, np.float32))
    model = build_model(CONFIG, (1, 8, 8), 3)
    for shape in ((2, 2), (3, 3)):
        bad = dataclasses.replace(blobs(), class_place=np.zeros(shape, np.float32))
        with pytest.raises(InvalidInputError, match="class_place has shape"):
            run(model, bad)
