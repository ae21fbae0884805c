"""What a run that waits is told: how many are before it, when it begins, or that nobody works."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete

from ml.records import RunConfig
from pages.api.wording import START_ONE, STARTING, explain_wait
from store.queue.queue import Place
from store.sql.tables import WORKER
from tests.pages.web import Browser, Served


def place(num_before: int, num_own: int = 0, starts_in_s: float | None = None) -> Place:
    return Place("p", num_before, num_own, starts_in_s)


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (place(0, 0, 0.0), "Starts in a moment"),
        (place(0), "Next in line, start not known yet"),
        (place(0, 0, 33.0), "Next in line, starts in about 30 s"),
        (place(1, 1, 4.0), "1 run before it, starts in a few seconds"),
        (place(1, 0, 200.0), "1 run before it of another project, starts in about 3 min"),
        (place(5, 2, 9000.0), "5 runs before it, 3 elsewhere, starts in about 2 h"),
        (place(2, 2), "2 runs before it, start not known yet"),
    ],
)
def test_explain_wait__in_words(where: Place, words: str) -> None:
    assert explain_wait(where, "busy", is_team=False) == words


def test_explain_wait__without_a_worker_says_how_to_start_one() -> None:
    assert explain_wait(place(3), "absent", is_team=True) == START_ONE
    assert "celery -A tasks.celery_app worker" in START_ONE
    assert explain_wait(place(3), "absent", is_team=False) == STARTING


@pytest.fixture
def with_worker(served: Served) -> Iterator[Served]:
    """The app with a worker, no run, and neither afterwards."""
    served.rest()
    served.store.workers.beat("one", "busy", "cpu", "team")
    yield served
    served.rest()
    with served.store.database.write() as connection:
        connection.execute(delete(WORKER))


def test_state__tells_others_what_their_runs_wait_for(
    with_worker: Served, visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.queue.queue.KEPT_S", -1.0)
    served = with_worker
    mine, theirs = served.project(), served.project()
    for project in (mine, theirs):
        served.store.runs.submit(
            project.project_id, "pretrain", RunConfig("annotate-vae"), "A", "a", "k"
        )
    address = f"/api/projects/{theirs.project_id}/state"
    state = visitor.get(address).json
    (run,) = state["runs"]
    assert (run["state"], run["position"]) == ("queued", 1)
    assert run["wait"].startswith("1 run before it of another project, start")
    first = served.store.queue.first()
    assert first is not None
    served.store.runs.request_stop(first)
    again = visitor.get(f"{address}?digest={state['digest']}").json
    assert [run["position"] for run in again["runs"]] == [0]
