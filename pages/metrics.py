"""`GET /metrics`: what this app measures, for Prometheus, on this machine or with a token."""

import hmac
import os
import secrets
from pathlib import Path
from typing import Final

from prometheus_client.exposition import choose_encoder
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.answers import RefusedError, error_answer
from pages.guard import LOOPBACK_NAMES
from pages.measures import Measures
from pages.session import came_by_itself
from store.settings import is_loopback

PATH: Final = "/metrics"
TOKEN_FILE: Final = "metrics_token"


def load_token(path: Path) -> str:
    """Return the token that reads the metrics, made on first use, readable by its owner only."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    token = secrets.token_urlsafe(32)
    with os.fdopen(descriptor, "w") as file:
        file.write(token)
    return token


class MetricsDoor:
    """ASGI layer behind the guard: answers `/metrics`, and leaves all else to the app."""

    def __init__(self, app: ASGIApp, measures: Measures, token: str) -> None:
        self._app = app
        self._measures = measures
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
        encode, content_type = choose_encoder(Headers(scope=scope).get("accept", ""))
        return Response(await run_in_threadpool(encode, self._measures.registry), 200,
                        {"content-type": content_type})  # fmt: skip

    def _may_read(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        kind, _, given = headers.get("authorization", "").partition(" ")
        if given:
            is_right = hmac.compare_digest(given.strip().encode(), self._token.encode())
            return kind.lower() == "bearer" and is_right
        client = scope["client"][0] if scope.get("client") else ""
        # a proxy on this machine, also one that nobody declared, speaks for somebody elsewhere
        is_direct = not (scope["state"]["was_forwarded"] or scope["state"]["by_proxy"])
        name = headers.get("host", "").lower()
        is_near = name.startswith("[::1]") or name.partition(":")[0] in LOOPBACK_NAMES
        return is_loopback(client) and is_direct and is_near and came_by_itself(scope)
