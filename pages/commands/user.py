"""`python app.py user`: who may sign in with a password, which is asked for, never an argument."""

import getpass
import os
import sys
from collections.abc import Sequence

from ml.errors import InvalidInputError, LodemapError
from pages.commands.terminal import Parser, answer, complain, url_for
from store.files import data_dir
from store.opening import open_store
from store.people.password_file import PasswordFile, folded
from store.people.roles import ROLES
from store.settings import Settings
from tasks.errors import EXIT_CANNOT_START

ACTS = ("add", "passwd", "role", "remove", "list")


def main_user(arguments: Sequence[str]) -> int:
    """Run the command; return the exit status.

    Args:
        arguments: What follows `user` on the command line.
    """
    parser = Parser(
        prog="app.py user",
        description="Say who may sign in with a password (--auth password). The app may run "
        "meanwhile. A password is asked for, or read from the first line of stdin.",
        allow_abbrev=False,
    )
    parser.add_argument("act", choices=ACTS)
    parser.add_argument("name", nargs="?", help="of the person; not needed to list them")
    parser.add_argument("--role", choices=ROLES, help="what they may do (viewer)")
    parser.add_argument("--data-dir", help="folder of database and artifacts (lodemap-data)")
    parser.add_argument(
        "--database-url", type=url_for("database_url"), help="sqlite:///... or postgresql://..."
    )
    flags = parser.parse_args(arguments)
    overrides = {"data_dir": flags.data_dir, "database_url": flags.database_url}
    try:
        settings = Settings.from_env(os.environ, overrides)
        data_dir.prepare(settings.data_dir)
        answer(act(settings, flags.act, flags.name, flags.role).splitlines())
    except LodemapError as error:
        complain(error)
        return EXIT_CANNOT_START
    return 0


def act(settings: Settings, what: str, name: str | None, role: str | None) -> str:
    """Do one thing; return what to print.

    Raises:
        LodemapError: it cannot be done.
    """
    file = PasswordFile(settings.data_dir)
    if what == "list":
        known = sorted(file.accounts().values(), key=lambda each: each.name)
        return "".join(f"{each.role:10} {each.name}\n" for each in known)
    if name is None:
        raise InvalidInputError(f"Say whom: app.py user {what} NAME.")
    if what == "add":
        account = file.add(name, role or "viewer", asked_password())
        return f"{account.name} may sign in as {account.role}.\n"
    if what == "passwd":
        account = file.change(name, password=asked_password())
        sign_out(settings, name)
        return f"{account.name} has another password, and is signed out everywhere.\n"
    if what == "role":
        if role is None:
            raise InvalidInputError(f"Say which: app.py user role NAME --role {'|'.join(ROLES)}.")
        account = file.change(name, role=role)
        return f"{account.name} is {account.role} now.\n"
    with open_store(settings) as store:
        gone = file.take_out(name, store.people)
    return f"{gone} may sign in no more, and is signed out everywhere.\n"


def asked_password() -> str:
    """Ask for a password twice, or read one line where nobody is at the keyboard.

    Raises:
        InvalidInputError: the two differ.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise InvalidInputError("The two passwords differ; nothing was changed.")
    return password


def sign_out(settings: Settings, name: str) -> None:
    """End every sign-in of a person."""
    with open_store(settings) as store:
        store.people.sign_out_everywhere("password", folded(name))
