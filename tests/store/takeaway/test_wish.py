"""What may be wished for; everything else is refused in one sentence."""

import json
from contextlib import suppress
from typing import Any

import pytest

from store.takeaway.errors import BadWishError
from store.takeaway.wish import Place, Wish


def test_wish__survives_its_own_json() -> None:
    wish = Wish("film", Place(1, 2.5), Place(3), "gif", 640, 10, "dark", False)
    assert Wish.from_json(json.loads(json.dumps(wish.to_json()))) == wish
    assert wish.size == (640, 360)
    assert Wish(width=641).size == (640, 360)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"width": 0}, "width must be a whole number from 320 to 1,920 pixels"),
        ({"width": 10**9}, "width must be"),
        ({"fps": 1000}, "fps must be a whole number from 5 to 50"),
        ({"fps": 24.5}, "fps must be"),
        ({"kind": "opera"}, "kind must be one of replay, film, report"),
        ({"kind": "film", "form": "gif", "width": 1920}, "A GIF may be at most 1080"),
        ({"theme": None}, "theme must be"),
        ({"captions": 1}, "captions must be"),
        ({"since": {"run": -1}}, "since names a run"),
        ({"since": {"run": True}}, "since names a run"),
        ({"until": 3}, "until names a place"),
        ({"until": {"run": 1, "epoch": float("nan")}}, "epoch of until"),
        ({"voice": "loud"}, "no choice called 'voice'"),
    ],
)
def test_wish__that_cannot_be_is_refused(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadWishError, match=sentence):
        Wish.from_json(values)


NONSENSE: list[Any] = [
    None,
    True,
    -1,
    10**30,
    float("inf"),
    "x",
    [],
    {},
    {"run": None},
    {"run": [1]},
]


@pytest.mark.parametrize("field", ["kind", "since", "until", "form", "width", "fps", "captions"])
def test_wish__whatever_is_sent_is_read_or_refused(field: str) -> None:
    for value in NONSENSE:
        with suppress(BadWishError):
            assert isinstance(Wish.from_json({field: value}), Wish)
