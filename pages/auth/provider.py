"""An OpenID provider, asked over the network: the one module of the web process that asks anybody.

It asks nobody but the provider of `--oidc-issuer`, under addresses which that provider gives, and
follows no redirect. Authorization code flow with PKCE (RFC 7636, S256), state and nonce; the ID
token's signature, issuer, audience, age and nonce are checked (OpenID Connect Core 1.0, 3.1.3.7).
"""

import hmac
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import requests
from anyio import CapacityLimiter
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from pages.answers import RefusedError
from pages.auth.asking import MOST_AT_ONCE, Asking, NoTurnError
from pages.auth.asking import MOST_WAITING as MOST_LEAVING
from store.settings import Settings

LOG: Final = logging.getLogger("lodemap.web")
TIMEOUT_S: Final = 10.0
"""How long the provider may take for one answer, all of it."""
WAIT_S: Final = 2.0
"""How long somebody waits for a turn to ask what is told to all, where several ask already."""
TOKEN_WAIT_S: Final = 8.0
MOST_WAITING: Final = 16
"""Who has come back waits longer, and in a line of their own, which strangers do not lengthen: each
asks for a token of theirs, and a course signs in together."""
NUM_THREADS: Final = 2 * MOST_AT_ONCE + MOST_LEAVING + MOST_WAITING + 4
"""Of the people who wait for the provider, beside the app's forty: both lines full, and some whom a
sentence sends away at once. However long it hangs, everybody else is answered."""
FRESH_S: Final = 3600.0
"""How long what the provider says of itself, and its keys, are taken for true."""
SILENT_S: Final = 5.0
"""How long a provider that did not answer is left alone from then on: nobody waits for it."""
LEEWAY_S: Final = 60
ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Signatures with a key the provider alone has; `none` and shared secrets are not among them."""
MANY: Final = "Many sign in at this moment; try again."
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_ON_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")

T = TypeVar("T")


@dataclass(frozen=True)
class Quest:
    """One sign-in on its way: what only this browser and this app know."""

    state: str
    nonce: str
    verifier: str


def new_quest() -> Quest:
    """Return the secrets of another sign-in."""
    return Quest(*(secrets.token_urlsafe(32) for _ in range(3)))


class Provider:
    """The provider of one app; safe to use from every thread."""

    def __init__(
        self,
        settings: Settings,
        client_secret: str,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.issuer = str(settings.oidc_issuer)
        self.threads = CapacityLimiter(NUM_THREADS)
        self._client_id = str(settings.oidc_client_id)
        self._client_secret = client_secret
        self._now = now
        self._asking = Asking()
        self._exchanging = Asking(MOST_WAITING)
        self._known: dict[str, tuple[float, Any]] = {}
        self._silent_until: dict[str, float] = {}

    def address(self, quest: Quest, back: str) -> str:
        """Return where to send a browser.

        Args:
            quest: The secrets of this sign-in.
            back: Address of this app at which the provider sends the browser back.

        Raises:
            RefusedError: 502 where the provider does not answer.
        """
        with self._client(back) as client:
            found: str = client.create_authorization_url(
                self._endpoint("authorization_endpoint"),
                state=quest.state,
                nonce=quest.nonce,
                code_verifier=quest.verifier,
            )[0]
        return found

    def claims(self, quest: Quest, back: str, code: str) -> dict[str, Any]:
        """Return what the provider vouches for of who came back with `code`.

        Raises:
            RefusedError: 401 where it vouches for nobody, 502 where it does not answer, 503 where
                too many come back at once.
        """
        try:
            url = self._endpoint("token_endpoint")
            question = partial(self._token, url, quest, back, code)
            given = self._ask(url, question, self._exchanging, TOKEN_WAIT_S)
            return self._checked(str(given.get("id_token", "")), quest.nonce)
        except (AuthlibBaseError, JoseError) as error:
            # the kind of mistake, never its text: that may hold what the provider sent
            LOG.warning("A sign-in was not accepted: %s", type(error).__name__)
            raise RefusedError(
                401, "not_vouched_for", "The provider did not vouch for you; sign in again."
            ) from None
        except NoTurnError:
            raise RefusedError(503, "many_sign_in", MANY) from None
        except (OSError, ValueError):
            raise silent() from None

    def _checked(self, token: str, nonce: str) -> dict[str, Any]:
        try:
            claims = jwt.decode(token, self._keys(), ALGORITHMS).claims
        except (JoseError, ValueError):
            # a key may be new: ask once more, as providers change theirs (Core 1.0, 10.1.1)
            claims = jwt.decode(token, self._keys(is_fresh=True), ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": self._client_id},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(claims)
        is_ours = hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode())
        is_for_us = claims.get("azp", self._client_id) == self._client_id
        if not (is_ours and is_for_us):
            raise JoseError
        return dict(claims)

    def _keys(self, *, is_fresh: bool = False) -> KeySet:
        found: KeySet = KeySet.import_key_set(self._get(self._endpoint("jwks_uri"), is_fresh))
        return found

    def _endpoint(self, name: str) -> str:
        told = self._get(f"{self.issuer}/.well-known/openid-configuration")
        places = [str(told.get(each, "")) for each in _ENDPOINTS]
        if str(told.get("issuer", "")).rstrip("/") != self.issuer or not all(map(is_safe, places)):
            LOG.warning("%s names another issuer, or addresses without TLS", self.issuer)
            raise silent()
        return str(told[name])

    def _get(self, url: str, is_fresh: bool = False) -> Any:
        """Return the JSON object at an address, kept for an hour unless it must be read anew."""
        begins = self._now()
        least = begins + FRESH_S if is_fresh else begins

        def known() -> Any:
            until, found = self._known.get(url, (0.0, None))
            return found if until > least else None

        if (found := known()) is None:
            try:
                # somebody may have asked while this one waited for a turn
                found = self._ask(url, lambda: known() or self._read(url), self._asking, WAIT_S)
            except (OSError, ValueError):
                raise silent() from None
        return found

    def _ask(self, url: str, question: Callable[[], T], asking: Asking, wait_s: float) -> T:
        """Return what a question to an address finds.

        Args:
            url: The address.
            question: What asks there.
            asking: Where it waits for its turn.
            wait_s: Seconds that it waits for it.

        Raises:
            RefusedError: 502 where the provider fell silent there a moment ago.
            NoTurnError: too many ask.
            OSError: it does not answer.
        """

        def heeding() -> T:
            self._heed_silence(url)  # it may have begun while this one waited for a turn
            return question()

        self._heed_silence(url)
        try:
            return asking.ask(heeding, wait_s, TIMEOUT_S)
        except (requests.ConnectionError, requests.Timeout, TimeoutError):
            self._silent_until[url] = self._now() + SILENT_S
            raise

    def _heed_silence(self, url: str) -> None:
        if self._now() < self._silent_until.get(url, 0.0):
            raise silent()

    def _read(self, url: str) -> Any:
        with self._client("") as client:
            answer = client.get(url, withhold_token=True, timeout=TIMEOUT_S, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
        if answer.status_code != 200 or not isinstance(found, dict):
            raise ValueError
        self._known[url] = (self._now() + FRESH_S, found)
        return found

    def _token(self, url: str, quest: Quest, back: str, code: str) -> Any:
        with self._client(back) as client:
            return client.fetch_token(
                url,
                code=code,
                code_verifier=quest.verifier,
                timeout=TIMEOUT_S,
                allow_redirects=False,
            )

    def _client(self, back: str) -> Any:
        return OAuth2Session(
            self._client_id,
            self._client_secret,
            scope="openid profile email",
            redirect_uri=back,
            code_challenge_method="S256",
        )


def is_safe(url: str) -> bool:
    """Whether an address is by TLS, or on this machine."""
    parts = urlsplit(url)
    is_near = parts.scheme == "http" and parts.hostname in _ON_LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or is_near)


def silent() -> RefusedError:
    """Return the error of a provider that does not answer as one does."""
    return RefusedError(
        502, "provider_silent", "The sign-in page does not answer; try again in a moment."
    )
