"""The projection branch learns a layout; nothing else changes."""

import torch

from benchmarks.wei_branch import EPOCHS, teach_branch
from ml.maps.principal import principal_map
from ml.networks.embedding import Embedding
from ml.networks.model import LatentModel, build_model
from ml.records import RunConfig
from ml.samples.training_set import to_pixels
from tests.ml.scenes import blobs

CONFIG = RunConfig(preset="refine-projection", num_epochs=1, batch_size=32)


def features_of(model: LatentModel) -> torch.Tensor:
    embedding = Embedding(model, to_pixels(blobs().images))
    for _ in embedding.chunks():
        pass
    return embedding.h


def test_teach_branch__reproduces_a_principal_map_on_samples_it_never_saw() -> None:
    model = build_model(CONFIG, (1, 8, 8), 3)
    h = features_of(model)
    h = (h - h.mean(0)) / h.std(0).clamp_min(1e-3)
    ids = torch.arange(90)
    layout = principal_map(h, torch.randn(120, 2), ids)
    before = {name: w.clone() for name, w in model.state_dict().items()}
    assert sum(1 for _ in teach_branch(model, h, layout, ids, seed=0)) == EPOCHS
    with torch.no_grad():
        missed = (model.locate(h[90:]).mu - layout[90:]).square().sum()
    assert missed < 0.1 * (layout[90:] - layout[90:].mean(0)).square().sum()
    changed = {name for name, w in model.state_dict().items() if not w.equal(before[name])}
    assert changed == {name for name in before if name.startswith("mu.")}


def test_teach_branch__is_the_same_for_the_same_seed() -> None:
    ends = []
    for _ in range(2):
        model = build_model(CONFIG, (1, 8, 8), 3)
        h = features_of(model)
        for _ in teach_branch(model, h, h[:, :2].clone(), torch.arange(100), seed=3):
            pass
        ends.append(model.state_dict()["mu.0.weight"])
    assert ends[0].equal(ends[1])
