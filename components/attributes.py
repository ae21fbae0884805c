"""The attributes Dash has no argument for: data-* and aria-*."""

from collections.abc import Mapping
from typing import Any


def attributes(values: Mapping[str, object]) -> dict[str, Any]:
    """Return `values` to be spread into a component: `html.Div(**attributes({"data-x": 1}))`."""
    return dict(values)
