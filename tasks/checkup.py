"""What a person who runs Lodemap should know of its queue and its workers."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from redis.exceptions import AuthenticationError, NoPermissionError, RedisError
from sqlalchemy.exc import SQLAlchemyError

from ml.errors import LodemapError
from store.checkup import Finding
from store.queue.worker_records import Worker
from store.queue.workers import Workers
from store.settings import Settings
from store.sql.database import Database
from store.version import lodemap_version
from tasks.redis_check import SILENT, connect, is_plain, of_password, shown_url

FIXED_REDIS: Final = ((8, 2, 2), (8, 0, 4), (7, 4, 6), (7, 2, 11), (6, 2, 20))
"""Versions with CVE-2025-49844 fixed (Lua, anybody who may run scripts), a line each."""
GPU: Final = Path("/dev/nvidia0")


def check_tasks(settings: Settings) -> Iterator[Finding]:
    """Yield what was found of Redis, where it is used, and of the workers."""
    if settings.broker_url is None:
        yield Finding("queue", "ok", "embedded: the app has a worker of its own")
    else:
        yield from check_queue(settings.broker_url)
    yield from check_workers(settings)


def check_queue(broker_url: str) -> Iterator[Finding]:
    """Look at Redis: whether it answers, who we are there, what it keeps, who can listen."""
    shown = shown_url(broker_url)
    yield check_wire(broker_url)
    try:
        with connect(broker_url) as client:
            yield from _of_redis(client, shown)
    except AuthenticationError:
        words, _, remedy = of_password(broker_url).partition("; ")
        remedy = f"{remedy[:1].upper()}{remedy[1:]}."
        yield Finding("Redis", "fail", f"{shown} {words}", remedy)
    except SILENT as error:
        remedy = "Start it, or correct LODEMAP_BROKER_URL."
        yield Finding("Redis", "fail", f"{shown} does not answer ({_brief(error)})", remedy)
    except RedisError as error:
        words = f"{shown} refuses what Lodemap asks of it ({_brief(error)})"
        yield Finding("Redis", "fail", words, "Correct LODEMAP_BROKER_URL, or the user's rights.")
    except (ValueError, TypeError):  # of its address, a word of which may be the password
        words = f"{shown} is followed by what is no option of Redis"
        yield Finding("Redis", "fail", words, "Correct LODEMAP_BROKER_URL.")


def _brief(error: Exception) -> str:
    """Return what Redis or the system says, without a full stop."""
    return (str(error).splitlines() or [""])[0].rstrip(".") or type(error).__name__


def _of_redis(client: Any, shown: str) -> Iterator[Finding]:
    info = {**client.info("server"), **client.info("memory")}
    yield check_redis_version(str(info["redis_version"]), shown)
    policy = str(info["maxmemory_policy"])
    if policy != "noeviction":
        remedy = "Set maxmemory-policy noeviction: queued runs may be thrown away."
        yield Finding("Redis memory", "fail", policy, remedy)
    elif not int(info.get("maxmemory", 0)):
        remedy = "Set maxmemory, such as 512mb, so that Redis cannot take the machine's memory."
        yield Finding("Redis memory", "warn", "noeviction, no limit", remedy)
    else:
        yield Finding("Redis memory", "ok", f"noeviction, {info['maxmemory_human']}")
    yield check_rights(client)


def check_wire(broker_url: str) -> Finding:
    """Look at whether others on the network can read what goes to Redis; the settings let it."""
    parts = urlsplit(broker_url)
    if not is_plain(broker_url):
        words = "TLS" if parts.scheme == "rediss" else "stays on this machine"
        return Finding("Redis wire", "ok", words)
    remedy = "--insecure-redis allows it: keep that network private, or use rediss://."
    return Finding("Redis wire", "warn", f"plain text to {parts.hostname}", remedy)


def check_redis_version(version: str, shown: str) -> Finding:
    """Judge a version by the one hole that gives the machine away."""
    numbers = tuple(int(part) for part in version.split(".")[:3] if part.isdecimal())
    newest_of_line = [fixed for fixed in FIXED_REDIS if fixed[:2] == numbers[:2]]
    if numbers >= FIXED_REDIS[0] or any(numbers >= fixed for fixed in newest_of_line):
        return Finding("Redis", "ok", f"{version} at {shown}")
    remedy = "Update Redis, unless your distribution has brought the fix of CVE-2025-49844."
    return Finding("Redis", "warn", f"{version} at {shown}", remedy)


def check_rights(client: Any) -> Finding:
    """Look at whether we may do there what no worker needs."""
    user = str(client.acl_whoami())
    try:
        client.config_get("maxmemory")
    except NoPermissionError:
        return Finding("Redis rights", "ok", f"user {user}, restricted")
    remedy = "Give Lodemap a user of its own by ACL; docs/operate.md has the line."
    return Finding("Redis rights", "warn", f"user {user} may do everything", remedy)


def check_workers(settings: Settings, gpu: Path = GPU) -> Iterator[Finding]:
    """Look at which workers were heard of, and on what they train."""
    try:
        with closing(Database(settings.database_url)) as database:
            workers = Workers(database).list() if _has_database(settings) else []
    except (LodemapError, SQLAlchemyError, OSError):  # the line of database or folder says why
        workers = []
    heard = [worker for worker in workers if worker.is_present]
    if not heard:
        how = "Start the app." if settings.broker_url is None else "Start a Celery worker."
        yield Finding("workers", "warn", "none was heard of in the last 10 s", how)
        return
    words = ", ".join(f"{worker.state} on {worker.device}" for worker in heard)
    yield Finding("workers", "ok", f"{len(heard)} heard of: {words}")
    yield from check_versions(heard, lodemap_version())
    if gpu.exists() and not has_gpu(heard):
        remedy = "Install a build of torch with CUDA, or start with --device cuda to learn why not."
        yield Finding("GPU", "warn", "this machine has one, no worker uses it", remedy)


def check_versions(heard: Sequence[Worker], own: str) -> Iterator[Finding]:
    """Look for workers of another Lodemap; one that does not say which is passed over."""
    others = [each.about for each in heard if each.about.version not in ("", own)]
    if others:
        found = ", ".join(sorted({f"{each.version} on {each.host_name}" for each in others}))
        remedy = "Bring their code to this version and start them again, after the app."
        yield Finding("workers", "fail", f"of another Lodemap: {found}; this is {own}", remedy)


def has_gpu(workers: list[Worker]) -> bool:
    """Whether a worker trains on a GPU."""
    return any("cuda" in worker.device.lower() for worker in workers)


def _has_database(settings: Settings) -> bool:
    return settings.sqlite_path is None or settings.sqlite_path.exists()
