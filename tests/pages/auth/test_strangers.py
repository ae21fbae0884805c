"""Cookies nobody was given: refused by their form, and few of an address reach the database."""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from pages.answers import JsonAnswer, RefusedError
from pages.auth.known_sign_ins import (
    MOST_IN_LINE,
    MOST_KNOWN,
    MOST_UNKNOWN,
    KnownSignIns,
    Turns,
)
from pages.auth.sign_in_cookie import _TOKEN
from pages.session import Session, network_of
from tests.pages.auth.people import PASSWORD, people_app, person
from tests.pages.web import Browser, Served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with people_app(tmp_path_factory.mktemp("strangers")) as running:
        yield running


@contextmanager
def statements(served: Served) -> Iterator[list[str]]:
    """Collect what the database is asked about sign-ins inside the block."""
    heard: list[str] = []

    def hear(*given: object) -> None:
        if "sign_in" in str(given[2]):
            heard.append(str(given[2]))

    event.listen(served.store.database.engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(served.store.database.engine, "before_cursor_execute", hear)


def showing(served: Served, token: str) -> Browser:
    return Browser(served.port, f"lodemap-in-{served.port}={token}")


def test_tokens__given_out_have_the_form() -> None:
    for _ in range(200):
        assert _TOKEN.fullmatch(secrets.token_urlsafe(32))


@pytest.mark.parametrize(
    "token",
    ["", "x", "x" * 42, "A" * 44, "A" * 42 + "B", "A" * 42 + "=", "." * 43, "A" * 5000, "'; --"],
)
def test_cookie__of_another_form_asks_nobody(served: Served, token: str) -> None:
    with statements(served) as heard:
        assert showing(served, token).get("/api/session").status == 401
    assert heard == []


def flood(served: Served, num: int = MOST_UNKNOWN + 10) -> list[int]:
    """Show many tokens of nobody, one after another."""
    made_up = [showing(served, secrets.token_urlsafe(32)) for _ in range(num)]
    return [each.get("/api/session").status for each in made_up]


@pytest.fixture
def turns(served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Which look-ups had to wait for a turn; nothing is known at first."""
    door, waited = served.dash_app.server.state.door, []
    before = Turns.wait

    def wait(of: Turns) -> object:
        waited.append("turn")
        return before(of)

    monkeypatch.setattr(Turns, "wait", wait)
    door._known = KnownSignIns()
    yield waited
    door._known = KnownSignIns()


def test_cookies__made_up_reach_the_database_a_few_times_a_minute(
    served: Served, turns: list[str]
) -> None:
    _, ada = person(served, "Ada", "viewer")
    assert ada.get("/api/session").status == 200
    assert flood(served) == [401] * (MOST_UNKNOWN + 10)
    assert len(turns) == 10, "what is too much waits"
    served.dash_app.server.state.door.forget()
    assert ada.get("/api/session").status == 200, "who is known here is asked about as before"
    stale = showing(served, secrets.token_urlsafe(32))
    assert stale.get("/login").status == 200
    assert stale.post("/api/login", {"name": "Ada", "password": PASSWORD}).status == 200
    assert stale.get("/api/session").status == 200
    assert len(turns) == 10, "who has just signed in waits for nobody"


def test_cookies__made_up_lock_out_nobody_behind_the_same_address(
    served: Served, turns: list[str]
) -> None:
    _, ada = person(served, "Ada", "viewer")
    flood(served, MOST_UNKNOWN)
    assert [ada.get("/api/session").status for _ in range(2)] == [200, 200]
    assert turns == ["turn"], "she waits once, as who was never heard of here"


def test_turns__come_one_by_one_and_few_wait() -> None:
    async def story() -> tuple[int, list[object]]:
        turns, inside, most = Turns(), 0, 0

        async def one() -> None:
            nonlocal inside, most
            async with turns.wait():
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0)
                inside -= 1

        ended = await asyncio.gather(
            *(one() for _ in range(MOST_IN_LINE + 3)), return_exceptions=True
        )
        await one()
        return most, [each for each in ended if each is not None]

    most, refused = asyncio.run(story())
    assert most == 1
    assert [type(each) for each in refused] == [RefusedError] * 3


def test_cookie__of_nobody_is_asked_about_once(served: Served) -> None:
    nobody = showing(served, secrets.token_urlsafe(32))
    with statements(served) as heard:
        assert [nobody.get("/api/session").status for _ in range(5)] == [401] * 5
        served.dash_app.server.state.door.forget()
        assert nobody.get("/api/session").status == 401
    assert len(heard) == 1


def test_known__what_has_ended_stays_so_whoever_was_asking_meanwhile() -> None:
    known = KnownSignIns()
    known.end("t")
    known.keep("t", Session("ada"))
    assert known.look("t") == (True, None)


def test_known__a_flood_of_nobodys_drives_out_no_session() -> None:
    known = KnownSignIns()
    known.keep("t", Session("ada"))
    for n in range(MOST_KNOWN + 5):
        known.end(f"made up {n}")
    assert known.look("t") == (True, Session("ada"))
    assert len(known._nobodys) == MOST_KNOWN


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("somewhere", "somewhere"),
    ],
)
def test_network__is_what_one_person_has(address: str, network: str) -> None:
    assert network_of({"client": (address, 1)}) == network
    assert network_of({}) == ""


def test_password__changed_ends_sign_ins_of_a_database_nobody_told(tmp_path: Path) -> None:
    """As `app.py user passwd` does that was run against another database."""
    with people_app(tmp_path) as served:
        _, ada = person(served, "Ada", "viewer")
        assert ada.get("/api/session").status == 200
        accounts = served.dash_app.server.state.door.accounts
        accounts.change("Ada", password="another horse")
        served.dash_app.server.state.door.forget()
        assert ada.get("/api/session").status == 401
        again = served.browser()
        assert again.post("/api/login", {"name": "Ada", "password": PASSWORD}).status == 401
        answer = again.post("/api/login", {"name": "Ada", "password": "another horse"})
        assert answer.status == 200
        assert again.get("/api/session").status == 200


def test_password__added_anew_revives_no_sign_in_of_who_had_the_name(tmp_path: Path) -> None:
    with people_app(tmp_path) as served:
        _, old = person(served, "Ada", "admin")
        accounts = served.dash_app.server.state.door.accounts
        accounts.path.write_text("[]")  # by hand: the database is not told
        accounts.add("Ada", "admin", "another horse")
        served.dash_app.server.state.door.forget()
        assert old.get("/api/session").status == 401


def test_sign_in__with_a_password_that_changes_meanwhile_is_refused(tmp_path: Path) -> None:
    with people_app(tmp_path) as served:
        door = served.dash_app.server.state.door
        account = door.accounts.add("Ada", "viewer", PASSWORD)
        met, _ = person(served, "Ada", "viewer")
        door.accounts.change("Ada", password="another horse")  # after the old one was looked at
        answer, scope = JsonAnswer({}), {"type": "http", "scheme": "http", "headers": []}
        with pytest.raises(RefusedError) as refused:
            door.let_in(answer, scope, met, account)
        assert refused.value.status == 401
        assert "set-cookie" not in answer.headers
