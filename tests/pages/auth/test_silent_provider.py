"""A provider that hangs, trickles or breaks off holds few threads of the app, and not for long."""

import http.client
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pages.answers import RefusedError
from pages.api import oidc
from pages.auth import provider as module
from pages.auth.asking import MOST_AT_ONCE, MOST_WAITING
from pages.auth.provider import SILENT_S, Provider, new_quest, silent
from store.settings import Settings
from tests.pages.web import Served, serve, wait_until
from tests.patience import PATIENCE

BACK = "https://maps.example/login/oidc/back"
NUM_PEOPLE = 30
NUM_LINED = 2 * MOST_AT_ONCE + MOST_WAITING + module.MOST_WAITING
"""Who may wait, leaving and coming back."""


@contextmanager
def answering(behave: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """Run a provider that behaves so whatever it is asked; give its issuer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            behave(self)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/realm"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def provider_at(issuer: str, folder: Path, now: Callable[[], float] | None = None) -> Provider:
    given = {"auth": "oidc", "oidc_issuer": issuer, "oidc_client_id": "lodemap-client"}
    settings = Settings.from_env({}, {"data_dir": str(folder), **given})
    return Provider(settings, "secret", now) if now else Provider(settings, "secret")


@contextmanager
def served_at(issuer: str, folder: Path) -> Iterator[Served]:
    """Serve an app whose people sign in at `issuer`."""
    (folder / "secret").write_text("secret\n")
    given = {"oidc_client_id": "lodemap-client", "oidc_secret_file": str(folder / "secret")}
    with serve(folder, auth="oidc", oidc_issuer=issuer, **given) as served:
        yield served


def refused(provider: Provider) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        provider.address(new_quest(), BACK)
    return caught.value


def test_provider__that_hangs_keeps_a_few_threads_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TIMEOUT_S", 60 * PATIENCE)
    monkeypatch.setattr(module, "WAIT_S", 60 * PATIENCE)
    let_go = threading.Event()

    def hang(_: BaseHTTPRequestHandler) -> None:
        let_go.wait()

    with (
        answering(hang) as issuer,
        ThreadPoolExecutor(NUM_PEOPLE) as people,
    ):
        provider = provider_at(issuer, tmp_path)
        pending: set[Future[RefusedError]] = {
            people.submit(refused, provider) for _ in range(NUM_PEOPLE)
        }
        try:
            while len(pending) > MOST_AT_ONCE + MOST_WAITING:
                told, pending = wait(pending, 30 * PATIENCE, FIRST_COMPLETED)
                assert told, "somebody waits for whom there is no place in the line"
                assert {each.result().code for each in told} == {"provider_silent"}
        finally:
            let_go.set()
        assert all(each.result().status == 502 for each in pending)


def test_provider__that_hangs_leaves_the_app_all_its_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go, hanging = threading.Event(), list[int]()

    def hang(*_: object) -> str:
        hanging.append(threading.get_ident())
        let_go.wait(60 * PATIENCE)
        raise silent()

    with served_at("https://id.example/realm", tmp_path) as served:
        for question in ("address", "claims"):
            monkeypatch.setattr(served.dash_app.server.state.provider, question, hang)
        monkeypatch.setattr(oidc, "quest_of", lambda *_: new_quest())
        ada = served.browser()
        person = served.store.people.meet("oidc", "u-1", "Ada", "trainer")
        ada.cookie = f"lodemap-in-{served.port}={served.store.people.sign_in(person.person_id)}"
        addresses = ("/login/oidc", "/login/oidc/back?state=s&code=c") * NUM_PEOPLE
        with ThreadPoolExecutor(len(addresses)) as people:
            asked = [people.submit(served.browser().get, each) for each in addresses]
            try:
                wait_until(lambda: len(hanging) >= NUM_LINED, "both lines to be full")
                for path in ("/", "/api/session", "/api/projects"):
                    assert ada.get(path).status == 200, path
            finally:
                let_go.set()
            assert {each.result().status for each in asked} == {502}


def test_provider__that_fell_silent_is_left_alone_from_then_on(tmp_path: Path) -> None:
    clock = [0.0]
    asked_at = list[float]()

    def break_off_late(_: BaseHTTPRequestHandler) -> None:
        asked_at.append(clock[0])
        clock[0] += 10.0

    with answering(break_off_late) as issuer:
        provider = provider_at(issuer, tmp_path, lambda: clock[0])
        for moment in (0.0, 10.0, 10.0 + 0.9 * SILENT_S, 10.1 + SILENT_S):
            clock[0] = moment
            refused(provider)
    assert asked_at == [0.0, 10.1 + SILENT_S]


def test_provider__that_trickles_is_given_up_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TIMEOUT_S", 0.5)
    is_over = threading.Event()

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        try:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not is_over.wait(0.05):
                handler.wfile.write(b".")
        except OSError:
            pass

    with answering(trickle) as issuer:
        provider = provider_at(issuer, tmp_path)
        try:
            assert refused(provider).code == "provider_silent"
            assert not is_over.is_set()
        finally:
            is_over.set()


def test_provider__that_answers_is_asked_once_for_all_who_come_together(tmp_path: Path) -> None:
    asked = list[str]()

    def describe(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        places = ", ".join(
            f'"{name}": "https://id.example/{name}"'
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        )
        issuer = f"http://{handler.headers['Host']}/realm"
        body = f'{{"issuer": "{issuer}", {places}}}'.encode()
        handler.send_response(http.client.OK)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    num_together = MOST_AT_ONCE + MOST_WAITING
    with answering(describe) as issuer, ThreadPoolExecutor(num_together) as people:
        provider = provider_at(issuer, tmp_path)
        found = [people.submit(provider.address, new_quest(), BACK) for _ in range(num_together)]
        assert all(each.result().startswith("https://id.example/auth") for each in found)
    assert 1 <= len(asked) <= MOST_AT_ONCE


def test_provider__a_course_that_comes_back_together_waits_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TIMEOUT_S", "TOKEN_WAIT_S"):
        monkeypatch.setattr(module, name, 60 * PATIENCE)
    let_go = threading.Event()

    def exchange(*_: object) -> dict[str, str]:
        let_go.wait()
        return {"id_token": "a token"}

    provider = provider_at("https://id.example/realm", tmp_path)
    monkeypatch.setattr(provider, "_endpoint", lambda name: f"https://id.example/{name}")
    monkeypatch.setattr(provider, "_token", exchange)
    monkeypatch.setattr(provider, "_checked", lambda *_: {"sub": "u-1"})
    most = MOST_AT_ONCE + module.MOST_WAITING
    with ThreadPoolExecutor(NUM_PEOPLE) as people:
        came = [people.submit(provider.claims, new_quest(), BACK, "c") for _ in range(NUM_PEOPLE)]
        try:
            pending = set(came)
            while len(pending) > most:
                told, pending = wait(pending, 30 * PATIENCE, FIRST_COMPLETED)
                assert told, "somebody waits for whom there is no place in the line"
            monkeypatch.setattr(provider, "_read", lambda _: "what is told to all")
            assert provider._get("https://id.example/keys") == "what is told to all"
        finally:
            let_go.set()
    sent_away = [error for each in came if isinstance(error := each.exception(), RefusedError)]
    assert [each.result() for each in pending] == [{"sub": "u-1"}] * most
    assert {(each.status, each.code) for each in sent_away} == {(503, "many_sign_in")}
