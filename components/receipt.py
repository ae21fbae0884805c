"""What a gesture did, told honestly: arrived, drifted, flipped, and the gain with its interval."""

from typing import Final

from dash import html

from components.attributes import attributes
from components.icons import icon

ARRIVED_TIP: Final = "Moved samples that ended nearer to their place than they started."
FLIPPED_TIP: Final = "Points nobody named since that are predicted as another class now."
DRIFT_TIP: Final = (
    "How far points went on average that nobody moved or named, in map units. The radius is the "
    "map's before, root mean square."
)
FLIP_TIP: Final = (
    "Predictions of all samples whose class is known, held out or not, before and after."
)


class ids:  # noqa: N801
    """Ids of this component, shared with assets/teaching/receipt.mjs."""

    PANEL = "receipt"
    TITLE = "receipt-title"
    RUN = "receipt-run"
    CLOSE = "receipt-close"
    WHAT = "receipt-what"
    ARRIVED = "receipt-arrived"
    FLIPPED = "receipt-flipped"
    ARRIVED_BAR = "receipt-arrived-bar"
    DRIFT = "receipt-drift"
    DRIFT_SHARE = "receipt-drift-share"
    BETTER = "receipt-better"
    WORSE = "receipt-worse"
    ACCURACY = "receipt-accuracy"
    AGAINST = "receipt-against"
    GAIN = "receipt-gain"
    VERDICT = "receipt-verdict"
    WORDS = "receipt-words"
    SHOW_WORSE = "receipt-show-worse"
    UNDO = "receipt-undo"


def layout() -> html.Section:
    """Return the empty receipt; assets/teaching/receipt.mjs fills and shows it."""
    return html.Section(
        [
            html.Div(
                [
                    html.H2("What your gesture did", id=ids.TITLE),
                    html.Span(className="spacer"),
                    html.Span(id=ids.RUN, className="chip"),
                    _close(),
                ],
                className="head",
            ),
            html.P(id=ids.WHAT, className="cap"),
            _figures(),
            html.Div(
                [html.B("Held-out accuracy"), html.Span(id=ids.ACCURACY, className="num")],
                className="spread receipt-accuracy",
            ),
            html.P(id=ids.AGAINST, className="cap receipt-against"),
            html.Div(id=ids.GAIN, className="gain"),
            html.Span(id=ids.VERDICT, className="chip", hidden=True),
            html.P(id=ids.WORDS, className="cap", role="status"),
            _acts(),
        ],
        id=ids.PANEL,
        className="block receipt",
        hidden=True,
        **attributes({"aria-labelledby": ids.TITLE}),
    )


def _figures() -> html.Div:
    arrived = html.Div(html.I(id=ids.ARRIVED_BAR), className="meter")
    share = html.Div(id=ids.DRIFT_SHARE, className="cap")
    return html.Div(
        [
            _figure("Arrived", ids.ARRIVED, ARRIVED_TIP, arrived),
            _figure("Predictions flipped", ids.FLIPPED, FLIPPED_TIP),
            _figure("Others drifted", ids.DRIFT, DRIFT_TIP, share),
            _figure("Wrong to right", ids.BETTER, FLIP_TIP),
            _figure("Right to wrong", ids.WORSE, FLIP_TIP),
        ],
        className="receipt-figures",
    )


def _acts() -> html.Div:
    look = "btn btn-secondary btn-sm"
    worse = html.Button("Show what got worse", id=ids.SHOW_WORSE, type="button", className=look)
    undo = html.Button([icon("undo"), "Undo run"], id=ids.UNDO, type="button", className=look)
    return html.Div([worse, undo], className="receipt-acts")


def _close() -> html.Button:
    return html.Button(
        icon("close"),
        id=ids.CLOSE,
        type="button",
        className="btn btn-light btn-sm btn-icon",
        **attributes({"aria-label": "Close the receipt", "data-tip": "Show the run's figures"}),
    )


def _figure(title: str, name: str, tip: str, below: html.Div | None = None) -> html.Div:
    return html.Div(
        [html.Div(title, className="cap"), html.P(id=name, className="figure"), below],
        tabIndex=0,
        **attributes({"data-tip": tip}),
    )
