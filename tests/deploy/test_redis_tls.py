"""Redis between machines: TLS by an authority of one's own, checked by app and worker alike."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu.exceptions import OperationalError

from tasks.celery_settings import PUBLISHER_TRANSPORT, QUEUE, TASK_NAME, make_celery
from tasks.errors import BackendError
from tasks.redis_check import check_redis
from tests.services import free_port, redis_command, stop, wait_for_port
from tests.source import ROOT

PASSWORD = "sesame"


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate that vouches for itself, for 127.0.0.1, and its key."""
    pair = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "1", "-subj", "/CN=redis", "-addext", "subjectAltName=IP:127.0.0.1",
         "-out", pair[0], "-keyout", pair[1]],
        check=True, capture_output=True,
    )  # fmt: skip
    return pair


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """A Redis that speaks TLS alone and knows the one user of deploy/; its port and certificate."""
    folder = tmp_path_factory.mktemp("tls")
    public, private = certificate(folder)
    users = (ROOT / "deploy" / "redis-users.acl").read_text().replace("PASSWORD", PASSWORD)
    (folder / "users").write_text(users)
    port = free_port()
    server = subprocess.Popen(
        redis_command(0, folder, "--tls-port", str(port), "--tls-cert-file", str(public),
                      "--tls-key-file", str(private), "--tls-auth-clients", "no",
                      "--aclfile", str(folder / "users")),
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for_port(port, server)
        yield port, public
    finally:
        stop(server)


def url(port: int, authority: Path | None) -> str:
    """The URL as docs/deploy.md has it."""
    words = f"?ssl_cert_reqs=required&ssl_ca_certs={authority}" if authority else ""
    return f"rediss://lodemap:{PASSWORD}@127.0.0.1:{port}/0{words}"


def test_rediss__is_spoken_by_the_check_and_by_celery(
    redis: tuple[int, Path], caplog: pytest.LogCaptureFixture
) -> None:
    address = url(*redis)
    check_redis(address)
    assert caplog.records == []
    celery = make_celery(address, PUBLISHER_TRANSPORT)
    celery.send_task(TASK_NAME, args=["run"], queue=QUEUE, retry=False)
    with celery.connection_for_read() as connection, connection.SimpleQueue(QUEUE) as queue:
        message = queue.get(timeout=10)
        assert message.payload[0] == ["run"]
        message.ack()
    celery.close()


def test_rediss__by_an_authority_nobody_knows_gets_no_password(redis: tuple[int, Path]) -> None:
    """Without a word of certificates in the URL, as in deploy/lodemap.env.example."""
    celery = make_celery(url(redis[0], None), PUBLISHER_TRANSPORT)
    with (
        celery.connection_for_write() as connection,
        pytest.raises(OperationalError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        connection.ensure_connection(max_retries=1, timeout=10)
    celery.close()


def test_rediss__by_an_authority_nobody_knows_is_refused(redis: tuple[int, Path]) -> None:
    with pytest.raises(BackendError, match="cannot be used") as caught:
        check_redis(url(redis[0], None))
    assert "certificate" in caught.value.sentence.lower()
    assert PASSWORD not in caught.value.sentence
