"""A snapshot beside what is known."""

import pytest

from ml.errors import InvalidInputError
from store.annotations.evidence import evidence_of, pair_of
from store.errors import NotFoundError
from store.records import Run
from tests.store.scene import NUM_SAMPLES, Scene, make_scene


@pytest.fixture
def pair(scene: Scene) -> tuple[Run, Run]:
    first = scene.predicted(scene.submit("pretrain"), -1)
    scene.name([0, 1], 0)
    scene.name([2], 1)
    return first, scene.predicted(scene.submit(), 1)


def test_evidence__is_by_what_the_run_knew(scene: Scene, pair: tuple[Run, Run]) -> None:
    scene.name([3], 0)
    first, second = (evidence_of(scene.store, run.run_id, 0) for run in pair)
    assert first.truth[:4].tolist() == [-1, -1, -1, -1]
    assert second.truth[:4].tolist() == [0, 0, 1, -1]
    assert set(first.prediction.tolist()) == {-1}
    assert second.is_held_out.sum() == NUM_SAMPLES // 5


def test_pair__both_by_what_the_later_one_knew(scene: Scene, pair: tuple[Run, Run]) -> None:
    before, after = pair
    found = pair_of(scene.store, (before.run_id, 0), (after.run_id, 0))
    turned = pair_of(scene.store, (after.run_id, 0), (before.run_id, 0))
    for each in (found.before, found.after, turned.before, turned.after):
        assert each.truth[:4].tolist() == [0, 0, 1, -1]


def test_pair__tells_what_was_renamed_between_the_two(scene: Scene, pair: tuple[Run, Run]) -> None:
    scene.name([1, 5], 1)
    third = scene.predicted(scene.submit(), 1)
    found = pair_of(scene.store, (pair[1].run_id, 0), (third.run_id, 0))
    assert found.renamed.is_renamed.nonzero()[0].tolist() == [1], "5 had no name before"
    first = pair_of(scene.store, (pair[0].run_id, 0), (third.run_id, 0))
    assert not first.renamed.is_either.any()
    scene.say("merge_class", class_index=0, into=1)
    fourth = scene.predicted(scene.submit(), 1)
    merged = pair_of(scene.store, (third.run_id, 0), (fourth.run_id, 0))
    assert not merged.renamed.is_either.any(), "a merge corrects nobody"


def test_evidence__follows_a_merge(scene: Scene, pair: tuple[Run, Run]) -> None:
    scene.say("merge_class", class_index=1, into=0)
    seq = scene.state().seq
    found = evidence_of(scene.store, pair[1].run_id, 0, seq)
    assert set(found.prediction.tolist()) == {0}
    assert found.truth[:3].tolist() == [0, 0, 0]


def test_pair__of_two_projects_or_of_nothing_is_refused(
    scene: Scene, pair: tuple[Run, Run]
) -> None:
    other = make_scene(scene.store)
    run = other.predicted(other.submit("pretrain"), -1)
    with pytest.raises(InvalidInputError, match="different projects"):
        pair_of(scene.store, (pair[0].run_id, 0), (run.run_id, 0))
    with pytest.raises(NotFoundError):
        evidence_of(scene.store, pair[0].run_id, 7)
