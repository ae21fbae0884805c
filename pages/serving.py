"""From services to something uvicorn can serve: the Dash app, its static files, its layers."""

import importlib.util
import mimetypes
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any, Final

import dash
import uvicorn
from dash import Dash
from starlette.types import ASGIApp

from pages.answers import add_error_answers
from pages.api.looks import WriterNotes
from pages.assets import ROOT, Assets, version_of
from pages.auth.doors import Door, TokenDoor
from pages.auth.gate import SessionGate
from pages.commands.terminal import InterruptedCommand
from pages.dash_server import DashServer
from pages.measures import Measures
from pages.metrics import TOKEN_FILE, MetricsDoor, Scrapes, load_token
from pages.middleware.body import BodyCap
from pages.middleware.forwarded import Forwarded
from pages.middleware.guard import Guard, GuardPolicy, allowed_hosts, content_security_policy
from pages.middleware.pace import Pace
from pages.middleware.patience import PatientProtocol, allow_many_files
from pages.middleware.watch import Watch
from pages.plain_page import passing_page
from pages.rooms.asked import MESSAGE_BYTES
from pages.services import Services
from store.files.local_files import write_whole
from tasks.memory import giving_back_memory

BOOTSTRAP_URL: Final = "/bootstrap"
NOT_LOADED_BY_DASH: Final = r"^(?!main\.mjs$).*\.mjs$|^00_theme\.js$"
"""Of the ES modules Dash loads main.mjs, which imports the others; the theme stands in the head."""
PING_S: Final = 5
"""A websocket is asked so often whether it is there; one that does not answer as long is closed."""
GRACE_S: Final = 3
"""How long open requests may go on when the app is stopped."""


def build_dash(services: Services, pages_folder: Path, assets_folder: Path) -> Dash:
    """Return the Dash app with its pages, and its static files mounted."""
    mimetypes.add_type("text/javascript", ".mjs")
    bootstrap = bootstrap_folder()
    bootstrap_version = version_of(bootstrap)
    # Dash keeps one registry per process; an app made earlier must not lend its pages to this one.
    dash.page_registry.clear()
    app = Dash(
        "lodemap",
        backend=DashServer,
        use_pages=True,
        pages_folder=str(pages_folder),
        assets_folder=str(assets_folder),
        assets_url_path=f"{ROOT}/{version_of(assets_folder)}",
        assets_ignore=NOT_LOADED_BY_DASH,
        external_stylesheets=[f"{BOOTSTRAP_URL}/{bootstrap_version}/css/bootstrap.min.css"],
        serve_locally=True,
        title="Lodemap",
        update_title="",
        suppress_callback_exceptions=True,
        include_pages_meta=False,
        websocket_callbacks=False,
        enable_mcp=False,
        add_log_handler=False,
    )
    app.server.state.services = services
    app.server.mount(BOOTSTRAP_URL, Assets(bootstrap, bootstrap_version))
    add_error_answers(app.server)
    return app


def bootstrap_folder() -> Path:
    """Return where bootstrap-flask keeps Bootstrap 5; the package itself is not imported."""
    spec = importlib.util.find_spec("flask_bootstrap")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("bootstrap-flask is missing; run `make setup`.")
    return Path(spec.origin).parent / "static" / "bootstrap5"


def protect(app: Dash, services: Services, door: Door) -> ASGIApp:
    """Return the whole app behind its layers; call once every page and script is registered."""
    server: Any = app.backend  # a DashServer; Dash declares its base
    server.prepare()
    server.add_pages(app)
    hosts, allows_ip_hosts = allowed_hosts(services.settings.host, services.settings.hosts)
    policy = GuardPolicy(hosts, allows_ip_hosts, content_security_policy(app.csp_hashes()))
    settings = services.settings
    measures = Measures(services)
    noted = WriterNotes(BodyCap(app.server), app.server.state.looks, app.server.state.news)
    gate = SessionGate(Pace(noted, settings.requests_per_s), services.cookies, door)
    scrapes = Scrapes(measures.registry)
    metrics = MetricsDoor(gate, scrapes, load_token(settings.data_dir / TOKEN_FILE))
    claims = [name for name in (settings.user_header, settings.role_header) if name]
    watched = Watch(Guard(metrics, policy), measures)
    return Forwarded(watched, settings.trusted_proxies, claims)


def server_config(app: ASGIApp, log_level: str = "warning") -> uvicorn.Config:
    """Return how uvicorn serves the app; `serve` uses it, and so do tests."""
    return uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="websockets-sansio",
        ws_max_size=MESSAGE_BYTES,
        ws_ping_interval=PING_S,
        ws_ping_timeout=PING_S,
        ws_per_message_deflate=False,  # views are small, and memory per connection is not
        log_config=None,  # its lines take the form of ours
        log_level=log_level,
        access_log=False,  # it would write the start-up token
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S,
    )


def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM, then let open requests end.

    Our own server, because `Dash.run` starts a child that outlives a killed parent.
    """
    allow_many_files()
    server = uvicorn.Server(server_config(app))
    with giving_back_memory():
        server.run(sockets=[listening])


def leave_on_signals(*, is_command: bool = False) -> None:
    """Let SIGTERM and SIGINT end the process by an exception, so that everything is closed.

    uvicorn raises a signal again once it has shut down; by default SIGTERM would then end the
    process before worker and store are closed. Whoever serves is done when told so, and a command
    is not: it ends by `InterruptedCommand`.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _break_off if is_command else _leave)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _break_off(number: int, _frame: FrameType | None) -> None:
    raise InterruptedCommand(number)


def url_of(host: str, listening: socket.socket, door: Door) -> str:
    """Return the address to open, with the token where one is asked for."""
    address: Any = listening.getsockname()
    name = socket.gethostname() if host in ("0.0.0.0", "::") else host
    name = f"[{name}]" if ":" in name and not name.startswith("[") else name
    query = f"?token={door.token}" if isinstance(door, TokenDoor) else ""
    return f"http://{name}:{address[1]}/{query}"


def open_browser(url: str, redirect: Path, environ: Mapping[str, str]) -> None:
    """Open the address where there is a desktop to open it on.

    One with a token is not given to the browser, whose arguments every user of the machine can
    read, but written to the file `redirect`, which only its owner can.
    """
    has_screen = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    if sys.platform not in ("darwin", "win32") and not has_screen:
        return
    if "?token=" in url:
        page = passing_page("Lodemap", "The map opens in a moment.", url)
        write_whole(redirect, page.encode(), durable=False, is_private=True)
        url = redirect.as_uri()
    opening = threading.Thread(target=webbrowser.open, args=(url,), name="open-browser")
    opening.daemon = True
    opening.start()
