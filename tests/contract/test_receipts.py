"""A control runs in either mode like any other run, and gives way to whatever a person asks for."""

import os
import signal
import uuid
from dataclasses import replace

import pytest

from ml.records import RunConfig
from store.records import Run
from store.sql.tables import RUN
from tests.contract.taught import teach_digits
from tests.contract.workplace import SHORT, TAUGHT, Workplace, until

pytestmark = pytest.mark.timeout(600)  # processes that import PyTorch take their time on busy cores
SLOW = replace(TAUGHT, num_epochs=16)
"""Long enough for a control to be hit in the middle."""


def update(place: Workplace, project_id: str, config: RunConfig) -> Run:
    key = str(uuid.uuid4())
    run = place.store.runs.submit(project_id, "fine_tune", config, "Ana", "a", key)
    place.backend.doorbell.ring(run.run_id)
    return run


def moved_run(place: Workplace, config: RunConfig) -> Run:
    """Return a finished Update with moves."""
    project = place.project()
    place.wait_for_end(place.submit(SHORT, project).run_id)
    teach_digits(place.store, project.project_id)
    ended = place.wait_for_end(update(place, project.project_id, config).run_id)
    assert (ended.state, ended.error, ended.has_receipt) == ("finished", None, True)
    return ended


def control_of(place: Workplace, run: Run) -> Run:
    with place.store.database.read() as connection:
        row = connection.execute(RUN.select().where(RUN.c.control_of == run.run_id)).one()
    return place.run(row.run_id)


def test_control__measures_what_the_moves_did(place: Workplace) -> None:
    run = moved_run(place, SHORT)
    until(lambda: place.store.receipts.get(run.run_id).control == "measured", "the gain")
    gain = place.store.receipts.get(run.run_id).figures["gain"]
    assert gain["num_known"] >= 20
    assert gain["low"] <= gain["mean"] <= gain["high"]
    until(lambda: place.frames(control_of(place, run).run_id) == [], "its files to go")


@pytest.mark.slow
def test_control__killed_goes_on_and_measures_the_same(place: Workplace) -> None:
    gains = []
    for is_killed in (False, True):
        run = moved_run(place, SLOW)
        control = control_of(place, run)
        if is_killed:
            place.wait_for_epoch(control.run_id, 2)
            os.kill(place.worker_pid(control.run_id), signal.SIGKILL)
        ended = place.wait_for_end(control.run_id)
        assert (ended.state, ended.attempt) == ("finished", 1 + is_killed), ended.error
        gains.append(place.store.receipts.get(run.run_id).figures["gain"])
    assert gains[0] == gains[1]


def test_control__gives_way_to_a_newer_update(place: Workplace) -> None:
    run = moved_run(place, SLOW)
    control = control_of(place, run)
    place.wait_for_epoch(control.run_id, 1)
    newer = update(place, run.project_id, SHORT)
    assert place.wait_for_end(newer.run_id).parent_run_id == run.run_id
    assert place.run(control.run_id).state == "stopped"
    assert place.store.receipts.get(run.run_id).control == "stopped"
