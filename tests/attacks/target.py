"""A running app with a project in it, its addresses, and a count of everything it holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from store.sql.tables import METADATA
from tests.pages.web import VALUES, Served
from tests.store.exports.story import tell
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

    def addresses(self, *methods: str) -> Iterator[tuple[str, str]]:
        """Yield (method, path) of each route that takes one of the methods."""
        for route in routes_of(self.served.dash_app.server.routes):
            if route.path.endswith(SLOW):
                continue
            for method in sorted(set(getattr(route, "methods", None) or ()) & set(methods)):
                yield method, filled(route.path, self.values)


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
