from collections.abc import Iterator

import pytest
import torch

from ml.records import Step
from store.opening import Store
from tasks import fine_tune, workbench
from tasks.fine_tune import run_fine_tune
from tasks.threads import num_cores
from tasks.workbench import Workbench
from tests.tasks.conftest import Submit


@pytest.mark.parametrize("is_few", [True, False])
def test_share_work__few_values_are_one_threads_work(
    store: Store, bench: Workbench, submit: Submit, monkeypatch: pytest.MonkeyPatch, is_few: bool
) -> None:
    seen = []

    def train(*_: object) -> Iterator[Step]:
        seen.append(torch.get_num_threads())
        yield Step(1, 1, 1)

    before = torch.get_num_threads()
    monkeypatch.setattr(fine_tune, "train", train)
    monkeypatch.setattr(workbench, "FEW_VALUES", 200 * 64 if is_few else 200 * 64 - 1)
    try:
        run_fine_tune(submit().run_id, store, bench, "one")
    finally:
        torch.set_num_threads(before)
    assert seen == [1 if is_few else num_cores()]
