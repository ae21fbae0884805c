"""T10: forty names that lead elsewhere, in every text of every body, query and path that is taken.

The routes are those of the app itself: one that `bodies.py` does not know fails here.
"""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import count
from urllib.parse import quote

import pytest

from pages.middleware.query_fields import fields_of
from store.people.tries import MemoryCounts
from tests.attacks.bodies import BODIES, variations
from tests.attacks.strings import TRAVERSALS
from tests.attacks.target import WRITING, Target, filled, people_target, routes_of
from tests.pages.auth.people import person
from tests.pages.web import Answer, Browser, wait_until

JSON = {"Content-Type": "application/json"}
OCTETS = {"Content-Type": "application/octet-stream"}
TELLING = ("passwd", "secret", "win.ini", "id_rsa", "hidden", "nul", "CON", "root", "xxxx", "..")
"""Parts of what was tried: no file that was made has one in its name."""
EVERY = 9
SOME = TRAVERSALS[::EVERY]
"""Where each takes a process of its own."""
UNREAD = ("/api/logout",)
"""Reads no body, and ends what these tests go on with."""
CHILD = ("/annotation-files", "/annotation-files/apply")
ASKED: Counter[str] = Counter()
each_way = pytest.mark.parametrize(
    "every", [EVERY, pytest.param(1, marks=pytest.mark.wide)], ids=["in turn", "all"]
)
"""Everywhere all forty names, or every ninth: beginning with the next each time."""


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with (
        people_target(tmp_path_factory.mktemp("named")) as made,
        pytest.MonkeyPatch.context() as patched,
    ):
        patched.setattr(MemoryCounts, "add", lambda *_: 0)  # else the sixth wrong name is not read
        patched.setattr(MemoryCounts, "take_back", lambda *_: None)
        yield made


@pytest.fixture(scope="module")
def root(target: Target) -> Browser:
    met, browser = person(target.served, "Root", "admin")
    target.values["me"] = met.person_id
    return browser


def check(target: Target, what: str, answer: Answer) -> None:
    data = target.served.store.settings.data_dir
    assert answer.status < 500, (what, answer.body[:300])
    assert b"sign_in_needed" not in answer.body, (what, "nobody reads what a stranger sends")
    for name in ("secret_key", "metrics_token"):
        assert (data / name).read_bytes() not in answer.body, what
    assert b"root:x:" not in answer.body, what
    ASKED[what.split(" ")[0]] += 1


def strange(target: Target, before: set[str]) -> list[str]:
    """Files that were made since, and are named by what somebody said or lie elsewhere."""
    made = target.files() - before
    return [
        name for name in made if not name.startswith("data/") or any(t in name for t in TELLING)
    ]


def test_bodies__there_is_one_for_every_route(target: Target) -> None:
    assert {path for _, path in target.routes(*WRITING)} == set(BODIES)


@each_way
@pytest.mark.timeout(600)
def test_bodies__no_text_of_any_becomes_a_path(target: Target, root: Browser, every: int) -> None:
    before, turns, asked = target.files(), count(), ASKED["bodies"]
    for method, route in target.routes(*WRITING):
        for body in BODIES[route] if route not in UNREAD else ():
            for text in TRAVERSALS[next(turns) % every :: every]:
                for changed in variations(body, text):
                    answer = ask(target, root, method, route, changed)
                    check(target, f"bodies {method} {route} {changed}", answer)
    assert strange(target, before) == []
    assert ASKED["bodies"] - asked > 3000 / every


def ask(target: Target, root: Browser, method: str, route: str, body: object) -> Answer:
    """Send a body as Root's page does, with ids of what is there; Root stays who they are."""
    said, cookie = json.dumps(body), root.cookie
    for name in ("p", "r"):
        said = said.replace(f'"{{{name}}}"', f'"{target.values[name]}"')
    me = {"X-Lodemap-Person": target.values["me"]}
    answer = root.ask(method, filled(route, target.values), said.encode(), {**JSON, **me})
    if answer.status == 201 and "import_id" in answer.json:  # at most eight a person may be begun
        root.ask("DELETE", f"/api/imports/{answer.json['import_id']}")
    root.cookie = cookie  # where a name opens an invite, or is one's own
    return answer


@pytest.mark.timeout(600)
def test_paths__of_every_writing_route_take_ids_only(target: Target, root: Browser) -> None:
    """The same names where ids stand, by every method that changes something."""
    before, rows = target.files(), target.rows()
    for method, route in target.routes(*WRITING):
        for name in (n for n in target.values if f"{{{n}}}" in route):
            for text in TRAVERSALS:
                for form in {quote(text, safe=""), quote(text, safe="%/")}:
                    path = filled(route, {**target.values, name: form})
                    answer = root.ask(method, path, b"{}", JSON)
                    assert answer.status in (400, 404, 405, 422), (method, path, answer.status)
                    check(target, f"paths {method} {path}", answer)
    assert (strange(target, before), target.rows()) == ([], rows)
    assert ASKED["paths"] > 2000


@each_way
@pytest.mark.timeout(600)
def test_queries__no_field_of_any_becomes_a_path(target: Target, root: Browser, every: int) -> None:
    before, turns, asked = target.files(), count(), ASKED["queries"]
    for route in routes_of(target.served.dash_app.server.routes):
        for field in sorted(fields_of(route)) if hasattr(route, "dependant") else ():
            for method in sorted(set(getattr(route, "methods", None) or ()) - {"HEAD"}):
                step = max(every, EVERY if route.path.endswith(CHILD) else 1)
                for text in TRAVERSALS[next(turns) % step :: step]:
                    path = f"{filled(route.path, target.values)}?{field}={quote(text, safe='')}"
                    body = b"sample_id,label\n0,x\n" if method != "GET" else None
                    answer = root.ask(method, path, body, OCTETS if body else None)
                    check(target, f"queries {method} {path}", answer)
    assert strange(target, before) == []
    assert ASKED["queries"] - asked > 500 / every


@pytest.mark.parametrize("names", [SOME[1:3], pytest.param(SOME, marks=pytest.mark.wide)])
@pytest.mark.timeout(600)
def test_import__is_kept_under_any_name_and_none_is_a_path(
    target: Target, names: tuple[str, ...]
) -> None:
    """From a file with such a name to a project and a data set with it."""
    before, (_, root) = target.files(), person(target.served, f"Rita {len(names)}", "admin")
    kept_before = ASKED["kept"]
    for name in names:
        said = {"name": f"{name}.csv", "size": len(TABLE)}
        begun = root.post("/api/imports", said)
        if begun.status != 201:
            assert begun.status == 422, begun.body
            continue
        where = f"/api/imports/{begun.json['import_id']}"
        assert root.ask("PUT", f"{where}/bytes?at=0", TABLE, OCTETS).status == 200
        wait_until(lambda where=where: root.get(where).json["state"] == "ready", name, 60)
        kept = root.post(f"{where}/keep", {"name": name})
        assert kept.status in (202, 422), kept.body
        if kept.status == 202:
            ASKED["kept"] += 1
            wait_until(lambda where=where: root.get(where).json["state"] == "kept", name, 60)
    assert strange(target, before) == []
    assert ASKED["kept"] - kept_before >= len(names) // 2


TABLE = b"a,b,c\n" + b"".join(b"%d,%d,%d\n" % (n, n * n % 7, n % 3) for n in range(20))
