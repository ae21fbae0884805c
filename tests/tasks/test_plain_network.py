"""What goes out is what was learned: in PyTorch, in plain source and in ONNX."""

import json
from types import ModuleType

import numpy as np
import onnxruntime
import pytest
import torch
from safetensors.torch import load

from ml.learning.losses import class_probabilities
from ml.networks.embedding import scale_pixels
from ml.networks.model import LatentModel, build_model
from ml.records import PRESETS, RunConfig
from tasks.plain_network import PlainNetwork, to_onnx, to_safetensors, to_source

SHAPES = [(1, 12, 12), (3, 16, 10), (20,)]
NAMES = ['say "cheese"', "Äpfel|{x}", "圆"]
TAUGHT = [0, 2, 3]


def model_of(preset: str, shape: tuple[int, ...], **knobs: int) -> LatentModel:
    model = build_model(RunConfig(preset=preset, seed=3, **knobs), shape, 5)
    if len(shape) == 1:
        model.measure(3 * samples_of(shape) + 5)
    with torch.no_grad():
        for parameter in model.head.parameters():
            parameter.normal_(generator=torch.Generator().manual_seed(1))
    return model.eval()


def samples_of(shape: tuple[int, ...], count: int = 7) -> torch.Tensor:
    rng = np.random.default_rng(0)
    if len(shape) == 1:
        values = rng.normal(size=(count, *shape)).astype(np.float32)
        values[0] *= 1000  # is shortened
        return torch.from_numpy(values)
    return torch.from_numpy(rng.integers(0, 256, (count, *shape), np.uint8))


def module_of(source: str) -> ModuleType:
    module = ModuleType("network")
    exec(compile(source, "network.py", "exec"), module.__dict__)
    return module


@pytest.mark.parametrize("shape", SHAPES, ids=["grey", "rgb", "vectors"])
@pytest.mark.parametrize("preset", PRESETS)
def test_plain_network__tells_what_the_model_tells(preset: str, shape: tuple[int, ...]) -> None:
    model, samples = model_of(preset, shape), samples_of(shape)
    network = PlainNetwork(model, TAUGHT).eval()
    is_active = torch.zeros(5, dtype=torch.bool)
    is_active[TAUGHT] = True
    with torch.no_grad():
        z, probabilities = network(samples)
        h = model.features(scale_pixels(samples))
        latent = model.locate(h).mu
        believed = class_probabilities(model.classify(h, latent), is_active)
    torch.testing.assert_close(z, latent, atol=1e-6, rtol=0)
    np.testing.assert_allclose(probabilities, believed[:, TAUGHT], atol=1e-6)


@pytest.mark.parametrize("shape", SHAPES, ids=["grey", "rgb", "vectors"])
@pytest.mark.parametrize("preset", PRESETS)
def test_files__agree_with_each_other(preset: str, shape: tuple[int, ...]) -> None:
    network = PlainNetwork(model_of(preset, shape), TAUGHT).eval()
    module = module_of(to_source(network, 'A "title"\\', "0.1", NAMES))
    alone = module.Network().eval()
    alone.load_state_dict(load(to_safetensors(network)))
    data = to_onnx(network, {"class_names": json.dumps(NAMES)})
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    for count in (1, 7):
        samples = samples_of(shape, count)
        with torch.no_grad():
            wanted, found = network(samples), alone(samples)
        run = session.run(["z", "probabilities"], {"samples": samples.numpy()})
        for mine, theirs, onnx in zip(wanted, found, run, strict=True):
            torch.testing.assert_close(mine, theirs, atol=1e-4, rtol=1e-4)
            np.testing.assert_allclose(mine, onnx, atol=1e-4, rtol=1e-4)
    assert module.CLASS_NAMES == NAMES
    assert shape == module.SAMPLE_SHAPE
    assert json.loads(session.get_modelmeta().custom_metadata_map["class_names"]) == NAMES


def test_files__of_a_pretrained_network_tell_no_class() -> None:
    network = PlainNetwork(model_of(PRESETS[0], (1, 8, 8)), []).eval()
    module = module_of(to_source(network, "t", "0.1", []))
    alone = module.Network().eval()
    alone.load_state_dict(load(to_safetensors(network)))
    z, probabilities = alone(samples_of((1, 8, 8)))
    assert (tuple(z.shape), probabilities, module.CLASS_NAMES) == ((7, 2), None, [])
    session = onnxruntime.InferenceSession(to_onnx(network, {}))
    assert [output.name for output in session.get_outputs()] == ["z"]


def test_source__of_a_head_with_hidden_layers_and_three_axes() -> None:
    model = model_of("annotate-vae", (1, 8, 8), latent_dim=3, num_hidden_layers=2)
    network = PlainNetwork(model, TAUGHT).eval()
    alone = module_of(to_source(network, "t", "0.1", NAMES)).Network().eval()
    alone.load_state_dict(load(to_safetensors(network)))
    for mine, theirs in zip(
        network(samples_of((1, 8, 8))), alone(samples_of((1, 8, 8))), strict=True
    ):
        torch.testing.assert_close(mine, theirs)


def test_safetensors__hold_nothing_of_training() -> None:
    names = set(load(to_safetensors(PlainNetwork(model_of(PRESETS[0], (1, 8, 8)), TAUGHT))))
    assert {name.split(".")[0] for name in names} == {"encoder", "branch", "head"}
