"""Where to look next: each kind finds what it is for, and nothing that was answered."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.gestures import groups as torch_groups
from ml.graph.plain_graph import PlainGraph, directions, find_near
from ml.insight import leads
from ml.insight.confident import softmax
from ml.insight.leads import (
    Outlook,
    find_groups,
    find_leads,
    likeliest,
    most_alike,
    representatives,
)
from ml.records import NO_CLASS, UNSURE
from tests.ml.islands import islands

NUM = 240
ISLAND = np.arange(NUM) // 60
HELD_OUT = np.arange(NUM) % 5 == 0


def no_pause() -> None:
    pass


def outlook_of(x: np.ndarray, belief: np.ndarray) -> Outlook:
    near = find_near(x, np.flatnonzero(~HELD_OUT), no_pause)
    graph = PlainGraph(near, ~HELD_OUT)
    return Outlook(x, near, graph, find_groups(x, graph, 0, no_pause), belief)


def sure_of(classes: np.ndarray, num_classes: int = 3) -> np.ndarray:
    return softmax(6 * np.eye(num_classes, dtype=np.float32)[classes])


@pytest.fixture
def x() -> np.ndarray:
    return islands(4, 60)[0].numpy()


@pytest.fixture
def nobody() -> np.ndarray:
    return np.full(NUM, NO_CLASS, np.int16)


def test_ambiguous__are_between_two_classes(x: np.ndarray, nobody: np.ndarray) -> None:
    belief = sure_of(np.minimum(ISLAND, 2))
    belief[[1, 62, 65]] = [0.5, 0.45, 0.05]
    belief[3] = [0.6, 0.25, 0.15]
    found = find_leads(outlook_of(x, belief), nobody, no_pause)["ambiguous"]
    assert {lead.sample for lead in found} <= {1, 62}  # 65 is held out, 3 is not that close
    assert (found[0].class_index, found[0].rival) == (0, 1)


def test_ambiguous__of_neighbours_only_one_is_shown(x: np.ndarray, nobody: np.ndarray) -> None:
    belief = sure_of(np.minimum(ISLAND, 2))
    belief[:60] = [0.5, 0.49, 0.01]
    found = find_leads(outlook_of(x, belief), nobody, no_pause)["ambiguous"]
    assert 1 < len(found) < 30


def test_answered__is_not_asked_again(x: np.ndarray, nobody: np.ndarray) -> None:
    belief = sure_of(np.minimum(ISLAND, 2))
    belief[[1, 62]] = [0.5, 0.5, 0]
    nobody[1], nobody[62] = UNSURE, 1
    assert find_leads(outlook_of(x, belief), nobody, no_pause)["ambiguous"] == []


def test_wrong__is_what_its_neighbours_deny(x: np.ndarray, nobody: np.ndarray) -> None:
    outlook = outlook_of(x, np.zeros((NUM, 0), np.float32))
    nobody[1::3] = ISLAND[1::3]
    nobody[[4, 73]] = [3, 0]
    found = find_leads(outlook, nobody, no_pause)["wrong"]
    assert {(lead.sample, lead.class_index, lead.rival) for lead in found} == {
        (4, 0, 3),
        (73, 1, 0),
    }


def test_wrong__needs_two_classes_with_some_names(x: np.ndarray, nobody: np.ndarray) -> None:
    outlook = outlook_of(x, np.zeros((NUM, 0), np.float32))
    nobody[1:30] = 0
    nobody[[61, 62]] = 1
    assert find_leads(outlook, nobody, no_pause)["wrong"] == []


def test_wrong__is_no_name_of_a_class_that_only_held_out_samples_have(
    x: np.ndarray, nobody: np.ndarray
) -> None:
    outlook = outlook_of(x, np.zeros((NUM, 0), np.float32))
    nobody[1:180] = np.where(HELD_OUT, NO_CLASS, ISLAND)[1:180]
    nobody[[5, 65, 125]] = 3
    assert find_leads(outlook, nobody, no_pause)["wrong"] == []


def test_outlier__is_like_no_other(x: np.ndarray, nobody: np.ndarray) -> None:
    x = x.copy()
    x[7] = directions(np.ones((1, 16), np.float32) - 5 * np.eye(16, dtype=np.float32)[0])
    outlook = outlook_of(x, np.zeros((NUM, 0), np.float32))
    found = find_leads(outlook, nobody, no_pause)["outlier"]
    assert [lead.sample for lead in found] == [7]
    nobody[7] = UNSURE
    assert find_leads(outlook, nobody, no_pause)["outlier"] == []


def test_group__is_alike_and_new(x: np.ndarray, nobody: np.ndarray) -> None:
    nobody[:120] = ISLAND[:120]
    outlook = outlook_of(x, np.zeros((NUM, 0), np.float32))
    first = find_leads(outlook, nobody, no_pause)["group"][0]
    assert first.class_index == NO_CLASS
    assert len(set(ISLAND[first.members])) == 1
    assert ISLAND[first.sample] >= 2
    assert not HELD_OUT[first.members].any()


def test_group__the_network_is_sure_of_has_its_class(x: np.ndarray, nobody: np.ndarray) -> None:
    outlook = outlook_of(x, sure_of(ISLAND, 4))
    found = find_leads(outlook, nobody, no_pause)["group"]
    assert all(set(ISLAND[lead.members]) == {lead.class_index} for lead in found)


def test_group__selects_few_that_stand_for_all(x: np.ndarray, nobody: np.ndarray) -> None:
    outlook = outlook_of(x, np.zeros((NUM, 0), np.float32))
    found = find_leads(outlook, nobody, no_pause)["group"]
    for lead in found:
        assert len(lead.members) == len(set(lead.members.tolist())) == leads.MOST_SHOWN
        assert lead.sample == lead.members[0]
        assert any(set(lead.members) <= set(members) for members in outlook.groups.members)


def test_group__has_a_sample_of_its_own_where_groups_overlap(nobody: np.ndarray) -> None:
    same = directions(np.ones((NUM, 4), np.float32))
    outlook = outlook_of(same, np.zeros((NUM, 0), np.float32))
    members = np.stack([[1, *range(start, start + 39)] for start in (40, 80)])
    reach = np.full((NUM, 2), 1 / NUM, np.float32)
    groups = replace(outlook.groups, members=members, reach=reach)
    found = leads.group_leads(replace(outlook, groups=groups), nobody, no_pause)
    assert [1 in lead.members for lead in found] == [True, True]
    assert found[0].sample != found[1].sample
    assert all(lead.sample in lead.members for lead in found)


def test_representatives__are_spread_and_the_same_each_time() -> None:
    """Two thirds lie in one place, a third in another."""
    rng = np.random.default_rng(0)
    x = directions(rng.normal(0, 0.01, (90, 8)).astype(np.float32) + np.eye(8, dtype=np.float32)[0])
    x[60:90] += np.eye(8, dtype=np.float32)[1]
    x = directions(x)
    shown = representatives(x, np.arange(90), 15)
    assert len(set(shown.tolist())) == 15
    assert min((shown < 60).sum(), (shown >= 60).sum()) >= 2
    np.testing.assert_array_equal(shown, representatives(x, np.arange(90), 15))
    assert representatives(x, np.arange(9), 15).tolist() == list(range(9))


def test_representatives__of_equal_samples_are_the_first() -> None:
    x = np.tile(np.eye(8, dtype=np.float32)[:1], (40, 1))
    assert sorted(representatives(x, np.arange(40), 15).tolist()) == list(range(15))


def test_group__where_all_is_named_there_is_none(x: np.ndarray) -> None:
    outlook = outlook_of(x, sure_of(ISLAND, 4))
    found = find_leads(outlook, ISLAND.astype(np.int16), no_pause)
    assert found == {kind: [] for kind in leads.KINDS}


def test_alike__are_nearest_by_direction(x: np.ndarray) -> None:
    ids, cosine = most_alike(x, 3, 20)
    assert set(ISLAND[ids]) == {0}
    assert 3 not in ids
    assert (np.diff(cosine) <= 0).all()
    assert len(most_alike(x, 3, 10_000)[0]) == NUM - 1
    assert len(most_alike(x[:1], 0, 5)[0]) == 0


def test_likeliest__leaves_out_what_nobody_believes() -> None:
    belief = np.array([[0.1, 0.0, 0.9]], np.float32)
    assert [each for each, _ in likeliest(belief, 0)] == [2, 0]
    assert likeliest(np.zeros((1, 0), np.float32), 0) == []


def test_groups__are_as_many_and_as_large_as_with_torch() -> None:
    ours = (leads.MOST_GROUPS, leads.GROUP_SHARE, leads.LEAST_MEMBERS)
    theirs = (torch_groups.MOST_GROUPS, torch_groups.GROUP_SHARE, torch_groups.LEAST_MEMBERS)
    assert ours == theirs
