"""What `gestures` takes: which contenders on which sets, with how many seeds, and how much of each.

Light on purpose: the command line asks for the names before torch is imported.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

CONTENDERS: Final = (
    "pixels_knn", "pixels_cnn", "control", "annotate_vae", "lodemap", "leads", "suggested",
    "ceiling",
)  # fmt: skip
FEW_SEEDS: Final = frozenset(
    {"pixels_knn", "pixels_cnn", "annotate_vae", "lodemap", "suggested", "ceiling"}
)
"""Contenders far from the others, or dear: fewer seeds tell enough about them."""
CHECKPOINTS: Final = (10, 20, 30)
"""Gestures after which accuracy is reported."""
HEADLINE: Final = 20
"""The checkpoint that gains, looks and displacements speak of."""
PRESET_OF: Final = {
    "annotate_vae": "annotate-vae",
    "lodemap": "lodemap",
    "leads": "lodemap",
    "suggested": "lodemap",
}
"""Preset of the live contenders."""
NEEDS_UMAP: Final = frozenset({"pixels_knn", "pixels_cnn", "control"})


@dataclass(frozen=True)
class SetPlan:
    """One data set and how much of it is used."""

    name: str
    """How its keys end."""
    file_name: str
    """In the folder of `benchmarks.labelled.standard_path`, or a path of its own."""
    num_train: int = 4000
    num_test: int = 3000


SETS: Final[tuple[SetPlan, ...]] = (
    SetPlan("mnist", "mnist_14k.npz"),
    SetPlan("round9", "quickdraw_round9_9k.npz", 3500, 2500),
    SetPlan("fashion", "fashion_mnist_14k.npz"),
)


@dataclass(frozen=True)
class Plan:
    """How much is trained and asked."""

    num_gestures: int = 30
    num_seeds: int = 10
    num_few_seeds: int = 3
    """Seeds of the contenders in `FEW_SEEDS`."""
    pretrain_epochs: int | None = None
    """Epochs of a pretraining; the preset's own when None."""
    vae_epochs: int | None = None
    """Epochs of `annotate-vae` after each gesture; the preset's own when None."""
    cnn_steps: int = 600
    """Minibatches a network from scratch is trained on at a checkpoint."""
    ceiling_steps: int = 1500
    """Minibatches the pretrained network is trained on with every label."""

    def seeds_of(self, contender: str) -> range:
        """Return the annotator's seeds."""
        return range(self.num_few_seeds if contender in FEW_SEEDS else self.num_seeds)

    def asks_at(self, gesture: int) -> bool:
        """Return whether contenders that answer seldom do so after this gesture."""
        return gesture in CHECKPOINTS or gesture == self.num_gestures


QUICK_PLAN: Final = Plan(
    num_gestures=10, num_seeds=1, num_few_seeds=1,
    pretrain_epochs=6, vae_epochs=2, cnn_steps=60, ceiling_steps=100,
)  # fmt: skip
QUICK_SIZES: Final = (800, 400)
"""Samples to train on and held out under --quick."""


@dataclass(frozen=True)
class Request:
    """What somebody asked the command for."""

    sets: tuple[SetPlan, ...]
    contenders: tuple[str, ...]
    plan: Plan


def request_of(is_quick: bool, data: Path | None, part: str | None) -> Request:
    """Return what is to be taken.

    Args:
        is_quick: One set, one seed, ten gestures, a part of the samples.
        data: Another data set in place of the usual three.
        part: One contender or one set; everything when None.
    """
    sets = SETS if data is None else (SetPlan(data.stem, str(data)),)
    sets = tuple(each for each in sets if part in (None, each.name, *CONTENDERS))
    if is_quick:
        sets = tuple(SetPlan(each.name, each.file_name, *QUICK_SIZES) for each in sets[:1])
    contenders = (part,) if part in CONTENDERS else CONTENDERS
    return Request(sets, contenders, QUICK_PLAN if is_quick else Plan())
