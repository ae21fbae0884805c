"""Figures of the chosen runs: curves, and what the newest takes for what, and draws."""

from dash import html

from components.attributes import attributes


class ids:  # noqa: N801
    """Ids of this component, shared with the scripts of the same names in assets/runs/."""

    MEASURE = "curves-measure"
    CURVES = "curves-plot"
    CONFUSION_RUN = "confusion-run"
    CONFUSION_UNIT = "confusion-unit"
    CONFUSION = "confusion-table"
    CELL = "confusion-cell"
    RECONSTRUCTION = "reconstruction"


def segment(name: str, words: str, options: tuple[tuple[str, str], ...]) -> html.Div:
    """Return a choice among few, the first one chosen; an option is its value and its word."""
    buttons = [
        html.Button(
            word,
            type="button",
            role="radio",
            tabIndex="0" if nth == 0 else "-1",
            **attributes({"data-value": value, "aria-checked": str(nth == 0).lower()}),
        )
        for nth, (value, word) in enumerate(options)
    ]
    return html.Div(
        buttons,
        id=name,
        className="seg seg-sm",
        role="radiogroup",
        **attributes({"aria-label": words}),
    )


def curves() -> html.Section:
    """Return the place of the curves; the scripts draw them."""
    measures = (("accuracy", "Accuracy"), ("macro_f1", "Macro-F1"), ("losses", "Loss terms"))
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Curves"),
                    html.Span(className="spacer"),
                    segment(ids.MEASURE, "What the curves show", measures),
                ],
                className="head",
            ),
            html.Div(id=ids.CURVES, className="curves-plot"),
        ],
        className="card runs-card runs-curves",
    )


def confusion() -> html.Section:
    """Return the place of the confusion matrix; the scripts draw it."""
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Confusion"),
                    html.Span(id=ids.CONFUSION_RUN, className="chip", hidden=True),
                    html.Span(className="spacer"),
                    segment(
                        ids.CONFUSION_UNIT,
                        "What a cell tells",
                        (("count", "Count"), ("share", "Share")),
                    ),
                ],
                className="head",
            ),
            html.Div(id=ids.CONFUSION, className="confusion"),
            html.Div(id=ids.CELL, className="confusion-cell", role="status", hidden=True),
            html.Figure(id=ids.RECONSTRUCTION, className="reconstruction", hidden=True),
        ],
        className="card runs-card runs-confusion",
    )
