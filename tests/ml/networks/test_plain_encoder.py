"""Encoder and head without torch give what the network gives, for every preset and shape."""

import numpy as np
import pytest
import torch
from safetensors.numpy import load

from ml.errors import BadCheckpointError
from ml.graph.plain_graph import directions
from ml.networks.checkpoint import Progress, pack_checkpoint
from ml.networks.model import PARTS, LatentModel, build_model
from ml.networks.plain_encoder import (
    FEATURE_LENGTH,
    HEAD_ON_PLACES,
    SIGNED,
    PlainEncoder,
    linear_belief,
)
from ml.records import PRESETS, RunConfig

SHAPES = ((1, 8, 8), (1, 28, 28), (3, 33, 20), (1, 5, 7), (3, 64, 64), (12,), (1, 64, 16))


def no_pause() -> None:
    pass


def network(preset: str, shape: tuple[int, ...]) -> tuple[LatentModel, dict[str, np.ndarray]]:
    config = RunConfig(preset=preset, seed=3)
    model = build_model(config, shape, 3)
    with torch.no_grad():
        for parameter in model.head.parameters():
            parameter.normal_(generator=torch.Generator().manual_seed(1))
    return model, dict(load(pack_checkpoint(model, config, Progress())))


def samples_of(shape: tuple[int, ...], count: int = 6) -> np.ndarray:
    rng = np.random.default_rng(0)
    if len(shape) == 1:
        return rng.normal(size=(count, *shape)).astype(np.float32)
    return rng.integers(0, 256, (count, *shape)).astype(np.uint8)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("shape", SHAPES)
def test_encode_all__gives_the_features_of_the_network(preset: str, shape: tuple[int, ...]) -> None:
    model, tensors = network(preset, shape)
    samples = samples_of(shape)
    x = torch.from_numpy(samples.astype(np.float32) / (255 if len(shape) == 3 else 1))
    with torch.no_grad():
        expected = model.features(x).numpy()
    h = PlainEncoder.read(tensors, shape, preset).encode_all(samples, no_pause)
    np.testing.assert_allclose(h, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("preset", PRESETS)
def test_linear_belief__gives_what_the_head_says_of_active_classes(preset: str) -> None:
    model, tensors = network(preset, (12,))
    with torch.no_grad():
        h = model.features(torch.from_numpy(samples_of((12,))))
        z = model.locate(h).mu
        logits = model.classify(h, z)
    logits[:, 1] = -torch.inf
    read = z.numpy() if preset in HEAD_ON_PLACES else h.numpy()
    read = FEATURE_LENGTH * directions(read) if preset in SIGNED else read
    belief = linear_belief(tensors, read, np.array([True, False, True]))
    np.testing.assert_allclose(belief, logits.softmax(1).numpy(), rtol=1e-4, atol=1e-5)


def test_presets__are_what_the_model_is_made_of() -> None:
    assert {name for name, parts in PARTS.items() if parts.is_spherical} == SIGNED
    assert {name for name, parts in PARTS.items() if parts.head_on == "z"} == HEAD_ON_PLACES


def test_linear_belief__knows_nothing_of_classes_made_later() -> None:
    _, tensors = network("lodemap", (12,))
    belief = linear_belief(tensors, np.ones((2, 128), np.float32), np.ones(5, bool))
    assert belief.shape == (2, 5)
    assert not belief[:, 3:].any()
    late = np.array([False, False, False, True])
    assert not linear_belief(tensors, np.ones((2, 128), np.float32), late).any()


def test_encode_all__in_parts_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    _, tensors = network("lodemap", (1, 28, 28))
    encoder, samples = PlainEncoder.read(tensors, (1, 28, 28), "lodemap"), samples_of((1, 28, 28))
    whole = encoder.encode_all(samples, no_pause)
    monkeypatch.setattr("ml.networks.plain_encoder.VALUES_AT_ONCE", 1)
    np.testing.assert_allclose(encoder.encode_all(samples, no_pause), whole, rtol=1e-5, atol=1e-6)


def test_encode_all__reads_vectors_in_the_units_of_their_columns_also_of_older_networks() -> None:
    samples = samples_of((12,)) * np.geomspace(1e-3, 1e4, 12, dtype=np.float32) + 2024
    model, _ = network("lodemap", (12,))
    model.measure(torch.from_numpy(samples))
    now = dict(load(pack_checkpoint(model, RunConfig(preset="lodemap"), Progress())))
    old = {name: each for name, each in now.items() if not name.startswith("model.input_")}
    old["model.input_scale"] = np.array([100], np.float32)
    with torch.no_grad():
        x = torch.from_numpy(samples)
        pairs = ((now, model.features(x)), (old, model.encoder(x / 100)))
    for tensors, expected in pairs:
        h = PlainEncoder.read(tensors, (12,), "lodemap").encode_all(samples, no_pause)
        np.testing.assert_allclose(h, expected.numpy(), rtol=1e-4, atol=1e-4)
    far = samples[:2] * 1e4
    h = PlainEncoder.read(now, (12,), "lodemap").encode_all(far, no_pause)
    with torch.no_grad():
        expected = model.features(torch.from_numpy(far))
    np.testing.assert_allclose(h, expected.numpy(), rtol=1e-4, atol=1e-4)
    with pytest.raises(BadCheckpointError, match="length that its vectors may have"):
        PlainEncoder.read({**now, "model.input_reach": np.zeros(1, np.float32)}, (12,), "lodemap")
    for name, bad in (("shift", np.ones(11)), ("scale", np.zeros(12)), ("scale", np.ones((12, 1)))):
        torn = {**now, f"model.input_{name}": bad.astype(np.float32)}
        with pytest.raises(BadCheckpointError, match=r"units? of its vectors"):
            PlainEncoder.read(torn, (12,), "lodemap")


@pytest.mark.parametrize("shape", [(1, 8, 9), (3, 8, 8), (12,)])
def test_read__refuses_an_encoder_of_other_samples(shape: tuple[int, ...]) -> None:
    _, tensors = network("lodemap", (1, 28, 28))
    with pytest.raises(BadCheckpointError, match="does not fit"):
        PlainEncoder.read(tensors, shape, "lodemap")


def test_read__refuses_what_has_no_encoder() -> None:
    with pytest.raises(BadCheckpointError, match="encoder"):
        PlainEncoder.read({}, (12,), "lodemap")
    with pytest.raises(BadCheckpointError, match="head"):
        linear_belief({}, np.ones((2, 3), np.float32), np.ones(2, bool))
