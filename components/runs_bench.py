"""The bench: any two snapshots side by side, what moved between them and what flipped."""

from dash import dcc, html

from components.attributes import attributes
from components.figures.map_axes import GRAPH_CONFIG, map_axes
from components.icons import icon


class ids:  # noqa: N801
    """Ids of this component, shared with assets/runs/bench.mjs."""

    ROOT = "bench"
    BEFORE = "bench-before"
    AFTER = "bench-after"
    DRIFT = "bench-drift"
    FLIPS = "bench-flips"
    LASSO = "bench-lasso"
    FIT = "bench-fit"
    COVER = "bench-cover"
    LIST = "bench-list"
    VERDICT = "bench-verdict"
    CHANGES = "bench-changes"
    SELECTION = "bench-selection"


def layout() -> html.Section:
    """Return the bench. The graphs are static: one that a callback re-created would be lost."""
    return html.Section(
        [
            head(),
            html.Div(
                [
                    pane("before", "Before"),
                    pane("after", "After"),
                    html.Div(id=ids.COVER, className="bench-cover empty"),
                    html.Div(
                        id=ids.SELECTION,
                        className="float bench-selection",
                        hidden=True,
                        **attributes({"data-toast-free": "true"}),
                    ),
                ],
                className="bench-maps",
            ),
            html.Aside(
                [
                    html.Div(id=ids.VERDICT, className="bench-verdict", role="status"),
                    html.Div(id=ids.LIST, className="bench-list"),
                    html.Div(id=ids.CHANGES, className="bench-changes"),
                ],
                className="bench-side scroll",
            ),
        ],
        id=ids.ROOT,
        className="card runs-bench",
        **attributes({"aria-label": "Before and after"}),
    )


def head() -> html.Div:
    """Return the choices of both snapshots, and what is drawn over the maps."""
    return html.Div(
        [
            html.H2("Before and after"),
            choice(ids.BEFORE, "Before"),
            html.Span("→", className="muted", **attributes({"aria-hidden": "true"})),
            choice(ids.AFTER, "After"),
            html.Span(className="spacer"),
            switch(ids.DRIFT, "Drift lines"),
            switch(ids.FLIPS, "Flips"),
            button(ids.LASSO, "lasso", "Lasso both", "Lasso in either map selects in both"),
            button(ids.FIT, "fit", "Fit", "Fit all points"),
        ],
        className="head bench-head",
    )


def choice(name: str, label: str) -> html.Span:
    """Return the two choices of a snapshot: its run and its epoch; the scripts fill them."""
    return html.Span(
        [
            html.Select(
                [],
                id=f"{name}-{part}",
                className="form-select form-select-sm",
                **attributes({"aria-label": f"{label}: {part}"}),
            )
            for part in ("run", "epoch")
        ],
        className="bench-choice",
    )


def switch(name: str, word: str) -> html.Label:
    """Return a switch that begins on."""
    return html.Label(
        [
            html.Button(
                id=name,
                type="button",
                role="switch",
                className="switch",
                **attributes({"aria-checked": "true", "aria-label": word}),
            ),
            word,
        ],
        className="bench-switch",
    )


def button(name: str, drawing: str, word: str, tip: str) -> html.Button:
    """Return a quiet button of the head."""
    return html.Button(
        [icon(drawing), word],
        id=name,
        type="button",
        className="btn btn-light btn-sm",
        **attributes({"data-tip": tip, "aria-pressed": "false"}),
    )


def pane(name: str, title: str) -> html.Div:
    """Return one map with its title and the place of its accuracy."""
    return html.Div(
        [
            dcc.Graph(
                id=f"bench-graph-{name}",
                figure=map_axes(),
                config=GRAPH_CONFIG,
                className="map-graph",
            ),
            html.Div(
                [
                    html.H3(title, className="pane-title"),
                    html.Span(id=f"bench-chip-{name}", className="chip", hidden=True),
                ],
                className="map-head",
            ),
        ],
        id=f"bench-pane-{name}",
        className="pane",
    )
