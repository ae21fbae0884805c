"""Is this Redis fit to carry our messages? Asked once at start, so that nobody waits in vain."""

import os
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError
from redis.retry import Retry

from store.settings import is_loopback
from tasks.errors import BackendError

ALLOW_PLAIN: Final = "LODEMAP_INSECURE_REDIS"
"""Set to 1 it lets plain text leave this machine."""
TIMEOUT_S: Final = 2.0
"""Of one connection or answer; the whole check then ends within 3 s."""


def shown_url(broker_url: str) -> str:
    """Return the URL without its secrets, fit for a message."""
    parts = urlsplit(broker_url)
    place = parts.netloc.rpartition("@")[2] or parts.path
    return f"{parts.scheme}://{'***@' if '@' in parts.netloc else ''}{place}"


def is_plain(broker_url: str) -> bool:
    """Whether what goes to Redis can be read on the network."""
    parts = urlsplit(broker_url)
    return parts.scheme == "redis" and not is_loopback(parts.hostname or "")


def check_wire(broker_url: str, environ: Mapping[str, str]) -> None:
    """Check that nobody on the way can read the password, or send runs of their own.

    Raises:
        BackendError: it would go in plain text, and nobody said that this is meant.
    """
    if is_plain(broker_url) and environ.get(ALLOW_PLAIN) != "1":
        raise BackendError(
            f"Redis at {shown_url(broker_url)} is on another machine and would be asked in plain "
            f"text; use rediss://, or set {ALLOW_PLAIN}=1 where a private network or a tunnel "
            "protects it."
        )


def check_redis(broker_url: str, environ: Mapping[str, str] = os.environ) -> None:
    """Check that Redis answers, lets us in, keeps what it is given, and is asked in private.

    Raises:
        BackendError: with one sentence that names the cause and the remedy.
    """
    check_wire(broker_url, environ)
    shown = shown_url(broker_url)
    try:
        policy = ask_policy(broker_url)
    except AuthenticationError as error:
        raise BackendError(
            f"Redis at {shown} refused the password; correct it in LODEMAP_BROKER_URL."
        ) from error
    except (RedisError, OSError, ValueError) as error:
        raise BackendError(
            f"Redis at {shown} cannot be used ({error}); start it or correct LODEMAP_BROKER_URL."
        ) from error
    if policy != "noeviction":
        raise BackendError(
            f"Redis at {shown} may throw queued runs away (maxmemory-policy is {policy}); "
            "set maxmemory-policy noeviction."
        )


def ask_policy(broker_url: str) -> str:
    """Return Redis' eviction policy."""
    client = redis.Redis.from_url(
        broker_url.replace("redis+socket://", "unix://", 1),
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        # redis-py would go on trying for some seconds
        retry=Retry(NoBackoff(), 0),
    )
    with client:
        client.ping()
        memory = client.info("memory")
    return str(memory["maxmemory_policy"])
