"""Recordings: files that soundfile reads, cut into windows, as log-mel spectrograms."""

from typing import Any

from ml.intake.errors import FormatError
from ml.intake.records import Options, Reader


def open_sounds(source: Any, options: Options) -> Reader:  # noqa: ARG001 (to come)
    """Recognise the recordings of a source."""
    raise FormatError("Recordings cannot be read yet.")
