"""The journal's contract, on SQLite and on PostgreSQL."""

import pytest

from ml.errors import InvalidInputError
from ml.records import NO_CLASS, UNSURE
from store.errors import KeyReusedError, LockedError, NotFoundError
from store.journal import folds
from store.journal.fold import Fold
from store.journal.past import Reader
from store.opening import open_store
from store.records import Gesture
from store.settings import Settings
from tests.store.scene import ANA, BEN, Scene, make_scene, pack


def test_append__is_seen_by_a_second_process(settings: Settings) -> None:
    with open_store(settings) as one, open_store(settings) as two:
        scene = make_scene(one)
        other = Scene(two, scene.project)
        assert scene.name([1, 2, 3], 0).seq == 3
        assert other.annotation()[:5] == [NO_CLASS, 0, 0, 0, NO_CLASS]
        other.store.journal.append(other.id, Gesture("clear", "ben-1", pack([3])), "Ben", BEN)
        assert scene.annotation()[:5] == [NO_CLASS, 0, 0, NO_CLASS, NO_CLASS]


def test_append__counts_what_changed(scene: Scene) -> None:
    assert scene.name([1, 2, 3], 0).num_changed == 3
    assert scene.name([2, 3, 4], 0).num_changed == 1
    assert scene.say("mark_unsure", [4, 5]).num_changed == 2
    assert scene.say("merge_class", class_index=0, into=1).num_changed == 3
    assert scene.say("undo").num_changed == 3
    assert scene.say("reset").num_changed == 5
    assert scene.say("reset").num_changed == 0


def test_append__same_key_same_body_is_one_event(scene: Scene) -> None:
    gesture = Gesture("annotate", "once", pack([1, 2]), {"class_index": 0})
    first = scene.store.journal.append(scene.id, gesture, "Ana", ANA)
    scene.name([1, 2], 1)
    again = scene.store.journal.append(scene.id, gesture, "Ana", ANA)
    assert (again.seq, again.num_changed, again.is_duplicate) == (first.seq, 2, True)
    assert scene.annotation()[1] == 1


def test_append__same_key_other_body_is_refused(scene: Scene) -> None:
    journal = scene.store.journal
    journal.append(scene.id, Gesture("clear", "once", pack([1])), "Ana", ANA)
    with pytest.raises(KeyReusedError):
        journal.append(scene.id, Gesture("clear", "once", pack([2])), "Ana", ANA)
    assert scene.state().seq == 3


@pytest.mark.parametrize("key", ["", "a b", "x" * 101, "ä", "a\0"])
def test_append__bad_key(scene: Scene, key: str) -> None:
    with pytest.raises(InvalidInputError, match="key"):
        scene.store.journal.append(scene.id, Gesture("reset", key), "Ana", ANA)


def test_append__keeps_who_and_when(scene: Scene) -> None:
    scene.say("annotate", [7], BEN, new_class={"name": "bird"})
    event = scene.store.journal.events(scene.id, after=2)[0]
    assert (event.seq, event.verb, event.author, event.author_id) == (3, "annotate", "Ben", BEN)
    assert event.values == {"class_index": 2, "new_class": {"name": "bird", "color": 2}}
    assert event.samples == pack([7])
    assert abs((event.created_at - scene.project.created_at).total_seconds()) < 60


def test_append__unknown_project(scene: Scene) -> None:
    gesture = Gesture("reset", "k")
    for id_ in ("00000000-0000-4000-8000-000000000000", "../../etc/passwd", "x" * 300):
        with pytest.raises(NotFoundError):
            scene.store.journal.append(id_, gesture, "Ana", ANA)


def test_append__archived_project(scene: Scene) -> None:
    scene.store.projects.set_archived(scene.id, True)
    with pytest.raises(LockedError, match="archived"):
        scene.name([1], 0)
    scene.store.projects.set_archived(scene.id, False)
    assert scene.name([1], 0).seq == 3


def test_first_classes__are_nobodys_to_undo(scene: Scene) -> None:
    assert scene.state().undoable == {}
    assert [info.name for info in scene.state().classes] == ["cat", "dog"]


def test_undo__takes_back_ones_own_last_gesture_only(scene: Scene) -> None:
    scene.name([1, 2], 0, ANA)
    scene.name([2, 3], 1, BEN)
    scene.say("undo", who=ANA)
    assert scene.annotation()[:4] == [NO_CLASS, NO_CLASS, 1, 1]
    scene.say("redo", who=ANA)
    assert scene.annotation()[:4] == [NO_CLASS, 0, 1, 1]


def test_undo__walks_back_and_redo_forth(scene: Scene) -> None:
    for class_index in (0, 1):
        scene.name([5], class_index)
    scene.say("mark_unsure", [5])
    seen = [scene.annotation()[5]]
    for verb in ("undo", "undo", "undo", "redo", "redo", "redo"):
        scene.say(verb)
        seen.append(scene.annotation()[5])
    assert seen == [UNSURE, 1, 0, NO_CLASS, 0, 1, UNSURE]


def test_merge__moves_members_and_is_undoable(scene: Scene) -> None:
    scene.name([1, 2], 0)
    scene.name([3], 1)
    scene.say("merge_class", class_index=0, into=1)
    assert scene.annotation()[1:4] == [1, 1, 1]
    assert scene.state().classes[0].merged_into == 1
    scene.say("undo")
    assert scene.annotation()[1:4] == [0, 0, 1]
    assert scene.state().classes[0].merged_into is None


def test_reset__clears_annotations_keeps_classes_and_is_undoable(scene: Scene) -> None:
    scene.name([1], 0)
    scene.say("add_class", name="bird")
    scene.say("reset")
    assert set(scene.annotation()) == {NO_CLASS}
    assert len(scene.state().classes) == 3
    scene.say("undo")
    assert scene.annotation()[1] == 0


def test_new_class__undone_and_redone_with_its_annotation(scene: Scene) -> None:
    scene.say("annotate", [1], new_class={"name": "bird", "color": 9})
    scene.say("undo")
    assert [info.name for info in scene.state().classes] == ["cat", "dog"]
    scene.say("add_class", who=BEN, name="fish")
    assert scene.state().classes[-1].class_index == 3
    scene.say("redo")
    assert [info.name for info in scene.state().classes] == ["cat", "dog", "bird", "fish"]
    assert scene.annotation()[1] == 2


def test_state__as_it_was(scene: Scene) -> None:
    seq = scene.name([1], 0).seq
    scene.say("undo")
    then = scene.store.journal.state(scene.id, seq)
    assert (then.seq, then.annotation[1], then.undoable) == (seq, 0, {ANA: seq})
    with pytest.raises(NotFoundError, match="ends at 4"):
        scene.store.journal.state(scene.id, 5)


def test_events__come_in_pages_without_gaps(scene: Scene) -> None:
    for i in range(9):
        scene.say("mark_unsure", [i])
    pages = [scene.store.journal.events(scene.id, after, 4) for after in (0, 4, 8, 12)]
    assert [[event.seq for event in page] for page in pages] == [
        [1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11], [],
    ]  # fmt: skip


def count_folds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note every fold that is begun from nothing."""
    begun: list[int] = []

    def begin(num_samples: int, latent_dim: int, read: Reader) -> Fold:
        begun.append(num_samples)
        return Fold(num_samples, latent_dim, read=read)

    monkeypatch.setattr(folds, "Fold", begin)
    return begun


def test_state__of_many_projects_in_turn_folds_each_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes = [scene, *(make_scene(scene.store) for _ in range(11))]
    begun = count_folds(monkeypatch)
    for _ in range(3):
        for each in scenes:
            each.state()
    assert len(begun) == len(scenes)


def test_state__folds_that_take_too_much_memory_go(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folds, "FOLD_BYTES", 1)
    begun = count_folds(monkeypatch)
    other = make_scene(scene.store)
    for each in (scene, scene, other, scene):
        each.state()
    assert len(begun) == 3, "the one in use is kept"


def test_event__one_of_this_process_is_in_memory(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    ack = scene.name([1], 0)
    written = scene.store.journal.events(scene.id, ack.seq - 1)[0]
    with open_store(scene.store.settings) as other:
        assert other.journal.event(scene.id, ack.seq) == written
    for seq in (0, ack.seq + 1):
        with pytest.raises(NotFoundError, match="no event"):
            scene.store.journal.event(scene.id, seq)
    monkeypatch.setattr(scene.store.journal._database, "read", None)
    assert scene.store.journal.event(scene.id, ack.seq) == written


def test_fold_at__of_a_journal_that_is_shorter_ends(scene: Scene) -> None:
    scene.name([1], 0)
    with pytest.raises(NotFoundError):
        scene.store.journal.fold_at(scene.id, 1000)
