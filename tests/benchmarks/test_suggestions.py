from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from benchmarks.gestures.groups import Groups
from benchmarks.gestures.suggestions import (
    Memory,
    Suggestion,
    count_first,
    doubts,
    no_memory,
    spread_out,
    suggest,
)
from ml.errors import InvalidInputError
from tests.ml.islands import groups_of, islands

H, ISLAND = islands(10, 40)
GROUPS = groups_of(H)
RIGHT = 0.5 * F.one_hot(ISLAND % 2, 2) + 0.25
"""Beliefs of two classes that are right, and not sure."""


def suggested(groups: Groups, belief: Tensor, memory: Memory, seed: int = 0) -> Suggestion:
    """A suggestion where there must be one."""
    found = suggest(groups, belief, memory, seed)
    assert found is not None
    return found


def follow(
    groups: Groups, belief: Tensor, memory: Memory, most: int = 1000
) -> tuple[list[Suggestion], Memory]:
    """So many suggestions one after the other; all of them where fewer are left."""
    found: list[Suggestion] = []
    while len(found) < most and (each := suggest(groups, belief, memory, 0)) is not None:
        found.append(each)
        memory = memory.after(each)
    return found, memory


def test_suggest__shows_every_island_once_before_any_twice() -> None:
    found, _ = follow(GROUPS, RIGHT, no_memory(GROUPS, 2), 10)
    assert [each.kind for each in found] == ["group"] * 10
    assert sorted(int(ISLAND[each.shown[0]]) for each in found) == list(range(10))
    assert all(each.score == pytest.approx(1, abs=1e-3) for each in found)


def test_suggest__a_group_is_shown_by_seventeen_of_its_members() -> None:
    suggestion = suggested(GROUPS, RIGHT, no_memory(GROUPS, 2))
    members = GROUPS.members[suggestion.index]
    assert suggestion.members.tolist() == members.sort().values.tolist()
    assert len(set(suggestion.shown.tolist())) == 17
    assert np.isin(suggestion.shown, suggestion.members).all()


def test_suggest__a_group_shows_no_sample_again() -> None:
    fresh = no_memory(GROUPS, 2)
    best = suggested(GROUPS, RIGHT, fresh).index
    is_seen = torch.zeros(400, dtype=torch.bool)
    is_seen[GROUPS.members[best][:-3]] = True
    others = torch.arange(GROUPS.num_groups) != best
    memory = replace(fresh, is_seen=is_seen, is_suggested=others)
    suggestion = suggested(GROUPS, torch.zeros(400, 2), memory)
    assert (suggestion.kind, suggestion.index) == ("group", best)
    left = GROUPS.members[best][-3:].sort().values
    assert sorted(suggestion.shown) == suggestion.members.tolist() == left.tolist()
    assert suggest(GROUPS, torch.zeros(400, 2), memory.after(suggestion), 0) is None


def test_suggest__two_galleries_then_a_group_once_it_has_begun() -> None:
    found, _ = follow(GROUPS, RIGHT, no_memory(GROUPS, 2), 16)
    kinds = "".join({"group": "G", "gallery": "."}[each.kind] for each in found)
    assert kinds == "GGGGGGGGGG..G..G"


def test_suggest__a_gallery_is_spread_over_the_class_in_most_doubt() -> None:
    _, memory = follow(GROUPS, RIGHT, no_memory(GROUPS, 2), 10)
    odd = ISLAND[:, None] % 2 == 1
    sure = torch.where(odd, torch.tensor([0.4, 0.6]), torch.tensor([0.9, 0.1]))
    gallery = suggested(GROUPS, sure, memory)
    assert (gallery.kind, gallery.index) == ("gallery", 1)
    expected = ((ISLAND % 2 == 1) & ~memory.is_seen).nonzero().squeeze(1)
    assert gallery.members.tolist() == expected.tolist()
    assert len(gallery.shown) == 17
    assert set(ISLAND[torch.from_numpy(gallery.shown)].tolist()) == {1, 3, 5, 7, 9}
    assert gallery.score == pytest.approx(0.4 * len(expected), rel=1e-4)


def test_suggest__a_class_with_many_galleries_waits() -> None:
    _, memory = follow(GROUPS, RIGHT, no_memory(GROUPS, 2), 10)
    odd = ISLAND[:, None] % 2 == 1
    sure = torch.where(odd, torch.tensor([0.4, 0.6]), torch.tensor([0.9, 0.1]))
    had = replace(memory, num_galleries=torch.tensor([0, 9]))  # doubt .1 a sample against .4 / 5.5
    assert suggested(GROUPS, sure, had).index == 0


def test_suggest__goes_on_until_all_is_seen_and_shows_nothing_twice() -> None:
    found, memory = follow(GROUPS, RIGHT, no_memory(GROUPS, 2))
    assert memory.is_seen.all()
    shown = np.concatenate([each.shown for each in found])
    assert len(shown) == len(np.unique(shown)) == 400
    assert sum(each.kind == "gallery" for each in found) == int(memory.num_galleries.sum())


def test_suggest__shows_every_group_while_nothing_is_believed_and_then_ends() -> None:
    found, memory = follow(GROUPS, torch.zeros(400, 2), no_memory(GROUPS, 2))
    assert {each.kind for each in found} == {"group"}
    assert len({each.index for each in found}) == len(found)
    assert memory.is_seen[GROUPS.members[memory.is_suggested]].sum() > 0
    assert suggest(GROUPS, torch.zeros(400, 2), memory, 0) is None


def test_suggest__nothing_where_everything_was_seen() -> None:
    memory = replace(no_memory(GROUPS, 2), is_seen=torch.ones(400, dtype=torch.bool))
    assert suggest(GROUPS, RIGHT, memory, 0) is None


def test_suggest__a_single_class_is_a_gallery_of_everything_unseen() -> None:
    _, memory = follow(GROUPS, torch.ones(400, 1), no_memory(GROUPS, 1), 10)
    gallery = suggested(GROUPS, torch.ones(400, 1), memory)
    assert (gallery.kind, gallery.index, gallery.score) == ("gallery", 0, 0)
    assert len(gallery.members) == int((~memory.is_seen).sum())


@pytest.mark.parametrize("num_samples", [1, 3, 40])
@pytest.mark.parametrize("num_classes", [0, 1, 2])
def test_suggest__few_or_equal_samples_come_to_an_end(num_samples: int, num_classes: int) -> None:
    groups = groups_of(torch.ones(num_samples, 4) / 2)
    belief = torch.full((num_samples, num_classes), 0.5)
    found, memory = follow(groups, belief, no_memory(groups, num_classes))
    assert len(found[0].shown) == min(17, num_samples)
    assert memory.is_seen.all() or num_classes == 0


def test_suggest__held_out_samples_are_never_shown() -> None:
    in_graph = torch.arange(400) % 3 != 0
    groups = groups_of(H, in_graph)
    found, memory = follow(groups, RIGHT, no_memory(groups, 2))
    assert memory.is_seen.equal(in_graph)
    for each in found:
        assert in_graph[torch.from_numpy(each.members)].all()


def test_suggest__equal_seeds_equal_suggestions() -> None:
    _, later = follow(GROUPS, RIGHT, no_memory(GROUPS, 2), 10)
    for memory in (no_memory(GROUPS, 2), later):
        first, same, other = (suggested(GROUPS, RIGHT, memory, seed) for seed in (5, 5, 6))
        assert first.shown.tolist() == same.shown.tolist() != other.shown.tolist()


@pytest.mark.parametrize("name", ["is_seen", "is_suggested", "num_galleries"])
def test_suggest__of_other_shapes_is_refused(name: str) -> None:
    memory = replace(no_memory(GROUPS, 2), **{name: torch.zeros(7)})
    with pytest.raises(InvalidInputError, match="has shape"):
        suggest(GROUPS, RIGHT, memory, 0)


@pytest.mark.parametrize(
    ("num_groups", "num_classes", "expected"),
    [(20, 0, 10), (20, 2, 10), (20, 10, 10), (20, 15, 15), (20, 30, 20), (3, 2, 2), (1, 3, 1)],
)
def test_count_first__is_half_or_one_a_class(
    num_groups: int, num_classes: int, expected: int
) -> None:
    assert count_first(num_groups, num_classes) == expected


def test_memory__after_a_suggestion_has_seen_what_was_shown() -> None:
    before = no_memory(GROUPS, 2)
    group = Suggestion("group", 3, np.array([1, 2]), np.array([1, 2, 5]), 1.0)
    gallery = Suggestion("gallery", 1, np.array([7]), np.array([7]), 1.0)
    after = before.after(group).after(gallery)
    assert after.is_seen.nonzero().flatten().tolist() == [1, 2, 7]
    assert after.is_suggested.nonzero().flatten().tolist() == [3]
    assert after.num_galleries.tolist() == [0, 1]
    assert (before.num_suggestions, after.num_suggestions) == (0, 2)
    assert not before.is_seen.any()


def test_doubts__are_summed_over_the_open_samples_of_a_predicted_class() -> None:
    sure, predicted = torch.tensor([0.5, 0.75, 1.0, 0.5]), torch.tensor([0, 0, 1, 0])
    is_open = torch.tensor([True, True, True, False])
    assert doubts(sure, predicted, is_open, 3).tolist() == [0.75, 0.0, -torch.inf]


def test_spread_out__takes_some_of_each_island_and_fills_up_where_all_are_equal() -> None:
    shown = spread_out(H, torch.arange(400), 0)
    assert len(shown) == 17
    assert len(set(ISLAND[shown].tolist())) == 10
    alike = spread_out(torch.ones(40, 4) / 2, torch.arange(10, 40), 0)
    assert len(set(alike.tolist())) == 17


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(0, 4))
def test_suggest__speaks_of_unseen_samples_whatever_is_known(seed: int, num_classes: int) -> None:
    noise = torch.Generator().manual_seed(seed)
    share = torch.rand((), generator=noise)
    memory = Memory(
        torch.rand(400, generator=noise) < share,
        torch.rand(GROUPS.num_groups, generator=noise) < share,
        torch.randint(0, 5, (num_classes,), generator=noise),
    )
    belief = torch.rand(400, num_classes, generator=noise)
    suggestion = suggest(GROUPS, belief, memory, seed)
    if suggestion is None:
        assert num_classes == 0 or memory.is_seen.all()
        return
    shown = suggestion.shown
    assert 1 <= len(set(shown.tolist())) == len(shown) <= 17
    assert np.isin(shown, suggestion.members).all()
    assert not memory.is_seen[torch.from_numpy(suggestion.members)].any()
