"""What is known of some weights is found for these very weights, and for no others."""

import dataclasses

import pytest
import torch
from torch import Tensor

from ml.graph.neighbours import Neighbours
from ml.graph.spreading import FeatureGraph
from ml.networks.embedding import VALUES_PER_CHUNK, Embedding, scale_pixels
from ml.networks.model import LatentModel, build_model
from ml.records import RunConfig
from ml.samples.known import Known, KnownFeatures, RunFeatures, known_of
from ml.samples.training_set import to_pixels
from tests.ml.scenes import blobs

CONFIG = RunConfig(preset="lodemap")
PIXELS = to_pixels(blobs().images)
VECTORS = torch.randn((30, 5), generator=torch.Generator().manual_seed(0))
PLENTY = 1 << 30


def network(seed: int = 0, samples: Tensor = PIXELS, preset: str = "lodemap") -> LatentModel:
    config = dataclasses.replace(CONFIG, seed=seed, preset=preset)
    return build_model(config, tuple(samples.shape[1:]), 3)


def asked(model: LatentModel, memory: KnownFeatures, pixels: Tensor = PIXELS) -> Known:
    asking = memory.ask(model, pixels)
    while True:
        try:
            next(asking)
        except StopIteration as end:
            known: Known = end.value
            return known


def graph_of(h: Tensor) -> FeatureGraph:
    found = Neighbours(h, 5)
    for _ in found.chunks():
        pass
    return FeatureGraph.of(found.ids, found.squared)


@pytest.mark.parametrize("samples", [PIXELS, VECTORS])
def test_find__whatever_changes_features_is_not_found(samples: Tensor) -> None:
    model, memory = network(samples=samples), KnownFeatures(PLENTY)
    memory.keep(asked(model, memory, samples))
    x, changed = scale_pixels(samples), []
    with torch.no_grad():
        before = model.features(x)
        for name, weight in model.state_dict().items():
            original = weight.clone()
            weight += 0.5
            is_other = not torch.equal(model.features(x), before)
            assert (memory.find(model) is None) >= is_other, name
            changed += [name] if is_other else []
            weight.copy_(original)
            assert memory.find(model) is not None
    assert len(changed) > 3


def test_find__tells_the_bits_of_weights() -> None:
    model, memory = network(), KnownFeatures(PLENTY)
    memory.keep(asked(model, memory))
    first = next(model.encoder.parameters())
    with torch.no_grad():
        first[(0,) * first.ndim] = torch.nextafter(first.flatten()[0], torch.tensor(9.0))
    assert memory.find(model) is None


def test_find__another_preset_is_another_network() -> None:
    memory = KnownFeatures(PLENTY)
    memory.keep(dataclasses.replace(asked(network(), memory), preset="refine-projection"))
    assert memory.find(network()) is None


def test_ask__features_are_those_of_an_embedding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VALUES_PER_CHUNK, "cpu", 50 * 64)
    model = network()
    embedding = Embedding(model, PIXELS)
    for _ in embedding.chunks():
        pass
    known = asked(model, KnownFeatures(PLENTY))
    assert torch.equal(known.h, embedding.h)
    assert len(list(KnownFeatures(PLENTY).ask(model, PIXELS))) == 2, "pauses between three chunks"


def test_keep__what_is_unused_for_longest_goes_first() -> None:
    models = [network(seed) for seed in range(3)]
    memory = KnownFeatures(PLENTY)
    size = asked(models[0], memory).num_bytes
    memory = KnownFeatures(2 * size)
    for model in models[:2]:
        memory.keep(asked(model, memory))
    memory.keep(asked(models[0], memory))
    memory.keep(asked(models[2], memory))
    assert [memory.find(model) is not None for model in models] == [True, False, True]
    assert memory.num_bytes == 2 * size


def test_keep__of_more_networks_than_may_be_kept_the_longest_unused_goes() -> None:
    models = [network(seed) for seed in range(3)]
    memory = KnownFeatures(PLENTY, most=2)
    for model in models:
        memory.keep(asked(model, memory))
    assert [memory.find(model) is not None for model in models] == [False, True, True]


def test_keep__a_graph_that_is_too_large_goes_before_the_features() -> None:
    known = asked(network(), KnownFeatures(PLENTY))
    bare = known.num_bytes
    known.graph = graph_of(known.h)
    assert known.num_bytes > bare
    memory = KnownFeatures(known.num_bytes - 1)
    memory.keep(known)
    assert memory.find(network()) is known
    assert known.graph is None
    assert memory.num_bytes == bare


def test_keep__features_that_are_too_large_are_not_kept() -> None:
    memory = KnownFeatures(known_of(network(), PIXELS).num_bytes - 1)
    memory.keep(known_of(network(), PIXELS))
    assert memory.num_bytes == 0
    assert memory.find(network()) is None


def test_run__keeps_what_it_began_with_and_its_newest_snapshot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    models = [network(seed) for seed in range(3)]
    model, memory = network(), KnownFeatures(PLENTY)
    features = RunFeatures(model, PIXELS, memory)
    list(features.begin())
    for other in models[1:]:
        features.keep()
        model.load_state_dict(other.state_dict())
        list(features.refresh())
    features.keep()
    assert [memory.find(each) is not None for each in models] == [True, False, True]

    def never(*_: object) -> None:
        pytest.fail("the encoder is asked for what is known")

    monkeypatch.setattr("ml.samples.known.ask_features", never)
    list(RunFeatures(models[2], PIXELS, memory).begin())
