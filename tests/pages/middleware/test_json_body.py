"""JSON that is large for nothing is refused before it costs anything; what pages send is read."""

import base64
import json
import threading
from typing import Any

import numpy as np
import orjson
import pytest

import pages.middleware.json_body
from ml.maps.codec import pack_ids
from ml.maps.pins import pack_targets
from pages.answers import RefusedError
from pages.middleware.json_body import LONG_BYTES, MOST_BYTES, MOST_VALUES, parse_json
from store.people.comment_drafts import PATH_LIMIT, TEXT_LIMIT
from tests.pages.web import Browser, Served

MILLION = 1_000_000


@pytest.mark.parametrize(
    "data",
    [b"[" + b"[]," * 190_000 + b"[]]", b'{"a":[' + b"{}," * 30_000 + b"{}]}",
     b'{"a":[' + b"1," * MOST_VALUES + b"1]}",
     b"{" + b",".join(b'"%d":0' % n for n in range(30_000)) + b"}"],
    ids=["lists", "objects", "numbers", "keys"],
)  # fmt: skip
def test_parse_json__of_very_many_values_is_refused_unread(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages.middleware.json_body, "orjson", None)  # reading it would fail
    with pytest.raises(RefusedError, match=r"more than 20,000 values.$") as caught:
        parse_json(data)
    assert (caught.value.status, caught.value.code) == (400, "too_many_values")


def test_parse_json__reads_the_largest_that_a_page_sends() -> None:
    region = {"path": [[0.123456789, -0.123456789]] * PATH_LIMIT, "text": "," * TEXT_LIMIT}
    assert parse_json(orjson.dumps(region)) == region
    ids = np.arange(MILLION)
    selected = base64.b64encode(pack_ids(ids[::3], MILLION)).decode()
    moved = base64.b64encode(pack_targets(np.zeros((MILLION, 2), np.float32))).decode()
    for body in ({"samples": selected}, {"samples": selected, "targets": moved}):
        assert parse_json(orjson.dumps(body)) == body


def test_bodies__that_are_long_are_read_beside_the_loop(
    visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def noted(data: bytes) -> dict[str, Any]:
        seen.append(threading.get_ident())
        return parse_json(data)

    monkeypatch.setattr(pages.middleware.json_body, "parse_json", noted)
    for num_bytes in (10, 10, LONG_BYTES, LONG_BYTES):
        visitor.post("/api/session", {"name": "Ada", "more": "x" * num_bytes})
    loop, again, *beside = seen
    assert loop == again
    assert loop not in beside


@pytest.mark.parametrize("where", ["/api/projects/{p}/exports/annotations.csv", "/api/session",
                                   "/_dash-update-component"])  # fmt: skip
def test_bodies__of_more_than_any_selection_takes_are_refused(served: Served, where: str) -> None:
    address = where.format(p=served.project().project_id)
    answer = served.browser().post(address, {"samples": "A" * MOST_BYTES})
    assert (answer.status, answer.code) == (413, "body_too_large")
    assert "4 MB" in answer.json["message"]


def test_gesture__that_moves_a_million_may_be_longer(served: Served) -> None:
    body = {"key": "k", "verb": "move", "samples": "", "targets": "A" * 2 * MOST_BYTES}
    address = f"/api/projects/{served.project().project_id}/gestures"
    answer = served.browser().ask(
        "POST", address, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    assert answer.status != 413
