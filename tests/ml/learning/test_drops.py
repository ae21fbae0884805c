"""Samples dropped at a class, against a crowd of names that says otherwise."""

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor

from ml.learning.answer import View
from ml.learning.drops import MOST_ROUNDS, Drops, heed
from ml.networks.model import build_model
from ml.networks.networks import make_head
from ml.records import RunConfig

NUM_CLASSES = 3
ACTIVE = torch.ones(NUM_CLASSES, dtype=torch.bool)
DROPPED = torch.tensor([0, 4, 8])
"""One of each kind; each is dropped at the next kind."""
EVERYONE = torch.arange(600)


def crowd() -> tuple[Tensor, Tensor]:
    """Three bundles that overlap, directions of length 5, (600, 64), all named, and the names."""
    generator = torch.Generator().manual_seed(0)
    kind = EVERYONE % NUM_CLASSES
    h = torch.eye(64)[kind] + 0.15 * torch.randn(600, 64, generator=generator)
    taught = kind.clone()
    taught[DROPPED] = (kind[DROPPED] + 1) % NUM_CLASSES
    return 5 * F.normalize(h, dim=1), taught


def asked(drops: Drops | None, num_held_out: int = 0) -> View:
    h, taught = crowd()
    num_trained = len(h) - num_held_out
    taught[num_trained:] = -1
    view = View(h, torch.arange(num_trained), NUM_CLASSES)
    list(view.chunks())
    list(view.ask(taught, None, ACTIVE, drops))
    return view


def test_ask__a_drop_among_names_is_believed_and_hardly_anybody_else_changes() -> None:
    _, taught = crowd()
    drops = Drops.of(DROPPED, taught)
    before, after = asked(None, 100).belief, asked(drops, 100).belief
    assert not before[DROPPED].argmax(1).eq(taught[DROPPED]).any()
    assert after[DROPPED].argmax(1).equal(taught[DROPPED])
    is_rest = ~torch.isin(EVERYONE, DROPPED)
    is_same = before.argmax(1).eq(after.argmax(1))[is_rest]
    assert is_same.float().mean() > 0.99
    torch.testing.assert_close(after.sum(1), torch.ones(600))


def test_ask__the_head_that_is_kept_is_the_one_that_believes() -> None:
    """Whoever opens the checkpoint hears of the drop as well."""
    h, taught = crowd()
    view = asked(Drops.of(DROPPED, taught))
    heard, deaf = (
        each.head(h[DROPPED]).softmax(1).gather(1, taught[DROPPED][:, None])
        for each in (view, asked(None))
    )
    assert (heard > deaf + 0.15).all()


def test_of__a_moved_sample_without_a_name_is_no_drop() -> None:
    taught = torch.tensor([2, -1, 0, -2])
    drops = Drops.of(torch.tensor([0, 1, 3]), taught)
    assert drops.ids.tolist() == [0]
    assert drops.class_index.tolist() == [2]


def test_heed__leaves_a_head_that_believes_already_to_the_bit() -> None:
    h, _ = crowd()
    kind = EVERYONE % NUM_CLASSES
    view = asked(None)
    settled = (~torch.isin(EVERYONE, DROPPED) & view.belief.argmax(1).eq(kind)).nonzero().squeeze(1)
    before = [weights.clone() for weights in view.head.parameters()]
    spread = F.one_hot(kind, NUM_CLASSES).float()
    list(heed(Drops.of(settled[:50], kind), view.head, h, EVERYONE, spread, ACTIVE))
    assert all(a.equal(b) for a, b in zip(before, view.head.parameters(), strict=True))


def test_heed__drops_that_contradict_each_other_end() -> None:
    """The same picture twice, dropped on two classes: neither can have its way."""
    h, _ = crowd()
    h[1] = h[0]
    drops = Drops(torch.tensor([0, 1]), torch.tensor([1, 2]))
    head = make_head(64, NUM_CLASSES, 0)
    spread = torch.full((600, NUM_CLASSES), 1 / NUM_CLASSES)
    rounds = sum(1 for _ in heed(drops, head, h, EVERYONE, spread, ACTIVE))
    assert rounds <= MOST_ROUNDS + 1
    assert all(weights.isfinite().all() for weights in head.parameters())
    assert head(h).abs().max() < 100


def test_heed__features_of_few_dimensions_can_be_solved() -> None:
    """Most of a feature is 0 for every sample after some pretrainings."""
    h, taught = crowd()
    h[:, 3:] = 0
    head = make_head(64, NUM_CLASSES, 0)
    spread = F.one_hot(EVERYONE % NUM_CLASSES, NUM_CLASSES).float() * 0.7 + 0.1
    drops = Drops.of(DROPPED, taught)
    list(heed(drops, head, h, EVERYONE, spread, ACTIVE))
    belief = (spread[DROPPED] + head(h[DROPPED]).softmax(1)) / 2
    assert belief.argmax(1).equal(taught[DROPPED])


def few() -> Tensor:
    """Three tight bundles of 20 samples in 128 dimensions, directions of length 5, (60, 128)."""
    generator = torch.Generator().manual_seed(0)
    middles = torch.randn(NUM_CLASSES, 128, generator=generator)
    noise = 0.03 * torch.randn(60, 128, generator=generator)
    return 5 * F.normalize(middles[torch.arange(60) % NUM_CLASSES] + noise, dim=1)


def of_one_column() -> Tensor:
    """What an untrained network makes of 300 vectors of one number, (300, FEATURE_DIM)."""
    model = build_model(RunConfig(preset="lodemap"), (1,), NUM_CLASSES)
    x = torch.randn(300, 1, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        model.measure(x)
        return model.direction(model.features(x))


@pytest.mark.parametrize("features", [few, of_one_column])
def test_heed__features_without_full_rank_can_be_solved(features: Callable[[], Tensor]) -> None:
    h = features()
    ids = torch.arange(len(h))
    head = make_head(h.shape[1], NUM_CLASSES, 0)
    spread = F.one_hot(ids % NUM_CLASSES, NUM_CLASSES).float() * 0.7 + 0.1
    list(heed(Drops(ids[:1], ids[1:2]), head, h, ids, spread, ACTIVE))
    belief = (spread[0] + head(h[0]).softmax(0)) / 2
    assert belief.argmax() == 1


def test_heed__a_class_that_nobody_may_believe_stays_out() -> None:
    h, taught = crowd()
    is_active = torch.tensor([True, True, False])
    drops = Drops(DROPPED[:1], taught[DROPPED[:1]])
    head = make_head(64, NUM_CLASSES, 0)
    spread = torch.tensor([0.9, 0.1, 0.0]).expand(600, -1)
    list(heed(drops, head, h, EVERYONE, spread, is_active))
    assert all(weights.isfinite().all() for weights in head.parameters())
    belief = head(h[:1]).masked_fill(~is_active, -torch.inf).softmax(1)
    assert belief[0, 1] > 0.85
