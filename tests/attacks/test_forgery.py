"""T1 and T2: another site, or a name pointed at this machine, changes nothing by any route.

The routes are those of the app in which people sign in, asked by an admin who has: one that is
added later is asked too, and `test_bodies__there_is_one_for_every_route` wants a body for it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.middleware.guard import SAFE_TYPES
from tests.attacks.target import WRITING, Target, body_of, fill, filled, people_target
from tests.pages.auth.people import person
from tests.pages.web import Browser, every_address

ORIGINS = (
    "http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1.evil.example",
    "file://", "",
)  # fmt: skip
TYPES = ("application/json", "text/plain", "application/x-www-form-urlencoded",
         "multipart/form-data; boundary=x", "application/octet-stream", None)  # fmt: skip
OF_PEOPLE = ("/api/login", "/api/invite", "/api/invites/{v}", "/api/people/{u}",
             "/api/people/{u}/role", "/api/projects/{p}/members")  # fmt: skip
"""Some of the routes that are there only where people sign in."""

CHANGING = (
    *(("POST", route) for route in (
        "/api/imports", "/api/invites", "/api/logout", "/api/people/{u}/role",
        "/api/projects/{p}/bookmarks", "/api/projects/{p}/comments",
        "/api/projects/{p}/gestures", "/api/projects/{p}/runs", "/api/projects/{p}/variants",
    )),
    *(("DELETE", route) for route in (
        "/api/imports/{i}", "/api/invites/{v}", "/api/people/{u}",
        "/api/projects/{p}/bookmarks/{b}", "/api/projects/{p}/comments/{c}",
    )),
)  # fmt: skip
"""What `fill` and the bodies suffice for."""


def requests(target: Target) -> Iterator[tuple[str, str, bytes]]:
    """Yield (method, address, body) of each writing route, as its own page would send it."""
    for method, route in target.routes(*WRITING):
        yield method, filled(route, target.values), body_of(route, target.values)


def typed(content_type: str | None) -> dict[str, str]:
    return {"Content-Type": content_type} if content_type else {}


def own_origin(target: Target) -> dict[str, str]:
    return {"Origin": f"http://127.0.0.1:{target.served.port}"}


def test_routes__those_of_people_are_among_them(whole: Target) -> None:
    assert {route for _, route in whole.routes(*WRITING)} >= set(OF_PEOPLE)


@pytest.mark.parametrize("origin", ORIGINS)
def test_foreign_origin__writes_by_no_route_in_no_form(
    whole: Target, admin: Browser, origin: str
) -> None:
    before, asked = whole.contents(), 0
    for method, path, body in requests(whole):
        for content_type in TYPES:
            headers = {"Origin": origin} | typed(content_type)
            answer = admin.ask(method, path, body, headers)
            assert (answer.status, answer.code) == (403, "wrong_origin"), (method, path)
            asked += 1
    assert asked > 200
    assert whole.contents() == before


@pytest.mark.parametrize("content_type", [kind for kind in TYPES if kind not in SAFE_TYPES])
def test_own_origin__writes_by_no_route_what_a_form_could_send(
    whole: Target, admin: Browser, content_type: str | None
) -> None:
    before = whole.contents()
    for method, path, body in requests(whole):
        answer = admin.ask(method, path, body, own_origin(whole) | typed(content_type))
        assert (answer.status, answer.code) == (415, "json_only"), (method, path)
    assert whole.contents() == before


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_fetch_metadata__of_another_site_writes_by_no_route(
    whole: Target, admin: Browser, site: str
) -> None:
    before = whole.contents()
    for method, path, body in requests(whole):
        headers = {"Sec-Fetch-Site": site} | typed("application/json")
        assert admin.ask(method, path, body, headers).status == 403, (method, path)
    assert whole.contents() == before


def test_own_page__changes_something_by_the_same_requests(tmp_path: Path) -> None:
    """What was refused above would have been done: else those tests prove nothing."""
    with people_target(tmp_path) as target:
        fill(target, person(target.served, "Root", "admin")[1])
        headers = own_origin(target) | typed("application/json")
        for method, route in CHANGING:
            _, admin = person(target.served, "Root", "admin")  # one request signs out
            before, path = target.contents(), filled(route, target.values)
            answer = admin.ask(method, path, body_of(route, target.values), headers)
            assert answer.status < 300, (method, route, answer.body)
            assert target.contents() != before, (method, route)


def test_reading__changes_nothing(whole: Target, admin: Browser) -> None:
    """No address that a picture or a link can ask for writes a row."""
    before = whole.rows()
    for method, path in whole.addresses("GET", "HEAD"):
        answer = admin.ask(method, path)
        assert answer.status < 500, (method, path, answer.body[:200])
        assert answer.status != 401, (method, path)
    assert whole.rows() == before


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "169.254.169.254", ""])
def test_foreign_host__reaches_no_route_with_any_method(
    whole: Target, admin: Browser, host: str
) -> None:
    before = whole.contents()
    headers = {"Host": host, "Content-Type": "application/json"}
    for method, path, body in requests(whole):
        assert admin.ask(method, path, body, headers).status == 421, (method, path)
    reading = [*whole.addresses("GET", "HEAD", slow=True), ("GET", "/metrics"),
               ("GET", "/healthz?deep"), ("OPTIONS", "/api/projects"), ("TRACE", "/"),
               *(("GET", path) for path in every_address(whole.served, whole.values))]  # fmt: skip
    for method, path in reading:
        assert admin.ask(method, path, None, headers).status == 421, (method, path)
    assert whole.contents() == before
