"""How it learns: the preset and its knobs, drawn from `ml.knobs.KNOBS`."""

import json
from dataclasses import asdict
from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.attributes import attributes
from ml.knobs import KNOBS, Knob
from ml.measures.collapse import COLLAPSING, LIMITS, MAY, WILL
from ml.records import PRESETS
from ml.styles import STYLES, settings_of

SLIDER_STEPS: Final = 1000
"""Positions of a slider; assets/teaching/knobs.mjs turns them into values on its own scale."""
PARTS: Final = ("knob", "slider", "problem")
"""Number field, slider and sentence of a knob, as their ids begin."""
_SYMBOL: Final = {
    "beta_kl": "β KL",
    "beta_classifier": "β cls",
    "w_cls": "w cls",
    "w_dis": "w dis",
}
"""The name in the papers, beside the plain word."""


class ids:  # noqa: N801
    """Ids of this component, shared with assets/teaching/knobs.mjs."""

    PANEL = "knobs"
    PRESET = "preset"
    DEFAULTS = "knobs-defaults"


def layout() -> html.Section:
    """Return the panel with every knob at its default."""
    return html.Section(
        [
            html.Div(
                [
                    html.H2("How it learns"),
                    html.Span(className="spacer"),
                    html.Span(PRESETS[0], id=ids.PRESET, className="chip line"),
                ],
                className="head",
            ),
            *[knob_group(preset) for preset in PRESETS],
            html.Button("Reset to the defaults", id=ids.DEFAULTS, type="button", className="link"),
        ],
        id=ids.PANEL,
        className="block knobs scroll",
        **attributes({"aria-label": "How it learns"}),
    )


def knob_group(preset: str) -> html.Div:
    """Return the knobs of a preset; assets/teaching/knobs.mjs shows those of the project's own."""
    shown = [knob for knob in KNOBS[preset] if knob.is_shown]
    return html.Div(
        [styles(preset), *[part for knob in shown for part in knob_parts(preset, knob)]],
        className="knob-group",
        hidden=preset != PRESETS[0],
        **attributes({"data-preset": preset}),
    )


def styles(preset: str) -> html.Div:
    """Return the styles of a preset, with what assets/teaching/styles.mjs sets the knobs to."""
    settings = {style.name: settings_of(preset, style) for style in STYLES[preset]}
    choices = [
        html.Button(
            style.label,
            type="button",
            role="radio",
            **attributes(
                {"data-value": style.name, "data-tip": style.sentence, "aria-checked": "false"}
            ),
        )
        for style in STYLES[preset]
    ]
    return html.Div(
        [
            html.Div(
                choices,
                className="seg seg-sm seg-fill",
                role="radiogroup",
                **attributes({"aria-label": "Style"}),
            ),
            html.Button(
                "Back to what it was", type="button", className="link style-back", hidden=True
            ),
        ],
        className="styles",
        **attributes({"data-styles": json.dumps(settings)}),
    )


def knob_parts(preset: str, knob: Knob) -> list[Component]:
    """Return a knob and, below what collapses a map, where assets/teaching/collapse.mjs warns."""
    row = knob_row(preset, knob)
    return [row, forecast()] if preset in COLLAPSING and knob.name == "beta_kl" else [row]


def forecast() -> html.P:
    """Return the empty sentence of the forecast, told by ml/measures/collapse.py."""
    limits = json.dumps([asdict(limit) for limit in LIMITS])
    return html.P(
        className="forecast notice warn",
        role="status",
        **attributes({"data-limits": limits, "data-may": MAY, "data-will": WILL}),
    )


def knob_row(preset: str, knob: Knob) -> html.Div:
    """Return one knob: its name, a number field, a slider and what it does."""
    number, slider, problem = (f"{part}-{preset}-{knob.name}" for part in PARTS)
    symbol = _SYMBOL.get(knob.name)
    return html.Div(
        [
            html.Div(
                [
                    html.Label(
                        [
                            f"{knob.label} " if symbol else knob.label,
                            html.Span(symbol, className="symbol") if symbol else None,
                        ],
                        htmlFor=number,
                    ),
                    dbc.Input(
                        id=number,
                        type="text",
                        inputmode="decimal",
                        value=f"{knob.default:g}",
                        autocomplete="off",
                        class_name="num",
                    ),
                ],
                className="knob-line",
            ),
            dbc.Input(
                id=slider,
                type="range",
                min=0,
                max=SLIDER_STEPS,
                step=1,
                value=0,
                class_name="slider",
            ),
            html.P(knob.sentence, className="cap"),
            html.P(className="field-error", role="alert", id=problem),
        ],
        className="knob",
        **knob_data(knob),
    )


def knob_data(knob: Knob) -> dict[str, Any]:
    """Return a knob as data attributes: what the browser needs to check and scale it."""
    return {
        "data-knob": knob.name,
        "data-label": knob.label,
        "data-low": knob.low,
        "data-high": knob.high,
        "data-default": knob.default,
        "data-scale": knob.scale,
        "data-integer": "true" if knob.is_integer else "false",
        "data-caution": "" if knob.caution_above is None else knob.caution_above,
    }
