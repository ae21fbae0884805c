"""Processes that train together outlive what passes: a silent database, a run that is gone."""

import uuid
from collections.abc import Iterable
from typing import Any

import pytest
import torch

from store.errors import StoreUnavailableError
from store.opening import Store
from tasks import together
from tasks.ranks import Ranks
from tasks.together import END, FollowedRanks, follow, lead, lead_run
from tasks.workbench import Workbench
from tests.contract.workplace import SHORT
from tests.tasks.conftest import Submit


class Follower(Ranks):
    """Another process that hears what is told, joined to nobody."""

    def __init__(self, told: Iterable[str]) -> None:
        self.device, self.rank, self.size = torch.device("cpu"), 1, 2
        self._told = iter([*told, END])
        self.said: list[bool] = []

    def hear(self) -> str:
        return next(self._told)

    def agree(self, *, can: bool) -> bool:
        self.said.append(can)
        return False


class Leader(FollowedRanks):
    """The leader of processes of which one cannot train anything."""

    def __init__(self) -> None:
        self.device, self.rank, self.size = torch.device("cpu"), 0, 2
        self.said: list[str] = []

    def tell(self, run_id: str) -> None:
        self.said.append(run_id)

    def agree(self, *, can: bool) -> bool:
        assert can
        return False

    def leave(self) -> None:
        self.said.append("leave")


def test_follow__of_a_run_that_is_gone_waits_for_the_next(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    ranks = Follower([str(uuid.uuid4()), submit(SHORT).run_id])
    follow(store, bench, ranks)
    assert ranks.said == [False, True]


def test_lead_run__that_another_cannot_train_is_given_back(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    run, ranks = submit(SHORT), Leader()
    bench.share = ranks
    assert not lead_run(run.run_id, store, bench, ranks, "worker")
    assert ranks.said == [run.run_id], "nobody waits to hear that it was left"
    again = store.runs.get(run.run_id)
    assert (again.state, again.owner, again.error) == ("queued", None, None)


def test_lead__once_is_not_over_while_nobody_can_say_what_waits(
    store: Store, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def first(_: Any, worker_id: str) -> None:
        asked.append(worker_id)
        if len(asked) == 1:
            raise StoreUnavailableError("The database does not answer.")

    monkeypatch.setattr(store.queue, "first", first)
    monkeypatch.setattr(together, "LOOK_S", 0.0)
    ranks = Leader()
    lead(store, bench, ranks, is_once=True)
    assert (len(asked), ranks.said) == (2, [END])
