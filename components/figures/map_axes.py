"""The frame Plotly draws around the points: axes, grid, zoom and the outlines of lasso and box."""

from typing import Any, Final

GRAPH_CONFIG: Final[Any] = {
    "showSendToCloud": False,
    "displaylogo": False,
    "displayModeBar": False,
    "scrollZoom": True,
    "doubleClick": False,
    "responsive": True,
}
"""No mode bar: the function bar holds the tools. No upload of anything to anywhere."""
_BESIDE_HANDLE: Final = 14
"""Pixels between the edge and its numbers: the handle that folds the panel away lies there."""
_HALF: Final = 4.0
"""Half the range shown before the first frame arrives; the map then fits the points itself."""


def map_axes() -> dict[str, Any]:
    """Return the figure of an empty map: one invisible anchor trace and two fixed axes.

    The points are drawn by `assets/map/` in a canvas above. Tick labels sit inside, so that the
    plotting rectangle fills its window; colours come from the style sheet, for both themes.
    """
    axis = {
        "range": [-_HALF, _HALF],
        "autorange": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "ticklabelposition": "inside",
        "nticks": 7,
        "tickfont": {"size": 11},
        "gridwidth": 1,
        "fixedrange": False,
    }
    anchor = {
        "type": "scatter",
        "mode": "markers",
        "x": [0],
        "y": [0],
        "marker": {"opacity": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    layout = {
        "xaxis": axis,
        "yaxis": {**axis, "ticklabelstandoff": _BESIDE_HANDLE},
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "dragmode": "pan",
        "hovermode": False,
        "showlegend": False,
        "uirevision": "map",
    }
    return {"data": [anchor], "layout": layout}
