"""The repository's files over loopback, for pages that need no app: the map engine alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from os import PathLike
from pathlib import Path
from threading import Thread
from typing import Any, Final

import plotly

ROOT: Final = Path(__file__).parents[1]
PLOTLY: Final = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
"""The plotly.js that Dash serves too."""


class _Files(SimpleHTTPRequestHandler):
    def guess_type(self, path: str | PathLike[str]) -> str:
        return "text/javascript" if str(path).endswith(".mjs") else super().guess_type(path)

    def translate_path(self, path: str) -> str:
        return str(PLOTLY) if path == "/plotly.min.js" else super().translate_path(path)

    def end_headers(self) -> None:
        # an isolated page gets a clock of 5 microseconds instead of 100
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def static_site() -> Iterator[str]:
    """Serve the files while the block runs; yields the base URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(ROOT))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
