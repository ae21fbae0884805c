"""The pairs a contrast draws, told by what is believed."""

import pytest
import torch
from torch import Tensor

from ml.graph.spreading import FeatureGraph
from ml.learning.partners import Partners

NUM_SAMPLES = 60
IDS = torch.arange(NUM_SAMPLES)
KIND = IDS % 2


def partners(belief: Tensor, num_held_out: int = 0) -> Partners:
    """Samples in a ring, each between two of the other kind."""
    near = torch.stack([(IDS + 1) % NUM_SAMPLES, (IDS - 1) % NUM_SAMPLES], 1)
    in_graph = NUM_SAMPLES - num_held_out > IDS
    return Partners(FeatureGraph.of(near, torch.ones(near.shape), in_graph), belief)


def noise() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def beliefs(sure: float) -> Tensor:
    """Each sample is of its kind with that probability."""
    belief = torch.full((NUM_SAMPLES, 2), 1 - sure)
    belief[IDS, KIND] = sure
    return belief


def test_draw__sure_samples_meet_others_of_their_class_though_no_neighbour_is() -> None:
    drawn = partners(beliefs(0.99)).draw(IDS.repeat(50), noise()).view(50, NUM_SAMPLES)
    assert (KIND[drawn] == KIND).all()
    met_others = (drawn != IDS).float().mean().item()
    assert met_others == pytest.approx(0.6, abs=0.05)  # of which one in thirty meets itself
    assert len(set(drawn[:, 0].tolist())) > 10


def test_draw__doubtful_neighbours_that_agree_are_partners_half_the_time() -> None:
    drawn = partners(beliefs(0.6)).draw(IDS.repeat(50), noise()).view(50, NUM_SAMPLES)
    way = (drawn - IDS).abs()
    assert ((way <= 1) | (way == NUM_SAMPLES - 1)).all()
    assert (drawn != IDS).float().mean().item() == pytest.approx(0.5, abs=0.05)


def test_draw__neighbours_that_disagree_are_no_pair() -> None:
    drawn = partners(beliefs(0.9)).draw(IDS.repeat(20), noise()).view(20, NUM_SAMPLES)
    assert (KIND[drawn] == KIND).all()


def test_draw__where_nothing_is_believed_everybody_stays_alone() -> None:
    assert partners(torch.zeros(NUM_SAMPLES, 2)).draw(IDS, noise()).equal(IDS)


def test_draw__a_held_out_sample_is_no_peer() -> None:
    some = partners(beliefs(0.99), num_held_out=20)
    drawn = some.draw(IDS[:40].repeat(100), noise())
    assert drawn[drawn != IDS[:40].repeat(100)].max() < 40


def test_num_sure_classes__counts_classes_with_a_sure_sample() -> None:
    belief = beliefs(0.6)
    assert partners(belief).num_sure_classes == 0
    belief[4] = torch.tensor([0.9, 0.1])
    assert partners(belief).num_sure_classes == 1


def test_are_alike__likely_members_of_one_class() -> None:
    belief = beliefs(0.9)
    belief[2] = 0.5
    alike = partners(belief).are_alike(torch.tensor([0, 1, 2, 4]))
    assert alike.tolist() == [
        [True, False, False, True],
        [False, True, False, False],
        [False, False, False, False],
        [True, False, False, True],
    ]


def test_edges__join_no_surely_different_samples() -> None:
    *_, is_pair = partners(beliefs(0.99)).edges(IDS, 200, noise())
    assert not is_pair.any()
    here, there, is_pair = partners(beliefs(0.6)).edges(IDS, 200, noise())
    assert len(here) == 200
    assert is_pair.all()
    assert ((here - there).abs() % (NUM_SAMPLES - 2) == 1).all()
