"""What a worker keeps warm between runs: the data as tensors, checkpoints, the device."""

import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.cores import num_cores
from ml.device import be_repeatable, resolve_device
from ml.errors import LodemapError
from ml.knobs import defaults_of
from ml.learning.pacing import FramePacer
from ml.learning.sharing import ALONE, Share
from ml.networks.checkpoint import Checkpoint, unpack_checkpoint
from ml.networks.model import build_model
from ml.networks.moments import with_moments
from ml.records import PRESETS, RunConfig
from ml.samples.known import KnownFeatures
from ml.samples.training_set import to_pixels
from ml.training import TrainingSet, train
from store.errors import StoreUnavailableError
from store.files.fetched import go_on
from store.opening import Store
from store.records import Dataset, Samples, SnapshotRow
from store.runs.moments import moments_of
from tasks.memory import usable_bytes

logger = logging.getLogger(__name__)

NUM_DATASETS: Final = 2
"""Data sets kept in memory: the one at hand and the one before."""
DATA_SHARE: Final = 0.25
"""Of the device's memory: more than that no two data sets hold together, features included."""
FEATURES_SHARE: Final = 0.125
"""Of the device's memory: features of one data set that are kept for the next run."""
PRELOAD_S: Final = 20.0
"""What is read ahead from afar may take so long; what came stays, and the run goes on with it."""
NUM_CHECKPOINTS: Final = 8
"""Checkpoints kept in memory: the newest, and those an undo goes back to."""
FEW_VALUES: Final = 1_000_000
"""Up to so many values in a data set one thread is done sooner than two can agree: an epoch of the
digits (115,000) takes a third of the time on two busy cores, with any preset."""
NUM_KNOWN: Final = 8
"""Networks whose features are kept of such a data set, as many as checkpoints: others are asked
anew in a fraction of a second (the digits in 0.3 s at a load of 14), and each Update would keep
some megabytes more."""
WARM_UP_SHAPE: Final = (1, 28, 28)
NUM_WARM_UP_CLASSES: Final = 5
"""So many are refined (`ml.presets.lodemap`)."""


@dataclass(frozen=True, eq=False)
class WarmSamples:
    """A data set as training wants it."""

    dataset: Dataset
    """What it is."""
    images: Tensor
    """On the worker's device: uint8 (num_samples, channels, height, width), or float32 vectors
    (num_samples, dimensions)."""
    label: NDArray[np.int16]
    """The data set's own label or -1, shape (num_samples,)."""
    is_held_out: NDArray[np.bool_]
    """Never trained on, shape (num_samples,)."""
    known: KnownFeatures
    """What runs have found out of them, on the worker's device; it goes with the data set."""

    @property
    def num_bytes(self) -> int:
        """Bytes on the device."""
        return self.images.nbytes + self.known.num_bytes


class Workbench:
    """One per worker process; used by one thread."""

    def __init__(self, device: str = "auto") -> None:
        """Make an empty bench.

        Raises:
            InvalidInputError: when the device does not exist here.
        """
        self.device: torch.device = resolve_device(device)
        """Where this worker trains."""
        self.closing = threading.Event()
        """Set from anywhere when the worker should give its run back."""
        self.share: Share = ALONE
        """This process's part in each training, where several share one (`tasks/together.py`)."""
        self._datasets: OrderedDict[str, WarmSamples] = OrderedDict()
        self._checkpoints: OrderedDict[str, Checkpoint] = OrderedDict()
        torch.set_num_threads(num_cores())
        be_repeatable()

    @property
    def device_name(self) -> str:
        """What the device is called: a GPU by its name, a CPU by how many cores it trains with."""
        if self.device.type == "cuda":
            return torch.cuda.get_device_name(self.device)
        return f"{num_cores()} cores"

    @property
    def device_memory(self) -> int | None:
        """Bytes that the device has; of a CPU what this process may use of the machine's."""
        if self.device.type == "cuda":
            return int(torch.cuda.get_device_properties(self.device).total_memory)
        return usable_bytes()

    def samples(
        self, store: Store, dataset_id: str, check: Callable[[], None] = go_on
    ) -> WarmSamples:
        """Return a data set, from memory when it was used lately.

        Others are let go before it is loaded, where both would hold too much; all of them where
        memory is full all the same.

        Args:
            store: Where it is.
            dataset_id: Which.
            check: Called now and then while it is fetched from afar; may raise.

        Raises:
            LodemapError: when it is missing or damaged.
            RuntimeError: when it does not fit into memory alone, or MemoryError.
        """
        warm = self._datasets.pop(dataset_id, None)
        if warm is not None:
            self._let_go(warm.num_bytes)
        else:
            samples = store.datasets.samples(dataset_id, check)
            self._let_go(samples.images.nbytes)
            dataset = store.datasets.get(dataset_id)
            warm = self._load(dataset, samples) or self._load(dataset, samples, is_last_try=True)
            assert warm is not None
        self._datasets[dataset_id] = warm
        return warm

    def _let_go(self, num_bytes: int) -> None:
        """Let go of other data sets, the longest unused first, until so many bytes have room."""
        most = DATA_SHARE * (self.device_memory or 0) - num_bytes
        others = self._datasets
        while others and (
            len(others) >= NUM_DATASETS or sum(warm.num_bytes for warm in others.values()) > most
        ):
            others.popitem(last=False)

    def _load(
        self, dataset: Dataset, samples: Samples, *, is_last_try: bool = False
    ) -> WarmSamples | None:
        """Return a data set as training wants it; None where memory is full, and now it is not."""
        try:
            images = to_pixels(samples.images, self.device)
        except (MemoryError, RuntimeError) as error:
            if is_last_try or not is_out_of_memory(error):
                raise
            logger.warning("%s: out of memory; all that is kept warm goes.", dataset.dataset_id)
            self.make_room(num_kept=0)
            return None
        return WarmSamples(
            dataset=dataset,
            images=images,
            label=np.array(samples.label),
            is_held_out=np.array(samples.is_held_out),
            known=KnownFeatures(
                int(FEATURES_SHARE * (self.device_memory or 0)),
                NUM_KNOWN if images.numel() <= FEW_VALUES else None,
            ),
        )

    def make_room(self, num_kept: int = 1) -> None:
        """Let go of what is warm but for the data set used last, whose features are forgotten."""
        while len(self._datasets) > num_kept:
            self._datasets.popitem(last=False)
        for warm in self._datasets.values():
            warm.known.clear()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()

    def checkpoint(self, store: Store, row: SnapshotRow) -> Checkpoint:
        """Return the checkpoint of a snapshot, from memory when it was used lately.

        Raises:
            ArtifactMissingError: when its file is gone.
            ArtifactDamagedError: when its bytes are not those written.
            BadCheckpointError: when the bytes are no checkpoint of this version.
        """
        known = self._checkpoints.pop(row.sha256, None)
        if known is None:
            known = unpack_checkpoint(store.artifacts.read(row.checkpoint, row.sha256))
        self._checkpoints[row.sha256] = known
        while len(self._checkpoints) > NUM_CHECKPOINTS:
            self._checkpoints.popitem(last=False)
        return known

    def resumable(self, store: Store, row: SnapshotRow) -> Checkpoint:
        """Return the checkpoint of a snapshot with all that its own run needs to go on from it.

        Raises:
            ArtifactMissingError: when one of its files is gone.
            ArtifactDamagedError: when its bytes are not those written.
            BadCheckpointError: when they are of no version that is known, or not of each other.
        """
        checkpoint = self.checkpoint(store, row)
        if checkpoint.moments_sha256 is None:
            return checkpoint
        return with_moments(checkpoint, store.artifacts.read(moments_of(row.checkpoint)))

    def share_work(self, num_values: int) -> None:
        """Train with every core, or with one where a data set has only a few values."""
        torch.set_num_threads(1 if num_values <= FEW_VALUES else num_cores())

    def preload(self, store: Store) -> None:
        """Read the data that the next run most likely needs: those of the newest project.

        Nothing is read that is too large or too far away: a worker that cannot start does no run.
        """
        until_s = time.monotonic() + PRELOAD_S

        def check() -> None:
            if time.monotonic() > until_s:
                raise StoreUnavailableError("the data comes from too far away.")

        try:
            projects = store.projects.list()
            if projects and self._has_room_for(store.datasets.get(projects[0].dataset_id)):
                self.samples(store, projects[0].dataset_id, check)
        except LodemapError as error:
            logger.warning("Nothing was read ahead: %s", error.sentence)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            logger.warning("Nothing was read ahead: the newest data does not fit into memory.")
            self.make_room(num_kept=0)

    def _has_room_for(self, dataset: Dataset) -> bool:
        """Return whether a data set leaves the device and this process room for the rest."""
        value_bytes = 4 if dataset.kind == "vector" else 1
        num_bytes = value_bytes * dataset.num_samples * math.prod(dataset.sample_shape)
        room = min(usable_bytes(), self.device_memory or 0)
        return num_bytes <= DATA_SHARE * room

    def warm_up(self) -> None:
        """Pretrain a tiny network and update it once: whatever a process does first costs extra."""
        rng = np.random.default_rng(0)
        images = rng.integers(0, 255, (64, *WARM_UP_SHAPE), np.uint8)
        annotation = (np.arange(len(images)) % NUM_WARM_UP_CLASSES).astype(np.int16)
        nobody = np.full(len(images), -1, np.int16)
        is_held_out = np.zeros(len(images), bool)
        config = RunConfig.from_json(
            {"preset": PRESETS[0], **defaults_of(PRESETS[0]), "num_epochs": 2}
        )
        model = build_model(config, WARM_UP_SHAPE, NUM_WARM_UP_CLASSES, self.device)
        for named in (nobody, annotation):
            samples = TrainingSet(images, named, is_held_out, named, NUM_WARM_UP_CLASSES)
            for _ in train(model, samples, config, FramePacer(time.monotonic)):
                pass
            model.has_parent = True


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether an allocation failed: on the CPU, PyTorch only says so in the message."""
    is_typed = isinstance(error, MemoryError | torch.OutOfMemoryError)
    return is_typed or "allocate memory" in str(error)
