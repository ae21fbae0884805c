"""The database's clock jumps by an hour, both ways, beneath an app, its worker and people."""

import os
import signal
from pathlib import Path

import pytest

from tests.contract.workplace import NUM_SAMPLES, START_PATIENCE, until
from tests.faults.clients import Crowd
from tests.faults.misdeeds import Misdeeds
from tests.faults.real_app import real_app
from tests.faults.test_app_faults import ask_for_run, make_project, opened, wait_for_next_epoch
from tests.faults.watch import Measure, check

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
HOUR_S = 3600.0
RESUME_S = 15.0
"""Of a lease that is renewed by the new clock, or of another worker that takes the run over."""


def test_clock__that_jumps_costs_at_most_an_attempt(
    misdeeds: Misdeeds, tmp_path: Path, record_property: Measure
) -> None:
    data_dir = tmp_path / "data"
    project_id = make_project(data_dir)
    misdeeds.put_clock(0)
    misdeeds.at("step.before", "always slow 0.02")
    with real_app(data_dir, misdeeds.environ) as app, opened(data_dir) as store:
        crowd = Crowd(app.port, project_id, NUM_SAMPLES)
        with crowd.at_work() as history:
            run_id = ask_for_run(app, project_id)
            wait_for_next_epoch(store, run_id)
            for hours in (1, 0, -1):
                history.fault()
                misdeeds.put_clock(hours * HOUR_S)
                took_s = wait_for_next_epoch(store, run_id, RESUME_S * START_PATIENCE)
                record_property(f"resumes_s_{hours}", round(took_s, 2))
            assert store.runs.get(run_id).attempt <= 4
            history.fault()
            misdeeds.put_clock(-2 * HOUR_S)  # and the worker dies before it can renew by it
            os.kill(app.workers()[0].pid, signal.SIGKILL)
            took_s = wait_for_next_epoch(store, run_id, RESUME_S * START_PATIENCE)
            record_property("killed_resumes_s", round(took_s, 2))
            (misdeeds.folder / "step.before").unlink()
            until(lambda: store.runs.get(run_id).state == "finished", "the end of the run")
        app.stop()
        check(history, store, project_id)
        record_property("attempts", store.runs.get(run_id).attempt)
