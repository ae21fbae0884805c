"""What a network draws of samples, by its address."""

import pytest

from ml.records import RunConfig
from tests.pages.api.test_run_table import finish, predicted
from tests.pages.web import Browser, Served

N, CLASSES = 150, ("a", "b", "c")


def test_reconstructions__of_a_preset_without_a_decoder_are_none(
    served: Served, visitor: Browser
) -> None:
    project = served.project(N, CLASSES)
    run = served.store.runs.submit(
        project.project_id, "pretrain", RunConfig(preset="lodemap"), "Ada", "ada", "p"
    )
    finish(served, run.run_id, [predicted(0)])
    answer = visitor.get(f"/api/runs/{run.run_id}/reconstructions/0")
    assert (answer.status, answer.code) == (404, "not_found")
    assert b"has no decoder" in answer.body


@pytest.mark.parametrize("epoch", ["-1", "x", "99999999999999999999"])
def test_reconstructions__of_no_epoch_are_refused(visitor: Browser, epoch: str) -> None:
    run = "11111111-2222-3333-4444-555555555555"
    assert visitor.get(f"/api/runs/{run}/reconstructions/{epoch}").status in (400, 404)
