"""The desk: one after the other, bounded, cancelled at once, and honest about what failed."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from store.errors import ConflictError, NotFoundError
from store.opening import Store
from store.takeaway.wish import Wish
from tasks.takeaway_files import FOLDER, STALE_S
from tasks.takeaway_records import (
    LIVE,
    MOST_KEPT,
    MOST_READY,
    SILENT_S,
    Takeaway,
    new_takeaway,
    raise_for,
    surplus,
)
from tasks.takeaways import KEEP_S, MOST_EACH, BusyError, TakeawayDesk
from tests.patience import PATIENCE
from tests.store.archives.story import tell
from tests.store.scene import Scene, make_scene

LONG = Wish("film", width=1920, fps=50)


@pytest.fixture
def told(store: Store) -> Scene:
    scene = make_scene(store)
    tell(scene)
    return scene


def wait_for(condition: Callable[[], bool], limit_s: float = 60) -> None:
    deadline = time.monotonic() + limit_s * PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def wish_for(scene: Scene, wish: Wish, key: str = "k", who: str = "ana") -> Takeaway:
    return new_takeaway(scene.id, who, key, wish, "x.html")


def files_of(scene: Scene) -> list[Path]:
    return [p for p in (scene.store.settings.data_dir / FOLDER).rglob("*") if p.is_file()]


def test_desk__makes_what_was_asked_for_and_each_key_once(told: Scene) -> None:
    desk = TakeawayDesk(told.store.settings)
    made = desk.ask(wish_for(told, Wish()))
    assert desk.ask(wish_for(told, Wish())) is made
    with pytest.raises(ConflictError, match="not ready yet"):
        raise_for(made)
    wait_for(lambda: made.state not in ("waiting", "making"))
    assert made.state == "ready", made.error
    raise_for(made)
    assert made.path is not None
    assert made.path.read_text(encoding="utf-8").endswith("</html>\n")
    with pytest.raises(NotFoundError):
        desk.get(made.takeaway_id, "ben")
    made.path.unlink()
    with pytest.raises(NotFoundError, match="ask for it again"):
        raise_for(made)


def test_desk__cancels_the_one_under_way_goes_on_with_the_next_and_is_bounded(told: Scene) -> None:
    desk = TakeawayDesk(told.store.settings)
    first = desk.ask(wish_for(told, LONG, "0"))
    others = [desk.ask(wish_for(told, Wish("report"), str(k))) for k in range(1, MOST_EACH)]
    with pytest.raises(BusyError, match="wait until one is ready"):
        desk.ask(wish_for(told, Wish(), "more"))
    assert desk.position(others[-1]) == MOST_EACH - 1
    wait_for(lambda: first.done > 0)
    assert desk.cancel(first.takeaway_id, "ana").state == "cancelled"
    desk.cancel(others[0].takeaway_id, "ana")
    wait_for(lambda: others[-1].state not in ("waiting", "making"))
    assert [first.state, others[0].state, others[-1].state] == ["cancelled", "cancelled", "ready"]
    assert files_of(told) == [others[-1].path]


def test_desk__tells_when_the_project_was_deleted_meanwhile(told: Scene) -> None:
    desk = TakeawayDesk(told.store.settings)
    told.store.projects.set_archived(told.id, True)
    told.store.projects.delete(told.id)
    gone = desk.ask(wish_for(told, Wish()))
    wait_for(lambda: gone.state not in ("waiting", "making"))
    assert gone.state == "failed"
    assert gone.error is not None
    assert gone.error["status"] == 404
    assert files_of(told) == []


def test_close__ends_what_is_made_and_takes_the_files_along(told: Scene) -> None:
    desk = TakeawayDesk(told.store.settings)
    desk.start()
    ready = desk.ask(wish_for(told, Wish(), "0"))
    wait_for(lambda: ready.state not in LIVE)
    made, waiting = (desk.ask(wish_for(told, LONG, str(k))) for k in (1, 2))
    wait_for(lambda: made.done > 0)
    child = desk._child
    assert child is not None
    desk.close()
    assert child.returncode is not None
    assert (made.state, waiting.state) == ("cancelled", "cancelled")
    assert list((told.store.settings.data_dir / FOLDER).iterdir()) == []
    assert not desk.rounds._thread.is_alive()
    with pytest.raises(BusyError):
        desk.ask(wish_for(told, Wish(), "late"))


def test_look__forgets_what_nobody_fetched_though_nobody_asks(told: Scene) -> None:
    desk = TakeawayDesk(told.store.settings)
    made = desk.ask(wish_for(told, Wish("report")))
    wait_for(lambda: made.state not in LIVE)
    desk.look()
    assert files_of(told) == [made.path]
    assert made.ended_s is not None
    made.ended_s -= KEEP_S + 1
    desk.look()
    assert files_of(told) == []


def test_look__ends_a_child_that_hangs_and_the_next_is_made(told: Scene) -> None:
    desk = TakeawayDesk(told.store.settings)
    hanging = desk.ask(wish_for(told, LONG, "0"))
    following = desk.ask(wish_for(told, Wish("report"), "1"))
    wait_for(lambda: hanging.done > 0)
    assert desk._child is not None
    os.kill(desk._child.pid, signal.SIGSTOP)
    desk.look()
    assert hanging.state == "making"
    hanging.heard_s -= SILENT_S + 1
    desk.look()
    assert (hanging.state, (hanging.error or {})["code"]) == ("failed", "takeaway")
    wait_for(lambda: following.state not in LIVE)
    assert following.state == "ready"


def test_desk__says_that_memory_was_short_where_the_kernel_ended_a_child(told: Scene) -> None:
    desk = TakeawayDesk(told.store.settings)
    made = desk.ask(wish_for(told, LONG))
    wait_for(lambda: made.done > 0)
    assert desk._child is not None
    os.kill(desk._child.pid, signal.SIGKILL)
    wait_for(lambda: made.state not in LIVE)
    assert made.error is not None
    assert (made.error["code"], made.error["status"]) == ("too_large", 413)
    assert "more memory than the server has left" in made.error["message"]


def test_look__removes_what_an_app_left_that_was_killed(told: Scene) -> None:
    killed, desk = (TakeawayDesk(told.store.settings) for _ in range(2))
    left = killed.ask(wish_for(told, Wish("report")))
    wait_for(lambda: left.state not in LIVE)
    assert left.path is not None
    own = desk._folder.path()
    for folder in (left.path.parent, own):
        os.utime(folder, (0, time.time() - STALE_S - 1))
    desk.look()
    assert own.is_dir(), "its own is touched"
    assert not left.path.parent.exists()


def ended(who: str, nth: int, is_ready: bool = True) -> Takeaway:
    made = new_takeaway("p", who, str(nth), Wish(), "x")
    made.state, made.ended_s = "ready" if is_ready else "cancelled", float(nth)
    return made


def test_cancel__takes_nobody_elses_file_however_often(
    told: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TakeawayDesk, "_work", lambda _: None)
    desk = TakeawayDesk(told.store.settings)
    ready = desk.ask(wish_for(told, Wish()))
    assert ready.path is not None
    ready.path.write_text("a film")
    desk._end(ready, "ready")
    for nth in range(2 * MOST_READY):
        asked = desk.ask(wish_for(told, Wish(), str(nth), "ben"))
        desk.cancel(asked.takeaway_id, "ben")
    assert desk.get(ready.takeaway_id, "ana").path == files_of(told)[0]
    assert len(desk._all) == 1 + MOST_READY, "what is remembered of the others is bounded"


def test_surplus__is_of_one_person_and_then_of_who_has_most() -> None:
    mine = [ended("ana", 0), *(ended("ana", nth, False) for nth in range(1, 4))]
    his = [ended("ben", nth) for nth in range(4, 4 + MOST_READY + 2)]
    assert surplus([*mine, *his]) == his[:2]
    crowd = [ended(f"guest {nth}", 100 + nth) for nth in range(MOST_KEPT - MOST_READY)]
    assert surplus([*mine, *his, *crowd]) == his[:3]
    assert surplus([new_takeaway("p", "ana", "k", Wish(), "x")] * MOST_KEPT * 2) == []
