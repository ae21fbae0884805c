from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from ml.coverage import Known
from ml.groups import Groups
from ml.suggestions import Suggestion, count_first, suggest
from tests.ml.islands import groups_of, islands, named, nothing_known, refused

H, ISLAND = islands(10, 30)
GROUPS = groups_of(H)


def answered(known: Known, suggestion: Suggestion, class_of: Tensor) -> Known:
    """What is known once all pictures shown got the class of the first, or were refused it."""
    shown = torch.from_numpy(suggestion.shown)
    class_index = int(class_of[shown[0]])
    is_it = class_of[shown] == class_index
    known = refused(named(known, shown[is_it], class_index), shown[~is_it], class_index)
    galleries = known.num_galleries.clone()
    if suggestion.class_index is not None:
        galleries[suggestion.class_index] += 1
    return replace(known, num_galleries=galleries, num_answered=known.num_answered + 1)


def follow(known: Known, class_of: Tensor, count: int) -> tuple[list[Suggestion], Known]:
    """Answer so many suggestions; beliefs are right, and little surer than a guess."""
    suggestions: list[Suggestion] = []
    belief = 0.6 * F.one_hot(class_of, known.num_classes) + 0.4 / known.num_classes
    for _ in range(count):
        is_any = (torch.bincount(known.annotation[known.is_named]) > 0).any()
        known = replace(known, belief=belief if is_any else torch.zeros_like(belief))
        suggestion = suggest(GROUPS, H, known, len(suggestions))
        assert suggestion is not None
        suggestions.append(suggestion)
        known = answered(known, suggestion, class_of)
    return suggestions, known


def test_suggest__shows_every_island_once_before_any_twice() -> None:
    # so many answers as make it a group's turn
    found: list[Suggestion] = []
    known = nothing_known(300, 10)
    while len(found) < 10:
        suggestion = suggest(GROUPS, H, replace(known, num_answered=4), 0)
        assert suggestion is not None
        found.append(suggestion)
        known = answered(known, suggestion, ISLAND)
    assert [each.kind for each in found] == ["group"] * 10
    assert sorted(int(ISLAND[each.shown[0]]) for each in found) == list(range(10))


def test_suggest__a_group_is_shown_by_twelve_of_its_members() -> None:
    suggestion = suggest(GROUPS, H, nothing_known(300, 3), 0)
    assert suggestion is not None
    assert suggestion.class_index is None
    assert len(set(suggestion.shown.tolist())) == 12
    assert len(suggestion.members) == 30
    assert np.isin(suggestion.shown, suggestion.members).all()
    assert suggestion.why.score == pytest.approx(30, abs=1e-3)
    assert suggestion.why.num_groups == 10


def test_suggest__the_largest_group_goes_first() -> None:
    keep = (ISLAND == 7) | (torch.arange(300) % 2 == 0)
    suggestion = suggest(groups_of(H[keep]), H[keep], nothing_known(int(keep.sum()), 3), 0)
    assert suggestion is not None
    assert (ISLAND[keep][torch.from_numpy(suggestion.members)] == 7).all()


def test_suggest__two_galleries_then_a_group_once_it_has_begun() -> None:
    suggestions, _ = follow(nothing_known(300, 2), ISLAND % 2, 12)
    assert count_first(10, 2) == 3
    kinds = "".join({"group": "G", "gallery": "."}[each.kind] for each in suggestions)
    assert kinds == "GGG..G..G..G"


def test_suggest__a_gallery_is_of_the_class_in_most_doubt_and_asks_for_no_name_twice() -> None:
    _, known = follow(nothing_known(300, 2), ISLAND % 2, 3)
    sure = torch.where(ISLAND[:, None] % 2 == 0, torch.tensor([0.9, 0.1]), torch.tensor([0.4, 0.6]))
    gallery = suggest(GROUPS, H, replace(known, belief=sure), 0)
    assert gallery is not None
    assert (gallery.kind, gallery.class_index) == ("gallery", 1)
    assert (ISLAND[torch.from_numpy(gallery.members)] % 2 == 1).all()
    assert not known.is_named[torch.from_numpy(gallery.members)].any()
    had = replace(known, belief=sure, num_galleries=torch.tensor([0, 8]))
    after = suggest(GROUPS, H, had, 0)
    assert after is not None
    assert after.class_index == 0  # doubt .1 a sample against .4 / 5


def test_suggest__a_stranger_is_asked_about_where_it_may_belong() -> None:
    _, known = follow(nothing_known(300, 2), ISLAND % 2, 3)
    stranger = ((ISLAND % 2 == 1) & known.is_open).nonzero()[:1, 0]
    gallery = suggest(GROUPS, H, refused(known, stranger, 0), 0)
    assert gallery is not None
    asked = replace(refused(known, stranger, 0), num_galleries=torch.tensor([9, 0]))
    gallery = suggest(GROUPS, H, asked, 0)
    assert gallery is not None
    assert gallery.class_index == 1
    assert gallery.shown[2] == stranger
    assert gallery.why.num_strangers == 1


def test_suggest__what_is_passed_over_stays_away() -> None:
    known, seen = nothing_known(300, 3), set[int]()
    for _ in range(10):
        suggestion = suggest(GROUPS, H, known, 0)
        assert suggestion is not None
        seen.add(int(ISLAND[suggestion.shown[0]]))
        is_shown = known.is_shown.clone()
        is_shown[torch.from_numpy(suggestion.shown)] = True
        known = replace(known, is_shown=is_shown, num_answered=known.num_answered + 1)
    assert len(seen) == 10
    assert suggest(GROUPS, H, known, 0) is None  # nobody said anything, so there is no gallery


def test_suggest__equal_seeds_equal_suggestions() -> None:
    _, known = follow(nothing_known(300, 2), ISLAND % 2, 3)
    for state in (nothing_known(300, 2), known):
        first, same, other = (suggest(GROUPS, H, state, seed) for seed in (5, 5, 6))
        assert first is not None
        assert same is not None
        assert other is not None
        assert first.shown.tolist() == same.shown.tolist() != other.shown.tolist()


def test_suggest__nothing_where_everything_is_named() -> None:
    known = named(nothing_known(300, 10), torch.arange(300), 0)
    assert suggest(GROUPS, H, replace(known, belief=torch.full((300, 10), 0.1)), 0) is None


def test_suggest__nothing_where_everything_is_refused() -> None:
    known = nothing_known(300, 2)
    known.refused[:] = True
    assert suggest(GROUPS, H, replace(known, belief=torch.full((300, 2), 0.5)), 0) is None


@pytest.mark.parametrize("num_samples", [1, 3, 40])
@pytest.mark.parametrize("num_classes", [0, 1, 2])
def test_suggest__few_or_equal_samples_come_to_an_end(num_samples: int, num_classes: int) -> None:
    h = torch.ones(num_samples, 4) / 2
    groups, known = groups_of(h), nothing_known(num_samples, num_classes)
    first = suggest(groups, h, known, 0)
    assert first is not None
    assert len(first.shown) == min(12, num_samples)
    count = 0
    while num_classes and (suggestion := suggest(groups, h, known, count)) is not None:
        known = answered(known, suggestion, torch.zeros(num_samples, dtype=torch.int64))
        known = replace(known, belief=torch.full_like(known.belief, 1 / num_classes))
        count += 1
    assert count <= num_samples
    assert num_classes == 0 or known.is_named.all()


def test_suggest__held_out_samples_are_never_shown() -> None:
    in_graph = torch.arange(300) % 3 != 0
    groups: Groups = groups_of(H, in_graph)
    known = nothing_known(300, 2)
    for turn in range(12):
        suggestion = suggest(groups, H, known, turn)
        assert suggestion is not None
        assert in_graph[torch.from_numpy(np.union1d(suggestion.shown, suggestion.members))].all()
        known = answered(known, suggestion, ISLAND % 2)
        known = replace(known, belief=0.5 * F.one_hot(ISLAND % 2, 2) + 0.25)


@pytest.mark.parametrize(
    ("num_groups", "num_classes", "expected"),
    [(40, 10, 10), (40, 2, 10), (40, 30, 20), (40, 15, 15), (10, 10, 5), (10, 2, 3), (1, 3, 1)],
)
def test_count_first__is_a_quarter_or_one_a_class(
    num_groups: int, num_classes: int, expected: int
) -> None:
    assert count_first(num_groups, num_classes) == expected


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 4), st.integers(0, 20))
def test_suggest__speaks_of_open_samples_whatever_is_known(
    seed: int, num_classes: int, num_answered: int
) -> None:
    noise = torch.Generator().manual_seed(seed)
    share = torch.rand((), generator=noise)
    is_told = torch.rand(300, generator=noise) < share
    said = torch.randint(-2, max(1, num_classes), (300,), generator=noise)
    known = Known(
        torch.where(is_told, said.clamp_max(num_classes - 1), -1),
        torch.rand(300, num_classes, generator=noise) < share / 4,
        torch.rand(300, num_classes, generator=noise),
        torch.rand(300, generator=noise) < share / 3,
        torch.randint(0, 5, (num_classes,), generator=noise),
        num_answered,
    )
    suggestion = suggest(GROUPS, H, known, seed)
    if suggestion is None:
        assert not known.is_open.all()
        return
    shown = suggestion.shown
    assert 1 <= len(set(shown.tolist())) == len(shown) <= (12 if suggestion.kind == "group" else 18)
    assert np.isin(shown, suggestion.members).all()
    assert known.is_open[torch.from_numpy(suggestion.members)].all()
    if suggestion.class_index is not None:
        assert not known.refused[torch.from_numpy(shown), suggestion.class_index].any()
