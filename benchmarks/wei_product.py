"""The moves of Wei et al.'s protocol through the product: its presets, its knobs, its training.

`refine-projection` goes on from the paper's network. `lodemap` goes on from its own: pretrained
without labels, then one Update with every training sample named. Random misclassified test points
are dropped where their class is, which names them, as on the page; then one Update. The control is
the same Update without a move.
"""

from dataclasses import dataclass
from typing import Final

from benchmarks.gestures.scene import config_of, snapshots
from benchmarks.labelled import LabelledSet
from benchmarks.moves import Moves, Outcome, Picture, draw_moves, outcome
from benchmarks.wei_network import Base, lesson
from ml.knobs import defaults_of
from ml.networks.checkpoint import Progress, load_weights, pack_checkpoint, unpack_checkpoint
from ml.networks.model import LatentModel, build_model
from ml.records import PRETRAIN_EPOCHS, RunConfig
from ml.samples.training_set import TrainingSet

PRODUCT: Final = ("lodemap", "refine-projection")
"""Presets that move points; the first is the default."""
UPDATE_SEED: Final = 1000
"""Added to a seed for its Updates, as in `benchmarks.wei_network.fine_tuner`."""


@dataclass(frozen=True, eq=False)
class ProductRun:
    """What one seed gave with one preset."""

    accuracy: float
    """Of the network on all test samples before the moves, in points."""
    moved: dict[int, Outcome]
    """By how many points were moved."""
    control: dict[int, Outcome]
    """The same points watched, none moved."""


def run_preset(base: Base, counts: tuple[int, ...]) -> ProductRun:
    """Put a network through one Update for each number of moves, and through one without."""
    data = base.data
    moves = draw_moves(base.picture, data.label, data.is_test, max(counts), base.seed)
    is_rest = data.is_test.copy()
    is_rest[moves.ids] = False
    parts = (data.is_test, is_rest)

    def watched(now: Picture, own: Moves) -> Outcome:
        return outcome(base.picture, now, own, data.label, parts)

    still = updated(base, lesson(base, moves, "control"))
    return ProductRun(
        base.accuracy,
        {n: watched(updated(base, lesson(base, moves.first(n), "ours")), moves.first(n))
         for n in counts},
        {n: watched(still, moves.first(n)) for n in counts},
    )  # fmt: skip


def updated(base: Base, samples: TrainingSet) -> Picture:
    """Return the map after one Update of the product, its knobs as nobody turned them."""
    preset = base.model.preset
    config = config_of(preset, int(defaults_of(preset)["num_epochs"]), base.seed + UPDATE_SEED)
    checkpoint = pack_checkpoint(base.model, config, Progress())
    return picture_after(going_on(checkpoint, samples, config), samples, config)


def going_on(checkpoint: bytes, samples: TrainingSet, config: RunConfig) -> LatentModel:
    """Return a network with the weights of a checkpoint."""
    model = build_model(config, samples.sample_shape, samples.num_classes)
    load_weights(model, unpack_checkpoint(checkpoint))
    return model


def picture_after(model: LatentModel, samples: TrainingSet, config: RunConfig) -> Picture:
    """Train in place and return the last snapshot as a picture."""
    *_, last = snapshots(model, samples, config)
    return Picture(last.embedding, last.prediction)


def lodemap_base(data: LabelledSet, seed: int, pretrain_epochs: int | None) -> Base:
    """Return a network of the default preset that has learned every training label in an Update.

    Args:
        data: The set.
        seed: Of both runs.
        pretrain_epochs: Epochs without labels; the preset's own when None.
    """
    blank, named = data.training_set(has_labels=False), data.training_set()
    config = config_of("lodemap", pretrain_epochs or PRETRAIN_EPOCHS["lodemap"], seed)
    model = build_model(config, blank.sample_shape, blank.num_classes)
    *_, last = snapshots(model, blank, config)
    config = config_of("lodemap", int(defaults_of("lodemap")["num_epochs"]), seed)
    model = going_on(last.checkpoint, named, config)
    return Base(model, picture_after(model, named, config), data, seed)
