"""An archive says what a stopped pretraining cannot go on from."""

from collections.abc import Callable

import pytest

from store.archives.intact import Gone
from store.archives.packing import pack_project
from store.opening import Store
from store.runs.moments import moments_of
from tasks.workbench import Workbench
from tests.contract.workplace import ENDLESS, LONG
from tests.tasks.conftest import Submit
from tests.tasks.test_fine_tune import interrupt_at
from tests.tasks.test_moments import beside, flip_a_bit, last_two, remove, stop_at


def told_of(store: Store, project_id: str) -> list[str]:
    """Pack every network; return what is told of files that are gone."""
    told = list[Gone]()
    for _ in pack_project(store, project_id, False, True, told.append):
        pass
    return [each.sentence for each in told]


@pytest.mark.parametrize("harm", [flip_a_bit, remove])
def test_archive__without_what_a_stopped_pretraining_needs_says_so(
    store: Store, bench: Workbench, submit: Submit, harm: Callable[[Store, str], None]
) -> None:
    run = stop_at(store, bench, submit(ENDLESS), 2)
    assert told_of(store, run.project_id) == [], "of epochs that it has outgrown it needs none"
    name = moments_of(store.runs.snapshot(run.run_id, run.last_epoch).checkpoint)
    harm(store, name)
    assert told_of(store, run.project_id) == [
        f"{name} is missing: what the pretraining at epoch {run.last_epoch} needs to go on was "
        "gone or damaged before."
    ]


def test_archive__of_a_run_under_way_tells_of_none(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    """It may have outgrown them while it was packed."""
    run = submit(LONG)
    interrupt_at(store, bench, run, 2)
    assert beside(store) == last_two(store, run)
    for name in beside(store):
        remove(store, moments_of(name))
    assert told_of(store, run.project_id) == []
