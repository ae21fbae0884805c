"""`GET /metrics`: what this app measures, for Prometheus, on this machine or with a token.

Whoever shares the machine may read them without a sign-in, as often as they like: one scrape is for
all who ask at once, and must not hold a thread for each.
"""

import asyncio
import hmac
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import choose_encoder
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.answers import RefusedError, error_answer
from pages.middleware.guard import LOOPBACK_NAMES
from pages.session import came_by_itself
from store.errors import StartError
from store.files.disk import disk_errors
from store.files.local_files import write_whole
from store.settings import is_loopback

PATH: Final = "/metrics"
TOKEN_FILE: Final = "metrics_token"
KEPT_S: float = 1.0
"""How long what was measured is everybody's."""


def load_token(path: Path) -> str:
    """Return the token that reads the metrics, made on first use, readable by its owner only.

    One that an earlier Lodemap left empty is made anew.

    Raises:
        DiskFullError: no room for it.
        DataDirNotWritableError: the rights are missing.
        StartError: it cannot be read.
    """
    try:
        token = path.read_text(encoding="ascii").strip() if path.exists() else ""
    except (OSError, UnicodeDecodeError):
        raise StartError(
            f"{path} cannot be read; correct its rights, or delete it and start again."
        ) from None
    if not token:
        token = secrets.token_urlsafe(32)
        with disk_errors("The data folder"):
            write_whole(path, token.encode(), durable=True, is_private=True)
    return token


class Scrapes:
    """Measures one at a time; whoever asks within the next second gets the same."""

    def __init__(
        self, registry: CollectorRegistry, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._registry = registry
        self._now = now
        self._lock = asyncio.Lock()
        self._found: list[Metric] = []
        self._until = 0.0
        self._text, self._content_type = b"", ""

    async def take(self, accept: str) -> tuple[bytes, str]:
        """Return what was measured, a second ago at most, and its content type.

        Args:
            accept: The header in which a reader says what it understands.
        """
        encode, content_type = choose_encoder(accept)
        async with self._lock:
            if self._now() >= self._until:
                self._found = await run_in_threadpool(lambda: list(self._registry.collect()))
                self._until, self._content_type = self._now() + KEPT_S, ""
            if content_type != self._content_type:
                self._text = await run_in_threadpool(encode, self)
                self._content_type = content_type
            return self._text, content_type

    def collect(self) -> Iterator[Metric]:
        """Yield what was measured last, as a registry would."""
        return iter(self._found)


class MetricsDoor:
    """ASGI layer behind the guard: answers `/metrics`, and leaves all else to the app."""

    def __init__(self, app: ASGIApp, scrapes: Scrapes, token: str) -> None:
        self._app = app
        self._scrapes = scrapes
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._app(scope, receive, send)
            return
        await (await self._answer(scope))(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return error_answer(RefusedError(405, "method_not_allowed", f"Read {PATH} with GET."))
        if not self._may_read(scope):
            return error_answer(
                RefusedError(
                    401,
                    "metrics_token_needed",
                    f"Send the token in {TOKEN_FILE} of the data folder as Authorization: Bearer.",
                )
            )
        text, content_type = await self._scrapes.take(Headers(scope=scope).get("accept", ""))
        return Response(text, 200, {"content-type": content_type})

    def _may_read(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        kind, _, given = headers.get("authorization", "").partition(" ")
        if given:
            is_right = hmac.compare_digest(given.encode(), self._token.encode())
            return kind.lower() == "bearer" and is_right and bool(self._token)
        client = scope["client"][0] if scope.get("client") else ""
        # a proxy on this machine, also one that nobody declared, speaks for somebody elsewhere
        is_direct = not (scope["state"]["was_forwarded"] or scope["state"]["by_proxy"])
        name = headers.get("host", "").lower()
        is_near = name.startswith("[::1]") or name.partition(":")[0] in LOOPBACK_NAMES
        return is_loopback(client) and is_direct and is_near and came_by_itself(scope)
