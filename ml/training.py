"""Training as one generator: it computes and yields; its consumer decides what to keep.

A run goes on only while its consumer asks for the next event, so that a stop is simply no longer
asking: it comes within one step or one chunk of embedding.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.errors import DivergedError
from ml.learning.learner import Learner
from ml.learning.pacing import FramePacer
from ml.learning.sharing import ALONE, Share
from ml.learning.survey import Survey
from ml.measures.by_label import label_metrics
from ml.measures.map_quality import map_metrics
from ml.measures.metrics import (
    count_active_units,
    finite,
    held_out_metrics,
    normalised_entropy,
    spread,
)
from ml.networks.checkpoint import Checkpoint, pack_epoch
from ml.networks.embedding import Embedding
from ml.networks.model import LatentModel
from ml.presets import make_learner
from ml.records import NO_CLASS, Field, Frame, RunConfig, Snapshot, Step
from ml.samples.training_set import TrainingSet

__all__ = ["TrainingSet", "train"]

STEPS_BEFORE_FIRST_FRAME: Final = 4
"""Fewer would show a map that has hardly moved."""
STEPS_BEFORE_JUDGED: Final = 400
"""A fresh network is given this long, twice its warm-up, to put its latent units to use."""
MOST_RESTARTS: Final = 3
"""A collapse that was asked for (beta_kl high) must still come to an end."""


def train(
    model: LatentModel,
    samples: TrainingSet,
    config: RunConfig,
    pacer: FramePacer,
    resume: Checkpoint | None = None,
    share: Share = ALONE,
) -> Iterator[Step | Frame | Snapshot]:
    """Train `model` in place and yield what happens.

    Pretraining is the same generator without annotations. Equal inputs and seed give equal
    snapshots, also when the run is resumed from one of them, and whatever the pacer does.

    Args:
        model: From `build_model`, with `load_weights` applied where the run has a parent.
        samples: All samples; held-out ones are embedded and measured, never trained on.
        config: How to learn.
        pacer: When a frame may leave.
        resume: A checkpoint of this very run; epochs up to its own are not repeated.
        share: This process's part, where several train the same weights together.

    Yields:
        A `Step` after every optimizer update, and again, unchanged, between the chunks of a
        snapshot's embedding, where the consumer may stop too; a `Frame` when the pacer allows, and
        before the first snapshot after a step where none came;
        a `Snapshot` after each epoch, and first of all one of epoch 0 for a fresh model.

    Raises:
        DivergedError: when the loss or the embedding is not finite any more.
        ModelMismatchError: when `resume` belongs to another architecture.
        BadCheckpointError: when `resume` lacks a fitting optimizer state.
    """
    is_fine_tuning = resume.progress.has_parent if resume is not None else model.has_parent
    learner = make_learner(model, samples, config, is_fine_tuning)
    learner.share = share
    yield from begin(learner, resume)
    pacer.start()
    for epoch in range(learner.progress.epoch + 1, config.num_epochs + 1):
        yield from train_epoch(learner, epoch, pacer)
        last = Step(epoch, learner.steps_per_epoch, learner.steps_per_epoch)
        learner.end_epoch(epoch)
        yield from take_snapshot(learner, last, pacer)
        pacer.sent()


def begin(learner: Learner, resume: Checkpoint | None) -> Iterator[Step | Frame | Snapshot]:
    """Get ready for the first epoch, or for the one after a checkpoint.

    Raises:
        BadCheckpointError: when `resume` lacks a fitting optimizer state.
    """
    before = Step(0, 0, learner.steps_per_epoch)
    if resume is None and not learner.model.has_parent:
        learner.measure()
        yield from take_snapshot(learner, before)  # seen at once: getting ready may take long
    for _ in learner.prepare():
        yield before
    if resume is not None:
        learner.resume(resume)
        revive(learner)


def train_epoch(learner: Learner, epoch: int, pacer: FramePacer) -> Iterator[Step | Frame]:
    """Do one pass over the training samples, with frames in between."""
    frame: Embedding | None = None
    for done in learner.run_epoch(epoch):
        num_steps = learner.steps_per_epoch
        yield Step(epoch, done, num_steps)
        is_early = learner.progress.num_steps < STEPS_BEFORE_FIRST_FRAME
        if is_early or done in (0, num_steps):
            continue
        if pacer.may_work():
            with pacer.working():
                frame = frame or learner.embed()
                frame.advance()
        if frame is not None and frame.is_complete:
            pacer.sent()
            yield Frame(epoch - 1 + done / num_steps, frame.mu)
            frame = None


def take_snapshot(
    learner: Learner, last: Step, pacer: FramePacer | None = None
) -> Iterator[Step | Frame | Snapshot]:
    """Embed all samples and yield the snapshot, with `last` between chunks.

    Where nothing has moved yet since the run began, a frame comes first: what is believed of a
    million samples, once they have their places, takes a minute.

    Raises:
        DivergedError: when the loss or the embedding is not finite.
    """
    losses = learner.mean_losses()
    if losses is not None and not np.isfinite(list(losses.values())).all():
        raise DivergedError
    embedding = learner.embed()
    for _ in embedding.chunks():
        yield last
    if pacer is not None and pacer.is_awaited:
        pacer.sent()
        yield Frame(float(last.epoch), embedding.mu)
    for _ in learner.conclude(embedding):
        yield last
    opinion = predict(learner, embedding)
    survey = Survey(learner, embedding, opinion.prediction)
    for _ in survey.chunks():
        yield last
    snapshot = describe(learner, embedding, losses, opinion, survey.field)
    revive(learner)
    yield snapshot


class Opinion(NamedTuple):
    """What the network says of each sample."""

    prediction: NDArray[np.int16]
    """class_index or NO_CLASS, shape (num_samples,)."""
    confidence: NDArray[np.float32]
    """Probability of the prediction, same shape."""
    uncertainty: NDArray[np.float32]
    """Entropy of the prediction over log(num_classes), same shape."""


def describe(
    learner: Learner,
    embedding: Embedding,
    losses: Mapping[str, float] | None,
    opinion: Opinion,
    field: Field | None,
) -> Snapshot:
    """Return the snapshot of a complete embedding, and note whether the learner is dead."""
    samples, mu = learner.samples, embedding.mu
    num_active = watch_units(learner, embedding)
    metrics: dict[str, float | None] = {
        **(losses or dict.fromkeys(learner.TERMS)),
        **dict.fromkeys(learner.withheld_terms),
        **held_out_metrics(opinion.prediction, samples.truth, samples.is_held_out),
        **label_metrics(opinion.prediction, samples.truth, samples.label, samples.is_held_out),
        "num_annotated": float((samples.taught >= 0).sum()),
        "spread": spread(mu),
        "active_units": num_active,
        **map_metrics(samples, embedding, opinion.prediction, learner.starting_map),
        "restarts": float(learner.progress.num_restarts + learner.progress.is_dead),
    }
    progress = learner.progress
    is_last = progress.epoch >= learner.config.num_epochs  # and nothing goes on from there
    moments = {} if is_last else learner.moments()
    checkpoint, state = pack_epoch(learner.model, learner.config, progress, moments)
    return Snapshot(progress.epoch, mu, *opinion, metrics, checkpoint, field, state)


def watch_units(learner: Learner, embedding: Embedding) -> float | None:
    """Return how many latent units are active, and note a learner that has none left as dead."""
    if not learner.model.parts.is_variational:
        return None
    num_active = count_active_units(embedding.mu, embedding.log_variance)
    if num_active == 0 and is_judged(learner):
        learner.progress = replace(learner.progress, is_dead=True)
    return float(num_active)


def revive(learner: Learner) -> None:
    """Start a dead learner again; the snapshot that tells of it holds what it shows."""
    if learner.progress.is_dead:
        learner.restart()


def is_judged(learner: Learner) -> bool:
    """Return whether a network without active units should start again from fresh weights."""
    progress = learner.progress
    return (
        not progress.has_parent
        and progress.epoch < learner.config.num_epochs
        and progress.num_steps >= STEPS_BEFORE_JUDGED
        and progress.num_restarts < MOST_RESTARTS
    )


def predict(learner: Learner, embedding: Embedding) -> Opinion:
    """Return what the network says of each sample.

    Before the first annotation nothing is predicted: NO_CLASS, confidence 0, uncertainty 1.
    """
    n, is_active = len(embedding.mu), learner.samples.is_active
    if not is_active.any():
        nothing = np.full(n, NO_CLASS, np.int16)
        return Opinion(nothing, np.zeros(n, np.float32), np.ones(n, np.float32))
    p = finite(learner.probabilities(embedding))  # (num_samples, K)
    doubt = normalised_entropy(p, int(is_active.sum()))
    return Opinion(p.argmax(1).astype(np.int16), p.max(1), doubt)
