import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.gestures.clusters import find_centres, nearest_centre, representatives
from ml.seeding import make_generator
from tests.ml.islands import islands


def test_find_centres__one_an_island() -> None:
    h, island = islands(8, 30)
    index = nearest_centre(h, find_centres(h, 8, make_generator(0)))
    pairs = {(int(a), int(b)) for a, b in zip(island, index, strict=True)}
    assert len(pairs) == 8
    assert len({b for _, b in pairs}) == 8


def test_find_centres__no_more_than_distinct_samples() -> None:
    assert len(find_centres(torch.ones(20, 3), 5, make_generator(0))) == 1
    assert len(find_centres(torch.eye(3).repeat(4, 1), 5, make_generator(0))) == 3


def test_find_centres__equal_seeds_equal_centres() -> None:
    x = torch.rand(200, 4, generator=make_generator(1))
    first, same, other = (find_centres(x, 9, make_generator(seed)) for seed in (0, 0, 1))
    assert first.equal(same)
    assert not first.equal(other)


def test_find_centres__of_many_samples_are_decided_by_some() -> None:
    h, _ = islands(4, 6000)
    centres = find_centres(h, 4, make_generator(0))
    assert torch.bincount(nearest_centre(h, centres)).tolist() == [6000] * 4


def test_representatives__stand_for_each_island_the_largest_first() -> None:
    h, island = islands(5, 20)
    keep = (island != 2) | (torch.arange(100) % 2 == 0)
    is_first = torch.cat([keep.nonzero(), (island == 4).nonzero()]).squeeze(1)  # island 4 twice
    rows = representatives(h[is_first], 5, make_generator(0))
    shown = island[is_first][rows].tolist()
    assert sorted(shown) == [0, 1, 2, 3, 4]
    assert shown[0] == 4
    assert shown[-1] == 2


@settings(max_examples=40)
@given(st.integers(1, 30), st.integers(1, 8), st.integers(0, 99), st.integers(1, 4))
def test_representatives__are_distinct_and_not_too_many(
    num_samples: int, count: int, seed: int, values: int
) -> None:
    x = torch.randint(values, (num_samples, 2), generator=make_generator(seed)).float()
    rows = representatives(x, count, make_generator(seed)).tolist()
    assert 1 <= len(rows) <= count
    assert len({tuple(x[row].tolist()) for row in rows}) == len(rows)
