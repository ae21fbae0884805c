"""Every write of a gesture fails once: nothing is half there, and the same said again succeeds."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from ml.maps.pins import pack_targets
from store.errors import DiskFullError, StoreUnavailableError
from store.journal import fold as folding
from store.journal import past
from store.opening import Store
from store.records import Ack, Gesture
from tests.faults.broken_disk import BEGIN, How, breaking
from tests.faults.evidence import gather
from tests.faults.history import History
from tests.faults.invariants import violations
from tests.faults.stores import opened_on
from tests.store.journal.test_turns import NUM, said_at_once
from tests.store.scene import ANA, Scene, make_scene, pack

BOTH = pytest.mark.parametrize("how", ["full", "broken"])
ON_BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
REFUSALS = (DiskFullError, StoreUnavailableError)
Act = Callable[[Scene, int], Gesture]
"""Prepares the k-th round, and says what is said in it."""


@pytest.fixture
def scene(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    with opened_on(kind, tmp_path, request) as store:
        yield make_scene(store)


def annotate(_: Scene, k: int) -> Gesture:
    return Gesture("annotate", f"k{k}", pack([1, 2]), {"class_index": k % 2})


def new_class(_: Scene, k: int) -> Gesture:
    return Gesture("annotate", f"k{k}", pack([3]), {"new_class": {"name": f"fig {k}"}})


def move(_: Scene, k: int) -> Gesture:
    targets = pack_targets(np.array([[1.5, k], [-1.0, 2.0]]))
    return Gesture("move", f"k{k}", pack([11, 12]), {"class_index": 0}, targets)


def pin(_: Scene, k: int) -> Gesture:
    return Gesture("pin", f"k{k}", pack([13]), {}, pack_targets(np.array([[1.0, k]])))


def drag_class(_: Scene, k: int) -> Gesture:
    return Gesture("place_class", f"k{k}", values={"class_index": 1, "place": [2.0, k]})


def undo(scene: Scene, k: int) -> Gesture:
    scene.name([5], k % 2)
    return Gesture("undo", f"k{k}")


def redo(scene: Scene, k: int) -> Gesture:
    undo(scene, k)
    scene.say("undo")
    return Gesture("redo", f"k{k}")


def checkout(scene: Scene, k: int) -> Gesture:
    there = scene.state().seq
    scene.name([6], k % 2)
    values = {"to": there, "expected": scene.state().seq}
    return Gesture("checkout", f"k{k}", values=values)


def checkout_far_back(scene: Scene, k: int) -> Gesture:
    """To where memory does not reach: it is worked out before it is written."""
    there = scene.state().seq
    for n in range(12):
        scene.name([n], (k + n) % 2)
    return Gesture("checkout", f"k{k}", values={"to": there, "expected": scene.state().seq})


ACTS = (annotate, new_class, move, pin, drag_class, undo, redo, checkout, checkout_far_back)


@pytest.fixture(autouse=True)
def _forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the newest events of a journal are in memory, so that what goes further goes far."""
    for module, name, value in (
        (past, "TAIL", 4), (past, "PAGE", 2), (past, "PAGES", 2), (folding, "MARK_EVERY", 4),
        (folding, "MARK_LIMIT", 2),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, value)


def say(scene: Scene, gesture: Gesture) -> Ack:
    return scene.store.journal.append(scene.id, gesture, "Ana", ANA)


def fail_each_write(scene: Scene, how: How, act: Act) -> set[str | None]:
    """Say something again and again, of which another write fails each time; return which did."""
    history, failed = History(), set()
    for k in count(1):
        gesture = act(scene, k)
        before = scene.state().seq
        with breaking(scene.store, k, how) as breaker:
            try:
                ack = say(scene, gesture)
            except REFUSALS:
                failed.add(breaker.broke)
                assert scene.state().seq - before == (breaker.broke == "answer")
                ack = say(scene, gesture)
        history.note(f"k{k}", "acknowledged", ack.seq)
        assert scene.state().seq == ack.seq == before + 1
        if breaker.broke is None:
            break
    assert violations(history, gather(scene.store, scene.id)) == []
    return failed


def check_whole(store: Store) -> None:
    if store.database.is_sqlite:
        with store.database.read() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def expected_of(kind: str, how: How) -> set[str]:
    """Writes that must have failed once, or a test has not met them."""
    begin = {BEGIN} if kind == "sqlite" else set()
    return begin | {"commit"} | ({"answer"} if how == "broken" else set())


@BOTH
@pytest.mark.parametrize(
    ("kind", "act"),
    [*(("sqlite", act) for act in ACTS), ("postgresql", annotate), ("postgresql", checkout)],
)
def test_gesture__whichever_write_fails(scene: Scene, kind: str, how: How, act: Act) -> None:
    failed = fail_each_write(scene, how, act)
    assert expected_of(kind, how) <= failed
    assert any(each and each.startswith("INSERT INTO event") for each in failed)
    assert ("answer" in failed) == (how == "broken")
    check_whole(scene.store)


def share(scene: Scene, k: int) -> list[Future[Ack]]:
    """Let some people say something at once, which is saved in one transaction."""

    def says(number: int) -> Callable[[], Ack]:
        gesture = Gesture("mark_unsure", f"k{k}-{number}", pack([number]))
        return lambda: scene.store.journal.append(scene.id, gesture, "W", f"w{number}")

    return said_at_once(scene, [says(number) for number in range(NUM)])


@BOTH
@ON_BOTH
def test_shared_transaction__whichever_write_fails_all_are_refused(
    scene: Scene, kind: str, how: How
) -> None:
    history, failed = History(), set()
    scene.state()
    for k in count(1):
        before = scene.state().seq
        with breaking(scene.store, k, how) as breaker:
            futures = share(scene, k)
        errors = [future.exception() for future in futures]
        if breaker.broke is not None:
            failed.add(breaker.broke)
            assert all(isinstance(error, REFUSALS) for error in errors), "none is acknowledged"
            is_there = breaker.broke == "answer"
            assert scene.state().seq - before == (NUM if is_there else 0)
            futures = share(scene, k)
            assert {future.result().is_duplicate for future in futures} == {is_there}
        for number, future in enumerate(futures):
            history.note(f"k{k}-{number}", "acknowledged", future.result().seq)
        assert scene.state().seq == before + NUM
        if breaker.broke is None:
            break
    assert expected_of(kind, how) <= failed
    assert k > NUM, "each of their rows failed once"
    assert violations(history, gather(scene.store, scene.id)) == []
    check_whole(scene.store)
