"""The optimizer's state as bytes beside a checkpoint."""

import json

import pytest
import torch
from safetensors.torch import load, save

from ml.errors import BadCheckpointError
from ml.networks.checkpoint import (
    Progress,
    pack_checkpoint,
    pack_epoch,
    read_metadata,
    unpack_checkpoint,
)
from ml.networks.model import build_model
from ml.networks.moments import with_moments
from tests.ml.networks.test_checkpoint import GOOD, model
from tests.ml.scenes import CONFIG, blobs, run, snapshots

MOMENTS = {"count.mu.bias": torch.tensor(3.0), "first.mu.bias": torch.tensor([1.0, 2.0])}


def test_pack_epoch__moments_are_bytes_of_their_own_and_come_back_equal() -> None:
    data, state = pack_epoch(model(), CONFIG, Progress(4, 50), MOMENTS)
    assert set(load(data)) == {f"model.{name}" for name in model().state_dict()}
    checkpoint = unpack_checkpoint(data)
    assert not checkpoint.moments
    moments = with_moments(checkpoint, state).moments
    assert moments.keys() == MOMENTS.keys()
    assert all(torch.equal(moments[name], tensor) for name, tensor in MOMENTS.items())


def test_pack_epoch__other_moments_make_another_checkpoint() -> None:
    """So whoever holds a checkpoint's sha256 knows by it what the run goes on with."""
    other = MOMENTS | {"count.mu.bias": torch.tensor(4.0)}
    datas = [pack_epoch(model(), CONFIG, Progress(), each)[0] for each in (MOMENTS, other, {})]
    assert len(set(datas)) == 3


def test_pack_epoch__without_moments_has_none_beside_it() -> None:
    data, state = pack_epoch(model(), CONFIG, Progress(), {})
    assert (data, state) == (pack_checkpoint(model(), CONFIG, Progress()), b"")
    assert unpack_checkpoint(data).moments_sha256 is None


@pytest.mark.parametrize("at", [0, 8, 100, -1])
def test_with_moments__refuses_those_of_another_or_damaged(at: int) -> None:
    data, state = pack_epoch(model(), CONFIG, Progress(), MOMENTS)
    torn = bytearray(state)
    torn[at] ^= 1
    for wrong in (bytes(torn), state[:at], b""):
        with pytest.raises(BadCheckpointError, match="is not the checkpoint's"):
            with_moments(unpack_checkpoint(data), wrong)
    with pytest.raises(BadCheckpointError, match="is not the checkpoint's"):
        with_moments(unpack_checkpoint(GOOD), state)


@pytest.mark.parametrize("prefix", ["optimizer", "adam"])
def test_unpack__moments_of_an_older_version_are_among_the_weights(prefix: str) -> None:
    before = {f"{prefix}.{name}": tensor for name, tensor in MOMENTS.items()}
    metadata = {"lodemap": json.dumps(read_metadata(GOOD) | {"moments": None})}
    checkpoint = unpack_checkpoint(save(load(GOOD) | before, metadata))
    assert checkpoint.moments.keys() == MOMENTS.keys()
    assert checkpoint.weights.keys() == model().state_dict().keys()


def test_train__has_moments_beside_every_epoch_but_the_first_and_the_last() -> None:
    """Before the first step there are none, and nobody goes on from the last epoch."""
    network = build_model(CONFIG, (1, 8, 8), 3)
    epochs = {s.epoch: bool(s.moments) for s in snapshots(run(network, blobs()))}
    assert epochs == {0: False, 1: True, 2: True, 3: False}
