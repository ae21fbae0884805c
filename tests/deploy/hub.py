"""The services of a team in one namespace: PostgreSQL, Redis and a bucket, each on the network."""

import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import boto3
import psycopg

from tests.deploy.hosts import HUB_ADDRESS
from tests.pages.web import wait_until
from tests.services import postgres_program, stop
from tests.source import ROOT

POSTGRES_PORT, REDIS_PORT, BUCKET_PORT = 5432, 6379, 9000
BUCKET: Final = "maps"
AWS: Final = {
    "AWS_ENDPOINT_URL_S3": f"http://{HUB_ADDRESS}:{BUCKET_PORT}",
    "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
}  # fmt: skip


@contextmanager
def services(folder: Path) -> Iterator[dict[str, str]]:
    """Run them in the namespace of this process; yield what apps and workers must know."""
    with ExitStack() as stack:
        password = _start_redis(stack, folder)
        _start_postgres(stack, folder)
        _start_bucket(stack)
        yield {
            **AWS,
            "LODEMAP_DATABASE_URL": _postgres_url(),
            "LODEMAP_BROKER_URL": f"redis://lodemap:{password}@{HUB_ADDRESS}:{REDIS_PORT}/0",
            "LODEMAP_ARTIFACTS_URL": f"s3://{BUCKET}/team",
            "LODEMAP_INSECURE_REDIS": "yes",
        }


def _start(stack: ExitStack, *command: str | Path, **more: Any) -> None:
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more
    )
    stack.callback(stop, process)


def _start_redis(stack: ExitStack, folder: Path) -> str:
    """By the files of deploy/, so that those are what is tried."""
    password = secrets.token_hex(16)
    users = (ROOT / "deploy" / "redis-users.acl").read_text().replace("PASSWORD", password)
    (folder / "users").write_text(users)
    _start(stack, "redis-server", ROOT / "deploy" / "redis.conf", "--bind", HUB_ADDRESS,
           "--port", str(REDIS_PORT), "--dir", folder, "--aclfile", folder / "users")  # fmt: skip
    return password


def _start_postgres(stack: ExitStack, folder: Path) -> None:
    place = folder / "postgres"
    place.mkdir()
    shutil.chown(place, "postgres", "postgres")
    subprocess.run(
        [postgres_program("initdb"), "-D", place, "-U", "lodemap", "-A", "trust", "-E", "UTF8",
         "--locale", "C", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, user="postgres", cwd=place,
    )  # fmt: skip
    with (place / "pg_hba.conf").open("a") as file:
        file.write("host all all 10.77.0.0/16 trust\n")
    _start(stack, postgres_program("postgres"), "-D", place, "-h", HUB_ADDRESS, "-k", place,
           "-p", str(POSTGRES_PORT), "-c", "fsync=off", user="postgres", cwd=place)  # fmt: skip
    wait_until(_answers, "PostgreSQL", 60)


def _postgres_url() -> str:
    return f"postgresql://lodemap@{HUB_ADDRESS}:{POSTGRES_PORT}/postgres"


def _answers() -> bool:
    try:
        psycopg.connect(_postgres_url()).close()
    except psycopg.OperationalError:
        return False
    return True


def _start_bucket(stack: ExitStack) -> None:
    _start(stack, sys.executable, "-W", "ignore", "-m", "moto.server", "-H", HUB_ADDRESS,
           "-p", str(BUCKET_PORT))  # fmt: skip
    client = boto3.client(
        "s3", endpoint_url=AWS["AWS_ENDPOINT_URL_S3"], region_name="us-east-1",
        aws_access_key_id="key", aws_secret_access_key="secret",
    )  # fmt: skip
    client.create_bucket(Bucket=BUCKET)  # botocore tries again while nobody listens
