"""A machine sleeps while others go on; once awake, its page agrees with theirs at once (F33)."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from store.runs.frames import MOST_LISTED
from tests.browser.dead_wire import DeadWire, Lost, dead_wire
from tests.browser.screen import Screen, wait_until
from tests.browser.shared_app import SharedApp
from tests.browser.sleeper import Sleeper, sleeper
from tests.browser.two_people import introduce, state
from tests.faults.watch import Measure

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1500)]
AGREES_S = 2.0
FORGOTTEN_S = 60.0
SUSPENDED_S = 600.0
TRAINING = {"num_epochs": 200, "batch_size": 64}
"""Goes on for longer than anybody is forgotten after."""
SHOWN_JS = """() => {
    const { state } = window.lodemap.parts();
    window.drawn = [];
    state.subscribe(["shown"], ({ shown }) => window.drawn.push([shown.runId, shown.n]));
}"""
SEEN_JS = """() => {
    const { annotation, annotationSeq, shown, waiting, connection } = window.lodemap.parts().state.get();
    return { names: [...annotation], seq: annotationSeq, run: shown?.runId, n: shown?.n, waiting, connection };
}"""  # noqa: E501


@dataclass
class Pair:
    """Ada, who will sleep, and Ben, who will not."""

    ada: Screen
    ben: Screen
    sleeper: Sleeper
    wire: DeadWire
    run_id: str

    def newest(self) -> int:
        """The newest frame there is."""
        (run,) = [each for each in self.ben.state()["runs"] if each["run_id"] == self.run_id]
        assert run["state"] in ("running", "finished"), run
        return int(run["last_n"])


@pytest.fixture
def pair(
    browser: Browser, page: Page, shared_app: SharedApp, jump_s: float,
    request: pytest.FixtureRequest,
) -> Iterator[Pair]:  # fmt: skip
    """Two browsers at one project, in which a run learns."""
    project_id = shared_app.bare_project(request.node.name)
    asked = page.request.post(
        f"{shared_app.url}/api/projects/{project_id}/runs",
        data={"key": "long", "kind": "pretrain", "config": TRAINING},
    )  # fmt: skip
    assert asked.ok, asked.text()
    run_id = asked.json()["run_id"]
    for each in ("one", "two", "three"):
        made = {"key": each, "verb": "add_class", "name": each}
        path = f"{shared_app.url}/api/projects/{project_id}/gestures"
        assert page.request.post(path, data=made).ok
    with dead_wire(shared_app.served.port) as wire, sleeper(browser, jump_s) as sleeping:
        url = f"http://127.0.0.1:{wire.port}"
        introduce(sleeping.page, url, "Ada")
        introduce(page, shared_app.url, "Ben")
        ada, ben = Screen(sleeping.page, url), Screen(page, shared_app.url)
        for screen in (ada, ben):
            screen.open(project_id)
        yield Pair(ada, ben, sleeping, wire, run_id)
        page.request.post(f"{shared_app.url}/api/runs/{run_id}/stop", data={})


def seen(screen: Screen) -> Any:
    """What a page shows and knows."""
    return screen.page.evaluate(SEEN_JS)


def select(screen: Screen, digit: int) -> None:
    """Select many of a digit's points by hand: some leave before the hand is there."""
    assert screen.lasso(screen.middle_of(digit), 120) > 0, "the lasso caught nothing"


def name(screen: Screen, digit: int) -> None:
    """Name many of a digit's points by hand."""
    select(screen, digit)
    screen.press(str(digit))


@pytest.mark.parametrize("lost", ["questions", "answers"])
@pytest.mark.parametrize(
    ("asleep_s", "jump_s"),
    [
        pytest.param(0.0, 0.0, id="forgotten"),
        pytest.param(0.0, SUSPENDED_S, id="suspended"),
        pytest.param(SUSPENDED_S, 0.0, id="ten minutes", marks=pytest.mark.slow),
    ],
)
def test_sleeper__agrees_with_all_others_at_once(
    pair: Pair, lost: Lost, asleep_s: float, record_property: Measure
) -> None:
    """The app has given the page up, whose connections look open; one gesture was under way."""
    ada, ben = pair.ada, pair.ben
    wait_until(lambda: seen(ada)["run"] == pair.run_id, "the run before Ada's eyes", 60)
    select(ada, 1)
    pair.wire.die(lost)
    ada.press("1")
    wait_until(lambda: state(ada.page, "waiting") == 1, "the gesture on its way")
    if lost == "answers":
        wait_until(lambda: ben.state()["num_named"] > 0, "the gesture, whose answer is lost")
    before = seen(ada)
    ada.page.evaluate(SHOWN_JS)
    pair.sleeper.sleep()
    slept_s = time.monotonic()
    name(ben, 2)
    wait_until(pair.wire.is_forgotten, "the app to give Ada up", FORGOTTEN_S)
    wait_until(lambda: time.monotonic() - slept_s >= asleep_s, "the end of the night", asleep_s + 1)
    name(ben, 3)
    wait_until(lambda: pair.newest() > before["n"] + 3, "epochs that Ada has not seen", 60)
    others, newest = seen(ben), pair.newest()
    pair.wire.come_back()
    pair.sleeper.wake()
    woken_s = time.monotonic()
    wait_until(lambda: agree(seen(ada), seen(ben), newest), "agreement", AGREES_S)
    record_property("agrees_s", round(time.monotonic() - woken_s, 2))
    assert seen(ada)["seq"] > others["seq"] - (lost == "answers")
    names = seen(ben)["names"]
    assert 0 in {names[i] for i, was in enumerate(before["names"]) if was < 0}
    drawn = [n for run_id, n in ada.page.evaluate("window.drawn") if run_id == pair.run_id]
    passed_over = [n for n in drawn if before["n"] < n < newest]
    assert len(passed_over) <= 1 + (newest - before["n"]) // MOST_LISTED, "a replay"
    record_property("missed_frames", newest - before["n"])
    assert len(saying(ben, 0)) == 1, "the gesture is there once"


def agree(ada: Any, ben: Any, newest: int) -> bool:
    """Whether Ada sees what Ben sees, has nothing left to say, and is where the run was."""
    is_same = ada["names"] == ben["names"] and ada["seq"] == ben["seq"]
    return bool(
        is_same and ada["waiting"] == 0 and ada["n"] >= newest and ada["connection"] == "ok"
    )


def saying(screen: Screen, class_index: int) -> list[Any]:
    """The gestures of the project that named samples as one class."""
    gestures = screen.state()["gestures"]
    return [
        each
        for each in gestures
        if (each["verb"], each["class_index"]) == ("annotate", class_index)
    ]
