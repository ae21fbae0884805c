"""An app that is cut off: from its database, then from its browsers.

    python -m tests.deploy.app_cut_off_story FOLDER HUB APP_HOST WORKER_HOST

It runs inside the hub's namespace, where PostgreSQL, Redis and a bucket are; the app and all who
browse are on one host, a worker on another one. What was seen is JSON on the last line.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import requests

from store.opening import Store
from tests.contract.workplace import NUM_SAMPLES, until
from tests.deploy.cut_off_story import BOOT_S, worker_at
from tests.deploy.hosts import TABLE, Host, run
from tests.deploy.hub import POSTGRES_PORT, services
from tests.faults.clients import Crowd
from tests.faults.evidence import gather
from tests.faults.history import History
from tests.faults.invariants import violations
from tests.faults.real_app import RealApp, real_app
from tests.faults.test_app_faults import ask_for_run, make_project, opened
from tests.pages.web import packed
from tests.source import ROOT

MODULE: Final = "tests.deploy.app_cut_off_story"
NUM_EPOCHS: Final = 40
SILENT_S: Final = 25.0
"""Longer than a browser here waits for an answer."""


def from_the_database(app: RealApp, host: Host, crowd: Crowd, history: History) -> dict[str, Any]:
    """Cut the app off from PostgreSQL, and say something meanwhile."""
    until(lambda: history.num_acknowledged > 5, "gestures")
    history.fault()
    host.cut(POSTGRES_PORT)
    body = {"key": "cut", "verb": "clear", "samples": packed([1], NUM_SAMPLES)}
    started_s = time.monotonic()
    url = f"http://127.0.0.1:{app.port}/api/projects/{crowd.project_id}/gestures"
    answer = requests.post(url, json=body, timeout=90)
    refused_s = time.monotonic() - started_s
    is_alive = app.browser().get("/healthz").status == 200
    host.mend()
    acknowledged = history.num_acknowledged
    back_s = until(lambda: history.num_acknowledged > acknowledged, "a gesture after it", 60)
    again = app.browser().post(f"/api/projects/{crowd.project_id}/gestures", body)
    return {
        "status": answer.status_code, "said": answer.json()["message"], "refused_s": refused_s,
        "is_alive": is_alive, "back_s": back_s, "again": again.status,
    }  # fmt: skip


def from_its_browsers(app: RealApp, crowd: Crowd, history: History) -> dict[str, Any]:
    """Let what the app is asked arrive, and none of its answers."""
    before = sum(each.num_duplicates for each in crowd.annotators)
    says = "tcp flags & psh == psh"  # a connection is made all the same
    history.fault()
    run("nft", f"add rule {TABLE} out oifname lo tcp sport {app.port} {says} drop")
    acknowledged = history.num_acknowledged
    time.sleep(SILENT_S)  # no answer comes meanwhile: there is nothing to wait for
    heard = history.num_acknowledged - acknowledged
    run("nft", f"flush chain {TABLE} out")
    acknowledged = history.num_acknowledged
    back_s = until(lambda: history.num_acknowledged > acknowledged + 2, "answers", 90)
    duplicates = sum(each.num_duplicates for each in crowd.annotators) - before
    return {"heard": heard, "back_s": back_s, "duplicates": duplicates}


def tell(folder: Path, host: Host) -> dict[str, Any]:
    """Tell the story on the app's host."""
    told = {key: value for key, value in os.environ.items() if key.startswith("LODEMAP_")}
    data_dir = folder / "app"
    project_id = make_project(data_dir, **told)
    run("nft", f"add table {TABLE}")
    run("nft", f"add chain {TABLE} out {{ type filter hook output priority 0 ; }}")
    with real_app(data_dir) as app, opened(data_dir, **told) as store:
        until(lambda: any(w.state == "ready" for w in store.workers.list()), "a worker", BOOT_S)
        crowd = Crowd(app.port, project_id, NUM_SAMPLES)
        with crowd.at_work() as history:
            run_id = ask_for_run(app, project_id, NUM_EPOCHS)
            seen = {"database": from_the_database(app, host, crowd, history)}
            seen["browsers"] = from_its_browsers(app, crowd, history)
            until(lambda: has_ended(store, run_id), "the end of the run", 300)
        app.stop()
        ended = store.runs.get(run_id)
        seen["run"] = {"state": ended.state, "error": ended.error, "attempt": ended.attempt}
        return {
            **seen,
            "violations": violations(history, gather(store, project_id)),
            "gestures": history.num_acknowledged,
        }


def has_ended(store: Store, run_id: str) -> bool:
    return store.runs.get(run_id).state not in ("queued", "running", "stopping")


def main() -> None:
    folder, hub, *names = Path(sys.argv[1]), sys.argv[2], *sys.argv[3:]
    prefix = hub.removesuffix("-hub")
    hosts = [Host(name, hub, f"{prefix}h{n}") for n, name in enumerate(names, 1)]
    if os.environ.get("LODEMAP_DATABASE_URL"):
        sys.stdout.write(f"\n{json.dumps(tell(folder, hosts[0]))}\n")
        return
    with ExitStack() as stack:
        environ = stack.enter_context(services(folder))
        stack.enter_context(worker_at(hosts[1], folder, environ))
        own = hosts[0].command(sys.executable, "-W", "ignore", "-m", MODULE, *sys.argv[1:])
        subprocess.run(own, cwd=ROOT, env={**os.environ, **environ}, check=True)


if __name__ == "__main__":
    main()
