"""T17: what Celery workers log at DEBUG holds no secret, whoever writes the lines."""

import subprocess
from pathlib import Path

import pytest
from redis import Redis

from store.opening import open_store
from store.settings import Settings
from tasks.celery_settings import QUEUE, TRANSPORT
from tasks.opening import open_backend
from tests.attacks.no_messages import NO_MESSAGES
from tests.contract.workplace import SHORT, Workplace, end_celery, put_samples, start_celery, until
from tests.services import fresh_database, running_redis

pytestmark = pytest.mark.timeout(600)  # a process that imports PyTorch, beside busy cores
OF_REDIS, OF_DATABASE = "hunter2-of-redis", "hunter2-of-the-database"


def work(settings: Settings, redis: subprocess.Popen[bytes], variables: dict[str, str]) -> str:
    """Let a worker do a run among bytes that are no message, and lose Redis.

    Returns:
        All that it said at DEBUG.
    """
    said = settings.data_dir.with_suffix(".log")
    with open_store(settings, as_app=True) as store, said.open("wb") as out:
        backend = open_backend(settings, store)
        place = Workplace(store, backend, put_samples(store))
        place.celery = start_celery(store, "DEBUG", out, **variables)
        try:
            with Redis.from_url(settings.broker_url or "") as bare:
                for data in NO_MESSAGES:
                    bare.lpush(f"{TRANSPORT['global_keyprefix']}{QUEUE}", data)
            assert place.wait_for_end(place.submit(SHORT).run_id).state == "finished"
            redis.kill()
            until(lambda: "Cannot connect" in heard(said), "a word on Redis")
        finally:
            backend.close()
            end_celery(place.celery)
    return heard(said)


def heard(said: Path) -> str:
    return said.read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize(
    "form", ["", pytest.param("json", marks=pytest.mark.slow)], ids=["Celery's own", "ours"]
)
def test_worker__at_debug_tells_no_password(form: str, postgres_url: str, tmp_path: Path) -> None:
    variables = {"LODEMAP_LOG_LEVEL": "DEBUG", **({"LODEMAP_LOG": form} if form else {})}
    with (
        running_redis(password=OF_REDIS) as (redis_url, redis),
        fresh_database(postgres_url) as url,
    ):
        given = {
            "data_dir": tmp_path / "data", "broker_url": redis_url,
            "database_url": url.replace("lodemap@", f"lodemap:{OF_DATABASE}@"),
        }  # fmt: skip
        text = work(Settings.from_env({}, given), redis, variables)
    assert "DEBUG" in text, "this test sees something"
    for secret in (OF_REDIS, OF_DATABASE):
        assert secret not in text
