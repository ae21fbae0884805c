import http.client
import json
from pathlib import Path
from typing import Any

import anyio
import pytest
from starlette.types import Message

from pages.middleware.guard import Guard, GuardPolicy, allowed_hosts, content_security_policy
from tests.pages.web import Browser, Served, every_address, packed, serve


def test_host__a_foreign_name_reaches_nothing(served: Served) -> None:
    addresses = every_address(served)
    assert len(addresses) > 20
    for path in addresses:
        for method in ("GET", "POST"):
            answer = served.browser().ask(method, path, headers={"Host": "evil.example:8050"})
            assert answer.status == 421, (method, path)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:9000", 200),
        ("localhost:8050", 200),
        ("LOCALHOST", 200),
        ("[::1]:8050", 200),
        ("10.0.0.7:8050", 421),
        ("localhost.evil.example", 421),
        ("evil.example@localhost", 421),
        ("127.0.0.1:8050:80", 421),
        ("127.0.0.1.", 200),
        ("", 421),
    ],
)
def test_host__only_names_of_this_app(visitor: Browser, host: str, status: int) -> None:
    assert visitor.ask("GET", "/healthz", headers={"Host": host}).status == status


def test_allowed_hosts__other_names_only_when_asked_for() -> None:
    assert allowed_hosts("127.0.0.1", ())[0] == {"127.0.0.1", "localhost", "[::1]"}
    names, allows_ip_hosts = allowed_hosts("127.0.0.2", ())
    assert ("127.0.0.2" in names, allows_ip_hosts) == (True, False)
    names, allows_ip_hosts = allowed_hosts("0.0.0.0", ("Maps.Example",))
    assert "maps.example" in names
    assert allows_ip_hosts


def test_host__of_the_public_address_is_answered_to(tmp_path: Path) -> None:
    with serve(tmp_path, public_url="https://maps.example/lodemap") as served:
        visitor = served.browser()
        status = {
            host: visitor.ask("GET", "/healthz", headers={"Host": host}).status
            for host in ("maps.example", "other.example")
        }
    assert status == {"maps.example": 200, "other.example": 421}


ORIGINS = [
    ({}, 200),
    ({"Origin": "http://127.0.0.1:{port}"}, 200),
    ({"Origin": "http://127.0.0.1:{port}", "Sec-Fetch-Site": "same-origin"}, 200),
    ({"Origin": "http://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": "http://127.0.0.1:1"}, 403),
    ({"Origin": "http://localhost:{port}"}, 403),
    ({"Origin": "ftp://127.0.0.1:{port}"}, 403),
    ({"Origin": "http://127.0.0.1:{port}", "Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
]


@pytest.mark.parametrize(("headers", "status"), ORIGINS)
def test_origin__another_site_changes_nothing(
    served: Served, headers: dict[str, str], status: int
) -> None:
    project = served.project()
    visitor = served.browser()
    before = served.store.journal.state(project.project_id).seq
    sent = {name: value.format(port=served.port) for name, value in headers.items()}
    body = {"key": "k", "verb": "annotate", "samples": packed([1], 60), "class_index": 0}
    answer = visitor.post(f"/api/projects/{project.project_id}/gestures", body, **sent)
    assert answer.status == status
    assert served.store.journal.state(project.project_id).seq - before == (status == 200)


def test_origin__another_site_has_no_work_done(visitor: Browser) -> None:
    """A picture whose address is an export would start one; a link to a page is fine."""
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    refused = visitor.ask("GET", "/api/projects", headers=elsewhere)
    assert (refused.status, refused.code) == (403, "wrong_origin")
    assert visitor.ask("GET", "/", headers=elsewhere).status == 200
    assert visitor.ask("GET", "/api/projects", headers={"Sec-Fetch-Site": "none"}).status == 200


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""],
)
@pytest.mark.parametrize("path", ["/api/session", "/_dash-update-component"])
def test_content_type__a_form_of_another_site_is_refused(
    visitor: Browser, path: str, content_type: str
) -> None:
    answer = visitor.post(path, {"name": "Ana"}, Content_Type=content_type)
    assert (answer.status, answer.code) == (415, "json_only")


def test_body__30_megabytes_are_refused_with_a_sentence(visitor: Browser) -> None:
    answer = visitor.post("/api/session", b'{"name": "' + b"x" * 30_000_000 + b'"}')
    assert (answer.status, answer.code) == (413, "body_too_large")
    assert "16 MB" in answer.json["message"]


def test_body__is_counted_where_no_length_is_declared(visitor: Browser) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", visitor.port, timeout=20)
    chunks = (b"x" * 2**20 for _ in range(20))
    connection.request(
        "POST",
        "/api/session",
        chunks,
        {"Content-Type": "application/json", "Transfer-Encoding": "chunked"},
        encode_chunked=True,
    )
    answer = connection.getresponse()
    assert answer.status == 413
    assert json.loads(answer.read())["code"] == "body_too_large"
    connection.close()


def test_body__a_connection_cut_short_harms_nobody(visitor: Browser) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", visitor.port, timeout=20)
    connection.putrequest("POST", "/api/session")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", "1000")
    connection.endheaders(b'{"name": "Ana"}')
    connection.close()
    assert visitor.get("/healthz").status == 200


@pytest.mark.parametrize(
    "path", ["/", "/api/session", "/nope", "/api/nope", "/bootstrap/css/bootstrap.min.css"]
)
def test_headers__are_on_every_answer(visitor: Browser, path: str) -> None:
    headers = visitor.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe-eval" not in headers["content-security-policy"]
    assert "server" not in headers


def test_headers__a_refusal_has_them_too(visitor: Browser) -> None:
    answer = visitor.ask("GET", "/", headers={"Host": "evil.example"})
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert b"evil.example" in answer.body


def test_headers__caching_fits_what_is_served(visitor: Browser) -> None:
    assert visitor.get("/api/session").headers["cache-control"] == "no-store"
    assert visitor.get("/").headers["cache-control"] == "no-store"
    static = visitor.get("/bootstrap/css/bootstrap.min.css")
    assert static.headers["cache-control"] == "no-cache"
    again = visitor.get("/bootstrap/css/bootstrap.min.css", If_None_Match=static.headers["etag"])
    assert again.status == 304


def test_policy__names_dashs_inline_scripts_by_hash() -> None:
    policy = content_security_policy(["'sha256-b'", "'sha256-a'", "'sha256-a'"])
    assert "script-src 'self' 'sha256-a' 'sha256-b';" in policy
    assert "http:" not in policy


@pytest.mark.parametrize(
    ("host", "origin", "is_refused"),
    [
        ("127.0.0.1:8050", "http://127.0.0.1:8050", False),
        ("127.0.0.1:8050", "http://evil.example:8050", True),
        ("evil.example:8050", "http://evil.example:8050", True),
        ("127.0.0.1:8050", None, True),
        ("127.0.0.1:8050", "null", True),
    ],
)
def test_websocket__is_guarded_alike(host: str, origin: str | None, is_refused: bool) -> None:
    reached: list[str] = []
    sent: list[Message] = []

    async def inner(scope: Any, _receive: Any, _send: Any) -> None:
        reached.append(scope["path"])

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", host.encode())]
    headers += [(b"origin", origin.encode())] if origin else []
    scope = {"type": "websocket", "path": "/_dash-ws-callback", "headers": headers}
    guard = Guard(inner, GuardPolicy(*allowed_hosts("127.0.0.1", ()), csp=""))
    anyio.run(guard, scope, receive, send)
    assert bool(reached) is not is_refused
    assert [message["type"] for message in sent] == ["websocket.close"] * is_refused
