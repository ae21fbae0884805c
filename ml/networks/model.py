"""LatentModel: encoder to features h, a place z on the map, and what a preset adds to them.

annotate-vae, then the presets without a decoder:

    x -> encoder -> h (B, 128) -> mu, log_variance (B, latent_dim)
                                  z = mu + sigma * noise -> decoder -> x
                                                         -> head    -> class logits
    x -> encoder -> h (B, 128) -> mu       -> z (B, latent_dim), with magnets (K, latent_dim)
                               -> head     -> class logits
                               -> contrast -> pretext space (B, 64)

lodemap reads only the direction of h.
"""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor, nn

from ml.device import exactly
from ml.errors import InvalidInputError
from ml.networks.columns import UNBOUNDED, reach_of, shift_and_scale, shortened, usual
from ml.networks.networks import (
    FEATURE_DIM,
    SampleShape,
    check_shape,
    make_branch,
    make_decoder,
    make_encoder,
    make_head,
    make_signed_encoder,
    make_wei_encoder,
)
from ml.networks.plain_encoder import FEATURE_LENGTH
from ml.records import RunConfig
from ml.seeding import derive_seed, initialise

CONTRAST_DIM: Final = 64
"""Width of the space in which augmented neighbours are told from others."""
SEAT_GAIN: Final = 2.0
"""How sure a newly seated class is of its place, in log odds per squared map radius."""


@dataclass(frozen=True)
class Parts:
    """What a preset's network is made of."""

    encoder: Literal["halving", "signed", "wei"] = "halving"
    """`make_encoder`, `make_signed_encoder`, or the seven layers of Wei et al."""
    branch_widths: tuple[int, ...] = ()
    """Hidden units between h and the map; none for a linear map of h."""
    is_variational: bool = False
    """Whether z is drawn from q(z given x) and decoded."""
    head_on: Literal["z", "h"] = "h"
    """What the classes are told by."""
    has_contrast: bool = True
    """Whether features are learned from augmented neighbours."""
    has_magnets: bool = False
    """Whether each class has a place on the map that its samples are drawn to."""
    is_spherical: bool = False
    """Whether branch and head read the direction of h alone; the head is then logistic."""


MAKE_ENCODER: Final = {
    "halving": make_encoder,
    "signed": make_signed_encoder,
    "wei": make_wei_encoder,
}
PARTS: Final = {
    "annotate-vae": Parts(is_variational=True, head_on="z", has_contrast=False),
    "refine-projection": Parts(encoder="wei", branch_widths=(64,)),
    "lodemap": Parts(
        encoder="signed", branch_widths=(256, 256), has_magnets=True, is_spherical=True
    ),
}
"""By preset (docs/architecture.md, "Presets")."""


class Latent(NamedTuple):
    """What the encoder says about a minibatch."""

    mu: Tensor
    """Where the map shows the samples, shape (B, latent_dim)."""
    log_variance: Tensor
    """Of q(z given x), shape (B, latent_dim); zeros where the preset draws nothing at random."""


class LatentModel(nn.Module):
    """One network for every preset; parts that a preset has no use for are None."""

    def __init__(self, config: RunConfig, sample_shape: SampleShape, num_classes: int):
        super().__init__()
        parts = PARTS[config.preset]
        self.preset = config.preset
        self.parts = parts
        self.sample_shape = sample_shape
        self.num_classes = num_classes
        self.latent_dim = config.latent_dim
        self.has_parent = False
        """Whether the weights came from an earlier run (set by `load_weights`)."""
        self.encoder = MAKE_ENCODER[parts.encoder](sample_shape)
        self.mu = make_branch(config.latent_dim, parts.branch_widths)
        is_variational = parts.is_variational
        self.log_variance = make_branch(config.latent_dim, ()) if is_variational else None
        self.decoder = make_decoder(sample_shape, config.latent_dim) if is_variational else None
        width = config.latent_dim if parts.head_on == "z" else FEATURE_DIM
        num_hidden_layers = 0 if parts.is_spherical else config.num_hidden_layers
        self.head = make_head(width, num_classes, num_hidden_layers)
        self.contrast = nn.Linear(FEATURE_DIM, CONTRAST_DIM) if parts.has_contrast else None
        places = torch.zeros(max(1, num_classes), config.latent_dim) if parts.has_magnets else None
        self.magnets: Tensor | None
        self.register_buffer("magnets", places)
        is_vector = len(sample_shape) == 1
        self.input_shift: Tensor | None
        """The middle of each column of vectors, shape (D,); None for images."""
        self.input_scale: Tensor | None
        """How far the numbers of each column lie apart, shape (D,), above 0: they have any unit."""
        self.register_buffer("input_shift", torch.zeros(sample_shape) if is_vector else None)
        self.register_buffer("input_scale", torch.ones(sample_shape) if is_vector else None)
        self.input_reach: Tensor | None
        """Root mean square, in these units, to which longer vectors are shortened, shape (1,)."""
        self.register_buffer("input_reach", torch.ones(1) if is_vector else None)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.encoder.parameters()).device

    def features(self, x: Tensor) -> Tensor:
        """Return h, shape (B, FEATURE_DIM), of images in [0, 1] (B, C, H, W) or vectors (B, D)."""
        h: Tensor = self.encoder(self.scaled(x))
        return h.float()

    def scaled(self, x: Tensor) -> Tensor:
        """Return vectors (B, D) in the units the network reads and decodes; images as they are.

        One that is far longer than those that told the units keeps its direction alone.
        """
        if self.input_shift is None or self.input_scale is None or self.input_reach is None:
            return x
        return shortened((x - self.input_shift) / self.input_scale, self.input_reach)

    @torch.no_grad()
    def measure(self, x: Tensor) -> None:
        """Take the units of vectors from some of them, shape (n, D); images have one already."""
        if self.input_shift is None or self.input_scale is None or self.input_reach is None:
            return
        told = usual(x)
        shift, scale = shift_and_scale(told)
        self.input_shift.copy_(shift)
        self.input_scale.copy_(scale)
        self.input_reach.copy_(reach_of((told - shift) / scale))

    def locate(self, h: Tensor) -> Latent:
        """Return where the map shows features, shape (B, FEATURE_DIM)."""
        with exactly(h.device):
            mu = self.mu(self.direction(h))  # (B, latent_dim)
            if self.log_variance is None:
                return Latent(mu, torch.zeros_like(mu))
            # outside these bounds exp() under- or overflows long before it changes the map
            return Latent(mu, self.log_variance(h).clamp(-12, 8))

    def encode(self, x: Tensor) -> Latent:
        """Return `locate(features(x))`."""
        return self.locate(self.features(x))

    def decode(self, z: Tensor) -> Tensor:
        """Return image logits (B, C, H, W), or vectors as `scaled`, of latents (B, latent_dim).

        Raises:
            InvalidInputError: when the preset has no decoder.
        """
        if self.decoder is None:
            raise InvalidInputError(f"The preset {self.preset} decodes nothing.")
        x: Tensor = self.decoder(z)
        return x.float()

    def classify(self, h: Tensor, z: Tensor) -> Tensor:
        """Return class logits (B, max(1, num_classes)).

        Args:
            h: Features, shape (B, FEATURE_DIM).
            z: Latents, shape (B, latent_dim).
        """
        with exactly(z.device):
            logits: Tensor = self.head(z if self.parts.head_on == "z" else self.direction(h))
            return logits

    def direction(self, h: Tensor) -> Tensor:
        """Return features as branch and head read them, shape (B, FEATURE_DIM)."""
        return FEATURE_LENGTH * F.normalize(h, dim=1) if self.parts.is_spherical else h


def build_model(
    config: RunConfig,
    sample_shape: SampleShape,
    num_classes: int,
    device: torch.device | str = "cpu",
) -> LatentModel:
    """Return a model with fresh weights, equal for equal `config.seed` on every device.

    Raises:
        InvalidInputError: when the shape or the number of classes cannot be built.
    """
    check_shape(sample_shape)
    if num_classes < 0:
        raise InvalidInputError(f"num_classes is {num_classes}; it cannot be negative.")
    # on "meta" no weights are drawn, so PyTorch's global generator stays where it was
    with torch.device("meta"):
        model = LatentModel(config, sample_shape, num_classes)
    model.to_empty(device=device)
    if model.device.type == "cuda":
        # pixels before channels: a third of the time for images of 96x96 (docs/benchmarks.md, cuda)
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    restart_weights(model, config.seed, 0)
    for buffer, value in (
        (model.input_shift, 0.0),
        (model.input_scale, 1.0),
        (model.input_reach, UNBOUNDED),
    ):
        if buffer is not None:
            buffer.fill_(value)
    return model


@torch.no_grad()
def restart_weights(model: LatentModel, seed: int, num_restarts: int) -> None:
    """Draw all weights anew for the given restart; 0 gives those of `build_model`.

    A logistic head starts at zero: a row of zeros is a class that was never taught, which
    `seat_new_classes` may place.
    """
    initialise(model, *((derive_seed(seed, num_restarts),) if num_restarts else (seed,)))
    if len(model.head) == 1:
        for parameter in model.head.parameters():
            parameter.zero_()
    if model.magnets is not None:
        model.magnets.zero_()


@torch.no_grad()
def seat_new_classes(model: LatentModel, mu: Tensor, z: Tensor, class_index: Tensor) -> None:
    """Point the logistic head's untaught rows at where their samples already are.

    Rows start as the discriminant of normal classes of equal spread (Fisher 1936) in map units, so
    that a class is pushed outwards from its own place. Random rows turned the whole map by up to
    110 degrees and mixed the classes before separating them.

    Args:
        model: The network; heads with hidden layers, or on features, are left alone.
        mu: Latents that stand for the whole map, shape (num_samples, latent_dim).
        z: Latents of annotated samples, shape (num_annotated, latent_dim).
        class_index: Their classes, shape (num_annotated,), int64.
    """
    last = model.head[-1]
    is_logistic_on_z = len(model.head) == 1 and model.parts.head_on == "z"
    if not is_logistic_on_z or not isinstance(last, torch.nn.Linear):
        return
    middle = mu.mean(0)  # (latent_dim,)
    scale = (mu - middle).square().mean().sqrt().clamp_min(1e-6)
    for k in sorted(set(class_index.tolist())):
        if not bool(last.weight[k].any()):
            place = (z[class_index == k].mean(0) - middle) / scale  # (latent_dim,)
            last.weight[k] = SEAT_GAIN * place / scale
            last.bias[k] = -SEAT_GAIN * (place.square().sum() / 2 + place @ middle / scale)
