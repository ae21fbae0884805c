"""Seconds of an epoch of the same network by pythae's trainer, in pythae's own environment.

python pythae_epochs.py IMAGES.npy '{"batch_sizes": [...], "num_rounds": n}'
"""

import json
import logging
import sys
import tempfile
import time
from typing import Any

import numpy as np
import torch
from pythae.data.datasets import BaseDataset  # type: ignore[import-not-found]
from pythae.models import VAE, VAEConfig  # type: ignore[import-not-found]
from pythae.models.base.base_utils import ModelOutput  # type: ignore[import-not-found]
from pythae.models.nn import BaseDecoder, BaseEncoder  # type: ignore[import-not-found]
from pythae.trainers import BaseTrainer, BaseTrainerConfig  # type: ignore[import-not-found]
from pythae.trainers.training_callbacks import TrainingCallback  # type: ignore[import-not-found]
from torch import Tensor, nn

from ml.networks.networks import FEATURE_DIM, make_decoder, make_encoder


class Encoder(BaseEncoder):  # type: ignore[misc]
    """Our encoder in pythae's terms."""

    def __init__(self, shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.features = make_encoder(shape)
        self.mu = nn.Linear(FEATURE_DIM, 2)
        self.log_variance = nn.Linear(FEATURE_DIM, 2)

    def forward(self, x: Tensor) -> ModelOutput:
        """Return the moments of q(z given x)."""
        h = self.features(x)
        return ModelOutput(embedding=self.mu(h), log_covariance=self.log_variance(h))


class Decoder(BaseDecoder):  # type: ignore[misc]
    """Our decoder in pythae's terms, which wants probabilities."""

    def __init__(self, shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.layers = make_decoder(shape, 2)

    def forward(self, z: Tensor) -> ModelOutput:
        """Return images in [0, 1]."""
        return ModelOutput(reconstruction=self.layers(z).sigmoid())


class Stopwatch(TrainingCallback):  # type: ignore[misc]
    """Notes the seconds of each epoch, and the processor's."""

    def __init__(self) -> None:
        self.seconds: list[tuple[float, float]] = []
        self._before = self._last = (0.0, 0.0)

    def on_epoch_begin(self, *_: Any, **__: Any) -> None:
        """Start."""
        self._before = time.perf_counter(), time.process_time()

    def on_train_step_end(self, *_: Any, **__: Any) -> None:
        """Note the time so far; the last note of an epoch counts."""
        wall_s, cpu_s = self._before
        self._last = time.perf_counter() - wall_s, time.process_time() - cpu_s

    def on_epoch_end(self, *_: Any, **__: Any) -> None:
        """Stop, without the logging and the copy of the best model that follow the steps."""
        self.seconds.append(self._last)


def measure(images: np.ndarray, batch_size: int, num_rounds: int) -> list[tuple[float, float]]:
    """Return seconds and processor seconds of each of `num_rounds` epochs."""
    shape = (images.shape[1], images.shape[2], images.shape[3])
    config = VAEConfig(input_dim=shape, latent_dim=2, reconstruction_loss="bce")
    model = VAE(config, encoder=Encoder(shape), decoder=Decoder(shape))
    x = torch.from_numpy(images).float() / 255
    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as folder:
        settings = BaseTrainerConfig(
            output_dir=folder,
            per_device_train_batch_size=batch_size,
            num_epochs=num_rounds,
            learning_rate=1e-3,
            no_cuda=True,
        )
        samples = BaseDataset(x, torch.zeros(len(x)))
        BaseTrainer(model, samples, training_config=settings, callbacks=[watch]).train()
    return watch.seconds


def main() -> int:
    """Measure and print JSON on the last line."""
    logging.disable(logging.CRITICAL)
    images = np.load(sys.argv[1], allow_pickle=False)
    options = json.loads(sys.argv[2])
    rounds = options["num_rounds"]
    found = {str(b): measure(images, b, rounds) for b in options["batch_sizes"]}
    sys.stdout.write("\n" + json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
