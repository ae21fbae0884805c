"""The project's line in time: play, pause, scrub, replay."""

from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import html

from components.attributes import attributes
from components.icons import icon

SPEEDS: Final = ((0.5, "½×"), (1, "1×"), (2, "2×"), (4, "4×"))
"""Speeds of a replay, with the words of the menu; a replay from disk has the same."""


class ids:  # noqa: N801
    """Ids of this component, shared with assets/motion/timeline.mjs."""

    BACK = "step-back"
    PLAY = "play"
    STEP = "step-on"
    SPEED = "speed"
    LOOP = "loop"
    TRACK = "timeline-track"
    LIVE = "go-live"
    WHERE = "timeline-where"


def layout() -> html.Footer:
    """Return the timeline; assets/motion/timeline.mjs draws the runs and the playhead."""
    options = [{"value": str(value), "label": label} for value, label in SPEEDS]
    return html.Footer(
        [
            html.Div(
                [
                    _button(ids.BACK, "previous", "One epoch back", "←"),
                    _button(ids.PLAY, "play", "Replay", "Space"),
                    _button(ids.STEP, "next", "One epoch on", "→"),
                    html.Label("Speed of the replay", htmlFor=ids.SPEED, className="sr-only"),
                    dbc.Select(options=options, value="1", id=ids.SPEED, size="sm"),
                    _button(ids.LOOP, "loop", "Replay again and again", "O"),
                ],
                className="transport",
            ),
            html.Div(
                id=ids.TRACK,
                className="track",
                tabIndex=0,
                role="slider",
                **attributes(
                    {
                        "aria-label": "Time",
                        "aria-valuemin": "0",
                        "aria-valuenow": "0",
                        "aria-keyshortcuts": "Shift+ArrowLeft Shift+ArrowRight",
                    }
                ),
            ),
            html.Div(
                [
                    html.Button("Live", id=ids.LIVE, type="button", className="live"),
                    html.Div(id=ids.WHERE, className="cap wide-only"),
                ],
                className="where",
            ),
        ],
        className="timeline",
        **attributes({"aria-label": "Timeline"}),
    )


def _button(name: str, icon_name: str, words: str, key: str) -> html.Button:
    attributes: dict[str, Any] = {"data-tip": words, "data-key": key, "aria-label": words}
    return html.Button(
        icon(icon_name),
        id=name,
        type="button",
        className="btn btn-icon play" if name == ids.PLAY else "btn btn-light btn-icon",
        **attributes,
    )
