"""JSON that somebody sends, read strictly, and only where it is not large for nothing.

To make very many small values takes seconds and hundreds of megabytes, and nothing else runs on the
event loop meanwhile; what our pages send is long for its texts alone, which are packed bytes.
"""

from typing import Any, Final

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from pages.answers import RefusedError
from pages.middleware.body import MAX_BODY_BYTES, too_large

MAX_DEPTH: Final = 64
MOST_VALUES: Final = 20_000
"""A region of 1,000 corners has 3,000, a callback of ours some hundreds."""
MOST_BYTES: Final = 4 * 2**20
"""Any selection of 20 million samples takes less; moves take more."""
MOST_BYTES_OF_MOVES: Final = MAX_BODY_BYTES
LONG_BYTES: Final = 2**16
"""What is longer is read in a thread, so that the loop has its turns in between."""


async def read_json(request: Request, most_bytes: int = MOST_BYTES) -> dict[str, Any]:
    """Read the body of a request, of `most_bytes` at most.

    Raises:
        RefusedError: 400 or 413 with one sentence.
    """
    data = await request.body()
    if len(data) > most_bytes:
        raise too_large(most_bytes)
    return await run_in_threadpool(parse_json, data) if len(data) > LONG_BYTES else parse_json(data)


def parse_json(data: bytes, most_values: int = MOST_VALUES) -> dict[str, Any]:
    """Read a JSON object strictly: no NaN, no Infinity, no trailing text, not too deep or wide.

    Raises:
        RefusedError: 400 with one sentence.
    """
    if _most_values_of(data) > most_values:
        raise RefusedError(
            400, "too_many_values", f"The JSON has more than {most_values:,} values."
        )
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise RefusedError(400, "bad_json", f"The body is not valid JSON: {error}.") from None
    if not isinstance(body, dict):
        raise RefusedError(400, "bad_json", "The body must be a JSON object.")
    if _depth(body) > MAX_DEPTH:
        raise RefusedError(400, "too_deep", f"The JSON is nested deeper than {MAX_DEPTH} levels.")
    return body


def _most_values_of(data: bytes) -> int:
    """Return how many values a text may have at most: one begins each list, or follows a comma."""
    return sum(map(data.count, (b"[", b"{", b",")))


def _depth(value: object) -> int:
    """Return how deep lists and objects are nested, stopping above the limit."""
    level: list[object] = [value]
    depth = 0
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, dict | list)
        ]
    return depth
