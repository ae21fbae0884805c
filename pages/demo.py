"""What a first start shows: scikit-learn's handwritten digits, ready to be named."""

from typing import Final

from ml.digits import load_digits
from store.class_order import in_key_order
from store.opening import Store
from store.records import Dataset

NAME: Final = "Handwritten digits"


def add_demo(store: Store) -> None:
    """Create the demo project where no project exists; nothing is trained yet."""
    if store.projects.list(include_archived=True):
        return
    dataset = put_digits(store)
    classes = in_key_order(dataset.class_names)
    store.projects.create(NAME, dataset.dataset_id, class_names=classes)


def put_digits(store: Store) -> Dataset:
    """Return the digits as a data set of the store, saved where they are not there yet."""
    digits = load_digits()
    return store.datasets.put(
        NAME, digits.images, digits.label, digits.is_held_out, digits.class_names
    )
