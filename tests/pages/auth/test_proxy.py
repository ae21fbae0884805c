"""A proxy says who is asking; the same word of anybody else is worth nothing (bad input 47)."""

import http.client
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

import pages.rooms.attending
from pages.auth.proxy_door import MET_S, ProxyDoor, readable
from store.errors import DiskFullError, SettingsError
from store.opening import Store
from store.settings import Settings
from tests.pages.rooms.live import live
from tests.pages.web import Browser, Served, serve

PROXY: dict[str, Any] = {
    "auth": "proxy",
    "user_header": "X-Forwarded-User",
    "role_header": "X-Role",
    "default_role": "annotator",
}


def trusting(folder: Path, *networks: str) -> Any:
    return serve(folder, **PROXY, trusted_proxies=list(networks))


def ask(served: Served, **headers: str) -> Any:
    return served.browser().get("/api/session", **headers)


def test_proxy__says_who_and_as_what(tmp_path: Path) -> None:
    with trusting(tmp_path, "10.0.0.0/8", "127.0.0.1") as served:
        ada = ask(served, X_Forwarded_User="Ada", X_Role="Trainer")
        assert (ada.json["name"], ada.json["role"], ada.json["is_person"]) == (
            "Ada",
            "trainer",
            True,
        )
        again = ask(served, X_Forwarded_User="Ada", X_Role="root")
        assert again.json["author_id"] == ada.json["author_id"], "the same person"
        assert again.json["role"] == "annotator", "a role of nobody's is the default"
        assert ask(served, X_Forwarded_User="Ben").json["author_id"] != ada.json["author_id"]
        assert "set-cookie" not in ada.headers
        assert ask(served).code == "not_signed_in"
        assert ask(served, X_Forwarded_User="").status == 401
        assert ask(served, X_Forwarded_User="x" * 61).status == 401
        assert b"did not say" in served.browser().get("/").body


@pytest.mark.parametrize("coding", ["utf-8", "latin-1"])
def test_proxy__names_are_read_as_they_were_written(coding: str) -> None:
    assert readable("Ana Müller".encode(coding).decode("latin-1")) == "Ana Müller"


def test_proxy__two_of_its_headers_are_none(tmp_path: Path) -> None:
    with trusting(tmp_path, "127.0.0.0/8") as served:
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
        connection.putrequest("GET", "/api/session")
        for name in ("Ada", "Root"):
            connection.putheader("X-Forwarded-User", name)
        connection.endheaders()
        assert connection.getresponse().status == 401
        connection.close()


def test_proxy__of_nobody_trusted_is_ignored_and_told_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with trusting(tmp_path, "10.0.0.0/8") as served, caplog.at_level(logging.WARNING):
        for _ in range(3):
            answer = ask(served, X_Forwarded_User="Ada", X_Role="admin")
            assert (answer.status, answer.code) == (401, "not_signed_in")
        page = served.browser().get("/", X_Forwarded_User="Ada")
        assert page.status == 401
        assert b'name="token"' not in page.body
        told = [each for each in caplog.records if "trusted-proxy" in each.getMessage()]
        assert len(told) == 1
        assert "Ada" not in caplog.text


def test_proxy__websockets_ask_too(tmp_path: Path) -> None:
    with trusting(tmp_path, "127.0.0.1") as served:
        project_id = served.project().project_id
        browser = Browser(served.port)
        with pytest.raises(Exception, match="403"), live(served.port, project_id, browser=browser):
            pass


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"auth": "proxy"}, "--trusted-proxy"),
        ({"auth": "proxy", "trusted_proxies": ["10.0.0.1"]}, "--user-header"),
        ({"auth": "proxy", "trusted_proxies": ["10.0.0.1/8"]}, "has host bits set"),
        ({"auth": "proxy", "trusted_proxies": ["proxy"]}, "such as 10.0.0.0/24"),
        ({"user_header": "X User"}, "name a header"),
        ({"default_role": "root"}, "viewer, annotator, trainer, admin"),
        ({"auth": "oidc"}, "--oidc-issuer"),
        ({"auth": "oidc", "oidc_issuer": "https://x.example"}, "--oidc-client-id"),
        ({"oidc_issuer": "http://x.example"}, "https://"),
        ({"oidc_issuer": "x.example"}, "must be an address"),
        ({"public_url": "https://x.example/#a"}, "must be an address"),
        ({"oidc_roles": ["staff"]}, "write value=role"),
        ({"oidc_roles": ["staff=root"]}, "role in oidc_roles"),
    ],
)
def test_settings__mistakes(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({}, changes)
    assert said in caught.value.sentence


def test_proxy__is_asked_anew_about_who_stays_connected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It speaks only when a connection begins: whom it lets in no more would stay for ever."""
    monkeypatch.setattr(pages.rooms.attending, "PROXY_S", 0.05)
    monkeypatch.setattr(pages.rooms.attending, "RECHECK_S", 0.05)
    with trusting(tmp_path, "127.0.0.1") as served:
        project_id = served.project().project_id
        headers = {"X-Forwarded-User": "Ada"}
        with connect(
            f"ws://127.0.0.1:{served.port}/api/projects/{project_id}/room",
            origin=Origin(f"http://127.0.0.1:{served.port}"), additional_headers=headers,
        ) as socket:  # fmt: skip
            with pytest.raises(ConnectionClosed) as closed:
                list(socket)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1012


def test_proxy__who_was_removed_comes_in_as_somebody_new_at_once(tmp_path: Path) -> None:
    with trusting(tmp_path, "127.0.0.1") as served:
        before = ask(served, X_Forwarded_User="Ada").json["author_id"]
        root = {"X-Forwarded-User": "Root", "X-Role": "admin"}
        removed = served.browser().ask("DELETE", f"/api/people/{before}", headers=root)
        assert removed.status == 200, removed.body
        assert ask(served, X_Forwarded_User="Ada").json["author_id"] != before


def test_proxy__who_was_removed_while_it_looked_is_not_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = ProxyDoor(store, store.settings)
    meet = store.people.meet

    def slowly(*about: Any) -> Any:
        person = meet(*about)
        store.people.remove(person.person_id)
        door.forget()
        return person

    monkeypatch.setattr(store.people, "meet", slowly)
    gone = door._find(("Ada", "viewer")).author_id
    monkeypatch.undo()
    assert door._find(("Ada", "viewer")).author_id != gone


@pytest.mark.parametrize("is_started_anew", [False, True])
def test_proxy__lets_in_whom_it_knows_while_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_started_anew: bool
) -> None:
    with trusting(tmp_path, "127.0.0.1") as served:
        before = ask(served, X_Forwarded_User="Ada")
        door = served.dash_app.server.state.door
        if is_started_anew:
            door._met.clear()
            door._known.clear()
        monkeypatch.setattr(door, "_now", lambda: time.monotonic() + 2 * MET_S)

        @contextmanager
        def refuse() -> Iterator[None]:
            raise DiskFullError("The disk is full.")
            yield

        monkeypatch.setattr(served.store.database, "write", refuse)
        again = ask(served, X_Forwarded_User="Ada")
        assert (again.status, again.json) == (200, before.json)
        assert ask(served, X_Forwarded_User="Ben").code == "disk_full", "nobody knows them yet"
