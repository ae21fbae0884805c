"""Reconstructions: the samples and what the snapshot's own network draws, the same of every run."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from ml.networks.checkpoint import Progress, pack_checkpoint
from ml.networks.model import build_model
from store.datasets.tiles import TILE
from store.errors import NotFoundError
from store.opening import Store
from store.snapshots.reconstructions import NUM_SHOWN, reconstruction_of, spread_over
from tests.store.snapshots.test_atlases import VAE, Z, keep, scene_of


def test_reconstruction__is_what_the_network_itself_draws(any_store: Store) -> None:
    scene = scene_of(any_store, "annotate-vae")
    model = build_model(VAE, (1, 8, 8), 2)
    run = scene.submit("pretrain", preset="annotate-vae")
    keep(scene, run, checkpoint=pack_checkpoint(model, VAE, Progress()))
    found = reconstruction_of(any_store, run.run_id, 1)
    samples = any_store.datasets.samples(scene.project.dataset_id)
    assert samples.is_held_out[found.ids].all()
    rows = [np.asarray(Image.open(io.BytesIO(row))) for row in (found.seen, found.drawn)]
    assert {row.shape for row in rows} == {(TILE, len(found.ids) * TILE)}
    with torch.no_grad():
        drawn = torch.sigmoid(model.decode(torch.from_numpy(Z[found.ids])))[:, 0].numpy()
    for nth, sample in enumerate(found.ids):
        above, below = (row[:, nth * TILE : (nth + 1) * TILE] for row in rows)
        np.testing.assert_array_equal(above[::4, ::4], samples.images[sample, 0])
        np.testing.assert_allclose(below[::4, ::4].astype(float), 255 * drawn[nth], atol=1)
        apart = samples.images[sample, 0] / 255 - drawn[nth]
        assert found.distance[nth] == pytest.approx(np.sqrt((apart**2).mean()), abs=0.003)


def test_reconstruction__of_a_network_without_a_decoder_says_so(store: Store) -> None:
    scene = scene_of(store, "lodemap")
    run = scene.submit("pretrain", preset="lodemap")
    keep(scene, run)
    with pytest.raises(NotFoundError, match="lodemap has no decoder; annotate-vae has"):
        reconstruction_of(store, run.run_id, 1)
    with pytest.raises(NotFoundError):
        reconstruction_of(store, run.run_id, 7)


def test_spread_over__takes_from_all_over_and_never_twice() -> None:
    is_held_out = np.arange(1000) % 5 == 0
    ids = spread_over(is_held_out)
    assert len(ids) == NUM_SHOWN
    assert is_held_out[ids].all()
    assert (ids[0], ids[-1]) == (0, 995)
    assert spread_over(np.zeros(3, bool)).tolist() == [0, 1, 2]
    assert spread_over(np.array([False, True, False])).tolist() == [1]
