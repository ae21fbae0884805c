"""Parts of a computation side by side: all are done, and nothing begins after somebody gave up."""

import threading

import numpy as np
import pytest

from ml import cores
from ml.cores import side_by_side

NUM_PARTS = 50
LOOK_S = 20


def no_pause() -> None:
    pass


@pytest.fixture(params=[1, 2, 9])
def num_cores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    count = int(request.param)
    monkeypatch.setattr(cores, "num_cores", lambda: count)
    return count


@pytest.mark.usefixtures("num_cores")
def test_parts__are_all_done_when_it_returns() -> None:
    done = np.zeros(NUM_PARTS, np.int64)

    def act(part: int) -> None:
        done[part] += part

    side_by_side(act, range(NUM_PARTS), no_pause)
    np.testing.assert_array_equal(done, np.arange(NUM_PARTS))
    side_by_side(act, [], no_pause)


def test_parts__are_at_work_at_once_but_never_more_than_four(num_cores: int) -> None:
    together = min(cores.MOST_AT_ONCE, num_cores)
    all_there = threading.Barrier(together)

    def act(_: int) -> None:
        all_there.wait(LOOK_S)  # breaks where fewer are ever there together

    side_by_side(act, range(3 * together), no_pause)
    one_more = threading.Barrier(together + 1)

    def miss(_: int) -> None:
        one_more.wait(0.2)

    with pytest.raises(threading.BrokenBarrierError):
        side_by_side(miss, range(together + 1), no_pause)


@pytest.mark.usefixtures("num_cores")
def test_pause__that_gives_way_lets_no_further_part_begin() -> None:
    asked, ended = 0, []

    def act(part: int) -> None:
        ended.append(part)

    def pause() -> None:
        nonlocal asked
        asked += 1
        if asked == 4:
            raise RuntimeError("somebody else wants the cores")

    with pytest.raises(RuntimeError, match="somebody else"):
        side_by_side(act, range(NUM_PARTS), pause)
    assert set(ended) <= {0, 1, 2}, "parts that came after the pause"
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("part")]


@pytest.mark.usefixtures("num_cores")
def test_part__that_fails_is_told_and_ends_the_rest() -> None:
    begun: list[int] = []

    def act(part: int) -> None:
        begun.append(part)
        if part == 2:
            raise ValueError("part 2 does not fit")

    with pytest.raises(ValueError, match="part 2"):
        side_by_side(act, range(10 * NUM_PARTS), no_pause)
    assert len(begun) < 10 * NUM_PARTS
