"""A worker whose first step never ends: `python -m benchmarks.load.hung_worker RUN_ID`.

Everything is the product's own but the training, which shows one frame and then hangs.
"""

import os
import sys
import threading
from collections.abc import Iterator

import numpy as np

from ml.records import Frame
from ml.training import TrainingSet
from store.opening import open_store
from store.settings import Settings
from tasks import fine_tune
from tasks.workbench import Workbench

TRAINING = "train"


def hang(_model: object, samples: TrainingSet, *_: object) -> Iterator[Frame]:
    """Show a frame, then never get on."""
    yield Frame(0.5, np.zeros((samples.num_samples, 2), np.float32))
    threading.Event().wait()


if __name__ == "__main__":
    setattr(fine_tune, TRAINING, hang)
    with open_store(Settings.from_env(os.environ)) as opened:
        fine_tune.run_fine_tune(sys.argv[1], opened, Workbench("cpu"), "hung")
