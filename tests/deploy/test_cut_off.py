"""A worker on another host whose network fails: nothing is lost, and nothing is done twice."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.cut_off_story import LONG, SHORT
from tests.deploy.hosts import hosts, why_not
from tests.deploy.servers import clean_environ
from tests.source import ROOT

TAKEN_S = 10.0
"""Within which another worker must have the run."""
FENCED_S = 12.0


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the story saw, told once for all tests."""
    if reason := why_not():
        pytest.skip(reason)
    folder: Path = tmp_path_factory.mktemp("hosts")
    for above in (folder, *folder.parents[:2]):
        above.chmod(0o755)  # PostgreSQL runs as a user of its own
    with hosts(2) as (hub, workers):
        names = [worker.name for worker in workers]
        story = subprocess.run(
            ["ip", "netns", "exec", hub, sys.executable, "-W", "ignore",
             "-m", "tests.deploy.cut_off_story", str(folder), hub, *names],
            cwd=ROOT, env=clean_environ({}), capture_output=True, text=True,
        )  # fmt: skip
    logs = "\n".join(f"{path.name}:\n{path.read_text()[-3000:]}" for path in folder.glob("*.log"))
    assert story.returncode == 0, story.stderr[-3000:] + logs
    print(told := story.stdout.splitlines()[-1])
    return json.loads(told)


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
