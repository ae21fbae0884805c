"""Lodemap's command line and composition root: read settings, open the parts, serve.

`python app.py` opens an app on this machine; `python app.py --help` names the flags.
Its first word may be a command instead (`COMMANDS`).
"""

from ml import startup

# isort: split
import argparse
import os
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from dash import Dash
from starlette.types import ASGIApp

from ml.errors import LodemapError
from pages import _shell
from pages.api.routes import add_routes, add_sign_in
from pages.auth.doors import Door, OpenDoor, TokenDoor
from pages.auth.people_door import PeopleDoor
from pages.auth.proxy_door import ProxyDoor
from pages.commands.app_flags import add_app_flags, with_commands
from pages.commands.backup import main_backup, main_restore
from pages.commands.doctor import main_doctor
from pages.commands.export import main_export
from pages.commands.importing import main_import
from pages.commands.open import main_open
from pages.commands.terminal import InterruptedCommand, Parser, as_typed, complain, show
from pages.commands.user import main_user
from pages.commands.whereabouts import note_address
from pages.demo import add_demo
from pages.ports import listen
from pages.services import Services
from pages.serving import build_dash, leave_on_signals, open_browser, protect, serve, url_of
from pages.session import SessionCookies
from pages.signing import signing_key
from store.logs import set_up_logs
from store.opening import Store, open_store
from store.people.sign_in_settings import client_secret
from store.settings import Settings
from tasks.memory import share_arenas
from tasks.opening import Backend, open_backend

startup.all_in()

ROOT: Final = Path(__file__).resolve().parent
COMMANDS: Final[Mapping[str, tuple[Callable[[Sequence[str]], int], str]]] = {
    "import": (main_import, "make a data set and a project of files"),
    "export": (main_export, "write what a project has: names, map, network, or all"),
    "open": (main_open, "make a project of a .lodemap archive"),
    "user": (main_user, "say who may sign in with a password"),
    "backup": (main_backup, "write database and artifacts into one file"),
    "restore": (main_restore, "make a data folder of such a file"),
    "doctor": (main_doctor, "check how the app would start here"),
}
"""Run in place of the app, by the first word of the command line; each returns an exit status.
Beside it is what `--help` says of it."""


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
        prog="app.py", usage="app.py [flags]\n       app.py COMMAND ...", allow_abbrev=False,
        description="Start Lodemap. What is named LODEMAP_... is the variable of the same setting;"
        " the flag wins.",
    )  # fmt: skip
    add_app_flags(parser)
    parser.add_argument("--open", action=argparse.BooleanOptionalAction, default=False,
        help="open a browser where there is a desktop")  # fmt: skip
    with_commands(parser, ((name, words) for name, (_, words) in COMMANDS.items()))
    flags = vars(parser.parse_args(arguments))
    is_open_wanted = bool(flags.pop("open"))
    return flags, is_open_wanted


def announce(url: str, door: Door, data_dir: Path) -> None:
    """Say in one line where the app is, who can open it, and which data folder it has."""
    who = "Any local user of this machine can open it; start with --auth token to prevent that."
    if isinstance(door, TokenDoor):
        who = "The address holds the token; keep it to yourself."
    elif isinstance(door, ProxyDoor):
        who = "It answers to its trusted proxies only."
    elif isinstance(door, PeopleDoor):
        who = "People sign in."
        if door.asks_password and not door.accounts.accounts():
            add = as_typed("user", "add", "NAME", "--role", "admin", "--data-dir", str(data_dir))
            who = f"Nobody may sign in yet; add somebody: {add}"
    sys.stdout.write(f"Lodemap runs at {url}  {who}  Data folder: {data_dir}\n")
    sys.stdout.flush()


def run(settings: Settings, *, is_open_wanted: bool) -> None:
    """Serve until stopped; close worker and store whatever happens.

    Raises:
        LodemapError: when something it needs cannot be had.
    """
    share_arenas()
    with (
        open_store(settings, as_app=True) as store,
        listen(settings.host, settings.port) as listening,
        closing(open_backend(settings, store)) as backend,
    ):
        add_demo(store)
        app, asgi = create_app(store, backend, settings)
        door, desk = app.server.state.door, app.server.state.takeaways
        url = url_of(settings.host, listening, door)
        announce(url, door, settings.data_dir)
        note_address(settings.data_dir, url)
        if is_open_wanted:
            open_browser(url, settings.data_dir / "open.html", os.environ)
        with closing(desk):
            desk.start()
            serve(asgi, listening)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    command = given[0] if given and given[0] in COMMANDS else None
    leave_on_signals(is_command=command is not None)
    try:
        set_up_logs(os.environ)
        if command is not None:
            return COMMANDS[command][0](given[1:])
        flags, is_open_wanted = parse_arguments(given)
        run(Settings.from_env(os.environ, flags), is_open_wanted=is_open_wanted)
    except LodemapError as error:
        complain(error)
        return error.exit_code
    except InterruptedCommand as error:
        show([f"{command} was interrupted by {error.signal_name} before it was done."])
        return int(error.code or 0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
