"""The page both contenders show: a button and a scattergl plot with fixed axes."""

from pathlib import Path

import numpy as np
import plotly.graph_objects as go
from dash import dcc, html
from numpy.typing import NDArray

from benchmarks.contenders.job import start_embedding


def figure(embedding: NDArray[np.float32], limit: float) -> go.Figure:
    """Return the points as a figure whose axes do not move with them."""
    trace = go.Scattergl(x=embedding[:, 0], y=embedding[:, 1], mode="markers", marker={"size": 5})
    layout = {"xaxis": {"range": [-limit, limit]}, "yaxis": {"range": [-limit, limit]}}
    return go.Figure(trace, {**layout, "width": 900, "height": 650, "uirevision": 1})


def limit_of(folder: Path) -> float:
    """Return a half-width that leaves room around the points."""
    return 1.5 * float(np.abs(start_embedding(folder)).max())


def layout(folder: Path) -> html.Div:
    """Return the page with the points before the job."""
    return html.Div(
        [
            html.Button("Update", id="update"),
            dcc.Graph(id="map", figure=figure(start_embedding(folder), limit_of(folder))),
        ]
    )
