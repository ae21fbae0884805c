"""Classes that people put somewhere on the map: what the samples of each have to do about it.

The samples of a class go as they lie: each to z0 + (place - median of its class), where z0 is where
the run found it. All is worked out from the weights a run begins with, so that a resumed run, which
begins with them too, finds the same.
"""

from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from ml.networks.embedding import Embedding
from ml.networks.model import LatentModel
from ml.records import NO_CLASS
from ml.samples.training_set import TrainingSet
from ml.seeding import make_generator

MOST_CARRIED: Final = 10_000
"""Samples that get a target by the place of their class: more would only take longer."""
ASKED_AT_ONCE: Final = 65_536
"""Samples whose class is asked for in one go: their features are copied meanwhile."""


class Carried(NamedTuple):
    """Samples that go with the place of their class, on the CPU."""

    ids: NDArray[np.int64]
    """Those with a target, ascending, shape (num_carried,)."""
    targets: NDArray[np.float32]
    """Where each belongs, shape (num_carried, latent_dim)."""
    members: NDArray[np.int64]
    """All trained samples of classes with a place, ascending: more than got a target, or pinned."""


def carry_classes(
    model: LatentModel, samples: TrainingSet, embedding: Embedding, seed: int
) -> Carried:
    """Return the targets of trained samples whose class has a place, unless they have their own.

    Members of a class are the samples annotated as it and, without annotation, those that the map
    shows as it. At most 10,000 are drawn by the seed.

    Args:
        model: As the run begins.
        samples: What people said.
        embedding: Complete, of this model.
        seed: Of the run.
    """
    place = samples.places(model.latent_dim)  # (K, latent_dim)
    member_of = find_members(model, samples, embedding)  # (num_samples,)
    targets = embedding.mu.astype(np.float32)
    for k in samples.placed_classes:
        is_member = member_of == k
        if is_member.any():
            targets[is_member] += place[k] - np.median(embedding.mu[is_member], axis=0)
    members = np.flatnonzero(member_of >= 0)
    ids = np.setdiff1d(members, samples.moved_ids, assume_unique=True)
    if len(ids) > MOST_CARRIED:
        order = torch.randperm(len(ids), generator=make_generator(seed, len(ids), MOST_CARRIED))
        ids = np.sort(ids[order[:MOST_CARRIED].numpy()])
    return Carried(ids, targets[ids], members)


def find_members(
    model: LatentModel, samples: TrainingSet, embedding: Embedding
) -> NDArray[np.int64]:
    """Return of which class with a place each trained sample is, NO_CLASS for none of them."""
    member_of = samples.taught.astype(np.int64)
    is_open = (samples.annotation == NO_CLASS) & ~samples.is_held_out
    predicted = predict_all(model, samples, embedding)
    member_of[is_open] = predicted[is_open]
    member_of[~np.isin(member_of, samples.placed_classes)] = NO_CLASS
    return member_of


@torch.no_grad()
def predict_all(
    model: LatentModel, samples: TrainingSet, embedding: Embedding
) -> NDArray[np.int64]:
    """Return the class of each sample as the map shows it, NO_CLASS where that is one for all.

    Where nobody hands that in, the head tells; a fresh one, as after another number of hidden
    layers, knows nothing of a map that knows much. Those classes compete that have annotations or a
    place now, so that one that was merged into another keeps nothing from it; where that is only
    one, all that were ever taught.
    """
    nobody = np.full(samples.num_samples, NO_CLASS, np.int64)
    if samples.shown is not None:
        shown = samples.shown.astype(np.int64)
        return shown if len(np.unique(shown[shown >= 0])) > 1 else nobody
    is_taught = taught_classes(model)
    is_known = is_taught & samples.is_active
    is_known[samples.placed_classes] = is_taught[samples.placed_classes]
    is_known = is_known if is_known.sum() > 1 else is_taught
    if is_known.sum() < 2:  # one alone would be given to every sample
        return nobody
    out = torch.from_numpy(~is_known).to(model.device)
    mu = torch.from_numpy(embedding.mu).to(model.device)
    found = []
    for start in range(0, len(mu), ASKED_AT_ONCE):
        some = slice(start, start + ASKED_AT_ONCE)
        logits = model.classify(embedding.h[some], mu[some])  # (n, K)
        found.append(logits.masked_fill(out, float("-inf")).argmax(1).cpu())
    predicted: NDArray[np.int64] = torch.cat(found).numpy()
    return predicted


def taught_classes(model: LatentModel) -> NDArray[np.bool_]:
    """Return which classes the head was ever taught, shape (max(1, num_classes),).

    Rows of a logistic head start at zero; one with hidden layers does not tell, and counts as
    taught.
    """
    last = model.head[-1]
    assert isinstance(last, torch.nn.Linear)
    rows = torch.cat([last.weight, last.bias[:, None]], dim=1)
    taught: NDArray[np.bool_] = rows.any(1).cpu().numpy()
    return taught
