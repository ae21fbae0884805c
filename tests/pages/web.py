"""A real app on a real port, and a small client that can also misbehave."""

import base64
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dash
import numpy as np
import uvicorn
from sqlalchemy import update

import app
from ml.errors import LodemapError
from ml.maps.codec import pack_ids
from pages.ports import listen
from pages.serving import server_config
from store.opening import Store, open_store
from store.records import LIVE_STATES, Project
from store.settings import Settings
from store.sql.tables import RUN
from tasks.intake import IntakeDesk
from tests.patience import PATIENCE

PAGE = """
import dash
from dash import Input, Output, callback, dcc, html

from pages.auth.declared import requires

dash.register_page(__name__, path="/", title="Home")


def layout(**_: str) -> html.Div:
    return html.Div([dcc.Input(id="typed"), html.Output(id="echo")])


@callback(Output("echo", "children"), Input("typed", "value"))
@requires("viewer")
def echo(value: str) -> str:
    return value.upper()
"""


@dataclass
class Bell:
    """A doorbell that nobody answers: it remembers who was rung for."""

    rung: list[str] = field(default_factory=list)

    def ring(self, run_id: str) -> None:
        self.rung.append(run_id)

    def close(self) -> None:
        pass


@dataclass
class QuietBackend:
    """Runs stay queued until a test itself does the worker's part."""

    desk: IntakeDesk | None = None
    doorbell: Bell = field(default_factory=Bell)
    problem: str | None = None
    is_turning: bool = True
    has_queue: bool = True

    def close(self) -> None:
        if self.desk is not None:
            self.desk.close()


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return str(self.json["code"])


@dataclass
class Browser:
    """Keeps one cookie, as a browser does, and sends what a page of the app would send."""

    port: int
    cookie: str = ""

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20 * PATIENCE)
        sent = {"Cookie": self.cookie} if self.cookie else {}
        try:
            connection.request(method, path, body, {**sent, **(headers or {})})
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            answer = Answer(response.status, found, response.read())
        finally:
            connection.close()
        if "set-cookie" in answer.headers:
            self.cookie = answer.headers["set-cookie"].split(";")[0]
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=_dashed(headers))

    def post(self, path: str, body: object, **headers: str) -> Answer:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **_dashed(headers)}
        return self.ask("POST", path, data, sent)


@dataclass
class Served:
    """A running app and what is behind it."""

    port: int
    store: Store
    backend: QuietBackend
    dash_app: dash.Dash

    def browser(self) -> Browser:
        return Browser(self.port)

    def project(self, num_samples: int = 60, class_names: tuple[str, ...] = ("apple",)) -> Project:
        return add_project(self.store, num_samples, class_names)

    def rest(self) -> None:
        """End the runs that other tests left: what gives way to all would wait for them."""
        live = RUN.c.state.in_(LIVE_STATES)
        with self.store.database.write() as connection:
            connection.execute(update(RUN).where(live).values(state="stopped", owner=None))


def add_project(
    store: Store, num_samples: int = 60, class_names: tuple[str, ...] = ("apple",)
) -> Project:
    """Make a project of noise; every fifth sample is held out."""
    rng = np.random.default_rng(num_samples)
    images = rng.integers(0, 255, (num_samples, 1, 8, 8)).astype(np.uint8)
    label = np.arange(num_samples, dtype=np.int16) % 3
    is_held_out = np.arange(num_samples) % 5 == 0
    dataset = store.datasets.put("Noise", images, label, is_held_out, ("a", "b", "c"))
    return store.projects.create("Noise", dataset.dataset_id, class_names=class_names)


VALUES = {
    **dict.fromkeys("pricbtuv", "11111111-2222-3333-4444-555555555555"),
    "d": "a" * 64,
    "seq": "1", "attempt": "1", "n": "1", "k": "0", "epoch": "1", "of": "1",
    "true": "0", "said": "1", "other": "11111111-2222-3333-4444-555555555555",
    "what": "annotations", "form": "csv",
    "package_name": "dash", "fingerprinted_path:path": "x.js", "path:path": "",
}  # fmt: skip


def every_address(served: Served, values: Mapping[str, str] = VALUES) -> list[str]:
    """One address for each route and mount there is, found in the app itself."""
    found = ["/assets/x.css", "/bootstrap/css/bootstrap.min.css"]
    for route in leaves(served.dash_app.server.routes):
        path = route.path
        for name, value in values.items():
            path = path.replace(f"{{{name}}}", value)
        assert "{" not in path, f"say in VALUES what stands for {path}"
        found.append(path)
    return found


def leaves(routes: list[Any]) -> Iterator[Any]:
    """Yield routes and mounts, those of included routers too."""
    for route in routes:
        if (included := getattr(route, "original_router", None)) is not None:
            yield from leaves(included.routes)
        else:
            yield route


def packed(ids: list[int], num_samples: int) -> str:
    """Return sample ids as a gesture carries them."""
    return base64.b64encode(pack_ids(np.array(ids), num_samples)).decode()


@contextmanager
def serve(folder: Path, page: str | None = PAGE, **changes: Any) -> Iterator[Served]:
    """Serve a fresh data directory with one small page, None for the app's own ones."""
    pages = folder / "some_pages" if page else app.ROOT / "pages"
    if page:
        pages.mkdir(exist_ok=True)
        (pages / "home.py").write_text(page)
    own = {"data_dir": str(folder / "data"), "port": "0", "requests_per_s": 0}
    settings = Settings.from_env({}, {**own, **changes})
    with (
        open_store(settings, as_app=True) as store,
        closing(QuietBackend(IntakeDesk(store))) as backend,
    ):
        dash_app, asgi = app.create_app(store, backend, settings, pages)  # type: ignore[arg-type]
        listening = listen("127.0.0.1", 0)
        with running(asgi, listening):
            yield Served(listening.getsockname()[1], store, backend, dash_app)


@contextmanager
def running(asgi: Any, listening: socket.socket) -> Iterator[None]:
    """Run the server in a thread."""
    server = uvicorn.Server(server_config(asgi, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        wait_until(lambda: server.started, "the server to start")
        yield
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def wait_until(condition: Any, what: str, timeout_s: float = 20.0) -> None:
    """Wait for a condition, not for a time.

    Raises:
        LodemapError: when it does not come true.
    """
    deadline = time.monotonic() + timeout_s * PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise LodemapError(f"Waited {timeout_s} s for {what}.")
        time.sleep(0.01)


def _dashed(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
