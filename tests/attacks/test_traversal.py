"""T10: forty names that lead elsewhere, by every way in that takes a name."""

import http.client
import json
from urllib.parse import quote

import pytest

from tests.attacks.strings import TRAVERSALS
from tests.attacks.target import Target
from tests.pages.web import Answer, Browser

STATIC = ("/assets/", "/bootstrap/", "/_dash-component-suites/dash/", "/_favicon.ico/", "/")
SECRETS = (b"root:x:", b"[fonts]", b"SQLite format 3", b"PRIVATE KEY", b"Lodemap's command line")


def forms(name: str) -> list[str]:
    """A name as an address carries it: as it is, and each sign encoded."""
    return sorted({quote(name, safe="/%;\\"), quote(name, safe="")})


def raw(visitor: Browser, path: str) -> Answer:
    """Ask without a client that tidies the address."""
    connection = http.client.HTTPConnection("127.0.0.1", visitor.port, timeout=20)
    try:
        connection.putrequest("GET", path, skip_host=False)
        connection.endheaders()
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


def test_strings__are_forty_and_more() -> None:
    assert len(set(TRAVERSALS)) >= 40


@pytest.mark.parametrize("name", TRAVERSALS, ids=[repr(t)[:24] for t in TRAVERSALS])
def test_static_files__none_outside(target: Target, visitor: Browser, name: str) -> None:
    data = target.served.store.settings.data_dir
    secrets = [*SECRETS, *((data / n).read_bytes() for n in ("secret_key", "metrics_token"))]
    for start in STATIC:
        for form in forms(name):
            answer = raw(visitor, start + form)
            assert answer.status in (200, 307, 400, 404), (start, form, answer.status)
            if answer.status == 200:  # a page that is there, such as / itself
                assert b"<title>" in answer.body, (start, form)
            assert not any(secret in answer.body for secret in secrets), (start, form)


@pytest.mark.parametrize("name", TRAVERSALS, ids=[repr(t)[:24] for t in TRAVERSALS])
def test_names_people_give__become_no_path(target: Target, visitor: Browser, name: str) -> None:
    """A project, a class, an import, a step, a bookmark, a file of names and its query."""
    project, before = f"/api/projects/{target.values['p']}", target.files()
    samples = {"samples": "AAAAAA=="}
    bodies = {
        "/api/session": {"name": name},
        "/api/imports": {"name": name, "size": 10},
        f"{project}/gestures": {"key": "t", "verb": "add_class", "name": name},
        f"{project}/comments": {"key": "t", "text": name, "kind": "point", **samples},
        f"{project}/bookmarks": {"key": "t", "name": name, "view": {}, **samples},
    }
    for path, body in bodies.items():
        answer = visitor.post(path, body)
        assert answer.status < 500, (path, answer.body[:200])
    query = quote(name, safe="")
    octets = {"Content-Type": "application/octet-stream"}
    for path in (f"{project}/annotation-files?name={query}", f"{project}/exports/{query}.csv"):
        method = "POST" if "annotation" in path else "GET"
        answer = visitor.ask(method, path, b"sample_id,label\n0,x\n", octets)
        assert answer.status < 500, (path, answer.body[:200])
    made = {f for f in target.files() - before if "/imports/" not in f}
    assert made == set(), made
    for left in visitor.get("/api/imports").json["imports"]:
        assert visitor.ask("DELETE", f"/api/imports/{left['import_id']}").status == 200
    assert json.dumps(name)
