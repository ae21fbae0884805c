"""The head that goes out hears the app's beliefs, and nothing of held-out samples."""

from dataclasses import replace

import numpy as np
import torch
from torch import nn

from ml.maps.codec import DecodedFrame
from ml.networks.embedding import scale_pixels
from ml.networks.model import build_model
from ml.records import RunConfig
from ml.samples.training_set import TrainingSet
from tasks.lone_head import believed, fit_lone_head, temper

N = 40


def islands() -> tuple[TrainingSet, DecodedFrame]:
    """Dark and bright images: two are named, the app is right but for the held-out ones."""
    is_bright = np.arange(N) % 2 == 1
    noise = np.random.default_rng(0).integers(0, 60, (N, 1, 8, 8), np.uint8)
    images = np.where(is_bright[:, None, None, None], 255 - noise, noise).astype(np.uint8)
    is_held_out = np.arange(N) >= 32
    annotation = np.full(N, -1, np.int16)
    annotation[[0, 1]] = [0, 2]
    truth = np.where(is_bright, 2, 0).astype(np.int16)
    prediction = np.where(is_held_out, 2 - truth, truth).astype(np.int16)
    lesson = TrainingSet(images, annotation, is_held_out, truth, num_classes=3)
    share = np.full(N, 204, np.uint8)
    return lesson, DecodedFrame(1.0, np.zeros((N, 2), np.float32), prediction, share, share)


def test_believed__names_whole_predictions_by_confidence_held_out_not_at_all() -> None:
    said = believed(*islands()).numpy()
    assert said.shape == (N, 3)
    assert said[0].tolist() == [1, 0, 0]
    np.testing.assert_allclose(said[3], [0, 0, 0.8])
    assert not said[32:].any()


def test_fit_lone_head__answers_for_samples_that_come_alone() -> None:
    lesson, frame = islands()
    model = build_model(RunConfig(preset="lodemap", seed=1), (1, 8, 8), 3)
    fit_lone_head(model, lesson, frame)
    with torch.no_grad():
        images = scale_pixels(torch.from_numpy(np.asarray(lesson.images)))
        logits = model.classify(model.features(images), torch.zeros(N, 2))
    told = logits[:, [0, 2]].argmax(1).numpy() * 2
    assert (told == lesson.truth).all(), "held-out beliefs, which were wrong, were not heard"


def test_fit_lone_head__is_as_sure_as_the_app() -> None:
    lesson, frame = islands()
    for share in (153, 204, 250):
        sure = replace(frame, confidence=np.full(N, share, np.uint8))
        model = build_model(RunConfig(preset="lodemap", seed=1), (1, 8, 8), 3)
        fit_lone_head(model, lesson, sure)
        with torch.no_grad():
            images = scale_pixels(torch.from_numpy(np.asarray(lesson.images)))
            logits = model.classify(model.features(images), torch.zeros(N, 2))
        top = logits[:, [0, 2]].softmax(1).amax(1).numpy()
        assert abs(top[2:32] - share / 255).mean() < 0.03


def test_fit_lone_head__without_a_guess_or_a_choice_stays_as_it_was_fitted() -> None:
    head = nn.Linear(4, 2)
    before = head.weight.detach().clone()
    temper(head, torch.zeros(0, 4), torch.zeros(0, 2), torch.ones(2, dtype=torch.bool))
    temper(head, torch.ones(3, 4), torch.ones(3, 2), torch.tensor([True, False]))
    torch.testing.assert_close(head.weight, before, atol=0, rtol=0)
