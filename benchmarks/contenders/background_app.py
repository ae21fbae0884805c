"""A Dash background callback with DiskcacheManager: `... background_app FOLDER PORT`.

A process for each job, torch imported inside it, progress polled at Dash's own interval.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import diskcache
import plotly.graph_objects as go
from dash import Dash, DiskcacheManager, Input, Output

from benchmarks.contenders.job import embeddings
from benchmarks.contenders.page import figure, layout, limit_of


def create_app(folder: Path) -> Dash:
    """Return the app."""
    manager = DiskcacheManager(  # type: ignore[no-untyped-call]
        diskcache.Cache(str(folder / "cache"))
    )
    app = Dash(__name__, background_callback_manager=manager)
    app.layout = layout(folder)
    limit = limit_of(folder)

    @app.callback(
        Output("map", "figure"), Input("update", "n_clicks"),
        background=True, progress=Output("map", "figure"), prevent_initial_call=True,
    )  # fmt: skip
    def update(set_progress: Callable[[go.Figure], None], _: int) -> go.Figure:
        # the last one is the answer: a progress that no poll has met by the end is dropped by Dash
        shown = go.Figure()
        for embedding in embeddings(folder):
            shown = figure(embedding, limit)
            set_progress(shown)
        return shown

    return app


if __name__ == "__main__":
    create_app(Path(sys.argv[1])).run(port=sys.argv[2], debug=False)
