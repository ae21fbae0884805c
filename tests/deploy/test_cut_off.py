"""A worker or an app whose network fails: nothing is lost, and nothing is done twice."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.cut_off_story import LONG, SHORT
from tests.deploy.hosts import hosts, why_not
from tests.deploy.servers import clean_environ
from tests.patience import PATIENCE
from tests.source import ROOT

TAKEN_S = 10.0
"""Within which another worker must have the run."""
FENCED_S = 12.0
REFUSED_S = 30.0
"""Within which a gesture is refused whose database is gone without a word: 12 s for one that was
under way before it, 10 s for a connection from before, and 5 s for a new one."""
BACK_S = 15.0


def told(story: str, folder: Path) -> Any:
    """Return what a story saw that is told in a hub with two hosts."""
    if reason := why_not():
        pytest.skip(reason)
    for above in (folder, *folder.parents[:2]):
        above.chmod(0o755)  # PostgreSQL runs as a user of its own
    with hosts(2) as (hub, both):
        ended = subprocess.run(
            ["ip", "netns", "exec", hub, sys.executable, "-W", "ignore",
             "-m", f"tests.deploy.{story}", str(folder), hub, *(host.name for host in both)],
            cwd=ROOT, env=clean_environ({}), capture_output=True, text=True,
        )  # fmt: skip
    logs = "\n".join(f"{path.name}:\n{path.read_text()[-3000:]}" for path in folder.glob("*.log"))
    assert ended.returncode == 0, ended.stderr[-3000:] + logs
    print(line := ended.stdout.splitlines()[-1])
    return json.loads(line)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What became of two workers, told once for all tests."""
    return told("cut_off_story", tmp_path_factory.mktemp("hosts"))


@pytest.fixture(scope="module")
def app_seen(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The same of an app."""
    return told("app_cut_off_story", tmp_path_factory.mktemp("hosts"))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_worker_cut_off__its_run_goes_on_elsewhere_and_it_fences_itself(seen: Any) -> None:
    cut = seen["cut"]
    assert (cut["state"], cut["error"], cut["is_elsewhere"]) == ("finished", None, True)
    assert cut["taken_s"] < TAKEN_S
    assert cut["fenced_s"] < FENCED_S
    assert cut["epochs"] == LONG.num_epochs + 1, "each epoch once, each checkpoint whole"
    first, second = cut["attempts"][: cut["handed_on"]], cut["attempts"][cut["handed_on"] :]
    assert (set(first), set(second)) == ({1}, {2}), "nothing was committed by whoever was cut off"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_packets_lost__a_run_ends_all_the_same(seen: Any) -> None:
    assert seen["lost"] == {"state": "finished", "epochs": SHORT.num_epochs + 1}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_worker_that_is_back__takes_new_runs(seen: Any) -> None:
    assert seen["back"] == {"state": "finished", "is_by": True}


@pytest.mark.faults
@pytest.mark.timeout(900)
def test_app_cut_off_from_its_database__refuses_in_a_sentence_and_goes_on(app_seen: Any) -> None:
    seen = app_seen["database"]
    assert seen["status"] == 503
    assert "does not answer" in seen["said"]
    assert seen["refused_s"] < REFUSED_S * PATIENCE
    assert seen["is_alive"], "it is not the app that should be started anew"
    assert seen["back_s"] < BACK_S * PATIENCE
    assert seen["again"] == 200


@pytest.mark.faults
@pytest.mark.timeout(900)
def test_app_cut_off_from_its_browsers__saves_each_gesture_once(app_seen: Any) -> None:
    seen = app_seen["browsers"]
    assert seen["heard"] <= 2, "no answer came through but those on their way, one to each"
    assert seen["duplicates"] >= 1, "one was saved, and said again"
    assert seen["back_s"] < 2 * BACK_S * PATIENCE


@pytest.mark.faults
@pytest.mark.timeout(900)
def test_app_cut_off__costs_its_run_an_attempt_and_every_invariant_holds(app_seen: Any) -> None:
    """One that is cut off while it writes has its project locked until PostgreSQL ends that."""
    run = app_seen["run"]
    assert (run["state"], run["error"]) == ("finished", None)
    assert run["attempt"] <= 2
    assert app_seen["violations"] == []
