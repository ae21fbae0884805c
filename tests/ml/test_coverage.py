from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.coverage import GOES_ON, Known, absorbed, find_coverage
from ml.errors import InvalidInputError
from ml.spreading import Edges
from tests.ml.islands import graph_of, groups_of, islands, named, nothing_known, refused

H, ISLAND = islands(10, 30)
GROUPS = groups_of(H)
NOTHING = nothing_known(300, 3)


def members(island: int) -> torch.Tensor:
    return ISLAND.eq(island).nonzero().squeeze(1)


def group_of(island: int) -> int:
    return int(GROUPS.group[members(island)[0]])


def test_absorbed__falls_by_each_step_of_the_only_way() -> None:
    # 0 <- 1 <- 2 <- 3, and 4 by itself
    walks = Edges(torch.arange(5), torch.tensor([0, 0, 1, 2, 4]), torch.ones(5))
    met = absorbed(walks, torch.arange(5) == 0)
    expected = [1, GOES_ON, GOES_ON**2, GOES_ON**3, 0]
    torch.testing.assert_close(met, torch.tensor(expected))


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, 59), max_size=10), st.integers(0, 59))
def test_absorbed__is_a_probability_and_grows_with_what_is_covered(
    covered: set[int], another: int
) -> None:
    x = torch.rand(60, 3, generator=torch.Generator().manual_seed(0))
    walks = graph_of(x).walks(torch.ones(60, dtype=torch.bool))
    less, more = torch.zeros(60, dtype=torch.bool), torch.zeros(60, dtype=torch.bool)
    less[list(covered)] = True
    more[[*covered, another]] = True
    met, met_more = absorbed(walks, less), absorbed(walks, more)
    assert (met[less] == 1).all()
    assert ((met >= 0) & (met <= 1 + 1e-6)).all()
    assert (met_more >= met - 1e-6).all()


def test_coverage__nothing_at_first() -> None:
    coverage = find_coverage(GROUPS, NOTHING)
    assert not coverage.is_asked.any()
    assert coverage.share == 0


def test_coverage__of_a_group_asked_about_takes_its_unseen_members() -> None:
    coverage = find_coverage(GROUPS, named(NOTHING, members(4)[:12], 1))
    assert coverage.is_asked.nonzero().flatten().tolist() == [group_of(4)]
    assert (coverage.covered == 1).equal(ISLAND == 4)


def test_coverage__eleven_looks_are_not_enough() -> None:
    coverage = find_coverage(GROUPS, named(NOTHING, members(4)[:11], 1))
    assert not coverage.is_asked.any()
    assert int((coverage.covered == 1).sum()) == 11


def test_coverage__a_mixed_group_was_asked_about_and_is_not_covered() -> None:
    ids = members(2)
    for most, is_covered in ((7, False), (8, True)):  # .58 and .67 of twelve
        mixed = refused(named(NOTHING, ids[:most], 0), ids[most:12], 0)
        coverage = find_coverage(GROUPS, mixed)
        assert coverage.is_asked[group_of(2)]
        assert bool((coverage.covered[ids] == 1).all()) == is_covered


def test_coverage__unsure_counts_against_a_majority_and_passing_over_does_not() -> None:
    ids = members(6)
    known = named(NOTHING, ids[:6], 2)
    unsure = named(known, ids[6:12], -2)
    is_shown = torch.zeros(300, dtype=torch.bool)
    is_shown[ids[:12]] = True
    assert not (find_coverage(GROUPS, unsure).covered[ids] == 1).all()
    assert (find_coverage(GROUPS, replace(known, is_shown=is_shown)).covered[ids] == 1).all()


def test_coverage__without_classes() -> None:
    coverage = find_coverage(GROUPS, nothing_known(300, 0))
    assert coverage.share == 0


@pytest.mark.parametrize("name", ["annotation", "belief", "is_shown", "num_galleries"])
def test_known__of_other_shapes_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError, match=f"{name} has shape .*300 samples and 3 classes"):
        Known(**{**vars(NOTHING), name: torch.zeros(7)})
