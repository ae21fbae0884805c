"""The app's own scripts and styles at addresses that name their version: a browser keeps them.

What is kept for good is also kept compiled; what is asked for again each time is not, and reading
the scripts anew took as long as all the rest of opening a page.
"""

import os
import re
from collections.abc import Callable
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
PLOTTING: Final = frozenset({"/", "/runs", "/review"})
"""Pages that draw with Plotly."""
_PLOTLY: Final = "package_data/plotly.min.js"
_VERSION: Final = re.compile(r"v[0-9a-f]{12}")


def version_of(folder: Path) -> str:
    """Return what changes with any file of a folder: v and 12 hex digits."""
    digest = sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes())
    return f"v{digest.hexdigest()[:12]}"


def asset_root(dash_app: dash.Dash) -> str:
    """Return the address of an app's assets, their version in it."""
    return f"/{dash_app.config.assets_url_path}"


class Assets(StaticFiles):
    """A folder at `/assets/VERSION/...` and at `/assets/...`.

    Files of another version are answered with those there are, and asked for again each time, as
    are those without one: a page of the app before its upgrade is told so by its scripts.
    """

    def __init__(self, folder: str, version: str) -> None:
        super().__init__(directory=folder)
        self._version = version

    def get_path(self, scope: Scope) -> str:
        """Return the path of a file below the folder."""
        path = super().get_path(scope)
        first, _, rest = path.partition(os.sep)
        return rest if _VERSION.fullmatch(first) else path

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return a file, or that it has not changed."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        if super().get_path(scope).partition(os.sep)[0] == self._version:
            response.headers["Cache-Control"] = FOR_GOOD
        return response


def plotly_address() -> str:
    """Return where Dash serves Plotly for good; its renderer would ask for it each time."""
    file = Path(plotly.__file__).parent / _PLOTLY
    fingerprint: Callable[..., str] = build_fingerprint
    name = fingerprint(_PLOTLY, plotly.__version__, int(file.stat().st_mtime))
    return f"/_dash-component-suites/plotly/{name}"


def plotly_links(path: str) -> str:
    """Return what tells a page's script where Plotly is, and fetches it ahead where it is used."""
    address = plotly_address()
    ahead = f'<link rel="preload" as="script" href="{address}">' if path in PLOTTING else ""
    return f'<meta name="plotly-address" content="{address}">{ahead}'
