"""What a browser posts to Dash, checked before Dash reads it.

Dash trusts its own renderer: a body of another form ends there as a crash. A page of ours never
sends one, so each of these is answered with 400 and nothing is run.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pages.answers import RefusedError

_TEXT_PROPS: Final = frozenset({"pathname", "search", "hash", "href"})
"""Properties of an address: Dash's own routing callback takes them for text."""


def check_callback_body(body: Mapping[str, Any], callbacks: Mapping[str, Any]) -> None:
    """Check that a body asks for a callback this app has, with arguments of its form.

    Raises:
        RefusedError: 400 otherwise.
    """
    output = body.get("output")
    known = callbacks.get(output) if isinstance(output, str) else None
    if known is None or "callback" not in known:
        raise _bad_callback("it names no callback of this app")
    _check_list(body.get("inputs"), known["inputs"], "inputs")
    _check_list(body.get("state", []), known["state"], "state")
    changed = body.get("changedPropIds", [])
    if not isinstance(changed, list) or not all(isinstance(name, str) for name in changed):
        raise _bad_callback("changedPropIds is not a list of names")
    outputs = body.get("outputs", [])
    for entry in outputs if isinstance(outputs, list) else [outputs]:
        _check_entry(entry, "outputs")


def _check_list(given: object, expected: Sequence[Mapping[str, Any]], place: str) -> None:
    if not isinstance(given, list) or len(given) != len(expected):
        raise _bad_callback(f"{place} is not a list of {len(expected)}")
    for entry, spec in zip(given, expected, strict=True):
        _check_entry(entry, place)
        is_pattern = spec["id"].startswith("{")
        if not is_pattern and (
            not isinstance(entry, dict)
            or (entry["id"], entry["property"]) != (spec["id"], spec["property"])
        ):
            raise _bad_callback(f"{place} names another property than {spec['id']}")


def _check_entry(entry: object, place: str) -> None:
    for one in entry if isinstance(entry, list) else [entry]:
        if (
            not isinstance(one, dict)
            or not isinstance(one.get("id"), str | dict)
            or not isinstance(one.get("property"), str)
        ):
            raise _bad_callback(f"an entry of {place} has no id and property")
        if one["property"] in _TEXT_PROPS and not isinstance(one.get("value"), str | None):
            raise _bad_callback(f"{one['property']} is not text")


def _bad_callback(why: str) -> RefusedError:
    return RefusedError(
        400, "bad_callback", f"This request was not understood ({why}); reload the page."
    )
