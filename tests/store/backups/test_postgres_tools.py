"""PostgreSQL's programs get no password among their arguments."""

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from psycopg import ConnectionInfo
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import make_url

from store.backups import postgres_tools


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://ana:hunter2@db/maps",
        "postgresql+psycopg://ana@db/maps?password=hunter2&connect_timeout=3",
        "postgresql+psycopg://ana:hunter2@db/maps?sslpassword=hunter2",
    ],
)
def test_dump__shows_no_password_in_its_arguments(
    url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: dict[str, Any] = {}

    def run(command: list[str], env: dict[str, str], **_: object) -> Any:
        asked.update(command=command, env=env)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(postgres_tools, "_program", lambda name: name)
    there = cast("ConnectionInfo", SimpleNamespace(host="db2", port=5433))
    postgres_tools.dump(make_url(url), there, "snapshot", tmp_path / "dump")
    assert "hunter2" not in " ".join(asked["command"])
    shown = conninfo_to_dict(asked["command"][-1])
    assert shown == {"user": "ana", "host": "db2", "port": "5433", "dbname": "maps"}
    assert asked["env"]["PGPASSWORD"] == "hunter2"
