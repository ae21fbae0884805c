"""Services on loopback as a deployment has them."""

from collections.abc import Iterator

import pytest

from tests.deploy.bucket import Bucket, running_bucket


@pytest.fixture(scope="session")
def bucket() -> Iterator[Bucket]:
    """A server that speaks S3, with one bucket and one user."""
    with running_bucket() as running:
        yield running
