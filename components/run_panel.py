"""What the network is doing now, and how well: state, progress, loss, held-out accuracy."""

import json
from dataclasses import asdict
from typing import Final

from dash import html

from components.attributes import attributes
from ml.measures.collapse import LEAST_SPREAD, LIMITS

TRUST_TIP: Final = (
    "Trustworthiness of the map: how far samples that lie close together are also alike "
    "to the network, 100 % at best."
)
AGREEMENT_TIP: Final = (
    "Of the 15 nearest points of known class, how many share the class of a held-out point."
)

STABILITY_TIP: Final = (
    "How far points that nobody named or moved went in this run, in radii of the map: "
    "little means that you find your way about the map you know."
)


class ids:  # noqa: N801
    """Ids of this component, shared with assets/teaching/runpanel.mjs."""

    PANEL = "run-panel"
    TITLE = "run-title"
    STATE = "run-state"
    LEFT = "run-left"
    PROGRESS = "run-progress"
    BAR = "run-bar"
    EPOCH = "run-epoch"
    PACE = "run-pace"
    GO_ON = "run-go-on"
    NEXT = "run-next"
    NEXT_WORDS = "run-next-words"
    NEXT_BACK = "run-next-back"
    LOSS = "run-loss"
    ACCURACY = "run-accuracy"
    TRUST = "run-trust"
    AGREEMENT = "run-agreement"
    STABILITY = "run-stability"
    ERROR = "run-error"
    ALARM = "run-alarm"
    ALARM_WORDS = "run-alarm-words"
    ALARM_UNDO = "run-alarm-undo"


def layout() -> html.Section:
    """Return the empty panel; assets/teaching/runpanel.mjs fills it."""
    return html.Section(
        [
            html.Div(
                [
                    html.H2("No run yet", id=ids.TITLE),
                    html.Span(id=ids.STATE, className="chip", hidden=True),
                    html.Span(className="spacer"),
                    html.Span(id=ids.LEFT, className="cap"),
                ],
                className="head",
            ),
            html.Div(
                html.I(id=ids.BAR),
                id=ids.PROGRESS,
                className="meter thick",
                role="progressbar",
                **attributes(
                    {"aria-valuemin": "0", "aria-valuemax": "100", "aria-label": "Progress"}
                ),
            ),
            html.Div(
                [html.Span([html.Span(id=ids.EPOCH), _go_on()]), html.Span(id=ids.PACE)],
                className="cap spread",
            ),
            _next(),
            html.P(id=ids.ERROR, className="notice error", hidden=True),
            _alarm(),
            html.Div(
                [_figure("Loss", ids.LOSS), _figure("Held-out accuracy", ids.ACCURACY)],
                className="run-figures",
            ),
            _measures(),
        ],
        id=ids.PANEL,
        className="block run-panel",
        **attributes({"aria-label": "Run"}),
    )


def _go_on() -> html.Button:
    """Return what a stopped pretraining shows beside how far it came."""
    return html.Button(
        "Go on",
        id=ids.GO_ON,
        type="button",
        className="link",
        hidden=True,
        **attributes({"data-tip": "Let the map go on forming where it was stopped"}),
    )


def _next() -> html.Div:
    """Return the line of an Update that waits for the run above."""
    back = html.Button(
        "Take back",
        id=ids.NEXT_BACK,
        type="button",
        className="link",
        **attributes({"data-tip": "It will not begin; the names stay"}),
    )
    return html.Div(
        [html.Span(id=ids.NEXT_WORDS, role="status"), back],
        id=ids.NEXT,
        className="cap spread",
        hidden=True,
    )


def _figure(title: str, name: str) -> html.Div:
    return html.Div(
        [
            html.Div(title, className="cap"),
            html.P(id=name, className="figure"),
            html.Div(id=f"{name}-curve", className="sparkline"),
        ]
    )


def _alarm() -> html.Div:
    limits = json.dumps([asdict(limit) for limit in LIMITS])
    return html.Div(
        [
            html.Span(id=ids.ALARM_WORDS),
            html.Button("Undo", id=ids.ALARM_UNDO, type="button", className="link"),
        ],
        id=ids.ALARM,
        className="notice warn alarm",
        hidden=True,
        role="status",
        **attributes({"data-limits": limits, "data-least-spread": LEAST_SPREAD}),
    )


def _measures() -> html.Div:
    return html.Div(
        [
            _measure("Neighbours kept", ids.TRUST, TRUST_TIP),
            _measure("Own class nearby", ids.AGREEMENT, AGREEMENT_TIP),
            _measure("Others moved", ids.STABILITY, STABILITY_TIP),
        ],
        className="run-measures cap",
    )


def _measure(title: str, name: str, tip: str) -> html.Span:
    return html.Span(
        [
            f"{title} ",
            html.B("–", id=name, className="num"),
            html.Span(html.I(id=f"{name}-bar"), className="meter"),
        ],
        tabIndex=0,
        **attributes({"data-tip": tip}),
    )
