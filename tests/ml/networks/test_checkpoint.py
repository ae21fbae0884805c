import dataclasses
import json
import struct
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml.errors import BadCheckpointError, DivergedError, ModelMismatchError
from ml.networks.checkpoint import (
    Checkpoint,
    Progress,
    load_weights,
    pack_checkpoint,
    pack_epoch,
    unpack_checkpoint,
)
from ml.networks.model import LatentModel, build_model
from ml.presets.annotate_vae import AnnotateVae
from ml.records import RunConfig
from tests.ml.scenes import CONFIG, blobs


def last_layer(built: LatentModel) -> torch.nn.Linear:
    layer = built.head[-1]
    assert isinstance(layer, torch.nn.Linear)
    return layer


def config_of(**settings: Any) -> RunConfig:
    return RunConfig(**{"preset": "annotate-vae", **settings})


def model(num_classes: int = 3, seed: int = 0, **settings: Any) -> LatentModel:
    built = build_model(config_of(seed=seed, **settings), (1, 8, 8), num_classes)
    with torch.no_grad():
        last_layer(built).weight.fill_(float(seed + 1))
    return built


def packed(num_classes: int = 3, **settings: Any) -> bytes:
    config = config_of(**settings)
    return pack_checkpoint(model(num_classes, **settings), config, Progress(4, 50, 1, True))


GOOD = packed()


def with_header(change: Callable[[dict[str, Any]], None]) -> bytes:
    """A good checkpoint whose own metadata has been changed."""
    length = struct.unpack_from("<Q", GOOD)[0]
    header = json.loads(GOOD[8 : 8 + length])
    meta = json.loads(header["__metadata__"]["lodemap"])
    change(meta)
    header["__metadata__"]["lodemap"] = json.dumps(meta)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + GOOD[8 + length :]


def test_checkpoint__comes_back_equal() -> None:
    checkpoint = unpack_checkpoint(GOOD)
    assert checkpoint.progress == Progress(4, 50, 1, True)
    assert checkpoint.sample_shape == (1, 8, 8)
    assert checkpoint.num_classes == 3
    for name, weight in model().state_dict().items():
        assert torch.equal(checkpoint.weights[name], weight)


def test_pack__equal_models_give_equal_bytes() -> None:
    assert packed() == GOOD


@given(cut=st.integers(0, len(GOOD) - 1))
def test_unpack__truncated_is_refused(cut: int) -> None:
    with pytest.raises(BadCheckpointError):
        unpack_checkpoint(GOOD[:cut])


@given(garbage=st.binary(max_size=300))
def test_unpack__garbage_is_refused(garbage: bytes) -> None:
    with pytest.raises(BadCheckpointError):
        unpack_checkpoint(garbage)


@pytest.mark.parametrize("length", [0, 1, len(GOOD), 2**40, 2**64 - 1])
def test_unpack__a_header_that_lies_about_its_length_is_refused(length: int) -> None:
    with pytest.raises(BadCheckpointError):
        unpack_checkpoint(struct.pack("<Q", length) + GOOD[8:])


def test_unpack__a_header_of_two_megabytes_is_refused_unread() -> None:
    bomb = b"[" * 2_000_000
    with pytest.raises(BadCheckpointError, match="truncated or its header is false"):
        unpack_checkpoint(struct.pack("<Q", len(bomb)) + bomb)


def test_unpack__deeply_nested_json_is_refused() -> None:
    bomb = b'{"a":' * 150_000
    with pytest.raises(BadCheckpointError):
        unpack_checkpoint(struct.pack("<Q", len(bomb)) + bomb)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format_version", 2),
        ("epoch", -1),
        ("epoch", "7"),
        ("epoch", True),
        ("num_steps", 2**31),
        ("num_classes", 1.5),
        ("num_restarts", None),
        ("sample_shape", [8, 8]),
        ("sample_shape", "1x8x8"),
        ("moments", "of Adam"),
        ("moments", 7),
    ],
    ids=str,
)
def test_unpack__lying_metadata_is_refused(field: str, value: object) -> None:
    with pytest.raises(BadCheckpointError) as caught:
        unpack_checkpoint(with_header(lambda meta: meta.update({field: value})))
    assert "\n" not in caught.value.sentence


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_unpack__weights_that_are_not_finite_are_refused(value: float) -> None:
    broken = GOOD[:-4] + struct.pack("<f", value)  # the last number of the last layer
    with pytest.raises(
        BadCheckpointError, match=r"Layer model\.\S+ of the checkpoint is not finite"
    ):
        unpack_checkpoint(broken)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_pack__weights_or_moments_that_are_not_finite_are_refused(value: float) -> None:
    moments = {"first.mu.bias": torch.full((2,), value)}
    with pytest.raises(DivergedError):
        pack_epoch(model(), RunConfig("annotate-vae"), Progress(), moments)
    broken = model()
    with torch.no_grad():
        broken.get_parameter("mu.bias")[0] = value
    with pytest.raises(DivergedError):
        pack_checkpoint(broken, RunConfig("annotate-vae"), Progress())


def test_load__another_latent_dim_names_layer_and_both_shapes() -> None:
    with pytest.raises(ModelMismatchError) as caught:
        load_weights(model(latent_dim=3), unpack_checkpoint(GOOD))
    for part in ("mu.weight", "(3, 128)", "(2, 128)"):
        assert part in caught.value.sentence


def test_load__another_head_starts_fresh_on_the_same_map() -> None:
    child, fresh = (model(seed=6, num_hidden_layers=1) for _ in range(2))
    load_weights(child, unpack_checkpoint(GOOD))
    for name, weight in child.state_dict().items():
        source = fresh.state_dict() if name.startswith("head.") else model().state_dict()
        assert torch.equal(weight, source[name])


def test_load__a_missing_head_is_refused() -> None:
    checkpoint = unpack_checkpoint(GOOD)
    weights = {k: v for k, v in checkpoint.weights.items() if not k.startswith("head.")}
    with pytest.raises(ModelMismatchError, match="head"):
        load_weights(model(), dataclasses.replace(checkpoint, weights=weights))


def test_load__vectors_of_an_older_network_are_read_in_their_own_unit() -> None:
    model = build_model(CONFIG, (6,), 2)
    model.measure(torch.randn(50, 6) * 0.05)
    now = unpack_checkpoint(pack_checkpoint(model, CONFIG, Progress()))
    x = torch.randn(9, 6, generator=torch.Generator().manual_seed(0))
    without = {name: w for name, w in now.weights.items() if not name.startswith("input_")}
    for unit, weights in ((1.0, without), (0.05, {**without, "input_scale": torch.tensor([0.05])})):
        load_weights(model, dataclasses.replace(now, weights=weights))
        with torch.no_grad():
            assert torch.equal(model.features(x), model.encoder(x / unit))


@pytest.mark.parametrize("name", ["input_shift", "input_scale"])
def test_load__columns_of_other_vectors_are_refused(name: str) -> None:
    model = build_model(CONFIG, (6,), 2)
    now = unpack_checkpoint(pack_checkpoint(model, CONFIG, Progress()))
    with pytest.raises(ModelMismatchError, match=name):
        load_weights(model, dataclasses.replace(now, weights={**now.weights, name: torch.ones(5)}))


@pytest.mark.parametrize("scale", [0.0, -1.0])
@pytest.mark.parametrize("name", ["input_scale", "input_reach"])
def test_unpack__refuses_vectors_in_a_unit_that_is_none(name: str, scale: float) -> None:
    model = build_model(CONFIG, (6,), 2)
    with torch.no_grad():
        model.get_buffer(name).fill_(scale)
    with pytest.raises(BadCheckpointError, match="not above 0"):
        unpack_checkpoint(pack_checkpoint(model, CONFIG, Progress()))


def test_load__a_refusal_changes_nothing() -> None:
    target = model(latent_dim=3)
    before = {k: v.clone() for k, v in target.state_dict().items()}
    with pytest.raises(ModelMismatchError):
        load_weights(target, unpack_checkpoint(GOOD))
    assert all(torch.equal(v, before[k]) for k, v in target.state_dict().items())
    assert not target.has_parent


@pytest.mark.parametrize("num_hidden_layers", [0, 2])
@pytest.mark.parametrize(("before", "after"), [(3, 5), (5, 3), (0, 4), (3, 3)])
def test_load__the_head_grows_and_old_rows_stay(
    before: int, after: int, num_hidden_layers: int
) -> None:
    settings = {"num_hidden_layers": num_hidden_layers}
    parent: Checkpoint = unpack_checkpoint(packed(before, **settings))
    child = model(after, seed=6, **settings)
    load_weights(child, parent)
    kept = min(max(1, before), after)
    weight = last_layer(child).weight
    assert weight.shape[0] == after
    assert (weight[:kept] == 1).all()
    assert (weight[kept:] == 7).all()
    assert torch.equal(child.get_parameter("mu.weight"), parent.weights["mu.weight"])
    assert child.has_parent


def test_resume__without_optimizer_state_is_refused() -> None:
    checkpoint = unpack_checkpoint(GOOD)
    samples = blobs(annotated=(0, 1))
    learner = AnnotateVae(model(), samples, dataclasses.replace(CONFIG, num_epochs=5))
    with pytest.raises(BadCheckpointError, match=r"optimizer state of layer encoder\.0\.weight"):
        learner.resume(checkpoint)
