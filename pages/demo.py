"""What a first start shows: scikit-learn's handwritten digits, ready to be named."""

from contextlib import suppress
from typing import Final

from ml.digits import load_digits
from store.datasets.class_order import in_key_order
from store.errors import ConflictError
from store.opening import Store
from store.records import Dataset

NAME: Final = "Handwritten digits"
PROJECT_ID: Final = "d1617500-0000-4000-8000-000000000001"
"""The same for all apps of a database: two that start at once make one project."""


def add_demo(store: Store) -> None:
    """Create the demo project where no project exists; nothing is trained yet."""
    if store.projects.list(include_archived=True):
        return
    dataset = put_digits(store)
    classes = in_key_order(dataset.class_names)
    with suppress(ConflictError):  # another app was faster
        store.projects.create(NAME, dataset.dataset_id, class_names=classes, project_id=PROJECT_ID)


def put_digits(store: Store) -> Dataset:
    """Return the digits as a data set of the store, saved where they are not there yet."""
    digits = load_digits()
    return store.datasets.put(
        NAME, digits.images, digits.label, digits.is_held_out, digits.class_names
    )
