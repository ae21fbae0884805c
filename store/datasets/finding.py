"""Samples by what they are called and by what is written beside them."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ml.errors import InvalidInputError
from store.datasets.files import SAMPLE_ID
from store.opening import Store

LONGEST_TEXT: Final = 200


@dataclass(frozen=True, eq=False)
class Matches:
    """Samples that a text was found in."""

    exact: int | None
    """The sample of that very id or number; None for none."""
    by_column: dict[str, NDArray[np.int64]]
    """Ascending ids by the column a text was found in, `sample_id` first; none is empty."""


def find_samples(store: Store, dataset_id: str, text: str) -> Matches:
    """Find a text, whichever the case of its letters, in ids and texts of all samples.

    Raises:
        InvalidInputError: it is empty or longer than 200 characters.
        NotFoundError: no such data set, or its files are gone.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_TEXT:
        raise InvalidInputError(
            f"Type 1 to {LONGEST_TEXT} characters of an id, a class or a text to find."
        )
    dataset = store.datasets.get(dataset_id)
    if not dataset.about.has_table:
        return Matches(as_number(text, dataset.num_samples), {})
    table = store.datasets.files.table(dataset_id)
    exact = _sample_called(table.column(SAMPLE_ID), text)
    found = {name: containing(table.column(name), text) for name in table.column_names}
    return Matches(exact, {name: ids for name, ids in found.items() if len(ids)})


def find_each(store: Store, dataset_id: str, texts: Collection[str]) -> dict[str, int | None]:
    """Return the sample whose id, or else number, each text is; reads no ids for no texts.

    Raises:
        NotFoundError: no such data set, or its files are gone.
    """
    if not texts:
        return {}
    dataset = store.datasets.get(dataset_id)
    if not dataset.about.has_table:
        return {text: as_number(text, dataset.num_samples) for text in texts}
    ids = store.datasets.files.table(dataset_id).column(SAMPLE_ID)
    return {text: _sample_called(ids, text) for text in texts}


def _sample_called(ids: pa.ChunkedArray, text: str) -> int | None:
    """Return the sample of an id, written just so or else in another case, or of a number."""
    at = pc.index(ids, text).as_py()
    if at < 0:
        ids, text = _composed(ids, text)
        whole = rf"\A{re.escape(text)}\z"
        at = pc.index(pc.match_substring_regex(ids, whole, ignore_case=True), True).as_py()
    return as_number(text, len(ids)) if at < 0 else int(at)


def as_number(text: str, num_samples: int) -> int | None:
    """Return the sample a number such as "12" or "#12" speaks of, None for none."""
    digits = text.removeprefix("#").replace(",", "")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 12:
        return None
    return int(digits) if int(digits) < num_samples else None


def containing(column: pa.ChunkedArray, text: str) -> NDArray[np.int64]:
    """Return the rows of a column of texts that contain one, ascending."""
    column, text = _composed(column, text)
    has = pc.fill_null(pc.match_substring(column, text, ignore_case=True), False)
    return np.flatnonzero(has.to_numpy(zero_copy_only=False)).astype(np.int64)


def _composed(column: pa.ChunkedArray, text: str) -> tuple[pa.ChunkedArray, str]:
    """Return both with their accents written one way; a text without any needs no column anew."""
    if text.isascii():
        return column, text
    return pc.utf8_normalize(column, form="NFC"), unicodedata.normalize("NFC", text)
