import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from sklearn.manifold import trustworthiness as reference_trustworthiness
from sklearn.metrics import silhouette_score

from ml.measures.map_quality import (
    MOST_ASKED,
    MOST_MEASURED,
    NAMES,
    distances,
    knn_agreement,
    silhouette,
    trustworthiness,
)
from ml.networks.checkpoint import load_weights, unpack_checkpoint
from ml.networks.model import build_model
from ml.records import PRESETS, RunConfig, Snapshot
from tests.ml.scenes import blobs, run, snapshots


def random_map(n: int = 200, width: int = 2, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=(n, width)).astype(np.float32)


def clusters(n: int = 300) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """Three clouds far apart."""
    kind = (np.arange(n) % 3).astype(np.int16)
    return random_map(n) + 20 * kind[:, None].astype(np.float32), kind


@pytest.mark.parametrize("n", [5, 12, 31, 200])
def test_trustworthiness__is_that_of_scikit_learn(n: int) -> None:
    h, mu = random_map(n, 16, seed=1), random_map(n)
    mu[:, 0] += h[:, 0]
    found = trustworthiness(distances(mu, mu), distances(h, h))
    k = min(15, (n - 1) // 2)
    assert found == pytest.approx(reference_trustworthiness(h, mu, n_neighbors=k), abs=1e-6)


def test_trustworthiness__is_one_where_the_map_shows_the_features() -> None:
    apart = distances(h := random_map(), h)
    assert trustworthiness(apart, apart) == 1
    assert trustworthiness(apart[:4, :4], apart[:4, :4]) is None


def test_silhouette__is_that_of_scikit_learn() -> None:
    mu = random_map(150)
    class_index = np.random.default_rng(3).integers(0, 6, 150).astype(np.int16)
    class_index[0] = 9  # alone in its class
    expected = silhouette_score(mu, class_index)
    assert silhouette(distances(mu, mu), class_index) == pytest.approx(expected, abs=1e-5)


def test_silhouette__needs_two_classes_and_leaves_out_who_has_none() -> None:
    mu, kind = clusters()
    apart = distances(mu, mu)
    assert silhouette(apart, np.zeros(300, np.int16)) is None
    assert silhouette(apart, np.full(300, -1, np.int16)) is None
    with_strangers = np.where(np.arange(300) < 30, -1, kind).astype(np.int16)
    found = silhouette(apart, with_strangers)
    assert found == pytest.approx(silhouette_score(mu[30:], kind[30:]), abs=1e-5)


def test_knn_agreement__is_high_in_clusters_and_chance_in_a_mix() -> None:
    mu, kind = clusters()
    is_held_out = np.arange(300) >= 200
    assert knn_agreement(mu, kind, is_held_out) == 1
    mixed = knn_agreement(random_map(300), kind, is_held_out)
    assert mixed == pytest.approx(1 / 3, abs=0.1)


def test_knn_agreement__is_withheld_where_it_would_mislead() -> None:
    mu, kind = clusters()
    assert knn_agreement(mu, kind, np.arange(300) >= 281) is None, "19 held-out samples known"
    assert knn_agreement(mu, np.zeros_like(kind), np.arange(300) >= 200) is None, "one class"
    assert knn_agreement(mu, np.full_like(kind, -1), np.arange(300) >= 200) is None


def test_knn_agreement__of_many_is_measured_on_a_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    mu, kind = clusters(9000)
    is_held_out = np.arange(9000) % 2 == 0
    compared = []

    def seen(x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
        compared.append((len(x), len(y), x.tobytes() + y.tobytes()))
        return distances(x, y)

    monkeypatch.setattr("ml.measures.map_quality.distances", seen)
    assert [knn_agreement(mu, kind, is_held_out) for _ in range(2)] == [1, 1]
    assert [each[:2] for each in compared] == [(MOST_MEASURED, MOST_ASKED)] * 2
    assert compared[0] == compared[1], "the same ones each time"


@pytest.fixture(scope="module", params=PRESETS)
def chain(request: pytest.FixtureRequest) -> tuple[list[Snapshot], list[Snapshot]]:
    """Snapshots of a pretraining and of a fine-tuning after it, of each preset."""
    config = RunConfig(preset=request.param, num_epochs=2, batch_size=32)
    first = snapshots(run(build_model(config, (1, 8, 8), 3), blobs(), config))
    model = build_model(config, (1, 8, 8), 3)
    load_weights(model, unpack_checkpoint(first[-1].checkpoint))
    return first, snapshots(run(model, blobs(annotated=(0, 1, 2)), config))


def test_snapshots__of_all_presets_carry_the_same_names(
    chain: tuple[list[Snapshot], list[Snapshot]],
) -> None:
    names = {*NAMES, "spread", "active_units", "displacement_untouched", "macro_f1"}
    for snapshot in [*chain[0], *chain[1]]:
        assert names <= set(snapshot.metrics)
        values = [v for v in snapshot.metrics.values() if v is not None]
        assert np.isfinite(values).all()
    last = chain[1][-1].metrics
    assert last["trustworthiness"] is not None
    assert last["knn_agreement"] is not None


def test_snapshots__tell_how_far_a_fine_tuning_carried_the_others(
    chain: tuple[list[Snapshot], list[Snapshot]],
) -> None:
    first, then = chain
    assert all(s.metrics["displacement_untouched"] is None for s in first)
    ways = [s.metrics["displacement_untouched"] for s in then]
    assert all(way is not None and 0 < way < 1.5 for way in ways), ways


def test_snapshots__a_single_point_withholds_what_rests_on_who_is_near() -> None:
    config = RunConfig("annotate-vae", num_epochs=1, batch_size=32)
    model = build_model(config, (1, 8, 8), 3)
    with torch.no_grad():
        for parameter in model.mu.parameters():
            parameter.zero_()
    first = snapshots(run(model, blobs(annotated=(0, 1, 2)), config))[0]
    assert [first.metrics[name] for name in NAMES] == [None] * 3
