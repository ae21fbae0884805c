"""The frame of the map: one invisible anchor, fixed ranges, nothing sent anywhere."""

import plotly.graph_objects as go

from components.figures.map_axes import GRAPH_CONFIG, map_axes


def test_figure__is_one_that_plotly_accepts() -> None:
    figure = go.Figure(map_axes())
    assert len(figure.data) == 1
    assert figure.data[0].marker.opacity == 0


def test_axes__stay_where_they_are_put() -> None:
    """Autorange would move the axes under a drag, and with each frame."""
    layout = map_axes()["layout"]
    for axis in (layout["xaxis"], layout["yaxis"]):
        assert axis["autorange"] is False
        assert axis["range"][0] < axis["range"][1]
    assert layout["xaxis"] is not layout["yaxis"]


def test_figure__is_made_anew_each_time() -> None:
    assert map_axes() == map_axes()
    assert map_axes()["layout"] is not map_axes()["layout"]


def test_config__sends_nothing_and_shows_no_logo() -> None:
    assert GRAPH_CONFIG["showSendToCloud"] is False
    assert GRAPH_CONFIG["displaylogo"] is False
    assert GRAPH_CONFIG["scrollZoom"] is True
