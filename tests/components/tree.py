"""Looking into a tree of Dash components."""

from collections.abc import Iterator
from typing import Any

from dash.development.base_component import Component


def nodes(node: Any) -> Iterator[Component]:
    """Yield a component and everything inside it, also what stands in a menu's label."""
    if isinstance(node, list | tuple):
        for each in node:
            yield from nodes(each)
    elif isinstance(node, Component):
        yield node
        yield from nodes(getattr(node, "label", None))
        yield from nodes(getattr(node, "children", None))


def text_of(node: Any) -> str:
    """Return the words of a component, in order."""
    if isinstance(node, list | tuple):
        return "".join(map(text_of, node))
    if isinstance(node, Component):
        return text_of(getattr(node, "children", None))
    return "" if node is None else str(node)


def props(node: Component) -> dict[str, Any]:
    """Return what a component was given."""
    given: dict[str, Any] = node.to_plotly_json()["props"]  # type: ignore[no-untyped-call]
    return given


def of_type(node: Any, kind: str) -> list[Component]:
    """Return the components of one kind, such as "Button"."""
    return [each for each in nodes(node) if type(each).__name__ == kind]
