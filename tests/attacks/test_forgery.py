"""T1 and T2: another site, or a name pointed at this machine, changes nothing by any route."""

import pytest

from pages.guard import SAFE_TYPES
from tests.attacks.target import WRITING, Target
from tests.pages.web import Browser

ORIGINS = (
    "http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1.evil.example",
    "file://", "",
)  # fmt: skip
TYPES = ("application/json", "text/plain", "application/x-www-form-urlencoded",
         "multipart/form-data; boundary=x", "application/octet-stream", None)  # fmt: skip
BODY = b'{"key": "forged", "verb": "reset", "name": "forged", "kind": "pretrain", "config": {}}'


@pytest.mark.parametrize("origin", ORIGINS)
def test_foreign_origin__writes_by_no_route_in_no_form(
    target: Target, visitor: Browser, origin: str
) -> None:
    before, asked = (target.rows(), target.files()), 0
    for method, path in target.addresses(*WRITING):
        for content_type in TYPES:
            headers = {"Origin": origin} | ({"Content-Type": content_type} if content_type else {})
            answer = visitor.ask(method, path, BODY, headers)
            assert (answer.status, answer.code) == (403, "wrong_origin"), (method, path)
            asked += 1
    assert asked > 100
    assert (target.rows(), target.files()) == before


@pytest.mark.parametrize("content_type", [kind for kind in TYPES if kind not in SAFE_TYPES])
def test_own_origin__writes_by_no_route_what_a_form_could_send(
    target: Target, visitor: Browser, content_type: str | None
) -> None:
    before = target.rows()
    own = f"http://127.0.0.1:{target.served.port}"
    for method, path in target.addresses(*WRITING):
        headers = {"Origin": own} | ({"Content-Type": content_type} if content_type else {})
        answer = visitor.ask(method, path, BODY, headers)
        assert (answer.status, answer.code) == (415, "json_only"), (method, path)
    assert target.rows() == before


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_fetch_metadata__of_another_site_writes_by_no_route(
    target: Target, visitor: Browser, site: str
) -> None:
    before = target.rows()
    for method, path in target.addresses(*WRITING):
        headers = {"Sec-Fetch-Site": site, "Content-Type": "application/json"}
        assert visitor.ask(method, path, BODY, headers).status == 403, (method, path)
    assert target.rows() == before


def test_reading__changes_nothing(target: Target, visitor: Browser) -> None:
    """No address that a picture or a link can ask for writes a row."""
    before = target.rows()
    for method, path in target.addresses("GET", "HEAD"):
        answer = visitor.ask(method, path)
        assert answer.status < 500, (method, path, answer.body[:200])
    assert target.rows() == before


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "169.254.169.254", ""])
def test_foreign_host__reaches_no_route_with_any_method(
    target: Target, visitor: Browser, host: str
) -> None:
    before = target.rows()
    routes = [*target.addresses("GET", "HEAD", *WRITING), ("GET", "/metrics"),
              ("GET", "/healthz?deep"), ("OPTIONS", "/api/projects"), ("TRACE", "/")]  # fmt: skip
    for method, path in routes:
        headers = {"Host": host, "Content-Type": "application/json"}
        answer = visitor.ask(method, path, BODY if method in WRITING else None, headers)
        assert answer.status == 421, (method, path)
    assert target.rows() == before
