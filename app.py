"""Lodemap's command line and composition root: read settings, open the parts, serve.

`python app.py` opens an app on this machine; `python app.py --help` names the flags.
`import`, `export` and `open` as its first word bring data in and take results out, without a
browser; `user` says who may sign in.
"""

import argparse
import os
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final, get_args

from dash import Dash
from starlette.types import ASGIApp

from ml.errors import LodemapError
from pages import _shell
from pages.api.routes import add_routes, add_sign_in
from pages.auth.doors import Door, OpenDoor, TokenDoor
from pages.auth.people_door import PeopleDoor
from pages.auth.proxy_door import ProxyDoor
from pages.backend import Services
from pages.cli_backup import main_backup, main_restore
from pages.cli_doctor import main_doctor
from pages.cli_export import main_export
from pages.cli_import import main_import
from pages.cli_open import main_open
from pages.cli_user import main_user
from pages.command_line import Parser
from pages.demo import add_demo
from pages.ports import listen
from pages.serving import build_dash, leave_on_signals, open_browser, protect, serve, url_of
from pages.session import SessionCookies
from pages.signing import signing_key
from pages.whereabouts import note_address
from store.logs import set_up_logs
from store.opening import Store, open_store
from store.people.sign_in_settings import client_secret
from store.settings import Auth, Device, Settings
from tasks.errors import EXIT_CANNOT_START
from tasks.opening import Backend, open_backend

ROOT: Final = Path(__file__).resolve().parent
COMMANDS: Final[Mapping[str, Callable[[Sequence[str]], int]]] = {
    "import": main_import,
    "export": main_export,
    "open": main_open,
    "user": main_user,
    "backup": main_backup,
    "restore": main_restore,
    "doctor": main_doctor,
}
"""Run in place of the app, by the first word of the command line; each returns an exit status."""


def create_app(
    store: Store, backend: Backend, settings: Settings, pages_folder: Path = ROOT / "pages"
) -> tuple[Dash, ASGIApp]:
    """Return the Dash app and the ASGI app that serves it behind its guard.

    With `settings.auth == "token"` the start-up token is at `dash_app.server.state.door.token`.
    """
    cookies = SessionCookies(signing_key(settings))
    services = Services(store, backend, settings, cookies)
    app = build_dash(services, pages_folder, ROOT / "assets")
    app.layout = _shell.layout
    _shell.register(app)
    add_routes(app.server)
    door = open_door(settings, services)
    is_oidc = settings.auth == "oidc"
    secret = client_secret(os.environ, settings.oidc_secret_file) if is_oidc else ""
    add_sign_in(app.server, door, secret)
    return app, protect(app, services, door)


def open_door(settings: Settings, services: Services) -> Door:
    """Return what stands before the app."""
    if settings.auth == "token":
        return TokenDoor(secrets.token_urlsafe(32), services.cookies)
    if settings.auth in ("password", "oidc"):
        return PeopleDoor(services.store, settings)
    if settings.auth == "proxy":
        return ProxyDoor(services.store, settings)
    return OpenDoor(services.cookies)


def parse_arguments(arguments: Sequence[str]) -> tuple[dict[str, object], bool]:
    """Return the settings given as flags, by field name, and whether to open a browser."""
    parser = Parser(
        prog="app.py",
        description="Start Lodemap. Each flag can also be set as LODEMAP_<NAME>; flags win.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--host", help="address to listen on (127.0.0.1)")
    add("--port", help="port to listen on (8050)")
    add("--data-dir", help="folder of database, artifacts and cache (lodemap-data)")
    add("--auth", choices=get_args(Auth), help="how people prove who they are (none: nobody does)")
    add_people_flags(parser)
    add("--device", choices=get_args(Device), help="where to train (auto)")
    add("--allowed-host", dest="allowed_hosts", action="append", metavar="NAME",
        help="another name under which browsers reach this app; may be repeated")  # fmt: skip
    add("--database-url", help="sqlite:///... or postgresql://... (a file in the data folder)")
    add("--broker-url", help="redis://...: send work to Celery workers (work on this machine)")
    add("--artifacts-url", help="folder or URL of data sets and checkpoints (in the data folder)")
    add("--trusted-proxy", dest="trusted_proxies", action="append", metavar="CIDR",
        help="network of a proxy that is believed; may be repeated")  # fmt: skip
    add("--secret-key-file", metavar="FILE",
        help="key that signs cookies, for several apps behind one address")  # fmt: skip
    add("--requests-per-s", help="how often one browser may ask in the long run (100)")
    add("--insecure-redis", action="store_const", const="yes",
        help="speak to a Redis elsewhere without TLS")  # fmt: skip
    add("--open", action=argparse.BooleanOptionalAction, default=False,
        help="open a browser where there is a desktop")  # fmt: skip
    flags = vars(parser.parse_args(arguments))
    is_open_wanted = bool(flags.pop("open"))
    return flags, is_open_wanted


def add_people_flags(parser: Parser) -> None:
    """Add the flags of `--auth password`, `proxy` and `oidc`; see docs/auth.md."""
    add = parser.add_argument
    add("--default-role", help="of whom a proxy or provider says no role (viewer)")
    add("--public-url", help="address by which browsers reach the app, when it is another")
    add("--user-header", help="header in which the proxy says who is asking")
    add("--role-header", help="header in which the proxy says their role")
    add("--oidc-issuer", help="address of the OpenID provider")
    add("--oidc-client-id", help="what the provider calls this app")
    add("--oidc-secret-file", help="file of its secret (or LODEMAP_OIDC_CLIENT_SECRET)")
    add("--oidc-role-claim", help="claim that says somebody's groups")
    add("--oidc-role", dest="oidc_roles", action="append", metavar="VALUE=ROLE",
        help="what a value of that claim means; may be repeated")  # fmt: skip


def announce(url: str, door: Door) -> None:
    """Say in one line where the app is, and who can open it."""
    who = "Any local user of this machine can open it; start with --auth token to prevent that."
    if isinstance(door, TokenDoor):
        who = "The address holds the token; keep it to yourself."
    elif isinstance(door, ProxyDoor):
        who = "It answers to its trusted proxies only."
    elif isinstance(door, PeopleDoor):
        who = "People sign in."
        if door.asks_password and not door.accounts.accounts():
            who = "Nobody may sign in yet; add somebody: python app.py user add NAME --role admin."
    sys.stdout.write(f"Lodemap runs at {url}  {who}\n")
    sys.stdout.flush()


def run(settings: Settings, *, is_open_wanted: bool) -> None:
    """Serve until stopped; close worker and store whatever happens.

    Raises:
        LodemapError: when something it needs cannot be had.
    """
    with (
        open_store(settings, as_app=True) as store,
        listen(settings.host, settings.port) as listening,
        closing(open_backend(settings, store)) as backend,
    ):
        add_demo(store)
        app, asgi = create_app(store, backend, settings)
        door, desk = app.server.state.door, app.server.state.takeaways
        url = url_of(settings.host, listening, door)
        announce(url, door)
        note_address(settings.data_dir, url)
        if is_open_wanted:
            open_browser(url, settings.data_dir / "open.html", os.environ)
        with closing(desk):
            desk.start()
            serve(asgi, listening)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    leave_on_signals()
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        set_up_logs(os.environ)
        if given and given[0] in COMMANDS:
            return COMMANDS[given[0]](given[1:])
        flags, is_open_wanted = parse_arguments(given)
        run(Settings.from_env(os.environ, flags), is_open_wanted=is_open_wanted)
    except LodemapError as error:
        sys.stderr.write(f"{error.sentence}\n")
        return EXIT_CANNOT_START
    return 0


if __name__ == "__main__":
    sys.exit(main())
