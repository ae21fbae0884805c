"""People of several roles in a real app with `--auth password`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from store.people.people import Person
from store.people.roles import Role
from tests.pages.web import Browser, Served, serve

PASSWORD = "correct horse"


@contextmanager
def people_app(folder: Path, **changes: Any) -> Iterator[Served]:
    """Serve an app in which people sign in."""
    with serve(folder, **{"auth": "password", **changes}) as served:
        accounts = served.dash_app.server.state.door.accounts
        accounts.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        del accounts.nobodys
        yield served


def person(served: Served, name: str, role: Role) -> tuple[Person, Browser]:
    """Return somebody who has signed in, with a browser that knows it; no slow hash is made."""
    accounts = served.dash_app.server.state.door.accounts
    account = accounts.find(name) or accounts.add(name, role, PASSWORD)
    met = served.store.people.meet("password", name.casefold(), name, role)
    token = served.store.people.sign_in(met.person_id, account.changed_at)
    browser = served.browser()
    browser.cookie = f"lodemap-in-{served.port}={token}"
    return met, browser
