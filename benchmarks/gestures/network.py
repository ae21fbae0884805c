"""A network taught by cross entropy alone, with augmented views: from scratch or pretrained."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from numpy.typing import NDArray
from torch import Tensor, nn

from ml.device import training_precision
from ml.learning.augment import AUGMENT
from ml.networks.embedding import scale_pixels
from ml.networks.networks import FEATURE_DIM, make_encoder
from ml.seeding import initialise, make_generator

SAMPLES_AT_ONCE: Final = 1024


@dataclass(frozen=True)
class Lesson:
    """How a network is taught."""

    num_steps: int
    """Minibatches."""
    learning_rate: float
    """Largest step of Adam, in one cycle that warms up and falls to nothing."""
    batch_size: int = 128
    seed: int = 0


def fresh_network(sample_shape: tuple[int, ...], num_classes: int, seed: int) -> nn.Sequential:
    """Return the product's encoder and a linear head with fresh weights."""
    network = nn.Sequential(make_encoder(sample_shape), nn.Linear(FEATURE_DIM, num_classes))
    initialise(network, seed)
    return network


def headed(encoder: nn.Module, num_classes: int, seed: int) -> nn.Sequential:
    """Return an encoder, whose weights go on being trained, with a fresh linear head."""
    head = nn.Linear(FEATURE_DIM, num_classes)
    initialise(head, seed)
    return nn.Sequential(encoder, head)


def teach(network: nn.Module, x: Tensor, label: Tensor, lesson: Lesson) -> None:
    """Train in place.

    Args:
        network: Samples -> class logits (B, K).
        x: uint8 images (num_named, C, H, W).
        label: Their classes, shape (num_named,), int64.
        lesson: How.
    """
    optimizer = torch.optim.Adam(network.parameters(), lesson.learning_rate, fused=True)
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, lesson.learning_rate, total_steps=max(2, lesson.num_steps)
    )
    draws = make_generator(lesson.seed)
    order = torch.empty(0, dtype=torch.int64)
    for _ in range(lesson.num_steps):
        while len(order) < lesson.batch_size:
            order = torch.cat([order, torch.randperm(len(x), generator=draws)])
        ids, order = order[: lesson.batch_size], order[lesson.batch_size :]
        views = AUGMENT["image"](scale_pixels(x[ids]), draws)
        with training_precision(x.device):
            logits = network(views)
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(logits.float(), label[ids])
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        cycle.step()


@torch.no_grad()
def believed(network: nn.Module, x: Tensor) -> NDArray[np.float32]:
    """Return class probabilities of uint8 images, shape (num_samples, K)."""
    parts = [network(scale_pixels(part)).softmax(1) for part in torch.split(x, SAMPLES_AT_ONCE)]
    found: NDArray[np.float32] = torch.cat(parts).numpy()
    return found
