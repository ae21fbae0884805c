"""A head for samples that come alone, for the preset that asks a sample's neighbours in the app.

`lodemap` predicts by the mean of label spreading and a linear head (ml/learning/answer.py); the
first is no function of one sample. The checkpoint's linear head alone is a worse network than the
one people saw: with two names a class of the digits it was right on 80 % of the held-out, the app
on 86 %. So the linear head that goes out is fitted once more, to what the app believes of the
samples that are trained on: 87 % (docs/export.md). Held-out samples take no part.

Such a fit learns which class, not how sure: of a belief it hears the class alone, weighed by the
confidence, so it ends surer than the app, by .08 to .09 on the digits. A temperature (Guo et al.,
On Calibration of Modern Neural Networks, ICML 2017), one number by which all logits are divided,
brings its confidence to the app's; it changes no class.
"""

import math
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor, nn

from ml.learning.answer import draw_taught, fit_head
from ml.maps.codec import DecodedFrame
from ml.networks.embedding import Embedding
from ml.networks.model import LatentModel
from ml.networks.networks import mask_logits
from ml.samples.training_set import TrainingSet, to_pixels

COLDEST: Final = 1 / 16
HOTTEST: Final = 64.0
NUM_TRIED: Final = 201
"""Temperatures that are tried, evenly by their logarithm: 3.5 % apart."""


def fit_lone_head(model: LatentModel, lesson: TrainingSet, frame: DecodedFrame) -> None:
    """Replace the head of a model, on the CPU, by one that answers without neighbours.

    Args:
        model: Of the preset `lodemap`.
        lesson: What its run learned from.
        frame: What the app believes of all samples, by the same snapshot.
    """
    embedding = Embedding(model, to_pixels(lesson.images))
    for _ in embedding.chunks():
        pass
    said = believed(lesson, frame)  # (num_samples, K)
    ids = draw_taught(said)
    h = model.direction(embedding.h[ids])
    is_active = torch.from_numpy(lesson.is_active)
    for _ in fit_head(model.head, h, said[ids], is_active):
        pass
    is_guess = torch.from_numpy(lesson.taught[ids.numpy()] < 0)
    temper(model.head, h[is_guess], said[ids][is_guess], is_active)


@torch.no_grad()
def temper(head: nn.Module, h: Tensor, said: Tensor, is_active: Tensor) -> None:
    """Divide a linear head's logits by the temperature at which it is as sure as the app.

    Args:
        head: Its weights are changed.
        h: Features as it reads them, shape (n, FEATURE_DIM).
        said: The app's confidence at its prediction, 0 elsewhere, shape (n, K).
        is_active: Classes that may be believed, shape (K,), bool.
    """
    if not len(h) or int(is_active.sum()) < 2:
        return
    logits = mask_logits(head(h), is_active)
    sure, column = said.max(1)
    tried = torch.logspace(math.log10(COLDEST), math.log10(HOTTEST), NUM_TRIED).tolist()
    losses = []
    for temperature in tried:
        own = (logits / temperature).softmax(1).gather(1, column[:, None]).squeeze(1)
        losses.append(float(F.binary_cross_entropy(own, sure)))
    temperature = tried[int(np.argmin(losses))]
    for parameter in head.parameters():
        parameter.div_(temperature)


def believed(lesson: TrainingSet, frame: DecodedFrame) -> Tensor:
    """Return shares of classes, shape (num_samples, max(1, num_classes)).

    Annotations count whole, predictions by their confidence, held-out samples not at all.
    """
    said = np.zeros((lesson.num_samples, max(1, lesson.num_classes)), np.float32)
    if frame.prediction is not None and frame.confidence is not None:
        ids = lesson.trained_ids[frame.prediction[lesson.trained_ids] >= 0]
        said[ids, frame.prediction[ids]] = frame.confidence[ids] / np.float32(255)
    named = np.flatnonzero(lesson.taught >= 0)
    said[named] = 0
    said[named, lesson.taught[named]] = 1
    return torch.from_numpy(said)
