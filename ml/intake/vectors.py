"""Vectors: rows of a table, or of an array of floating-point numbers."""

from collections.abc import Sequence
from typing import Any

from ml.intake.errors import FormatError
from ml.intake.records import Options, Reader


def open_tables(source: Any, options: Options) -> Reader:  # noqa: ARG001 (to come)
    """Recognise the CSV and Parquet files of a source."""
    raise FormatError("Tables cannot be read yet.")


def open_vectors(
    array: Any,  # noqa: ARG001 (to come)
    sample_ids: Sequence[str] | None = None,  # noqa: ARG001 (to come)
    class_names: Sequence[str | None] | None = None,  # noqa: ARG001 (to come)
) -> Reader:
    """Recognise the rows of an array (n, D) that can be sliced, such as a memory map."""
    raise FormatError("Vectors cannot be read yet.")
