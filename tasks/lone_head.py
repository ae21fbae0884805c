"""A head for samples that come alone, for the preset that asks a sample's neighbours in the app.

`lodemap` predicts by the mean of label spreading and a linear head (ml/learning/answer.py); the
first is no function of one sample. The checkpoint's linear head alone is a worse network than the
one people saw: with two names a class of the digits it was right on 80 % of the held-out, the app
on 86 %. So the linear head that goes out is fitted once more, to what the app believes of the
samples that are trained on, as strongly as it believes it: 87 % (docs/export.md). Held-out samples
take no part.
"""

import numpy as np
import torch
from torch import Tensor

from ml.learning.answer import draw_taught, fit_head
from ml.maps.codec import DecodedFrame
from ml.networks.embedding import Embedding
from ml.networks.model import LatentModel
from ml.samples.training_set import TrainingSet, to_pixels


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
    for _ in fit_head(model.head, h, said[ids], torch.from_numpy(lesson.is_active)):
        pass


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
