"""What a first start shows: scikit-learn's handwritten digits, ready to be named."""

from typing import Final

from ml.digits import load_digits
from store.opening import Store
from store.records import Dataset

NAME: Final = "Handwritten digits"
CLASS_NAMES: Final = (*"123456789", "0")
"""In this order hotkey k names class k, and 0 comes last as on a keyboard."""


def add_demo(store: Store) -> None:
    """Create the demo project where no project exists; nothing is trained yet."""
    if store.projects.list(include_archived=True):
        return
    store.projects.create(NAME, put_digits(store).dataset_id, class_names=CLASS_NAMES)


def put_digits(store: Store) -> Dataset:
    """Return the digits as a data set of the store, saved where they are not there yet."""
    digits = load_digits()
    return store.datasets.put(
        NAME, digits.images, digits.label, digits.is_held_out, digits.class_names
    )
