"""Signing in with a password, and out again."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select, update

from pages.api.sign_in import MOST_OF_ADDRESS
from pages.auth.people_door import MOST_WAITING
from pages.auth.tries import MAX_TRIES, Tries
from store.people.password_file import PasswordFile
from store.people.people import IDLE_S
from store.sql.people_tables import SIGN_IN
from tests.pages.auth.people import PASSWORD, people_app, person
from tests.pages.rooms.live import live
from tests.pages.web import Answer, Browser, Served, wait_until


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with people_app(tmp_path_factory.mktemp("people")) as running:
        running.dash_app.server.state.door.accounts.add("Ada", "trainer", PASSWORD)
        yield running


@pytest.fixture(autouse=True)
def no_tries_yet(served: Served) -> None:
    served.dash_app.server.state.tries = Tries()


def sign_in(browser: Browser, name: str = "Ada", password: str = PASSWORD) -> Answer:
    return browser.post("/api/login", {"name": name, "password": password})


def tokens(served: Served) -> list[str]:
    with served.store.database.read() as connection:
        return list(connection.scalars(select(SIGN_IN.c.token_sha256)))


def test_page__asks_a_person_and_tells_a_program(served: Served) -> None:
    stranger = served.browser()
    page = stranger.get("/runs?project=7")
    assert page.status == 401
    assert b'type="password"' in page.body
    assert b"/assets/auth/login.mjs" in page.body
    assert stranger.get("/login").status == 200
    assert stranger.get("/api/projects").code == "sign_in_needed"


def test_page__a_link_on_another_site_asks_again_from_a_page_of_ours(served: Served) -> None:
    page = served.browser().get("/runs?project=7", Sec_Fetch_Site="cross-site")
    assert page.status == 200
    assert b'content="0; url=/runs?project=7"' in page.body


def test_sign_in__lets_in_and_names_the_person(served: Served) -> None:
    ada = served.browser()
    answer = sign_in(ada, " aDA ")
    assert (answer.status, answer.json["name"]) == (200, "Ada")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    told = ada.get("/api/session").json
    assert (told["name"], told["role"], told["is_person"]) == ("Ada", "trainer", True)
    again = served.browser()
    sign_in(again)
    assert again.get("/api/session").json["author_id"] == told["author_id"], "the same person"
    assert ada.get("/login").status == 303
    assert ada.cookie.split("=")[1] not in str(tokens(served)), "only a hash is kept"


@pytest.mark.parametrize(("name", "password"), [("Ada", "wrong one"), ("Nobody", PASSWORD)])
def test_sign_in__one_answer_for_both_mistakes(served: Served, name: str, password: str) -> None:
    answer = sign_in(served.browser(), name, password)
    assert (answer.status, answer.code) == (401, "wrong_password")
    assert answer.json["message"] == "The name or the password is wrong."
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("body", [{}, {"name": "Ada"}, {"name": 5, "password": []}, {"name": ""}])
def test_sign_in__a_malformed_body(served: Served, body: dict[str, object]) -> None:
    assert served.browser().post("/api/login", body).status == 422


def test_sign_in__the_browser_of_another_site_is_refused(served: Served) -> None:
    body = {"name": "Ada", "password": PASSWORD}
    answer = served.browser().post("/api/login", body, Origin="http://evil.example")
    assert answer.status == 403


def test_sign_in__five_tries_a_minute_of_one_name(served: Served) -> None:
    statuses = [sign_in(served.browser(), "Eve", "wrong one").status for _ in range(7)]
    assert statuses == [401] * 5 + [429] * 2
    assert sign_in(served.browser()).status == 200, "other names are not locked out"


def test_sign_in__thirty_wrong_ones_a_minute_of_one_address(served: Served) -> None:
    statuses = [
        sign_in(served.browser(), f"Eve {n}", "wrong").status for n in range(MOST_OF_ADDRESS + 2)
    ]
    assert statuses == [401] * MOST_OF_ADDRESS + [429] * 2


def test_sign_in__right_ones_lock_no_address_out(served: Served) -> None:
    statuses = {sign_in(served.browser()).status for _ in range(MOST_OF_ADDRESS + 5)}
    assert statuses == {200}


def test_sign_in__a_try_that_nobody_looked_at_is_none(served: Served) -> None:
    waiting = served.dash_app.server.state.door.waiting
    with ExitStack() as all_seats:
        for _ in range(MOST_WAITING):
            all_seats.enter_context(waiting)
        answers = [sign_in(served.browser()) for _ in range(MAX_TRIES + 2)]
    assert {each.status for each in answers} == {429}
    assert sign_in(served.browser()).status == 200


def test_sign_in__takes_as_long_for_who_is_not_there(tmp_path: Path) -> None:
    file = PasswordFile(tmp_path)
    file.add("Ada", "viewer", PASSWORD)
    assert "$argon2id$" in file.nobodys
    times = dict.fromkeys(("Ada", "Nobody"), 0.0)
    for name in [*times] * 3:
        start = time.process_time()
        file.check(name, "wrong one")
        times[name] += time.process_time() - start
    assert min(times.values()) > max(times.values()) / 2


def test_sign_in__rotates_the_token(served: Served) -> None:
    ada = served.browser()
    sign_in(ada)
    before = ada.cookie
    sign_in(ada)
    assert ada.cookie != before
    ada.cookie = before
    assert ada.get("/api/session").status == 401
    ada.cookie = before.split("=")[0] + "=chosen-by-me"
    sign_in(ada)
    assert "chosen-by-me" not in ada.cookie


def test_sign_out__ends_it_on_the_server(served: Served) -> None:
    ada = served.browser()
    sign_in(ada)
    cookie = ada.cookie
    answer = ada.post("/api/logout", {})
    assert answer.status == 200
    assert "Max-Age=0" in answer.headers["set-cookie"]
    ada.cookie = cookie
    assert ada.get("/api/session").status == 401


def test_idle__twelve_hours_end_it(served: Served) -> None:
    ada = served.browser()
    sign_in(ada)
    assert ada.get("/api/session").status == 200
    with served.store.database.write() as connection:
        connection.execute(update(SIGN_IN).values(seen_at=SIGN_IN.c.seen_at - IDLE_S - 1))
    served.dash_app.server.state.door.forget()
    assert ada.get("/api/session").status == 401


def test_removed__and_given_another_role__count_at_once(served: Served) -> None:
    accounts = served.dash_app.server.state.door.accounts
    _, ben = person(served, "Ben", "viewer")
    accounts.change("ben", role="admin")
    wait_until(lambda: ben.get("/api/session").json["role"] == "admin", "the new role")
    accounts.take_out("BEN", served.store.people)
    wait_until(lambda: ben.get("/api/session").status == 401, "the sign-in to end")


def test_websocket__asks_too_and_closes_when_the_sign_in_ends(served: Served) -> None:
    project_id = served.project().project_id
    ada = served.browser()
    sign_in(ada)
    with live(served.port, project_id, browser=ada) as open_one:
        open_one.hear("room")
        ada.post("/api/logout", {})
        assert open_one.closed_with() == 4001
    with pytest.raises(Exception, match="403"), live(served.port, project_id, browser=ada):
        pass


def test_sign_in__an_address_somebody_writes_themselves_wins_no_tries(served: Served) -> None:
    """No proxy is trusted here, so that these headers are anybody's words."""
    statuses = []
    for n in range(7):
        body = {"name": "Eve", "password": "wrong one"}
        headers = {"X_Forwarded_For": f"10.0.0.{n}", "Forwarded": f"for=10.0.0.{n}"}
        statuses.append(served.browser().post("/api/login", body, **headers).status)
    assert statuses == [401] * 5 + [429] * 2


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", None])
def test_websocket__of_another_site_is_refused_to_who_is_signed_in(
    served: Served, origin: str | None
) -> None:
    _, cy = person(served, "Cy", "viewer")
    project_id = served.project().project_id
    with (
        pytest.raises(Exception, match="403"),
        live(served.port, project_id, browser=cy, origin=origin),
    ):
        pass
