import pytest
import torch

from ml.groups import count_groups, reach_of
from tests.ml.islands import graph_of, groups_of, islands


@pytest.mark.parametrize(
    ("num_samples", "expected"),
    [(1, 1), (3, 1), (12, 3), (60, 10), (800, 10), (1437, 17), (3500, 40), (100_000, 40)],
)
def test_count_groups__is_for_people(num_samples: int, expected: int) -> None:
    assert count_groups(num_samples) == expected


def test_find_groups__parts_islands_and_no_walk_leaves_one() -> None:
    h, island = islands(10, 30)
    groups = groups_of(h)
    assert groups.sizes.tolist() == [30] * 10
    home = torch.nn.functional.one_hot(groups.group, 10).float()
    torch.testing.assert_close(groups.reach, home)
    assert all(len(set(island[groups.group == k].tolist())) == 1 for k in range(10))


def test_reach__walks_conserve_probability() -> None:
    x = torch.nn.functional.normalize(torch.randn(300, 16), dim=1)
    groups = groups_of(x)
    torch.testing.assert_close(groups.reach.sum(1), torch.ones(300))
    assert (groups.reach >= 0).all()
    assert (groups.reach.amax(1) < 1).any()  # some do leave their group


def test_reach__is_more_where_more_neighbours_are() -> None:
    x = torch.arange(60.0)[:, None].expand(-1, 2)
    walks = graph_of(x).walks(torch.ones(60, dtype=torch.bool))
    reach = reach_of(walks, (torch.arange(60) >= 30).long())
    assert (reach[:, 1].diff() >= -1e-6).all()
    torch.testing.assert_close(reach[:, 0], reach[:, 1].flip(0), atol=1e-3, rtol=0)


def test_find_groups__held_out_samples_belong_to_none() -> None:
    h, _ = islands(4, 40)
    in_graph = torch.arange(160) % 4 != 0
    groups = groups_of(h, in_graph)
    assert groups.in_graph.equal(in_graph)
    assert not groups.reach[~in_graph].any()
    torch.testing.assert_close(groups.reach[in_graph].sum(1), torch.ones(120))


def test_find_groups__equal_seeds_equal_groups() -> None:
    x = torch.nn.functional.normalize(torch.randn(300, 16), dim=1)
    assert groups_of(x, seed=3).group.equal(groups_of(x, seed=3).group)


@pytest.mark.parametrize("num_samples", [1, 3, 50])
def test_find_groups__of_equal_samples_is_one(num_samples: int) -> None:
    groups = groups_of(torch.ones(num_samples, 4) / 2)
    assert groups.num_groups == 1
    torch.testing.assert_close(groups.reach, torch.ones(num_samples, 1))
