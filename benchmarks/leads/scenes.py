"""Pretrained features and maps of the usual sets, made once and kept by `gestures`' own means."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.gestures.plan import SETS, Plan
from benchmarks.gestures.scene import FEATURES, PRETRAIN_SEED, config_of, scene_of
from ml.graph.plain_graph import directions
from ml.networks.embedding import Embedding
from ml.samples.training_set import to_pixels

FOLDER: Final = Path("bench-out") / "insight"
NAMES: Final = ("mnist", "round9")
EPOCHS: Final = 24
QUICK_EPOCHS: Final = 4


@dataclass(frozen=True, eq=False)
class FeatureSet:
    """A labelled set as the pretrained network sees it."""

    name: str
    x: NDArray[np.float32]
    """Unit features, shape (n, width)."""
    z: NDArray[np.float32]
    """Its map, shape (n, 2)."""
    label: NDArray[np.int16]
    """Shape (n,)."""
    is_trained: NDArray[np.bool_]
    """Shape (n,); all others are for measuring."""
    num_classes: int


def feature_sets(is_quick: bool) -> Iterator[FeatureSet]:
    """Yield the sets, the first one small under --quick."""
    plan = Plan(pretrain_epochs=QUICK_EPOCHS if is_quick else EPOCHS)
    for each in SETS:
        if each.name not in NAMES[: 1 if is_quick else None]:
            continue
        small = replace(each, num_train=800, num_test=400) if is_quick else each
        scene = scene_of(small, plan, FOLDER / ("quick" if is_quick else "whole"))
        model = scene.model_of(config_of(FEATURES, 1, PRETRAIN_SEED), scene.pretrained(FEATURES))
        embedding = Embedding(model, to_pixels(scene.data.images))
        for _ in embedding.chunks():
            pass
        yield FeatureSet(
            each.name,
            directions(embedding.h.numpy()),
            embedding.mu,
            scene.data.label,
            ~scene.data.is_test,
            scene.num_classes,
        )
