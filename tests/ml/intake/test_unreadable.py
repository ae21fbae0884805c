"""A disk that refuses to be read is told as that, and not as a full one."""

import errno
from collections.abc import Iterator

import pytest

from ml.intake.errors import IntakeError
from ml.intake.reading import ReaderOfMany
from ml.intake.records import Batch, Outline, Rejection
from ml.intake.sources import Source
from tests.ml.intake.brought import refused


class Failing:
    """A reader whose disk fails after nothing was read."""

    outline = Outline("image", "PNG", (1, 4, 4))

    def read(self) -> Iterator[Batch | Rejection]:
        yield from ()
        raise OSError(errno.EIO, "Input/output error")


def test_read__of_a_failing_disk() -> None:
    reader = ReaderOfMany(Failing(), Source("set", "folder", ()), {}, frozenset())
    with pytest.raises(IntakeError, match="set cannot be read any further: Input/output") as error:
        list(reader.read())
    assert refused(error) == ("unreadable", 422)
