"""A project that is deleted is seen by nobody at once, and its rows go a few at a time."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from typing import Any, NoReturn

import pytest
from sqlalchemy import func, select, update

from store.errors import DiskFullError, NotFoundError, StoreUnavailableError
from store.projects import drafts
from store.projects.drafts import Draft
from store.sql.tables import EVENT, PROJECT, RUN
from tests.store.scene import Scene, make_scene


@pytest.fixture
def in_pages(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A journal and runs that are removed in several pages; one run is live."""
    monkeypatch.setattr(drafts, "EVENTS_AT_ONCE", 5)
    monkeypatch.setattr(drafts, "RUNS_AT_ONCE", 1)
    scene.trained(scene.submit("pretrain"))
    for nth in range(12):
        scene.name([nth], nth % 2)
    scene.claim(scene.submit())
    return scene


def rows_of(scene: Scene) -> tuple[int, int]:
    with scene.store.database.read() as connection:
        return tuple(  # type: ignore[return-value]
            connection.scalar(select(func.count()).where(table.c.project_id == scene.id))
            for table in (EVENT, RUN)
        )


def test_delete__of_a_long_journal_lets_others_write_meanwhile(
    in_pages: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, seen = in_pages.store.database.write, list[tuple[int, int]]()

    @contextmanager
    def between(*args: Any) -> Iterator[Any]:
        seen.append(rows_of(in_pages))
        with write(*args) as connection:
            yield connection

    other = make_scene(in_pages.store)
    num_events, num_runs = rows_of(in_pages)
    monkeypatch.setattr(in_pages.store.database, "write", between)
    in_pages.store.projects.delete(in_pages.id)
    steps = [(a[0] - b[0], a[1] - b[1]) for a, b in pairwise(seen)]
    assert all(events + runs <= 5 for events, runs in steps), "no transaction removes more"
    assert (seen[0], rows_of(in_pages)) == ((num_events, num_runs), (0, 0))
    assert seen[1] == (num_events, num_runs - 1), "what is live ends at once"
    assert other.state().annotation.size == 40


@pytest.mark.parametrize("error", [SystemExit(), DiskFullError("-"), StoreUnavailableError("-")])
def test_delete__that_ends_midway_is_seen_by_nobody_and_done_by_the_sweep(
    in_pages: Scene, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fail(_: Draft) -> NoReturn:
        raise error

    store, other = in_pages.store, make_scene(in_pages.store)
    with monkeypatch.context() as failing, suppress(SystemExit):
        failing.setattr(Draft, "clear", fail)
        store.projects.delete(in_pages.id)
    assert [each.project_id for each in store.projects.list()] == [other.id]
    with pytest.raises(NotFoundError):
        store.projects.get(in_pages.id)
    assert rows_of(in_pages)[0] > 12
    with store.database.write() as connection:
        old = {"draft_at": PROJECT.c.draft_at - drafts.STALE_S - 1}
        connection.execute(update(PROJECT).where(PROJECT.c.project_id == in_pages.id).values(old))
    store.projects.sweep_drafts()
    assert rows_of(in_pages) == (0, 0)
    with store.database.read() as connection:
        assert list(connection.scalars(select(PROJECT.c.project_id))) == [other.id]
