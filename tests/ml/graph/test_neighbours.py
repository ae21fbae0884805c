import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from ml.graph.neighbours import VALUES_PER_CHUNK, Neighbours, comparable


def found(x: torch.Tensor, k: int, ids: torch.Tensor | None = None) -> Neighbours:
    neighbours = Neighbours(x, k, ids)
    list(neighbours.chunks())
    return neighbours


@pytest.mark.parametrize("values_per_chunk", [10**7, 700])
def test_neighbours__are_those_of_the_library(
    values_per_chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(VALUES_PER_CHUNK, "cpu", values_per_chunk)
    x = torch.randn(200, 6, generator=torch.Generator().manual_seed(0))
    squared, ids = NearestNeighbors(n_neighbors=8).fit(x.numpy()).kneighbors(x.numpy())
    neighbours = found(x, 7)
    assert neighbours.ids.tolist() == ids[:, 1:].tolist()
    torch.testing.assert_close(
        neighbours.squared.sqrt(), torch.tensor(squared[:, 1:]).float(), rtol=1e-3, atol=1e-3
    )


def test_neighbours__come_only_from_those_allowed() -> None:
    x = torch.arange(10.0)[:, None]
    neighbours = found(x, 2, torch.tensor([0, 4, 9]))
    assert neighbours.ids[5].tolist() == [4, 9]
    assert set(neighbours.ids.flatten().tolist()) <= {0, 4, 9}
    assert 4 not in neighbours.ids[4]


def test_neighbours__are_looked_for_where_they_are_wanted() -> None:
    x = torch.randn(60, 3, generator=torch.Generator().manual_seed(0))
    wanted = torch.tensor([3, 17, 40])
    some = Neighbours(x, 4, of=wanted)
    list(some.chunks())
    everyone = found(x, 4)
    assert torch.equal(some.ids[wanted], everyone.ids[wanted])
    torch.testing.assert_close(some.squared[wanted], everyone.squared[wanted])
    assert some.ids.count_nonzero() <= wanted.numel() * 4


def test_neighbours__few_samples_have_few() -> None:
    assert found(torch.rand(3, 2), 15).ids.shape == (3, 2)
    assert found(torch.rand(1, 2), 15).ids.tolist() == [[0]]


def test_neighbours__among_many_a_part_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml.graph.neighbours.MOST_REFERENCES", 10)
    ids = found(torch.arange(40.0)[:, None], 1).ids[:, 0]
    assert len(set(ids.tolist())) <= 10
    assert {i % 4 for i in ids.tolist()} == {0, 1, 2, 3}  # not every fourth: classes may take turns


def test_comparable__reduces_pictures_and_scales_vectors() -> None:
    grey = comparable(torch.full((2, 1, 96, 20), 255, dtype=torch.uint8))
    assert grey.shape == (2, 28 * 20)
    assert set(grey.flatten().tolist()) == {1}
    assert comparable(torch.zeros(2, 3, 96, 96, dtype=torch.uint8)).shape == (2, 3 * 14 * 14)
    vectors = comparable(torch.tensor([[1.0, 5.0], [3.0, 5.0]]))
    assert vectors.mean(0).tolist() == [0, 0]
    assert vectors.isfinite().all()


def test_comparable__a_column_that_is_always_the_same_tells_nobody_apart() -> None:
    """The mean of many equal numbers is another number: what is left was divided by 1e-6."""
    x = torch.randn(300, 4, generator=torch.Generator().manual_seed(0))
    year = torch.full((300, 1), 2024.1)
    assert float(year.mean()) != float(year[0])
    beside = comparable(torch.cat([x, year], 1))
    assert not beside[:, 4].any()
    assert torch.equal(found(beside, 5).ids, found(comparable(x), 5).ids)
