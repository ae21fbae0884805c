"""What moves, pins and class places leave behind, on both databases."""

import numpy as np
import pytest

from ml.maps.pins import pack_pins, pack_targets
from ml.records import NO_CLASS
from store.opening import open_store
from store.records import Gesture, Overridden
from tests.store.scene import ANA, BEN, NUM_SAMPLES, Scene, pack


def placed(scene: Scene) -> dict[int, list[float]]:
    pins = scene.state().pins
    return dict(zip(pins.ids.tolist(), pins.places.tolist(), strict=True))


def test_move__leaves_a_pin_and_the_annotation_it_names(scene: Scene) -> None:
    ack = scene.move([3, 1], [[1, 2], [3, 4]], class_index=1)
    assert ack.num_changed == 2
    assert placed(scene) == {1: [1, 2], 3: [3, 4]}, "targets go by ascending id"
    assert [scene.annotation()[i] for i in (1, 2, 3)] == [1, NO_CLASS, 1]
    assert scene.state().pins.seq.tolist() == [ack.seq, ack.seq]


def test_move__survives_as_the_same_bytes(scene: Scene) -> None:
    wild = np.array([[1e6, -0.0], [1.1, 2.2e-30]], np.float32)
    scene.move([1, 2], wild)
    with open_store(scene.store.settings) as second:
        pins = second.journal.state(scene.id).pins
        assert pins.places.tobytes() == wild.tobytes()
        assert second.journal.event(scene.id, 3).targets == wild.tobytes()
        assert second.journal.events(scene.id)[-1].targets == wild.tobytes()


def test_pin__names_nothing(scene: Scene) -> None:
    scene.move([1], [[5, 5]], verb="pin")
    assert (placed(scene), scene.annotation()[1]) == ({1: [5, 5]}, NO_CLASS)


def test_release__takes_only_pins_away(scene: Scene) -> None:
    scene.move([1, 2], [[1, 1], [2, 2]], class_index=0)
    ack = scene.say("release", [2, 7])
    assert (ack.num_changed, placed(scene), scene.annotation()[2]) == (1, {1: [1, 1]}, 0)


def test_release__of_all_takes_the_places_of_classes_too_and_is_one_gesture(scene: Scene) -> None:
    scene.move([1, 2], [[1, 1], [2, 2]])
    scene.say("place_class", class_index=1, place=[8, 9])
    before = scene.state()
    scene.say("release", [1, 2], with_classes=True)
    assert (placed(scene), scene.state().class_places) == ({}, {})
    scene.say("undo")
    assert pack_pins(scene.state().pins) == pack_pins(before.pins)
    assert scene.state().class_places == before.class_places
    scene.say("release", [1, 2])
    scene.say("release", None, with_classes=True)
    assert (placed(scene), scene.state().class_places) == ({}, {})


def test_undo__restores_every_byte(scene: Scene) -> None:
    scene.move([1, 2], [[1, 1], [2, 2]], class_index=0)
    scene.say("place_class", class_index=0, place=[0.1, 0.2])
    before = scene.state()
    scene.move([2, 3], [[7, 7], [8, 8]], who=BEN)
    scene.say("release", [1], BEN)
    scene.say("place_class", None, BEN, class_index=0, place=[3, 4])
    scene.say("reset", who=BEN)
    reset = scene.state()
    assert (reset.pins.num_pins, reset.class_places) == (0, {})
    undone = [scene.say("undo", who=BEN).num_changed for _ in range(4)]
    assert undone == [3, 0, 1, 2]
    after = scene.state()
    assert pack_pins(after.pins) == pack_pins(before.pins)
    assert (after.class_places, after.annotation.tolist()) == (
        before.class_places, before.annotation.tolist(),
    )  # fmt: skip
    scene.say("redo", who=BEN)
    assert placed(scene) == {1: [1, 1], 2: [7, 7], 3: [8, 8]}


def test_move__of_two_people_the_later_wins_and_the_earlier_learns_it(scene: Scene) -> None:
    first = scene.move([1, 2, 3], [[1, 1]] * 3)
    second = scene.move([2, 3, 4], [[2, 2]] * 3, who=BEN)
    event = scene.store.journal.event(scene.id, second.seq)
    assert event.values["overrides"] == [{"by": "Ana", "count": 2}]
    assert scene.state().overridden == {ANA: (Overridden(first.seq, "Ben", 2),)}
    scene.move([3], [[3, 3]])
    assert scene.state().overridden == {
        ANA: (Overridden(first.seq, "Ben", 1),),
        BEN: (Overridden(second.seq, "Ana", 1),),
    }
    scene.say("undo", who=BEN)
    assert scene.state().overridden == {}
    assert placed(scene)[2] == [1, 1]


def test_place_class__follows_a_merge_and_that_of_the_living_class_wins(scene: Scene) -> None:
    scene.say("add_class", name="bird")
    scene.say("place_class", class_index=2, place=[1, 2])
    merge = scene.say("merge_class", class_index=2, into=0)
    assert scene.state().class_places == {0: (1.0, 2.0)}
    placing = scene.say("place_class", class_index=1, place=[8, 9])
    scene.say("merge_class", class_index=1, into=0)
    assert scene.state().class_places == {0: (1.0, 2.0)}
    assert scene.state().class_place_seqs == {0: merge.seq}
    scene.say("undo")
    assert scene.state().class_places == {0: (1.0, 2.0), 1: (8.0, 9.0)}
    assert scene.state().class_place_seqs == {0: merge.seq, 1: placing.seq}
    scene.say("release_class", class_index=0)
    assert scene.state().class_places == {1: (8.0, 9.0)}


def test_move__into_a_class_whose_maker_takes_it_back_keeps_both(scene: Scene) -> None:
    scene.say("add_class", name="bird", who=BEN)
    scene.move([1], [[1, 1]], class_index=2)
    scene.say("undo", who=BEN)
    assert scene.annotation()[1] == 2
    assert [info.name for info in scene.state().classes] == ["cat", "dog", "bird"]


def test_key__the_same_twice_and_with_other_targets(scene: Scene) -> None:
    targets = pack_targets(np.ones((2, 2)))
    gesture = Gesture("move", "once", pack([1, 39]), {}, targets)
    journal = scene.store.journal
    with pytest.raises(Exception, match="need 16"):
        journal.append(scene.id, Gesture("move", "once", pack([1, 39])), "Ana", ANA)
    first = journal.append(scene.id, gesture, "Ana", ANA)
    again = journal.append(scene.id, gesture, "Ana", ANA)
    assert (again.seq, again.num_changed, again.is_duplicate) == (first.seq, 1, True)
    other = Gesture("move", "once", pack([1, 39]), {}, pack_targets(np.zeros((2, 2))))
    with pytest.raises(Exception, match="another request"):
        journal.append(scene.id, other, "Ana", ANA)


def test_state__of_an_earlier_event_has_its_pins(scene: Scene) -> None:
    first = scene.move([1], [[1, 1]])
    scene.move([1, 2], [[2, 2]] * 2)
    earlier = scene.store.journal.state(scene.id, first.seq)
    assert earlier.pins.places.tolist() == [[1, 1]]


def test_duplicate__has_moves_places_and_what_they_were_drawn_on(scene: Scene) -> None:
    run = scene.trained(scene.submit("pretrain"))
    snapshot = {"run_id": run.run_id, "n": 1}
    scene.move([1], [[1, 2]], class_index=0, snapshot=snapshot)
    scene.say("place_class", class_index=0, place=[3, 4], snapshot=snapshot)
    copy = scene.store.projects.duplicate(scene.id, "copy")
    one, other = scene.state(), scene.store.journal.state(copy.project_id)
    assert pack_pins(one.pins) == pack_pins(other.pins)
    assert one.class_places == other.class_places
    new_run = scene.store.runs.of_project(copy.project_id)[0]
    drawn = [e.values.get("snapshot") for e in scene.store.journal.events(copy.project_id, 2)]
    assert drawn == [{"run_id": new_run.run_id, "n": 1}] * 2


def test_move__on_a_map_of_three_axes(scene: Scene) -> None:
    dataset_id = scene.project.dataset_id
    project = scene.store.projects.create("3d", dataset_id, latent_dim=3, class_names=("cat",))
    deep = Scene(scene.store, project)
    deep.move([1], [[1, 2, 3]])
    deep.say("place_class", class_index=0, place=[4, 5, 6])
    assert deep.state().pins.places.tolist() == [[1, 2, 3]]
    assert deep.state().class_places == {0: (4.0, 5.0, 6.0)}


def test_update__undone_with_the_move_that_set_it_off(scene: Scene) -> None:
    ack = scene.move([1], [[1, 1]], class_index=0)
    run = scene.submit(auto_of=ack.seq)
    scene.say("undo")
    assert scene.store.runs.get(run.run_id).state == "stopped"
    assert scene.state().pins.num_pins == 0
    assert len(scene.annotation()) == NUM_SAMPLES
