import json
import re

import dash
import pytest

from pages.dash_server import is_page
from tests.pages.web import Answer, Browser

ECHO = "echo.children"
GOOD = {
    "output": ECHO,
    "outputs": {"id": "echo", "property": "children"},
    "inputs": [{"id": "typed", "property": "value", "value": "hello"}],
    "changedPropIds": ["typed.value"],
    "state": [],
}


def call(visitor: Browser, body: object) -> Answer:
    return visitor.post("/_dash-update-component", body)


def test_callback__answers(visitor: Browser) -> None:
    answer = call(visitor, GOOD)
    assert answer.status == 200
    assert answer.json["response"] == {"echo": {"children": "HELLO"}}
    assert answer.headers["cache-control"] == "no-store"


BAD_BODIES: list[object] = [
    b"",
    b"not json",
    b"5",
    b"[]",
    b'{"output": NaN}',
    {},
    {"output": "nope.children"},
    {**GOOD, "output": 5},
    {**GOOD, "output": ["echo"]},
    {**GOOD, "inputs": 5},
    {**GOOD, "inputs": None},
    {**GOOD, "inputs": []},
    {**GOOD, "inputs": [5]},
    {**GOOD, "inputs": [[]]},
    {**GOOD, "inputs": [{}]},
    {**GOOD, "inputs": [{"id": "other", "property": "value"}]},
    {**GOOD, "inputs": GOOD["inputs"] * 2},  # type: ignore[operator]
    {**GOOD, "inputs": [{"id": "typed", "property": "value", "value": 5}]},
    {**GOOD, "inputs": [{"id": "typed", "property": "value"}]},
    {**GOOD, "state": {"id": "x"}},
    {**GOOD, "outputs": 5},
    {**GOOD, "outputs": [5]},
    {**GOOD, "changedPropIds": 5},
    {**GOOD, "changedPropIds": [5]},
    {"output": "_pages_dummy.children", "inputs": [], "outputs": []},
]


@pytest.mark.parametrize("body", BAD_BODIES, ids=[str(body)[:40] for body in BAD_BODIES])
def test_callback__a_malformed_body_is_one_sentence(visitor: Browser, body: object) -> None:
    answer = call(visitor, body)
    assert answer.status == 400
    assert answer.code in ("bad_callback", "bad_json")
    assert b"Traceback" not in answer.body


def test_callback__the_address_of_a_page_must_be_text(visitor: Browser) -> None:
    callbacks = visitor.get("/_dash-dependencies").json
    routing = next(each for each in callbacks if "_pages_content" in each["output"])
    inputs = [{**each, "value": 5} for each in routing["inputs"]]
    answer = call(visitor, {"output": routing["output"], "inputs": inputs, "outputs": []})
    assert (answer.status, answer.code) == (400, "bad_callback")


def test_index__loads_its_own_files_only(visitor: Browser) -> None:
    html = visitor.get("/").body.decode()
    assert re.search(r"/bootstrap/v[0-9a-f]{12}/css/bootstrap\.min\.css", html)
    assert "http://" not in html
    assert "https://" not in html.replace("https://dash-version.plotly.com", "")
    assert '"websocket"' not in html
    modules = [
        part.split('"')[0] for part in html.split('src="')[1:] if ".mjs" in part.split('"')[0]
    ]
    (address,) = modules
    assert re.fullmatch(r"/assets/v[0-9a-f]{12}/main\.mjs\?m=[0-9.]+", address)


def test_index__every_file_it_names_is_there(visitor: Browser) -> None:
    html = visitor.get("/").body.decode()
    ahead = [part.split('"')[0] for part in html.split('rel="modulepreload" href="')[1:]]
    addresses = ahead + [part.split('"')[0] for part in html.split('src="')[1:]]
    addresses += [part.split('"')[0] for part in html.split('as="script" href="')[1:]]
    assert len(addresses) > 5
    for address in addresses:
        answer = visitor.get(address)
        assert answer.status == 200, address
        assert "javascript" in answer.headers["content-type"], address
        assert "max-age=31536000" in answer.headers["cache-control"], "compiled anew each time"


def test_missing__a_person_gets_a_page_and_a_program_json(visitor: Browser) -> None:
    page = visitor.get("/no/such/page?x=<script>")
    assert page.status == 404
    assert page.headers["content-type"].startswith("text/html")
    assert b"There is nothing at /no/such/page" in page.body
    assert b"<script>" not in page.body
    for path in ("/api/nope", "/assets/nope.css", "/_dash-nope", "/api"):
        answer = visitor.get(path)
        assert (answer.status, answer.code) == (404, "not_found"), path


def test_missing__markup_in_an_address_is_shown_as_text(visitor: Browser) -> None:
    answer = visitor.get("/%3Cscript%3Ealert(1)%3C/script%3E")
    assert b"<script>alert" not in answer.body
    assert b"&lt;script&gt;" in answer.body


def test_methods__a_route_has_not(visitor: Browser) -> None:
    answer = visitor.post("/api/projects", {})
    assert (answer.status, answer.code) == (405, "method_not_allowed")


@pytest.mark.parametrize(
    "path",
    [
        "/_dash-component-suites/dash/..%2f..%2f..%2fetc/passwd",
        "/_dash-component-suites/os/path.py",
        "/_dash-component-suites/dash/dash.py",
        "/assets/../app.py",
        "/assets/%2e%2e/app.py",
        "/bootstrap/../../__init__.py",
        "/bootstrap/%2e%2e/%2e%2e/__init__.py",
    ],
)
def test_files__outside_their_folder_are_not_served(visitor: Browser, path: str) -> None:
    assert visitor.get(path).status == 404


@pytest.mark.parametrize(
    "path", ["/_dash-ws-callback", "/docs", "/openapi.json", "/redoc", "/_mcp"]
)
def test_doors__that_dash_and_fastapi_open_are_shut(visitor: Browser, path: str) -> None:
    assert visitor.get(path).status == 404


def test_is_page__follows_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = {
        "home": {"module": "pages.home", "path": "/", "path_template": None},
        "one": {"module": "pages.one", "path": "/p/none", "path_template": "/p/<project>"},
        "not_found_404": {"module": "pages.not_found_404", "path": "/x", "path_template": None},
    }
    monkeypatch.setattr(dash, "page_registry", registry)
    found = {path: is_page(path) for path in ("/", "/p/7", "/p/", "/p/7/8", "/x", "/q")}
    assert found == {
        "/": True,
        "/p/7": True,
        "/p/": False,
        "/p/7/8": False,
        "/x": False,
        "/q": False,
    }


def test_dependencies__are_json(visitor: Browser) -> None:
    assert isinstance(json.loads(visitor.get("/_dash-dependencies").body), list)
