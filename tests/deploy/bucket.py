"""A bucket on loopback that anything which speaks S3 can use, and a wire that can be cut."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

import boto3

from tests.services import free_port, stop, wait_for_port

NAME: Final = "maps"
POLICY: Final = (
    '{"Version": "2012-10-17", "Statement": '
    '[{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
)
NUM_OPEN: Final = 3
"""Requests that set the server up, before it asks who is there."""


@dataclass(frozen=True)
class Bucket:
    """A bucket, and what a process must know to use it."""

    port: int
    key: str
    secret: str

    @property
    def url(self) -> str:
        return f"s3://{NAME}/team"

    def environ(self, port: int | None = None, secret: str | None = None) -> dict[str, str]:
        """Variables that anything on botocore reads; `port` is that of a wire to it."""
        return {
            "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{port or self.port}",
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": secret or self.secret,
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def names(self) -> list[str]:
        """The names of all objects, asked by another client than ours."""
        listed = client(self, "s3").list_objects_v2(Bucket=NAME)
        return [each["Key"] for each in listed.get("Contents", [])]


def client(bucket: Bucket, service: str) -> Any:
    return boto3.client(
        service, endpoint_url=f"http://127.0.0.1:{bucket.port}", region_name="us-east-1",
        aws_access_key_id=bucket.key, aws_secret_access_key=bucket.secret,
    )  # fmt: skip


@contextmanager
def running_bucket(host: str = "127.0.0.1", prefix: tuple[str, ...] = ()) -> Iterator[Bucket]:
    """Run a server that refuses whoever has not the keys of its one user."""
    port = free_port()
    server = subprocess.Popen(
        [*prefix, sys.executable, "-W", "ignore", "-m", "moto.server", "-H", host, "-p", str(port)],
        env={**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": str(NUM_OPEN)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for_port(port, server)
        nobody = Bucket(port, "nobody", "nothing")
        iam = client(nobody, "iam")
        iam.create_user(UserName="lodemap")
        iam.put_user_policy(UserName="lodemap", PolicyName="all", PolicyDocument=POLICY)
        made = iam.create_access_key(UserName="lodemap")["AccessKey"]
        bucket = Bucket(port, made["AccessKeyId"], made["SecretAccessKey"])
        client(bucket, "s3").create_bucket(Bucket=NAME)
        yield bucket
    finally:
        stop(server)


@dataclass
class Wire:
    """A way to a server through a port of its own, which can be cut."""

    to: int
    port: int = field(default_factory=free_port)
    cut_after: int | None = None
    """Bytes of a request after which its connection is broken; None lets all through."""
    cut_answers_after: int | None = None
    """The same of an answer."""

    def __post_init__(self) -> None:
        self._listening: socket.socket | None = None
        self._open: set[socket.socket] = set()

    def join(self) -> None:
        """Let connections through, from now on."""
        if self._listening is not None:
            return
        self._listening = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def cut(self) -> None:
        """Break every connection and take no more, as a server that is gone."""
        if self._listening is not None:
            # closing alone leaves a thread that accepts where it is
            with suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
            self._listening = None
        for end in list(self._open):
            _break(end)

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listening.accept()
                far = socket.create_connection(("127.0.0.1", self.to))
                self._open |= {near, far}
                for ends in ((near, far, self.cut_after), (far, near, self.cut_answers_after)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, most: int | None) -> None:
        num_bytes = 0
        with ExitStack() as ending, suppress(OSError):
            for end in (source, target):
                ending.callback(_break, end)
            while data := source.recv(65536):
                num_bytes += len(data)
                if most is not None and num_bytes > most:
                    return
                target.sendall(data)


def _break(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def wire_to(
    port: int, cut_after: int | None = None, cut_answers_after: int | None = None
) -> Iterator[Wire]:
    """Yield a wire that lets connections through until it is cut."""
    wire = Wire(port, cut_after=cut_after, cut_answers_after=cut_answers_after)
    wire.join()
    try:
        yield wire
    finally:
        wire.cut()
