"""Variants: the same names learned with several settings, seen side by side."""

from dash import html

from components.attributes import attributes
from components.icons import icon


class ids:  # noqa: N801
    """Ids of this component, shared with assets/runs/variants.mjs."""

    ROOT = "variants"
    STATE = "variants-state"
    CANCEL = "variants-cancel"
    TRY = "variants-try"
    BEGIN = "variants-begin"
    GRID = "variants-grid"
    EMPTY = "variants-empty"


def layout() -> html.Section:
    """Return the place of the small maps; the scripts fill it."""
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Variants"),
                    html.Span(id=ids.STATE, className="cap", role="status"),
                    html.Span(className="spacer"),
                    html.Button(
                        "Stop", id=ids.CANCEL, type="button", className="btn btn-sm", hidden=True
                    ),
                ],
                className="head",
            ),
            html.Div(id=ids.GRID, className="variants-grid", hidden=True),
            html.Div(
                [
                    html.Span(className="variants-drawing", **attributes({"aria-hidden": "true"})),
                    html.Span("No variants yet", className="strong"),
                    "Train the same names with several settings at once and see the maps side by "
                    "side. One click keeps the best.",
                    html.Button(
                        [icon("plus"), "Try variants"], id=ids.BEGIN, type="button", className="btn"
                    ),
                ],
                id=ids.EMPTY,
                className="empty",
                hidden=True,
            ),
        ],
        id=ids.ROOT,
        className="card runs-card runs-variants",
        **attributes({"aria-label": "Variants"}),
    )


def try_button() -> html.Button:
    """Return the button of the bar that opens the dialog."""
    return html.Button(
        [icon("plus"), "Try variants"],
        id=ids.TRY,
        type="button",
        className="btn btn-primary",
        disabled=True,
    )
