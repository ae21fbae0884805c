"""The classes: their keys, colours, counts, and what can be done with them."""

from dash import html

from components.attributes import attributes
from components.icons import icon


class ids:  # noqa: N801
    """Ids of this component, shared with assets/teaching/palette.mjs."""

    ROWS = "palette-rows"
    CAPTION = "palette-caption"
    ADD = "palette-add"
    NAMED = "palette-named"
    SHARE = "palette-share"
    METER = "palette-meter"


def layout() -> html.Section:
    """Return the empty palette; the rows are drawn by assets/teaching/palette.mjs."""
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Classes"),
                    html.Span(className="spacer"),
                    html.Span("named", id=ids.CAPTION, className="cap"),
                ],
                className="head",
            ),
            html.Div(id=ids.ROWS, className="palette-rows scroll"),
            html.Button(
                [icon("plus"), html.Span("Add class"), html.Kbd("N")],
                id=ids.ADD,
                type="button",
                className="palette-add",
            ),
            html.Div(
                [html.Span(id=ids.NAMED), html.Span(id=ids.SHARE)],
                className="cap spread",
            ),
            html.Div(
                html.I(id=ids.METER), className="meter", **attributes({"aria-hidden": "true"})
            ),
        ],
        className="block palette",
        **attributes({"aria-label": "Classes"}),
    )
