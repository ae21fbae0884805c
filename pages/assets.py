"""The app's own scripts and styles at addresses that name their version: a browser keeps them.

What is kept for good is also kept compiled; what is asked for again each time is not, and reading
the scripts anew took as long as all the rest of opening a page.
"""

import os
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import dash
import plotly
from dash.fingerprint import build_fingerprint
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

ROOT: Final = "assets"
"""First part of the address of every asset."""
FOR_GOOD: Final = "private, max-age=31536000, immutable"
PLOTTING: Final = frozenset({"/", "/review"})
"""Pages that draw with Plotly whatever they show."""
_PLOTLY: Final = "package_data/plotly.min.js"


def version_of(folder: Path) -> str:
    """Return what changes with any file of a folder: v and 12 hex digits."""
    digest = sha256()
    for path in files_of(folder):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes())
    return f"v{digest.hexdigest()[:12]}"


def files_of(folder: Path) -> list[Path]:
    """Return all files below a folder, in order, but for hidden ones."""
    files = (each for each in folder.rglob("*") if each.is_file())
    return sorted(each for each in files if not each.name.startswith("."))


def asset_root(dash_app: dash.Dash) -> str:
    """Return the address of an app's assets, their version in it."""
    return f"/{dash_app.config.assets_url_path}"


class Assets(StaticFiles):
    """A folder below an address, and below its version there, where files are kept for good.

    Another version's are not there: a page of the app before its upgrade would mix both. Nor is
    for good what was changed since the version was taken.
    """

    def __init__(self, folder: Path, version: str) -> None:
        super().__init__(directory=folder)
        self._version = version
        self._as_taken = {str(path.resolve()): stamp_of(path.stat()) for path in files_of(folder)}

    def get_path(self, scope: Scope) -> str:
        """Return the path of a file below the folder."""
        path = super().get_path(scope)
        first, _, rest = path.partition(os.sep)
        return rest if first == self._version else path

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return a file, or that it has not changed."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        is_as_taken = self._as_taken.get(os.path.realpath(full_path)) == stamp_of(stat_result)
        if is_as_taken and super().get_path(scope).partition(os.sep)[0] == self._version:
            response.headers["Cache-Control"] = FOR_GOOD
        return response


def stamp_of(stat: os.stat_result) -> tuple[int, int]:
    """Return what changes with a file: nanoseconds since 1970, and bytes."""
    return stat.st_mtime_ns, stat.st_size


@cache
def plotly_name() -> str:
    """Return the name, with its version, by which Dash serves Plotly for good."""
    digest = sha256((Path(plotly.__file__).parent / _PLOTLY).read_bytes()).hexdigest()
    fingerprint: Callable[..., str] = build_fingerprint
    return fingerprint(_PLOTLY, plotly.__version__, digest[:12])


def plotly_address() -> str:
    """Return where Dash serves Plotly for good; its renderer would ask for it each time."""
    return f"/_dash-component-suites/plotly/{plotly_name()}"


def plotly_links(path: str) -> str:
    """Return what tells a page's script where Plotly is, and fetches it ahead where it is used."""
    address = plotly_address()
    ahead = f'<link rel="preload" as="script" href="{address}">' if path in PLOTTING else ""
    return f'<meta name="plotly-address" content="{address}">{ahead}'
