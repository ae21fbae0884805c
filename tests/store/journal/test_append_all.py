"""Gestures that belong together: all of them are saved, or none, right after what they follow."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from ml.records import NO_CLASS
from store.errors import StaleClassError, StoreUnavailableError
from store.journal.rehearsal import TRIES
from store.records import Gesture, ProjectState
from tests.store.scene import Scene, pack

CAT, DOG = 0, 1


def annotate(key: str, ids: Sequence[int], **values: Any) -> Gesture:
    return Gesture("annotate", key, pack(ids), values)


def test_append_all__saves_none_where_one_is_refused(scene: Scene) -> None:
    journal, before = scene.store.journal, scene.state()
    refused = [annotate("a", [0], class_index=CAT), annotate("b", [1], class_index=99)]
    with pytest.raises(StaleClassError):
        journal.append_all(scene.id, lambda _: refused, "Cleo", "cleo")
    assert scene.state().seq == before.seq
    assert scene.annotation()[0] == NO_CLASS
    good = [annotate("a", [0], class_index=CAT), annotate("b", [1], class_index=DOG)]
    acks = journal.append_all(scene.id, lambda _: good, "Cleo", "cleo")
    assert [(ack.seq, ack.num_changed) for ack in acks] == [
        (before.seq + 1, 1),
        (before.seq + 2, 1),
    ]
    assert scene.annotation()[:2] == [CAT, DOG]
    assert journal.append_all(scene.id, lambda _: [], "Cleo", "cleo") == []


def test_append_all__is_worked_out_anew_where_somebody_spoke(scene: Scene) -> None:
    seen: list[int] = []
    other = threading.Thread(target=scene.name, args=([1], CAT))

    def work_out(state: ProjectState) -> list[Gesture]:
        seen.append(state.seq)
        if len(seen) == 1:
            scene.name([0], DOG)
        else:  # now nobody else may speak
            other.start()
            other.join(0.2)
            assert other.is_alive()
        free = [i for i in (0, 1) if state.annotation[i] == NO_CLASS]
        return [annotate(f"k{state.seq}", free, class_index=DOG)]

    before = scene.state().seq
    (ack,) = scene.store.journal.append_all(scene.id, work_out, "Cleo", "cleo")
    other.join()
    assert seen == [before, before + 1]
    assert (ack.seq, ack.num_changed) == (before + 2, 1)
    assert scene.annotation()[:2] == [DOG, CAT]


def test_append_all__gives_up_where_others_always_speak(scene: Scene) -> None:
    seen: list[int] = []

    def work_out(state: ProjectState) -> list[Gesture]:
        seen.append(state.seq)
        scene.name([0], len(seen) % 2)
        return [annotate("k", [1], class_index=CAT)]

    with pytest.raises(StoreUnavailableError, match=r"nothing was saved"):
        scene.store.journal.append_all(scene.id, work_out, "Cleo", "cleo")
    assert len(seen) == TRIES
    assert scene.annotation()[1] == NO_CLASS
