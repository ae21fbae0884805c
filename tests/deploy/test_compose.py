"""The compose file and the image: valid by the published schema, and true to this repository."""

import json
import re
import shlex
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import app
from pages.commands.exposure import check_exposure
from pages.signing import read_shared_key
from store.settings import FIELDS, PREFIX, Settings
from tasks.celery_settings import QUEUE
from tasks.checkup import check_wire
from tests.source import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "lodemap"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
DEPLOY_TEXT = (ROOT / "docs" / "deploy.md").read_text()


def filled(text: str) -> str:
    """A value as Compose has it where nobody chose another."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def environment(name: str) -> dict[str, str]:
    return {k: filled(v) for k, v in SERVICES[name].get("environment", {}).items()}


def image_environment() -> dict[str, str]:
    """What the image says where neither Compose nor its file of secrets does."""
    lines = re.findall(r"^ENV (.+)$", DOCKERFILE, re.MULTILINE)
    return dict(pair.split("=", 1) for line in lines for pair in line.split())


def pairs(file: Path) -> dict[str, str]:
    """The lines of an environment file."""
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of secrets, made as docs/deploy.md says."""
    folder: Path = tmp_path_factory.mktemp("deploy") / "secrets"
    make_secrets(folder)
    return folder


def make_secrets(folder: Path) -> None:
    subprocess.run([ROOT / "scripts" / "team_secrets.sh", folder], check=True)


def test_secrets__are_new_everywhere_and_stay(secrets: Path, tmp_path: Path) -> None:
    names = {Path(each["file"]).name for each in COMPOSE["secrets"].values()} | {"lodemap.env"}
    assert {file.name for file in secrets.iterdir()} == names
    first = {name: (secrets / name).read_text() for name in names}
    make_secrets(secrets)
    assert {name: (secrets / name).read_text() for name in names} == first
    make_secrets(tmp_path / "other")
    assert all((tmp_path / "other" / name).read_text() != first[name] for name in names)
    assert secrets.stat().st_mode & 0o777 == 0o700
    assert (secrets / "lodemap.env").stat().st_mode & 0o777 == 0o600
    # a container's own user reads these; the folder keeps the machine's other users out
    assert (secrets / "secret-key").stat().st_mode & 0o777 == 0o644
    assert len(read_shared_key(secrets / "secret-key")) == 32


def test_compose__is_valid_by_the_published_schema() -> None:
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    jsonschema.validate(COMPOSE, json.loads(schema.read_text()))


def test_compose__with_a_bucket_workers_reach_out() -> None:
    """Lists of networks are joined; that of the database stays closed."""
    more = yaml.safe_load((DEPLOY / "compose.bucket.yaml").read_text())
    assert set(more["services"]) == set(OURS) - {"app", "app-2"}
    assert all(service == {"networks": ["out"]} for service in more["services"].values())
    assert set(more["networks"]) == {"out"}


def test_compose__everything_it_names_is_declared() -> None:
    for name, service in SERVICES.items():
        volumes = [each.split(":")[0] for each in service.get("volumes", [])]
        for volume in volumes:
            assert volume in COMPOSE["volumes"] or (DEPLOY / volume).exists(), (name, volume)
        assert set(service["networks"]) <= set(COMPOSE["networks"]), name
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"]), name
        assert set(service.get("depends_on", {})) <= set(SERVICES), name
    used = {each.split(":")[0] for s in SERVICES.values() for each in s.get("volumes", [])}
    assert set(COMPOSE["volumes"]) <= used


@pytest.mark.parametrize("name", OURS)
def test_compose__variables_are_settings_with_values_they_take(name: str, secrets: Path) -> None:
    given = environment(name)
    ours = {key for key in given if key.startswith(PREFIX)}
    assert ours <= {PREFIX + field.upper() for field in FIELDS}
    of_a_file = pairs(secrets / "lodemap.env")
    settings = Settings.from_env({**image_environment(), **of_a_file, **given})
    assert settings.mode == "team"
    assert settings.artifacts_url == "/artifacts"
    bucket = {"LODEMAP_ARTIFACTS_URL": "s3://bucket"}
    settings = Settings.from_env({**image_environment(), **of_a_file, **bucket, **given})
    assert settings.artifacts_url == "s3://bucket", "what the file of secrets says counts"


def test_compose__doctor_warns_of_redis_in_plain_text_alone(secrets: Path) -> None:
    of_a_file = pairs(secrets / "lodemap.env")
    settings = Settings.from_env({**image_environment(), **of_a_file, **environment("app")})
    found = [*check_exposure(settings), check_wire(str(settings.broker_url))]
    assert [each.name for each in found if each.level != "ok"] == ["Redis wire"]
    assert "`doctor` has one warning, `Redis wire`" in DEPLOY_TEXT


def test_compose__commands_are_ones_we_take() -> None:
    assert SERVICES["app"]["command"] == [".venv/bin/python", "app.py"]
    app.parse_arguments(SERVICES["app"]["command"][2:])
    for name in ("worker", "worker-gpu"):
        command = SERVICES[name]["command"]
        assert command[:4] == [".venv/bin/celery", "-A", "tasks.celery_app", "worker"]
        assert command[command.index("-Q") + 1] == QUEUE
        assert environment(name)["REMAP_SIGTERM"] == "SIGQUIT"
        assert SERVICES[name]["stop_grace_period"] == "30s"
    shell_3 = (ROOT / "docs" / "deploy.md").read_text()
    assert " ".join(SERVICES["worker"]["command"][4:7]) in shell_3


def test_compose__nothing_runs_with_more_rights_than_it_needs() -> None:
    for name, service in SERVICES.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["read_only"] is True, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "mem_limit" in service, name
        assert "privileged" not in service, name
    assert [name for name, service in SERVICES.items() if "cap_add" in service] == ["proxy"]
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["back"]["internal"] is True
    assert {"redis", "postgres"} == {
        name for name, service in SERVICES.items() if service["networks"] == ["back"]
    } - set(OURS)
    (pool,) = COMPOSE["networks"]["front"]["ipam"]["config"]
    assert environment("app")["LODEMAP_TRUSTED_PROXIES"] == pool["subnet"]


def test_compose__no_secret_is_written_down() -> None:
    for file in DEPLOY.rglob("*"):
        if file.is_file() and "secrets" not in file.relative_to(DEPLOY).parts:
            assert not re.search(r"[0-9a-f]{32}", file.read_text()), file
    assert "/deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def test_dockerfile__copies_what_is_there_and_leaves_nothing_out() -> None:
    copied = [
        source
        for line in DOCKERFILE.splitlines()
        if line.startswith("COPY ")
        for source in shlex.split(line)[1:-1]
    ]
    assert [source for source in copied if not (ROOT / source).exists()] == []
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert {line[1:] for line in allowed if line.startswith("!")} == set(copied)
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - {"tests", "benchmarks"} <= set(copied)


def test_dockerfile__installs_by_a_lock_that_is_there() -> None:
    (install,) = re.findall(r"^RUN (scripts/\S+ \S+)$", DOCKERFILE, re.MULTILINE)
    script, lock = install.split()
    assert (ROOT / script).stat().st_mode & 0o111
    assert (ROOT / f"requirements-{lock}.lock").exists()
    (command,) = re.findall(r"^CMD (.+)$", DOCKERFILE, re.MULTILINE)
    assert json.loads(command) == SERVICES["app"]["command"]
    assert "USER lodemap" in DOCKERFILE


def test_dockerfile__has_pg_dump_of_the_server_that_the_tests_run_on() -> None:
    """A pg_dump that is older than its server refuses to make a backup."""
    (client,) = re.findall(r"postgresql-client-(\d+)", DOCKERFILE)
    (server,) = re.findall(r"^postgres:(\d+)", SERVICES["postgres"]["image"])
    (tested,) = re.findall(r"^Version (\d+) is what the tests run on", DEPLOY_TEXT, re.MULTILINE)
    assert client == server == tested


def test_environment_example__is_one_that_settings_take() -> None:
    values = pairs(DEPLOY / "lodemap.env.example")
    ours = {key: value for key, value in values.items() if key.startswith(PREFIX)}
    assert set(ours) <= {PREFIX + field.upper() for field in FIELDS}
    settings = Settings.from_env(ours, {"data_dir": Path("x")})
    assert settings.artifacts_url.startswith("s3://")
    assert settings.broker_url is not None
    assert settings.broker_url.startswith("rediss://")
