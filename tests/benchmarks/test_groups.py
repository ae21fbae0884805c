import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from benchmarks.gestures.groups import (
    absorbed,
    count_groups,
    count_members,
    reach_of,
)
from benchmarks.gestures.walks import walks_on
from ml.graph.plain_graph import GOES_ON_LOOKING
from ml.graph.spreading import Edges
from tests.ml.islands import graph_of, groups_of, islands


def scattered(num_samples: int) -> Tensor:
    noise = torch.Generator().manual_seed(0)
    return F.normalize(torch.randn(num_samples, 16, generator=noise), dim=1)


@pytest.mark.parametrize(
    ("num_samples", "groups", "members"),
    [(1, 1, 1), (3, 1, 3), (40, 3, 17), (340, 20, 26), (3500, 20, 262), (100_000, 20, 7500)],
)
def test_counts__are_for_people(num_samples: int, groups: int, members: int) -> None:
    assert count_groups(num_samples) == groups
    assert count_members(num_samples) == members


def test_find_groups__of_islands_are_the_islands_and_no_walk_leaves_one() -> None:
    h, island = islands(10, 40)
    groups = groups_of(h)
    assert groups.num_groups == 20
    for members, reach in zip(groups.members, groups.reach.T, strict=True):
        home = island[members[0]]
        assert (island[members] == home).all()
        assert float(reach[island == home].sum()) == pytest.approx(1, abs=1e-4)


def test_find_groups__hold_what_is_reached_most_the_most_first() -> None:
    groups = groups_of(scattered(400))
    reach = groups.reach.gather(0, groups.members.T)  # (num_members, num_groups)
    assert reach.shape == (30, 20)
    assert (reach.diff(dim=0) <= 0).all()
    assert (reach[-1] >= groups.reach.sort(0).values[-30]).all()


def test_find_groups__overlap_where_no_walk_is_kept_apart() -> None:
    members = groups_of(scattered(400)).members.flatten()
    assert len(set(members.tolist())) < len(members)


def test_find_groups__do_not_mind_the_length_of_features() -> None:
    h, _ = islands(4, 40)
    graph = graph_of(h)
    first, longer = (groups_of(scale * h) for scale in (1, 7))
    assert len(graph.in_graph) == 160
    torch.testing.assert_close(first.x, longer.x)
    assert first.members[:, :5].sort().values.equal(longer.members[:, :5].sort().values)


def test_find_groups__held_out_samples_belong_to_none() -> None:
    h, _ = islands(4, 40)
    in_graph = torch.arange(160) % 4 != 0
    groups = groups_of(h, in_graph)
    assert groups.in_graph.equal(in_graph)
    assert in_graph[groups.members].all()
    assert not groups.reach[~in_graph].any()


def test_find_groups__equal_seeds_equal_groups() -> None:
    first, same, other = (groups_of(scattered(400), seed=seed) for seed in (3, 3, 4))
    assert first.members.equal(same.members)
    assert not first.members.equal(other.members)


@pytest.mark.parametrize("num_samples", [1, 3, 50])
def test_find_groups__of_equal_samples_is_one(num_samples: int) -> None:
    groups = groups_of(torch.ones(num_samples, 4) / 2)
    assert groups.num_groups == 1
    assert groups.members.shape == (1, min(17, num_samples))
    torch.testing.assert_close(groups.reach.sum(0), torch.ones(1))


def test_reach__is_a_share_of_time() -> None:
    reach = groups_of(scattered(300)).reach
    torch.testing.assert_close(reach.sum(0), torch.ones(reach.shape[1]))
    assert (reach >= 0).all()


def test_reach__falls_along_the_only_way() -> None:
    # from the cluster 0 to 1, to 2, and there it stays
    walks = Edges(torch.arange(3), torch.tensor([1, 2, 2]), torch.ones(3))
    reach = reach_of(walks, torch.tensor([0, -1, -1]))[:, 0]
    assert float(reach[1] / reach[0]) == pytest.approx(0.9)
    assert float(reach[2] / reach[0]) == pytest.approx(sum(0.9**t for t in range(2, 26)), rel=1e-4)


def test_reach__is_more_where_more_neighbours_are() -> None:
    x = torch.arange(60.0)[:, None].expand(-1, 2)
    reach = reach_of(walks_on(graph_of(x)), (torch.arange(60) >= 30).long())
    torch.testing.assert_close(reach[:, 0], reach[:, 1].flip(0), atol=1e-3, rtol=0)
    assert (reach[:30, 0] > reach[:30, 1]).all()


def test_absorbed__falls_by_each_step_of_the_only_way() -> None:
    # 0 <- 1 <- 2 <- 3, and 4 by itself
    walks = Edges(torch.arange(5), torch.tensor([0, 0, 1, 2, 4]), torch.ones(5))
    met = absorbed(walks, torch.arange(5) == 0)
    on = GOES_ON_LOOKING
    torch.testing.assert_close(met, torch.tensor([1, on, on**2, on**3, 0]))


@settings(max_examples=30)
@given(st.sets(st.integers(0, 59), max_size=10), st.integers(0, 59))
def test_absorbed__is_a_probability_and_grows_with_what_is_seen(
    seen: set[int], another: int
) -> None:
    walks = walks_on(graph_of(torch.rand(60, 3, generator=torch.Generator().manual_seed(0))))
    less, more = torch.zeros(60, dtype=torch.bool), torch.zeros(60, dtype=torch.bool)
    less[list(seen)] = True
    more[[*seen, another]] = True
    met, met_more = absorbed(walks, less), absorbed(walks, more)
    assert (met[less] == 1).all()
    assert ((met >= 0) & (met <= 1 + 1e-6)).all()
    assert (met_more >= met - 1e-6).all()
