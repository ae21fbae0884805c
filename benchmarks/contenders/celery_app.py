"""A Dash page that sends the Celery task and polls it each second: `... celery_app FOLDER PORT`."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
from dash import Dash, Input, Output, dcc, no_update

from benchmarks.contenders.celery_tasks import app as celery
from benchmarks.contenders.celery_tasks import fine_tune
from benchmarks.contenders.page import figure, layout, limit_of


def create_app(folder: Path) -> Dash:
    """Return the app."""
    app = Dash(__name__)
    page = layout(folder)
    page.children += [dcc.Store(id="job"), dcc.Interval(id="every", interval=1000)]
    app.layout = page
    limit = limit_of(folder)

    @app.callback(Output("job", "data"), Input("update", "n_clicks"), prevent_initial_call=True)
    def update(_: int) -> str:
        return str(fine_tune.delay(str(folder)).id)

    @app.callback(
        Output("map", "figure"), Input("every", "n_intervals"), Input("job", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def poll(_: int, job: str | None) -> go.Figure | Any:
        result = celery.AsyncResult(job) if job else None
        if result is None or result.state not in {"PROGRESS", "SUCCESS"}:
            return no_update
        return figure(np.asarray(result.info["embedding"], np.float32), limit)

    return app


if __name__ == "__main__":
    create_app(Path(sys.argv[1])).run(port=sys.argv[2], debug=False)
