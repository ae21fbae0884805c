import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from numpy.typing import NDArray

from benchmarks.gestures.suggested import answer, choose, nothing_said
from ml.suggestions import Suggestion, Why, suggest
from tests.ml.islands import groups_of, islands

COLORED = np.array([True, True, False, False])


def shown(count: int, class_index: int | None = None) -> Suggestion:
    """A suggestion of the samples 0, 1, 2 and so on; a gallery where it asks about a class."""
    ids, why = np.arange(count), Why(1, 0, 0, 40)
    if class_index is None:
        return Suggestion("group", None, ids, np.arange(100), why)
    return Suggestion("gallery", class_index, ids, np.arange(100), why)


def truth(*classes: int) -> NDArray[np.int16]:
    """The classes of the first samples; all others are of class 3."""
    return np.array([*classes, *[3] * (100 - len(classes))], np.int16)


def test_answer__names_the_majority_of_a_group_and_refuses_the_rest() -> None:
    said = answer(shown(12), truth(*[1] * 8, 0, 0, 2, 2), COLORED)
    assert said.class_index == 1
    assert said.named.tolist() == list(range(8))
    assert said.refused.tolist() == [8, 9, 10, 11]
    assert said.num_looked == 12


def test_answer__a_class_without_a_colour_goes_first_once_three_show_it() -> None:
    assert answer(shown(12), truth(*[1] * 9, 2, 2, 2), COLORED).class_index == 2
    assert answer(shown(12), truth(*[1] * 10, 2, 2), COLORED).class_index == 1
    everything = np.ones(4, bool)
    assert answer(shown(12), truth(*[1] * 9, 2, 2, 2), everything).class_index == 1


def test_answer__six_of_a_gallery_are_enough_where_they_look_alike() -> None:
    said = answer(shown(18, 1), truth(*[1] * 6, *[0] * 12), COLORED)
    assert said.num_looked == 6
    assert said.named.tolist() == [0, 1, 2, 3, 4, 5]
    assert len(said.refused) == 0


def test_answer__of_a_mixed_gallery_all_are_looked_at() -> None:
    said = answer(shown(18, 1), truth(1, 1, 1, 1, 1, 0, *[1] * 12), COLORED)
    assert said.num_looked == 18
    assert said.refused.tolist() == [5]
    assert len(said.named) == 17


def test_answer__says_nothing_about_what_was_not_seen() -> None:
    said = answer(shown(12), truth(*[1] * 100), COLORED)
    assert set(said.named) == set(range(12))


@pytest.mark.parametrize(("asked", "expected"), [(None, 0), (1, 1), (3, 0)])
def test_choose__among_equals_the_class_asked_about(asked: int | None, expected: int) -> None:
    assert choose(np.array([0, 1, 0, 1], np.int16), asked, COLORED) == expected


def test_said__keeps_every_answer() -> None:
    first = nothing_said(100, 4)
    said = answer(shown(18, 1), truth(1, 1, 1, 1, 1, 0, *[1] * 12), COLORED)
    after = first.after(shown(18, 1), said)
    assert after.annotation[:18].tolist() == [*[1] * 5, -1, *[1] * 12]
    assert after.refused.nonzero().tolist() == [[5, 1]]
    assert after.num_galleries.tolist() == [0, 1, 0, 0]
    assert (after.num_answered, after.num_looked) == (1, 18)
    assert after.is_colored.tolist() == [False, True, False, False]
    assert not first.is_colored.any()


def test_person__finds_all_islands_and_never_errs() -> None:
    h, island = islands(10, 30)
    groups, said = groups_of(h), nothing_said(300, 10)
    classes = island.numpy().astype(np.int16)
    for turn in range(20):
        named = torch.from_numpy(said.is_colored)
        belief = (0.5 * F.one_hot(island, 10) + 0.05) * named
        suggestion = suggest(groups, h, said.known(belief), turn)
        assert suggestion is not None
        said = said.after(suggestion, answer(suggestion, classes, said.is_colored))
    is_named = said.annotation >= 0
    assert said.is_colored.all()
    assert said.annotation[is_named].equal(island[is_named])
    assert not said.refused[torch.arange(300), island].any()
