"""The machine's clock jumps by an hour, both ways, beneath an app, its worker and people."""

import os
import signal
from pathlib import Path

import pytest

from tests.contract.workplace import NUM_SAMPLES, until
from tests.faults.clients import Crowd
from tests.faults.evidence import gather
from tests.faults.invariants import violations
from tests.faults.misdeeds import Misdeeds
from tests.faults.real_app import real_app
from tests.faults.test_app_faults import ask_for_run, make_project, opened, wait_for_next_epoch
from tests.faults.test_worker_faults import Measure

FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not FAKETIME, reason="libfaketime is an extra"),
]
RESUME_S = 15.0


def test_clock__that_jumps_costs_at_most_an_attempt(
    misdeeds: Misdeeds, tmp_path: Path, record_property: Measure
) -> None:
    data_dir, clock = tmp_path / "data", tmp_path / "clock"
    clock.write_text("+0")
    environ = {
        **misdeeds.environ,
        "LD_PRELOAD": str(FAKETIME[0]),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    project_id = make_project(data_dir)
    misdeeds.at("step.before", "always slow 0.02")
    with real_app(data_dir, environ) as app, opened(data_dir) as store:
        crowd = Crowd(app.port, project_id, NUM_SAMPLES)
        with crowd.at_work() as history:
            run_id = ask_for_run(app, project_id)
            wait_for_next_epoch(store, run_id)
            for hours in ("+1h", "+0", "-1h"):
                clock.write_text(hours)
                took_s = wait_for_next_epoch(store, run_id, RESUME_S)
                record_property(f"resumes_s {hours}", round(took_s, 2))
            assert store.runs.get(run_id).attempt <= 4
            clock.write_text("-2h")  # and the worker dies before it can renew by the new clock
            os.kill(app.workers()[0].pid, signal.SIGKILL)
            took_s = wait_for_next_epoch(store, run_id, 4 * RESUME_S)
            record_property("killed_resumes_s", round(took_s, 2))
            misdeeds.rest()
            until(lambda: store.runs.get(run_id).state == "finished", "the end of the run")
        app.stop()
        assert violations(history, gather(store, project_id)) == []
        record_property("attempts", store.runs.get(run_id).attempt)
