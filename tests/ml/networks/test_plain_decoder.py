"""The decoder without torch draws what the network's own decoder draws."""

import numpy as np
import pytest
import torch
from safetensors.numpy import load

from ml.errors import BadCheckpointError
from ml.networks.checkpoint import Progress, pack_checkpoint
from ml.networks.model import PARTS, build_model
from ml.networks.plain_decoder import DECODING, PlainDecoder
from ml.records import RunConfig

SHAPES = ((1, 8, 8), (1, 28, 28), (3, 33, 20), (1, 5, 7), (3, 64, 64), (12,), (1, 64, 16))
CONFIG = RunConfig(preset="annotate-vae")


def tensors_of(shape: tuple[int, ...], latent_dim: int = 2) -> dict[str, np.ndarray]:
    config = RunConfig(preset="annotate-vae", latent_dim=latent_dim, seed=3)
    model = build_model(config, shape, 2)
    return dict(load(pack_checkpoint(model, config, Progress())))


@pytest.mark.parametrize("latent_dim", [2, 3])
@pytest.mark.parametrize("shape", SHAPES)
def test_decode__gives_the_numbers_of_the_network(shape: tuple[int, ...], latent_dim: int) -> None:
    config = RunConfig(preset="annotate-vae", latent_dim=latent_dim, seed=3)
    model = build_model(config, shape, 2)
    z = np.random.default_rng(0).normal(size=(5, latent_dim)).astype(np.float32)
    with torch.no_grad():
        expected = model.decode(torch.from_numpy(z)).numpy()
    drawn = PlainDecoder.read(tensors_of(shape, latent_dim), shape).decode(z)
    assert drawn.shape == (5, *shape)
    np.testing.assert_allclose(drawn, expected, rtol=1e-4, atol=1e-4)


def test_decode__refuses_places_of_another_map() -> None:
    decoder = PlainDecoder.read(tensors_of((12,), latent_dim=3), (12,))
    with pytest.raises(BadCheckpointError, match="another map"):
        decoder.decode(np.zeros((4, 2), np.float32))


def test_decode__gives_vectors_in_the_unit_they_came_in() -> None:
    z = np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32)
    tensors = tensors_of((12,))
    plain = PlainDecoder.read(tensors, (12,)).decode(z)
    shift, scale = np.arange(12, dtype=np.float32), np.geomspace(1e-3, 1e3, 12, dtype=np.float32)
    old = {name: each for name, each in tensors.items() if name != "model.input_shift"}
    old["model.input_scale"] = np.array([0.05], np.float32)  # one for all columns
    scaled = PlainDecoder.read(old, (12,)).decode(z)
    np.testing.assert_allclose(scaled, 0.05 * plain, rtol=1e-4, atol=1e-6)
    tensors |= {"model.input_shift": shift, "model.input_scale": scale}
    own = PlainDecoder.read(tensors, (12,)).decode(z)
    np.testing.assert_allclose(own, plain * scale + shift, rtol=1e-4, atol=1e-6)


def test_decode__in_parts_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = PlainDecoder.read(tensors_of((1, 28, 28)), (1, 28, 28))
    z = np.random.default_rng(1).normal(size=(7, 2)).astype(np.float32)
    whole = decoder.decode(z)
    monkeypatch.setattr("ml.networks.plain_decoder.VALUES_AT_ONCE", 1)
    np.testing.assert_allclose(decoder.decode(z), whole, rtol=1e-5, atol=1e-5)


def test_decoding__names_the_presets_that_have_a_decoder() -> None:
    assert {preset for preset, parts in PARTS.items() if parts.is_variational} == DECODING


@pytest.mark.parametrize("scale", [0, -1, np.nan, np.inf])
def test_read__refuses_vectors_in_a_unit_that_is_none(scale: float) -> None:
    tensors = tensors_of((12,))
    tensors["model.input_scale"] = np.array([scale], np.float32)
    with pytest.raises(BadCheckpointError, match="not above 0"):
        PlainDecoder.read(tensors, (12,))


def test_read__refuses_what_is_no_decoder_of_these_samples() -> None:
    with pytest.raises(BadCheckpointError):
        PlainDecoder.read({}, (1, 8, 8))
    with pytest.raises(BadCheckpointError, match="decoder"):
        PlainDecoder.read(tensors_of((1, 8, 8)), (1, 28, 28))
    for name in ("model.decoder.0.weight", "model.decoder.2.bias", "model.decoder.5.weight"):
        torn = tensors_of((1, 8, 8))
        torn[name] = torn[name][:1]
        with pytest.raises(BadCheckpointError, match="decoder"):
            PlainDecoder.read(torn, (1, 8, 8))
