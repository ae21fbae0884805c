"""What a page may say in a room, checked before anybody else hears of it.

Who says it is never read from the message: it is the session of the connection.
"""

import base64
import binascii
import math
from collections.abc import Mapping
from typing import Any, Final

from ml.errors import InvalidInputError
from pages.middleware.json_body import parse_json
from store.people.bookmarks import FIELDS, VIEW_LIMIT, check_samples, view_text

MESSAGE_BYTES: Final = 256 * 1024
"""Largest message: a selection of a million samples is 167 kB as base64."""
VIEW_FIELDS: Final = FIELDS | {"page", "pane", "time"}
"""A bookmark's view (store/people/bookmarks.py), and what only matters live."""
_SHAPES: Final[Mapping[str, frozenset[str]]] = {
    "present": frozenset(),
    "stop": frozenset(),
    "follow": frozenset({"on"}),
    "ask": frozenset(),
    "hand": frozenset({"to"}),
    "decline": frozenset({"to"}),
    "point": frozenset({"place"}),
    "view": frozenset({"view"}),
    "ring": frozenset(),
}
_FAR: Final = 1e6
_TEXT: Final = 64
_UNREADABLE: Final = "The room did not understand this page; reload it."


def read_message(text: str | None, num_samples: int, latent_dim: int) -> dict[str, Any]:
    """Read what a page says.

    Args:
        text: JSON; None for bytes, which no page sends.
        num_samples: Of the project's data set.
        latent_dim: Axes of its map.

    Raises:
        InvalidInputError: it is nothing a page of ours would say.
        RefusedError: it is not strict JSON.
    """
    if text is None:
        raise InvalidInputError("A room takes text messages; bytes came.")
    message = parse_json(text.encode("utf-8", "surrogatepass"), VIEW_LIMIT)
    shape = _SHAPES.get(str(message.get("do")))
    if shape is None or set(message) - {"do", "samples"} != shape:
        raise InvalidInputError(_UNREADABLE)
    if "samples" in message and message["do"] != "view":
        raise InvalidInputError(_UNREADABLE)
    _CHECKS.get(message["do"], _check_nothing)(message, num_samples, latent_dim)
    return message


def _check_nothing(message: Mapping[str, Any], num_samples: int, latent_dim: int) -> None:
    pass


def _check_on(message: Mapping[str, Any], _num_samples: int, _latent_dim: int) -> None:
    if not isinstance(message["on"], bool):
        raise InvalidInputError(_UNREADABLE)


def _check_to(message: Mapping[str, Any], _num_samples: int, _latent_dim: int) -> None:
    if not isinstance(message["to"], str) or len(message["to"]) > _TEXT:
        raise InvalidInputError(_UNREADABLE)


def _check_place(message: Mapping[str, Any], _num_samples: int, latent_dim: int) -> None:
    place = message["place"]
    if place is None:
        return
    is_place = isinstance(place, list) and len(place) == latent_dim
    if not is_place or not all(is_number(each) and abs(each) <= _FAR for each in place):
        raise InvalidInputError(f"A pointer has {latent_dim} finite numbers, at most 1e6 from 0.")


def _check_view(message: Mapping[str, Any], num_samples: int, _latent_dim: int) -> None:
    view = message["view"]
    if not isinstance(view, dict) or set(view) - VIEW_FIELDS:
        raise InvalidInputError(f"A view has no more than {', '.join(sorted(VIEW_FIELDS))}.")
    if not all(is_plain(each) for each in view.values()):
        raise InvalidInputError("A view has finite numbers and short texts.")
    view_text(view)
    if "samples" in message:
        check_samples(_bytes_of(message["samples"]), num_samples)


_CHECKS: Final = {
    "follow": _check_on,
    "hand": _check_to,
    "decline": _check_to,
    "point": _check_place,
    "view": _check_view,
}


def is_number(value: object) -> bool:
    """Whether a value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_plain(value: object) -> bool:
    """Whether a value is made of finite numbers, short texts, booleans and nothing else."""
    if isinstance(value, dict):
        return all(map(is_plain, value)) and all(map(is_plain, value.values()))
    if isinstance(value, list):
        return all(map(is_plain, value))
    if isinstance(value, str):
        return len(value) <= _TEXT
    return value is None or isinstance(value, bool) or is_number(value)


def _bytes_of(text: object) -> bytes:
    try:
        return base64.b64decode(str(text).encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise InvalidInputError(_UNREADABLE) from None
