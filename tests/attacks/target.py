"""A running app with a project in it, its addresses, and a count of everything it holds."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from store.sql.tables import METADATA
from tests.attacks.bodies import BODIES
from tests.pages.auth.people import people_app, person
from tests.pages.web import VALUES, Browser, Served
from tests.store.archives.story import tell
from tests.store.scene import make_scene

SLOW = "/exports/network.zip"
"""Starts a process that loads PyTorch; its own tests attack it."""
WRITING = ("POST", "PUT", "PATCH", "DELETE")


@dataclass
class Target:
    """What is attacked."""

    served: Served
    values: dict[str, str]
    """What stands in addresses for ids of things that are there."""

    def rows(self) -> dict[str, int]:
        """How many rows each table has; workers come and go by themselves."""
        with self.served.store.database.read() as connection:
            return {
                name: connection.scalar(select(func.count()).select_from(table)) or 0
                for name, table in METADATA.tables.items()
                if name != "worker"
            }

    def files(self) -> set[str]:
        """Every file of the data folder and around it, but for logs of databases."""
        root = self.served.store.settings.data_dir.parent
        found = (str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())
        return {
            name for name in found if not name.endswith(("-wal", "-shm")) and "/cache/" not in name
        }

    def contents(self) -> dict[str, str]:
        """A digest of each table's rows and each file's bytes: another where anything changed."""
        root = self.served.store.settings.data_dir.parent
        found = {
            name: _digest((root / name).read_bytes())
            for name in self.files()
            if ".sqlite" not in name and ".db" not in name
        }
        with self.served.store.database.read() as connection:
            for name, table in METADATA.tables.items():
                if name != "worker":
                    rows = sorted(map(repr, connection.execute(select(table))))
                    found[f"table {name}"] = _digest(repr(rows).encode())
        return found

    def addresses(self, *methods: str, slow: bool = False) -> Iterator[tuple[str, str]]:
        """Yield (method, path) of each route that takes one of the methods."""
        for method, route in self.routes(*methods):
            if slow or not route.endswith(SLOW):
                yield method, filled(route, self.values)

    def routes(self, *methods: str) -> list[tuple[str, str]]:
        """Return (method, path with its variables) of each route that takes one of the methods."""
        return sorted(
            (method, route.path)
            for route in routes_of(self.served.dash_app.server.routes)
            for method in set(getattr(route, "methods", None) or ()) & set(methods)
        )


@contextmanager
def people_target(folder: Path) -> Iterator[Target]:
    """Serve an app in which people sign in: it has every route there is, but for a provider's."""
    with people_app(folder, page=None) as served:
        yield make_target(served)


def make_target(served: Served) -> Target:
    """Let two people work in a project, and know its ids."""
    scene = make_scene(served.store)
    run = tell(scene)[-1]
    head = served.store.runs.head(scene.id)
    assert head is not None
    (frame,) = [f for f in served.store.frames.after(run.run_id, 0) if f.n == head.frame_n]
    ids = {
        "p": scene.id, "r": run.run_id, "d": scene.project.dataset_id, "n": str(frame.n),
        "attempt": str(frame.attempt), "epoch": "2", "of": run.run_id, "other": run.run_id,
    }  # fmt: skip
    return Target(served, {**VALUES, **ids})


def fill(target: Target, admin: Browser) -> None:
    """Make what ids in addresses stand for, so that whatever is let through changes something."""
    made = (
        ("i", "import_id", "/api/imports"),
        ("v", "invite_id", "/api/invites"),
        ("c", "comment_id", "/api/projects/{p}/comments"),
        ("b", "bookmark_id", "/api/projects/{p}/bookmarks"),
    )
    for value, field, route in made:
        answer = admin.post(filled(route, target.values), body_of(route, target.values, "made"))
        assert answer.status == 201, (route, answer.body)
        target.values[value] = answer.json[field]
    target.values["u"] = person(target.served, "Somebody", "viewer")[0].person_id


def body_of(route: str, values: dict[str, str], key: str = "forged") -> bytes:
    """Return what a page would send to a writing route; any JSON where it takes none."""
    body = next(iter(BODIES[route]), {"key": ""})
    own = {"key": key + "".join(filter(str.isalnum, route))} if "key" in body else {}
    said = json.dumps({**body, **own})
    for name in ("p", "r"):
        said = said.replace(f'"{{{name}}}"', f'"{values[name]}"')
    return said.encode()


def routes_of(routes: list[Any]) -> Iterator[Any]:
    """Yield routes, those of included routers too."""
    for route in routes:
        if (included := getattr(route, "original_router", None)) is not None:
            yield from routes_of(included.routes)
        else:
            yield route


def filled(path: str, values: dict[str, str]) -> str:
    """Return a route's address with values for its parts."""
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path, f"say in VALUES what stands for {path}"
    return path


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
