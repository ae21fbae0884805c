"""One pretrained network for the tests of the default preset."""

import pytest

from ml.networks.checkpoint import Checkpoint, unpack_checkpoint
from ml.networks.model import build_model
from tests.ml.presets.striped import NUM_KINDS, PRETRAINING, stripes
from tests.ml.scenes import run, snapshots


@pytest.fixture(scope="session")
def parent() -> Checkpoint:
    model = build_model(PRETRAINING, (1, 8, 8), NUM_KINDS)
    last = snapshots(run(model, stripes(), PRETRAINING))[-1]
    return unpack_checkpoint(last.checkpoint)
