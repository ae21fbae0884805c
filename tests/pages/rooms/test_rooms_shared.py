"""Several apps on one PostgreSQL are one room."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from pages.rooms.rooms import Rooms
from tests.pages.rooms.live import VIEW, live
from tests.pages.web import Served, serve, wait_until
from tests.services import fresh_database

BIG = "A" * 3 + "/" * 100_000
"""More than one NOTIFY holds."""


def rooms_of(served: Served) -> Rooms:
    rooms: Rooms = served.dash_app.server.state.rooms
    return rooms


@pytest.fixture
def apps(tmp_path: Path, postgres_url: str) -> Iterator[tuple[Served, Served, ExitStack]]:
    """Two apps on one database; the stack stops the first one earlier."""
    with fresh_database(postgres_url) as url, ExitStack() as second, ExitStack() as first:
        both = []
        for stack, name in ((first, "one"), (second, "two")):
            (tmp_path / name).mkdir()
            both.append(stack.enter_context(serve(tmp_path / name, database_url=url)))
            rooms_of(both[-1])._beat_s = 0.1
        yield both[0], both[1], first


def test_presenting__reaches_followers_at_another_app(
    apps: tuple[Served, Served, ExitStack],
) -> None:
    one, two, stopping_one = apps
    project_id = one.project().project_id
    with live(two.port, project_id, "Ben") as ben, live(one.port, project_id, "Ada") as ada:
        ada.wait_for_people(2)
        ada.say("present")
        ben.wait_for_presenter(ada.member_id)
        ben.say("present")
        ben.hear("told", code="taken", name="Ada")
        ben.say("follow", on=True)
        ada.say("view", view=VIEW)
        assert ben.hear("view")["view"] == VIEW
        ben.say("point", place=[1, 2])
        assert ada.hear("point")["place"] == [1, 2]
        with live(two.port, project_id, "Late") as late:
            late.wait_for_people(3)
            assert late.room["presenter"]["name"] == "Ada"
            late.say("follow", on=True)
            assert late.hear("view")["view"] == VIEW
        stopping_one.close()  # the app of the presenter ends
        ben.hear("told", code="gone", name="Ada")
        ben.wait_for_people(1)


def test_cut_off__from_the_database_and_back(apps: tuple[Served, Served, ExitStack]) -> None:
    one, two, _ = apps
    project_id = one.project().project_id
    with live(one.port, project_id, "Ada") as ada, live(two.port, project_id, "Ben") as ben:
        ada.wait_for_people(2)
        ada.say("present")
        ben.wait_for_presenter(ada.member_id)
        cut_listeners(one)
        wait_until(lambda: is_listening(one, 2), "both apps to listen again")
        ben.wait_for_people(2)
        ben.say("follow", on=True)
        while not any(each["follows"] for each in ada.room["people"]):
            ada.hear("room")
        ada.say("view", view={**VIEW, "n": 9})
        while ben.hear("view")["view"]["n"] != 9:
            pass


def test_a_large_selection__comes_in_parts(apps: tuple[Served, Served, ExitStack]) -> None:
    one, two, _ = apps
    project_id = one.project(num_samples=60).project_id
    with live(one.port, project_id, "Ada") as ada, live(two.port, project_id, "Ben") as ben:
        ada.wait_for_people(2)
        ada.say("present")
        ben.wait_for_presenter(ada.member_id)
        ben.say("follow", on=True)
        while not any(each["follows"] for each in ada.room["people"]):
            ada.hear("room")
        rooms, seat = rooms_of(one), next(iter(rooms_of(one)._seats.values()))
        message = {"do": "view", "view": VIEW, "samples": BIG}
        assert seat.member_id == ada.member_id
        one_loop = rooms._beating.get_loop()  # type: ignore[union-attr]
        one_loop.call_soon_threadsafe(rooms.say, seat, message)
        assert ben.hear("samples")["samples"] == BIG


def listeners(served: Served) -> list[int]:
    url = served.store.settings.database_url.replace("postgresql+psycopg", "postgresql")
    query = (
        "SELECT pid FROM pg_stat_activity "
        "WHERE query LIKE 'LISTEN %' AND datname = current_database()"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        return [row[0] for row in connection.execute(query)]


def is_listening(served: Served, count: int) -> bool:
    return len(listeners(served)) == count


def cut_listeners(served: Served) -> None:
    """What a restart of the database or a pulled cable does."""
    pids = listeners(served)
    url = served.store.settings.database_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url, autocommit=True) as connection:
        for pid in pids:
            connection.execute("SELECT pg_terminate_backend(%s)", [pid])
