from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.datastructures import MutableHeaders
from starlette.types import Scope

from pages import session
from pages.answers import RefusedError
from pages.auth.doors import TokenDoor
from pages.session import Session, SessionCookies, address_of
from pages.signing import KEY_BYTES
from tests.pages.web import Served, every_address, serve


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve(tmp_path_factory.mktemp("locked"), auth="token") as running:
        yield running


def token_of(served: Served) -> str:
    return str(served.dash_app.server.state.door.token)


def test_token__every_route_but_health_asks_for_it(locked: Served) -> None:
    addresses = every_address(locked)
    assert "/healthz" in addresses
    for path in addresses:
        for method in ("GET", "POST"):
            answer = locked.browser().ask(method, path)
            if path == "/healthz":
                assert answer.status in (200, 405)
                continue
            assert answer.status == 401, (method, path)
            assert "set-cookie" not in answer.headers


def test_token__a_person_gets_a_page_that_asks(locked: Served) -> None:
    page = locked.browser().get("/")
    assert b'name="token"' in page.body
    assert locked.browser().get("/api/session").code == "token_needed"


def test_token__opens_once_and_leaves_the_address(locked: Served) -> None:
    visitor = locked.browser()
    answer = visitor.get(f"/?token={token_of(locked)}&project=7")
    assert (answer.status, answer.headers["location"]) == (303, "/?project=7")
    assert visitor.get("/").status == 200
    assert visitor.get("/api/session").status == 200


CROSS_SITE = {"sec_fetch_site": "cross-site"}
OURS = {"sec_fetch_site": "same-origin"}


def test_token__from_a_file_or_another_site_asks_again_from_a_page_of_ours(locked: Served) -> None:
    visitor, token = locked.browser(), token_of(locked)
    answer = visitor.get(f"/?token={token}&project=7&x=%22%3E", **CROSS_SITE)
    assert answer.status == 200
    assert f'content="0; url=/?token={token}&amp;project=7&amp;x=%22%3E"' in answer.body.decode()
    assert "set-cookie" not in answer.headers
    again = visitor.get(f"/?token={token}&project=7", **OURS)
    assert (again.status, again.headers["location"]) == (303, "/?project=7")
    assert visitor.get("/").status == 200


def test_token__from_a_file_leaves_a_known_person_who_they_are(locked: Served) -> None:
    person, address = locked.browser(), f"/?token={token_of(locked)}"
    person.get(address, **OURS)
    person.post("/api/session", {"name": "Ana"})
    before, cookie = person.get("/api/session").json, person.cookie
    person.cookie = ""  # Strict: not sent along from a file
    assert "set-cookie" not in person.get(address, **CROSS_SITE).headers
    person.cookie = cookie
    again = person.get(address, **OURS)
    assert (again.status, again.headers["location"]) == (303, "/"), "the token leaves the address"
    assert person.get("/api/session").json == before


def test_token__a_wrong_one_is_refused_wherever_it_comes_from(locked: Served) -> None:
    for headers in (CROSS_SITE, OURS):
        assert locked.browser().get("/?token=wrong", **headers).status == 401


def test_token__the_way_out_stays_on_this_app(locked: Served) -> None:
    answer = locked.browser().get(f"//evil.example?token={token_of(locked)}")
    assert answer.headers["location"].startswith("/evil.example")


def test_token__keeps_its_cookie_when_a_name_is_given(locked: Served) -> None:
    visitor = locked.browser()
    visitor.get(f"/?token={token_of(locked)}")
    assert visitor.post("/api/session", {"name": "Ana"}).status == 200
    assert visitor.get("/api/session").json["name"] == "Ana"


def test_token__a_cookie_from_before_the_door_was_locked_does_not_open(tmp_path: Path) -> None:
    with serve(tmp_path) as open_app:
        visitor = open_app.browser()
        visitor.get("/api/session")
    with serve(tmp_path, auth="token") as locked_app:
        name, value = visitor.cookie.split("=", 1)
        assert name == f"lodemap-{open_app.port}"
        again = locked_app.browser()
        again.cookie = f"lodemap-{locked_app.port}={value}"
        assert again.get("/").status == 401


def test_door__counts_wrong_tries() -> None:
    clock = [0.0]
    door = TokenDoor("secret", SessionCookies(b"k" * KEY_BYTES), now=lambda: clock[0])
    assert [door.opens("wrong", "1.2.3.4") for _ in range(5)] == [False] * 5
    with pytest.raises(RefusedError) as refused:
        door.opens("secret", "1.2.3.4")
    assert refused.value.status == 429
    assert door.opens("secret", "5.6.7.8"), "others are not locked out"
    clock[0] = 61.0
    assert door.opens("secret", "1.2.3.4")
    assert not door.opens("sécret", "1.2.3.4")


def test_tries__over_http_are_limited(tmp_path: Path) -> None:
    with serve(tmp_path, auth="token") as locked_app:
        statuses = [locked_app.browser().get("/?token=wrong").status for _ in range(7)]
    assert statuses == [401] * 5 + [429] * 2


def test_read__a_stranger_cookie_that_python_refuses_hides_nothing() -> None:
    scope: Scope = {"type": "http", "headers": [], "server": ("127.0.0.1", 8050), "scheme": "http"}
    cookies = SessionCookies(b"k" * KEY_BYTES)
    headers = MutableHeaders()
    cookies.write(headers, scope, Session("ada-1", "Ada"))
    ours = headers["set-cookie"].split(";")[0]
    scope["headers"] = [(b"cookie", f'prefs={{"a":1}}; {ours}'.encode())]
    assert cookies.read(scope) == Session("ada-1", "Ada", role="admin")


@pytest.mark.parametrize("path", ["/\\evil.example/login", "/\t/evil.example", "//evil.example"])
def test_address__never_leads_to_another_host(path: str) -> None:
    address = address_of({"path": path}, {"a": "b"})
    assert address.startswith("/")
    assert not address.startswith(("//", "/\\", "/\t"))


def cookie_scope(header: str, port: int = 80) -> Scope:
    return {
        "type": "http", "scheme": "http", "server": ("127.0.0.1", port),
        "headers": [(b"cookie", header.encode())],
    }  # fmt: skip


def test_read__a_cookie_that_was_checked_before_still_grows_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cookies, headers = SessionCookies(b"k" * KEY_BYTES), MutableHeaders()
    cookies.write(headers, cookie_scope(""), Session("ada", "Ada", has_token=True))
    header = headers["set-cookie"].split(";")[0]
    for _ in range(2):
        assert cookies.read(cookie_scope(header)) == Session(
            "ada", "Ada", has_token=True, role="admin"
        )
        assert cookies.read(cookie_scope(f"other=1; {header}")) is not None
        assert cookies.read(cookie_scope(header, port=81)) is None
        assert cookies.read(cookie_scope(header[:-1])) is None
        assert SessionCookies(b"x" * KEY_BYTES).read(cookie_scope(header)) is None
    assert len(cookies._known) == 2
    monkeypatch.setattr(session, "MAX_AGE_S", -1)
    assert cookies.read(cookie_scope(header)) is None


def test_read__checked_cookies_take_no_more_than_so_much_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "MOST_KNOWN", 3)
    cookies, headers = SessionCookies(b"k" * KEY_BYTES), MutableHeaders()
    cookies.write(headers, cookie_scope(""), Session("ada", "Ada"))
    header = headers["set-cookie"].split(";")[0]
    assert cookies.read(cookie_scope(f"{header}; x={'y' * session.KNOWN_CHARACTERS}")) is not None
    assert not cookies._known
    for nth in range(10):
        assert cookies.read(cookie_scope(f"{header}; x={nth}")) is not None
        assert len(cookies._known) <= 3
