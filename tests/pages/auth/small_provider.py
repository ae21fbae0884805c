"""A small OpenID provider on loopback, with real keys; it can also be told to lie."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "lodemap-client", "a secret of the client's"


@dataclass
class Lies:
    """What the provider does wrong."""

    claims: dict[str, Any] = field(default_factory=dict)
    """Put over those of the ID token; None takes one out."""
    header: dict[str, Any] = field(default_factory=dict)
    is_forged: bool = False
    """Sign with a key that is not published."""
    issuer: str | None = None
    """Say so in the description."""


class SmallProvider:
    """Who signs in is `user`; nobody is asked for a password."""

    def __init__(self) -> None:
        self.user: dict[str, Any] = {"sub": "u-1", "name": "Ada Lovelace"}
        self.lies = Lies()
        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})
        self.codes: dict[str, dict[str, str]] = {}
        self.seen: list[str] = []
        """Addresses and bodies that came."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.seen.append(self.path)
                outer.get(self)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.seen.append(body)
                outer.post(self, {name: one[0] for name, one in parse_qs(body).items()})

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}/realm"

    def get(self, handler: BaseHTTPRequestHandler) -> None:
        path = urlsplit(handler.path).path
        if path.endswith("/.well-known/openid-configuration"):
            places = {
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
            answer(handler, {"issuer": self.lies.issuer or self.issuer, **places})
        elif path.endswith("/keys"):
            answer(handler, {"keys": [self.key.as_dict(private=False)]})
        else:
            asked = {k: v[0] for k, v in parse_qs(urlsplit(handler.path).query).items()}
            code = secrets.token_urlsafe(8)
            self.codes[code] = asked
            back = urlencode({"code": code, "state": asked["state"]})
            handler.send_response(302)
            handler.send_header("Location", f"{asked['redirect_uri']}?{back}")
            handler.end_headers()

    def post(self, handler: BaseHTTPRequestHandler, given: dict[str, str]) -> None:
        asked = self.codes.pop(given.get("code", ""), None)
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        is_fine = (
            asked is not None
            and asked["code_challenge"] == challenge
            and asked["code_challenge_method"] == "S256"
            and asked["client_id"] == CLIENT
            and given["redirect_uri"] == asked["redirect_uri"]
            and handler.headers["Authorization"] in (f"Basic {basic}",)
        )
        if not is_fine or asked is None:
            answer(handler, {"error": "invalid_grant"}, 400)
            return
        token = {"access_token": "at", "token_type": "Bearer", "id_token": self.id_token(asked)}
        answer(handler, token)

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], **self.user, **self.lies.claims,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": self.key.kid, **self.lies.header}
        key = self.key
        if self.lies.is_forged:
            key = RSAKey.generate_key(2048, {"kid": str(self.key.kid)})
        if header["alg"] == "none":
            parts = (json.dumps(part).encode() for part in (header, claims))
            return ".".join(base64.urlsafe_b64encode(p).decode().rstrip("=") for p in parts) + "."
        return jwt.encode(header, claims, key, [header["alg"]])


def answer(handler: BaseHTTPRequestHandler, body: object, status: int = 200) -> None:
    data = json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


@contextmanager
def small_provider() -> Iterator[SmallProvider]:
    """Run a provider in a thread."""
    provider = SmallProvider()
    thread = threading.Thread(target=provider.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        provider.server.shutdown()
        thread.join()
        provider.server.server_close()
