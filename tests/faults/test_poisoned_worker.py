"""A GPU that fails a process for ever, in either mode: the process goes, the queue goes on."""

import pytest

from tests.contract.workplace import LONG, SHORT, Workplace, is_alive, until
from tests.faults.misdeeds import Misdeeds
from tests.faults.watch import Measure, soon, watched

pytestmark = pytest.mark.timeout(600)  # processes that import PyTorch take their time on busy cores
END_S = 5.0


@pytest.fixture(params=["embedded", pytest.param("team", marks=pytest.mark.faults)])
def place(request: pytest.FixtureRequest) -> Workplace:
    """An app with one worker that may misbehave."""
    opened: Workplace = request.getfixturevalue(request.param)
    return opened


def test_error__that_nobody_foresaw_ends_the_process_and_not_the_queue(
    place: Workplace, misdeeds: Misdeeds, record_property: Measure
) -> None:
    with watched(place) as watch:
        run = place.submit(LONG, watch.project)
        place.wait_for_epoch(run.run_id, 1)
        pid = place.worker_pid(run.run_id)
        watch.fault()
        misdeeds.at("step.before", "poison")
        until(lambda: misdeeds.is_done("step.before"), "the error")
        took_s = soon(lambda: not is_alive(pid), "the end of the process", END_S)
        record_property("ends_s", round(took_s, 2))
        behind = [place.submit(SHORT) for _ in range(3)]
        ended = place.wait_for_end(run.run_id)
        assert (ended.state, ended.error, ended.attempt) == ("finished", None, 2)
        assert len(place.fingerprints(run.run_id)) == LONG.num_epochs + 1
        for each in behind:
            ended = place.wait_for_end(each.run_id)
            assert (ended.state, ended.attempt) == ("finished", 1)
    assert not any(
        str(pid) in worker.worker_id and worker.state == "busy"
        for worker in place.store.workers.list()
    )
