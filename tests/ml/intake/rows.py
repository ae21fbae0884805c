"""Tables made by hand, and what a reader makes of them."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from ml.intake.records import Batch, Options, Outline, Rejection
from ml.intake.sources import open_source
from ml.intake.vectors import open_tables
from tests.ml.intake.brought import check_told, make_folder, make_zip


def parquet_of(table: pa.Table | Mapping[str, Any]) -> bytes:
    """The bytes of a Parquet file."""
    buffer = io.BytesIO()
    parquet.write_table(table if isinstance(table, pa.Table) else pa.table(dict(table)), buffer)
    return buffer.getvalue()


def read_rows(
    tmp_path: Path,
    files: Mapping[str, bytes | str],
    options: Options | None = None,
    packed: bool = False,
) -> tuple[Outline, list[Batch], list[Rejection]]:
    """Bring files in a folder or a zip and read them all."""
    data = {name: each.encode() if isinstance(each, str) else each for name, each in files.items()}
    tmp_path.mkdir(exist_ok=True)
    make = make_zip if packed else make_folder
    reader = open_tables(open_source(make(tmp_path / "in", data), "in"), options or Options())
    found = list(reader.read())
    rejections = [each for each in found if isinstance(each, Rejection)]
    for each in rejections:
        check_told(each.message)
    return reader.outline, [each for each in found if isinstance(each, Batch)], rejections


def gathered(batches: list[Batch]) -> tuple[list[str], list[str | None], np.ndarray]:
    """Ids, class names and values of all batches."""
    ids = [each for batch in batches for each in batch.sample_ids]
    names = [each for batch in batches for each in batch.class_names]
    return ids, names, np.concatenate([batch.values for batch in batches])
