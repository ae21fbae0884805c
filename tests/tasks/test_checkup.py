"""What a checkup finds of a real Redis and of workers."""

import re
from pathlib import Path

import pytest
import redis

from store.opening import Store
from store.queue.worker_records import WorkerAbout
from store.settings import Settings
from store.version import lodemap_version
from tasks.checkup import check_queue, check_redis_version, check_tasks, check_wire, check_workers
from tests.services import running_redis

ACL = (
    "user", "lodemap", "on", ">hunter2", "~lodemap:*", "&lodemap:*", "+@all", "-@admin",
    "-@dangerous", "+info",
)  # fmt: skip


def found_of(url: str) -> dict[str, tuple[str, str]]:
    found = list(check_queue(url))
    assert "hunter2" not in repr(found)
    return {finding.name: (finding.level, finding.words) for finding in found}


def test_check_queue__of_a_plain_redis(redis_url: str) -> None:
    found = found_of(redis_url)
    assert found["Redis wire"] == ("ok", "stays on this machine")
    assert found["Redis rights"] == ("warn", "user default may do everything")
    assert found["Redis memory"] == ("warn", "noeviction, no limit")
    assert found["Redis"][0] in ("ok", "warn")


def test_check_queue__of_one_set_up_as_documented() -> None:
    with running_redis() as (url, _):
        with redis.Redis.from_url(url) as admin:
            admin.execute_command("ACL", "SETUSER", *ACL[1:])
            admin.config_set("maxmemory", "64mb")
        found = found_of(url.replace("redis://", "redis://lodemap:hunter2@"))
        assert found["Redis rights"] == ("ok", "user lodemap, restricted")
        assert found["Redis memory"][0] == "ok"
        with redis.Redis.from_url(url) as admin:
            admin.config_set("maxmemory-policy", "allkeys-lru")
        assert found_of(url)["Redis memory"] == ("fail", "allkeys-lru")
        wrong = found_of(url.replace("redis://", "redis://lodemap:wrong@"))
        assert wrong["Redis"][0] == "fail"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", r"does not answer \(Error 111 connecting to 127.0.0.1:9. Connection refused\)"),
        ("?socket_timeout=soon", "is followed by what is no option of Redis"),
        ("?colour=red", "is followed by what is no option of Redis"),
    ],
)
def test_check_queue__of_none(query: str, words: str) -> None:
    level, said = found_of(f"redis://:hunter2@127.0.0.1:9/0{query}")["Redis"]
    assert level == "fail"
    assert re.fullmatch(rf"redis://\*\*\*@127.0.0.1:9 {words}", said)


def test_check_queue__says_what_redis_has_against_us() -> None:
    with running_redis(password="sesame") as (url, _):
        for given, words, remedy in (
            ("", "wants a password", "Name it in LODEMAP_BROKER_URL"),
            (":hunter2@", "refused the password", "Correct it in LODEMAP_BROKER_URL."),
            (":sesame@", "refuses what Lodemap asks of it (DB index is out of range)", "Correct"),
        ):
            port = url.rpartition(":")[2].partition("/")[0]
            (found,) = (
                each
                for each in check_queue(f"redis://{given}127.0.0.1:{port}/77")
                if each.name == "Redis"
            )
            assert (found.level, words in found.words) == ("fail", True), found.words
            assert found.remedy.startswith(remedy)


@pytest.mark.parametrize(
    ("url", "level"),
    [
        ("redis://127.0.0.1:6379", "ok"),
        ("redis://localhost", "ok"),
        ("redis+socket:///run/redis.sock", "ok"),
        ("rediss://u:p@cache.example:6380", "ok"),
        ("redis://10.0.0.1:6379", "warn"),
    ],
)
def test_check_wire__plain_text_leaves_no_machine(url: str, level: str) -> None:
    assert check_wire(url).level == level


@pytest.mark.parametrize(
    ("version", "level"),
    [("8.2.2", "ok"), ("8.2.1", "warn"), ("8.4.0", "ok"), ("7.4.6", "ok"), ("7.4.5", "warn"),
     ("7.0.15", "warn"), ("6.2.20", "ok"), ("9.0", "ok")],
)  # fmt: skip
def test_check_redis_version__by_the_line_it_is_of(version: str, level: str) -> None:
    assert check_redis_version(version, "redis://here").level == level


def test_check_workers__tells_who_was_heard_of(store: Store, tmp_path: Path) -> None:
    (none, *more) = check_workers(store.settings, tmp_path / "no-gpu")
    assert (none.level, none.remedy, more) == ("warn", "Start the app.", [])
    store.workers.beat("local-1", "ready", "cpu", "embedded")
    gpu = tmp_path / "gpu"
    gpu.touch()
    workers, unused = check_workers(store.settings, gpu)
    assert (workers.level, workers.words) == ("ok", "1 heard of: ready on cpu")
    assert (unused.name, unused.level) == ("GPU", "warn")
    store.workers.beat("local-2", "busy", "cuda", "embedded")
    (workers,) = check_workers(store.settings, gpu)
    assert "busy on cuda" in workers.words


def test_check_tasks__before_there_is_a_database(tmp_path: Path) -> None:
    settings = Settings.from_env({}, {"data_dir": tmp_path / "data"})
    assert [finding.level for finding in check_tasks(settings)] == ["ok", "warn"]
    assert not (tmp_path / "data").exists()


def test_check_workers__names_those_of_another_lodemap(store: Store, tmp_path: Path) -> None:
    own = lodemap_version()
    store.workers.beat("old", "ready", "cpu", "team", WorkerAbout(host_name="mill", version="0.0"))
    store.workers.beat("own", "ready", "cpu", "team", WorkerAbout(host_name="mill", version=own))
    _, found = check_workers(store.settings, tmp_path / "no-gpu")
    assert (found.level, found.words) == (
        "fail",
        f"of another Lodemap: 0.0 on mill; this is {own}",
    )
    assert found.remedy.startswith("Bring their code to this version")
