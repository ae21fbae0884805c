"""How the samples of a project are told apart in a file, and which of them are wanted."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ml.errors import InvalidInputError
from ml.maps.codec import unpack_ids
from store.errors import SelectionTooLargeError
from store.opening import Store


@dataclass(frozen=True, eq=False)
class SampleColumns:
    """What every table says of a sample, whatever else it says."""

    sample_id: pa.Array
    """string, shape (num_samples,)."""
    held_out: pa.Array
    """bool, shape (num_samples,)."""
    label: pa.Array
    """The data set's own class name or null, string, shape (num_samples,)."""

    @classmethod
    def of(cls, store: Store, dataset_id: str) -> "SampleColumns":
        """Read the columns of a data set.

        Raises:
            NotFoundError: no such data set, or its files are gone.
        """
        dataset, samples = store.datasets.get(dataset_id), store.datasets.samples(dataset_id)
        names = pa.array([*dataset.class_names, None], pa.string())
        label = np.where(samples.label < 0, len(dataset.class_names), samples.label)
        return cls(
            sample_id=pa.array(store.datasets.sample_ids(dataset_id), pa.string()),
            held_out=pa.array(np.asarray(samples.is_held_out)),
            label=names.take(pa.array(label.astype(np.int64))),
        )


def wanted_samples(packed: bytes | None, num_samples: int) -> NDArray[np.bool_]:
    """Return which samples a packed selection holds, shape (num_samples,); None means all.

    Raises:
        InvalidInputError: when it is empty, unreadable, or names samples that are not there.
        SelectionTooLargeError: when it has more bytes than this data set allows.
    """
    if packed is None:
        return np.ones(num_samples, bool)
    if not packed:
        raise InvalidInputError("Nothing is selected; select some points, or export everything.")
    if len(packed) > 1 + 4 * num_samples:
        raise SelectionTooLargeError(
            f"The selection has {len(packed)} bytes, more than {num_samples} samples take; "
            "reload the page and select again."
        )
    is_wanted = np.zeros(num_samples, bool)
    is_wanted[unpack_ids(packed, num_samples)] = True
    if not is_wanted.any():
        raise InvalidInputError("Nothing is selected; select some points, or export everything.")
    return is_wanted
