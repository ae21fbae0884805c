"""Frozen values every layer shares. NumPy only, so that the web process stays free of torch."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from ml.errors import InvalidInputError
from ml.knobs import KNOBS, check_knobs

Kind = Literal["image", "spectrogram", "vector"]
"""What samples are, and so which changes leave their meaning alone."""

NO_CLASS: Final = -1
"""Annotation or prediction of a sample that has none."""
UNSURE: Final = -2
"""Annotation of a sample somebody looked at and could not decide."""
PRESETS: Final = tuple(KNOBS)
"""Names of the model presets a project may choose; the first is the default."""
UNTOLD_PRESET: Final = "annotate-vae"
"""Preset of a run whose row says none: it was the default then."""

PRETRAIN_EPOCHS: Final = {"lodemap": 60, "annotate-vae": 60, "refine-projection": 40}
"""Epochs of a pretraining when nobody says otherwise: 6 to 12 s for the digits on two cores."""
LARGE: Final = 7_000
"""Trained samples from which fewer epochs do: the number of updates then stays the same."""
LEAST_PRETRAIN_EPOCHS: Final = 15
"""However many samples there are: the map should be seen to form."""
MOST_IN_BATCH: Final = 4096
"""Samples a minibatch may hold."""
LARGEST_SEED: Final = 2**53
"""JavaScript counts exactly up to here."""
WHOLE: Final = frozenset({"num_epochs", "latent_dim", "num_hidden_layers", "batch_size", "seed"})
"""Fields of `RunConfig` that only whole numbers fit."""


def pretrain_epochs(preset: str, num_trained: int) -> int:
    """Return the epochs of a pretraining on so many samples when nobody says otherwise."""
    usual = PRETRAIN_EPOCHS[preset]
    return max(LEAST_PRETRAIN_EPOCHS, round(usual * min(1.0, LARGE / max(1, num_trained))))


@dataclass(frozen=True)
class RunConfig:
    """Everything that decides how one run learns; equal configs and seeds give equal maps."""

    preset: str
    """Which losses and layers are used (docs/architecture.md, "Presets").

    The defaults below are those of `annotate-vae`; other presets' stand in `ml.knobs`.
    """
    num_epochs: int = 15
    """Passes over the training samples."""
    learning_rate: float = 5e-3
    """Largest step of Adam, reached after the warm-up (Kath et al.: 5e-3)."""
    beta_classifier: float = 100.0
    """Weight of the cross entropy on annotated samples (Kath et al., eq. 1)."""
    beta_kl: float = 1.0
    """Weight of the KL term, against a reconstruction summed over pixels (Kath et al., eq. 1)."""
    w_cls: float = 0.89
    """Weight of the cross entropy in `refine-projection` (Wei et al., formula 1)."""
    w_dis: float = 0.11
    """Weight of the moved points' distance from their targets (Wei et al., formula 1), in map
    units; in map radii in `lodemap`. Each preset's knob has its own scale; this is the paper's.
    """
    w_contrast: float = 1.0
    """Speed at which the contrast of annotations refines the encoder in `lodemap`; 1 is usual."""
    w_layout: float = 0.05
    """Weight by which neighbours draw together and others part on the map in `lodemap`."""
    w_magnets: float = 1.0
    """Weight of the pull of annotated samples to their class's place in `lodemap`."""
    w_anchor: float = 2.0
    """Weight that holds untouched samples where they were in `lodemap`."""
    latent_dim: int = 2
    """Width of z: 2 or 3."""
    num_hidden_layers: int = 0
    """Hidden layers of 10 units in the classifier head; 0 is the logistic head."""
    batch_size: int = 128
    """Samples in a minibatch."""
    seed: int = 0
    """Seed of weights, order and noise."""

    def __post_init__(self) -> None:
        if self.preset not in PRESETS:
            raise InvalidInputError(
                f"There is no preset '{str(self.preset)[:40]}'; use one of {', '.join(PRESETS)}."
            )
        if self.latent_dim not in (2, 3):
            raise InvalidInputError(f"latent_dim is {self.latent_dim}; a map has 2 or 3 axes.")
        if self.num_hidden_layers not in (0, 1, 2):
            raise InvalidInputError("num_hidden_layers must be 0, 1 or 2.")
        if not 1 <= self.batch_size <= MOST_IN_BATCH:
            raise InvalidInputError(
                f"batch_size is {self.batch_size}; choose 1 to {MOST_IN_BATCH}."
            )
        if not 0 <= self.seed <= LARGEST_SEED:
            raise InvalidInputError(f"seed is out of range; choose 0 to {LARGEST_SEED}.")
        check_knobs(self.preset, asdict(self))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "RunConfig":
        """Build from untrusted JSON.

        Raises:
            InvalidInputError: on unknown fields, wrong types, values out of range or no preset.
        """
        known = {f.name for f in fields(cls)}
        if unknown := sorted(set(values) - known):
            raise InvalidInputError(
                f"Unknown setting '{unknown[0][:40]}'; known are {sorted(known)}."
            )
        if "preset" not in values:
            raise InvalidInputError(f"The preset is missing; use one of {', '.join(PRESETS)}.")
        check_knobs(str(values["preset"]), values)
        for name in sorted(WHOLE & set(values)):
            value = values[name]
            is_whole = value.is_integer() if isinstance(value, float) else isinstance(value, int)
            if isinstance(value, bool) or not is_whole:
                raise InvalidInputError(f"{name} must be a whole number.")
        cleaned: dict[str, Any] = {k: int(v) if k in WHOLE else v for k, v in values.items()}
        return cls(**cleaned)

    @classmethod
    def recall(cls, values: Mapping[str, Any]) -> "RunConfig":
        """Return what was valid when `to_json` wrote it, unchecked.

        Bounds and fields may have changed since; the run it belongs to must stay readable.
        """
        config, known = object.__new__(cls), {"preset": UNTOLD_PRESET, **values}
        for each in fields(cls):
            object.__setattr__(config, each.name, known.get(each.name, each.default))
        return config

    def to_json(self) -> dict[str, Any]:
        """Return JSON primitives that `from_json` reads back to an equal value."""
        return asdict(self)


@dataclass(frozen=True)
class Step:
    """One optimizer update happened; the consumer may stop the run here."""

    epoch: int
    """Epoch being trained, from 1."""
    step: int
    """Updates done in this epoch, from 1."""
    num_steps: int
    """Updates in one epoch."""


@dataclass(frozen=True)
class Frame:
    """Where every point is right now: for the eye only, never saved as truth."""

    epoch: float
    """Position in training; 3.5 is half way through the fourth epoch."""
    embedding: NDArray[np.float32]
    """Latents of all samples, shape (num_samples, latent_dim), float32."""


@dataclass(frozen=True, eq=False)
class Field:
    """What a snapshot tells of places: the force on each sample, and whose each place is."""

    pull: NDArray[np.float32]
    """Towards the own class and the target, shape (num_samples, latent_dim) (ml/maps/force.py)."""
    push: NDArray[np.float32]
    """Away from the other classes, same shape."""
    region: NDArray[np.int16]
    """class_index of each cell or NO_CLASS, row 0 at low y, shape (G, G) (ml/maps/regions.py); G is
    0 where there are no regions, as on a map with three axes."""
    low: NDArray[np.float32]
    """Corner of the first cell in map units, shape (latent_dim,)."""
    high: NDArray[np.float32]
    """Corner of the last cell, same shape."""


@dataclass(frozen=True)
class Snapshot:
    """What the network is after an epoch: durable, one per epoch."""

    epoch: int
    """Epochs trained; 0 is before training."""
    embedding: NDArray[np.float32]
    """Latents of all samples, shape (num_samples, latent_dim), float32."""
    prediction: NDArray[np.int16]
    """Predicted class_index of each sample or NO_CLASS, shape (num_samples,)."""
    confidence: NDArray[np.float32]
    """Probability of the predicted class in [0, 1], shape (num_samples,)."""
    uncertainty: NDArray[np.float32]
    """Entropy of the prediction over log(num_classes), in [0, 1], shape (num_samples,)."""
    metrics: Mapping[str, float | None] = field(default_factory=dict)
    """Loss terms and measures by name; None means withheld (see docs/glossary.md)."""
    checkpoint: bytes = b""
    """Weights and optimizer state as safetensors (ml/networks/checkpoint.py)."""
    field: Field | None = None
    """None while no class has an annotation and no sample a target."""
