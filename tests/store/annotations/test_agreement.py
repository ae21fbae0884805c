"""Who gave which class, where they differ, and what settles it."""

from ml.measures.agreement import cohen_kappa
from store.annotations.agreement import Judgements, judgements_of
from tests.store.scene import ANA, BEN, Scene


def judged(scene: Scene) -> Judgements:
    return judgements_of(scene.store.history.of(scene.id))


def test_judgements__are_what_each_person_said_last(scene: Scene) -> None:
    scene.name([1, 2, 3], 0)
    scene.name([2, 3], 1, BEN)
    scene.name([3], 1)
    found = judged(scene)
    ana, ben = found.people
    assert (ana.author, ana.given[:5].tolist()) == ("Ana", [-1, 0, 0, 1, -1])
    assert (ben.author, ben.given[:5].tolist()) == ("Ben", [-1, -1, 1, 1, -1])
    assert found.differing.tolist() == [2]
    assert cohen_kappa(ana.given, ben.given) == 0


def test_judgements__leave_out_what_was_taken_back(scene: Scene) -> None:
    scene.name([1], 0)
    scene.name([1], 1, BEN)
    scene.say("undo", who=BEN)
    assert judged(scene).differing.tolist() == []
    scene.name([1], 1, BEN)
    scene.say("mark_unsure", [1], BEN)
    assert judged(scene).differing.tolist() == []


def test_judgements__follow_merged_classes(scene: Scene) -> None:
    scene.name([1], 0)
    scene.name([1], 1, BEN)
    scene.say("merge_class", class_index=1, into=0)
    assert judged(scene).differing.tolist() == []


def test_judgements__a_disagreement_is_settled_and_opens_again(scene: Scene) -> None:
    scene.name([1, 4], 0)
    scene.name([1, 4], 1, BEN)
    scene.say("annotate", [1], ANA, class_index=1, settles=True)
    assert (judged(scene).differing.tolist(), judged(scene).num_settled) == ([4], 1)
    assert judged(scene).people[0].given[1] == 0
    scene.name([1], 1, BEN)
    assert judged(scene).differing.tolist() == [1, 4]
    scene.say("undo", who=BEN)
    scene.say("undo")
    assert judged(scene).differing.tolist() == [1, 4]


def test_judgements__a_reset_takes_all_back(scene: Scene) -> None:
    scene.name([1], 0)
    scene.say("reset", who=BEN)
    assert judged(scene).people == []
