"""Is this Redis fit to carry our messages? Asked once at start, so that nobody waits in vain."""

import logging
import re
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError
from redis.retry import Retry

from store.settings import is_loopback
from tasks.errors import BackendError, BackendSilentError

logger = logging.getLogger(__name__)

SILENT: Final = (redis.ConnectionError, redis.TimeoutError, OSError)
"""What is raised where nobody answers, or nobody yet."""

PROBE: Final = "lodemap:probe"
"""A key to try whether Redis keeps anything; gone after `PROBE_KEPT_S`."""
PROBE_KEPT_S: Final = 10
TIMEOUT_S: Final = 2.0
"""Of one connection or answer; the whole check then ends within 3 s."""


def shown_url(broker_url: str) -> str:
    """Return the URL without its secrets, fit for a message."""
    parts = urlsplit(broker_url)
    place = parts.netloc.rpartition("@")[2] or parts.path
    return f"{parts.scheme}://{'***@' if '@' in parts.netloc else ''}{place}"


def of_password(broker_url: str) -> str:
    """Return what a Redis has against the password of a URL, and what to do about it."""
    if urlsplit(broker_url).password:
        return "refused the password; correct it in LODEMAP_BROKER_URL"
    return "wants a password; name it in LODEMAP_BROKER_URL, as :PASSWORD@ before the host"


def is_plain(broker_url: str) -> bool:
    """Whether what goes to Redis can be read on the network."""
    parts = urlsplit(broker_url)
    return parts.scheme == "redis" and not is_loopback(parts.hostname or "")


def check_redis(broker_url: str) -> None:
    """Check that Redis answers, lets us in, and keeps what it is given.

    One that lets anybody in is warned about: whoever reaches it can ring for runs, and empty it.

    Raises:
        BackendError: with one sentence that names the cause and the remedy.
    """
    shown = shown_url(broker_url)
    try:
        policy = ask_policy(broker_url)
    except AuthenticationError as error:
        raise BackendError(f"Redis at {shown} {of_password(broker_url)}.") from error
    except (RedisError, OSError, ValueError, TypeError) as error:  # the last two: of its address
        raise (BackendSilentError if isinstance(error, SILENT) else BackendError)(
            f"Redis at {shown} cannot be used ({error}); start it or correct LODEMAP_BROKER_URL."
        ) from error
    if policy != "noeviction":
        raise BackendError(
            f"Redis at {shown} may throw queued runs away (maxmemory-policy is {policy}); "
            "set maxmemory-policy noeviction."
        )
    if lets_anybody_in(broker_url):
        logger.warning(
            "Redis at %s lets anybody in who reaches it; give it a user with a password "
            "(docs/deploy.md) and name them in LODEMAP_BROKER_URL.",
            shown,
        )


def ask_policy(broker_url: str) -> str:
    """Return Redis' eviction policy."""
    with connect(broker_url) as client:
        client.ping()
        memory = client.info("memory")
    return str(memory["maxmemory_policy"])


def takes_messages(broker_url: str) -> bool:
    """Whether Redis keeps what it is given right now: it is not away, hung or full."""
    try:
        with connect(broker_url) as client:
            return bool(client.set(PROBE, 1, ex=PROBE_KEPT_S))
    except (RedisError, OSError):
        return False


def lets_anybody_in(broker_url: str) -> bool:
    """Whether this Redis answers to somebody without a password."""
    parts = urlsplit(broker_url)
    if parts.scheme == "redis+socket":
        return False  # the rights of the file say who may
    nobody = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    try:
        with connect(nobody) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False


def connect(broker_url: str) -> redis.Redis:
    """Return a client that says at once what is wrong."""
    url = broker_url
    if url.startswith("redis+socket://"):  # kombu's words for what redis-py calls so
        url = re.sub(r"([?&])virtual_host=/?", r"\1db=", url.replace("redis+socket", "unix", 1))
    client: redis.Redis = redis.Redis.from_url(
        url,
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        # redis-py would go on trying for some seconds
        retry=Retry(NoBackoff(), 0),
    )
    return client
