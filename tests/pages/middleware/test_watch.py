"""Numbers, counts and slow answers of a real app."""

import logging
import re

import anyio
import pytest
from starlette.types import Receive, Scope, Send

from pages.measures import Measures
from pages.middleware.watch import HEADER, SLOW_S, Watch, route_of
from tests.pages.web import Browser, Served


def test_watch__each_answer_has_a_number_of_its_own(visitor: Browser) -> None:
    numbers = [
        visitor.get(path).headers[HEADER.lower()]
        for path in ("/", "/healthz", "/api/projects", "/api/nope", "/bootstrap/x.css")
    ]
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch("[0-9a-f]{12}", number) for number in numbers)


def test_watch__a_number_that_came_along_is_not_taken(visitor: Browser) -> None:
    assert visitor.get("/healthz", X_Request_Id="evil\tline").headers[HEADER.lower()] != "evil"


def test_watch__refusals_have_one_too(visitor: Browser) -> None:
    refused = visitor.ask("GET", "/", headers={"Host": "evil.example"})
    assert refused.status == 421
    assert HEADER.lower() in refused.headers


def test_watch__a_crash_is_told_under_the_number_its_log_has(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(type(served.store.projects), "list", crash)
    answer = served.browser().get("/api/projects")
    number = answer.headers[HEADER.lower()]
    assert answer.status == 500
    assert f"under {number}" in answer.json["message"]
    assert "Traceback" not in answer.json["message"]


def test_watch__logs_one_line_a_request_without_its_query(
    visitor: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "lodemap.web"):
        visitor.get("/healthz?token=hunter2")
    (line,) = [r.getMessage() for r in caplog.records if "/healthz" in r.getMessage()]
    assert re.fullmatch(r"GET /healthz: 200 after \d+ ms", line)


def test_watch__says_what_was_slow(
    visitor: Browser, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.middleware.watch.SLOW_S", 0.0)
    with caplog.at_level(logging.WARNING, "lodemap.web"):
        visitor.get("/healthz")
    assert any(record.getMessage().endswith(", slow") for record in caplog.records)
    assert SLOW_S == 1.0


@pytest.mark.parametrize(
    ("scope", "route"),
    [
        ({"path": "/api/x", "root_path": ""}, "refused"),
        ({"path": "/x.css", "root_path": "/bootstrap"}, "/bootstrap/*"),
        ({"path": "/metrics", "root_path": ""}, "/metrics"),
    ],
)
def test_route_of__what_no_route_answered(scope: Scope, route: str) -> None:
    assert route_of(scope) == route


def test_lifespan__is_passed_on_and_the_loop_is_looked_at(served: Served) -> None:
    seen: list[str] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["type"])

    async def live() -> None:
        services = served.dash_app.server.state.services
        watch = Watch(app, Measures(services))
        await watch({"type": "lifespan"}, None, None)  # type: ignore[arg-type]

    anyio.run(live)
    assert seen == ["lifespan"]
