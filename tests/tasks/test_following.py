"""Processes that train together outlive what passes: a silent database, a run that is gone."""

import uuid
from collections.abc import Iterable
from typing import Any, NoReturn

import pytest
import torch

from store.errors import StoreUnavailableError
from store.opening import Store
from store.queue.bells import MAX_ATTEMPTS
from tasks import together
from tasks.errors import EXIT_CANNOT_START, UnfitRankError
from tasks.ranks import Ranks, Ready
from tasks.together import END, FollowedRanks, follow, lead, lead_run
from tasks.workbench import Workbench
from tests.contract.workplace import SHORT
from tests.tasks.conftest import Submit


class Follower(Ranks):
    """Another process that hears what is told, joined to nobody."""

    def __init__(self, told: Iterable[str]) -> None:
        self.device, self.rank, self.size = torch.device("cpu"), 1, 2
        self._told = iter([*told, END])
        self.said: list[Ready] = []

    def hear(self) -> str:
        return next(self._told)

    def agree(self, ready: Ready) -> Ready:
        self.said.append(ready)
        return Ready.NEVER


class Leader(FollowedRanks):
    """The leader of processes of which one cannot train anything."""

    def __init__(self, others: Ready = Ready.LATER) -> None:
        self.device, self.rank, self.size = torch.device("cpu"), 0, 2
        self._others = others
        self.said: list[str] = []

    def tell(self, run_id: str) -> None:
        self.said.append(run_id)

    def agree(self, ready: Ready) -> Ready:
        assert ready is Ready.NOW
        return self._others

    def leave(self) -> None:
        self.said.append("leave")


def test_follow__of_a_run_that_is_gone_waits_for_the_next(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    ranks = Follower([str(uuid.uuid4()), submit(SHORT).run_id])
    follow(store, bench, ranks)
    assert ranks.said == [Ready.NEVER, Ready.NOW]


@pytest.mark.parametrize(
    ("problem", "ready"),
    [
        (StoreUnavailableError("The database does not answer."), Ready.LATER),
        (torch.OutOfMemoryError("CUDA out of memory"), Ready.NEVER),
        (MemoryError(), Ready.NEVER),
    ],
)
def test_follow__says_whether_what_it_lacks_may_pass(
    store: Store,
    bench: Workbench,
    submit: Submit,
    monkeypatch: pytest.MonkeyPatch,
    problem: Exception,
    ready: Ready,
) -> None:
    def load(*_: object) -> NoReturn:
        raise problem

    monkeypatch.setattr(together, "load_lesson", load)
    ranks = Follower([submit(SHORT).run_id])
    follow(store, bench, ranks)
    assert ranks.said == [ready]


def test_lead_run__that_another_cannot_train_now_is_given_back(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    run, ranks = submit(SHORT), Leader()
    bench.share = ranks
    for _ in range(MAX_ATTEMPTS + 1):
        ranks.said.clear()
        assert not lead_run(run.run_id, store, bench, ranks, "worker")
        assert ranks.said == [run.run_id], "nobody waits to hear that it was left"
        again = store.runs.get(run.run_id)
        assert (again.state, again.owner, again.error) == ("queued", None, None)


def test_lead_run__that_another_can_never_train_fails_in_the_end(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    run, ranks = submit(SHORT), Leader(Ready.NEVER)
    bench.share = ranks
    for _ in range(MAX_ATTEMPTS):  # the first keeps epoch 0, which wipes its strike out
        assert not lead_run(run.run_id, store, bench, ranks, "worker")
        assert store.runs.get(run.run_id).state == "running", "until its lease is taken"
        assert store.queue.first((), "worker") == run.run_id
    lead_run(run.run_id, store, bench, ranks, "worker")
    ended = store.runs.get(run.run_id)
    assert (ended.state, ended.owner, ended.error) == ("failed", None, UnfitRankError().sentence)
    assert store.queue.first((), "worker") is None


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


def test_main__says_in_one_sentence_why_it_cannot_start(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(together, "set_up_logs", lambda *_: None)
    monkeypatch.setenv("LODEMAP_DATABASE_URL", "mysql://x")
    assert together.main() == EXIT_CANNOT_START
    assert caplog.messages == [
        "This process cannot go on: database_url must begin with sqlite:/// or postgresql://."
    ]
