"""A whole journey at DEBUG leaves nothing in the logs that would let somebody in (T17)."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.metrics import TOKEN_FILE
from store.logs import OURS, set_up_logs
from tests.pages.web import Browser, Served, add_project, packed, serve
from tests.services import fresh_database

PASSWORD = "hunter2-of-the-database"


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """Everything our modules log, and all others at DEBUG too: what hides is the form alone."""
    root, out = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    set_up_logs({"LODEMAP_LOG": "json", "LODEMAP_LOG_LEVEL": "DEBUG"}, out=out)
    root.setLevel(logging.DEBUG)
    yield out
    root.handlers, root.level = handlers, level
    for name in OURS:
        logging.getLogger(name).setLevel(logging.NOTSET)


def sign_in(served: Served) -> tuple[Browser, str]:
    """Open the address with the token, as a person does."""
    token = served.dash_app.server.state.door.token
    visitor = served.browser()
    assert visitor.get("/?token=wrong-token-of-somebody").status == 401
    assert visitor.get(f"/?token={token}").status == 303
    assert visitor.get("/api/projects").status == 200
    return visitor, token


def journey(served: Served, visitor: Browser) -> None:
    """Name oneself, gesture, ask for a run, undo, export, fail."""
    project_id = add_project(served.store).project_id
    path = f"/api/projects/{project_id}"
    assert visitor.post("/api/session", {"name": "Ana"}).status == 200
    body = {"key": "k", "verb": "annotate", "samples": packed([1], 60), "class_index": 0}
    assert visitor.post(f"{path}/gestures", body).status == 200
    run = {"key": "r", "kind": "pretrain", "config": {}}
    assert visitor.post(f"{path}/runs", run).status in (201, 202)
    assert visitor.post(f"{path}/gestures", {"key": "u", "verb": "undo"}).status == 200
    assert visitor.get(f"{path}/state").status == 200
    assert visitor.post(f"{path}/gestures", b"not json").status == 400
    assert visitor.post("/_dash-update-component", {}).status == 400
    assert visitor.get("/runs?token=again").status < 500


def crash(served: Served, visitor: Browser, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let a route break with a secret in its error; return the request's number."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError(f"postgresql://lodemap:{PASSWORD}@db/maps")

    # as `serve` has it: the server tells of a crash itself
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    with monkeypatch.context() as patched:
        patched.setattr(type(served.store.projects), "list", broken)
        answer = visitor.get("/api/projects")
    assert answer.status == 500
    assert PASSWORD not in answer.body.decode()
    return answer.headers["x-request-id"]


def test_logs__of_a_journey_hold_no_secret(
    tmp_path: Path, postgres_url: str, said: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_database(postgres_url) as url:
        with_password = url.replace("lodemap@", f"lodemap:{PASSWORD}@")
        with serve(tmp_path, auth="token", database_url=with_password) as served:
            visitor, token = sign_in(served)
            journey(served, visitor)
            number = crash(served, visitor, monkeypatch)
            data = served.store.settings.data_dir
            metrics = (data / TOKEN_FILE).read_text()
            bearer = {"Authorization": f"Bearer {metrics}"}
            assert visitor.ask("GET", "/metrics", headers=bearer).status == 200
            key = (data / "secret_key").read_bytes()
    text, cookie = said.getvalue(), visitor.cookie.split("=", 1)[1]
    for secret in (token, metrics, cookie, PASSWORD, key.hex(), repr(key)):
        assert secret not in text
    lines = [json.loads(line) for line in text.splitlines()]
    asked = [
        each for each in lines if each["module"] == "lodemap.web" and "after" in each["message"]
    ]
    assert len(asked) > 10
    assert all(len(each["request_id"]) == 12 for each in asked)
    assert any(each.get("request_id") == number and "traceback" in each for each in lines)
