"""What people say of the digits of `workplace`, so that there is something to learn."""

import numpy as np

from ml.digits import load_digits
from ml.maps.codec import pack_ids
from ml.maps.pins import pack_targets
from store.opening import Store
from store.records import Gesture
from tests.contract.workplace import NUM_SAMPLES

NUM_CLASSES = 6
"""With five or more `lodemap` refines its features too."""
MOVED = (101, 103)
TARGETS = ((1.5, 0.5), (-1.0, 2.0))
"""Where the two samples belong, on a map of any size."""


def teach_digits(store: Store, project_id: str) -> None:
    """Name six of each of the first digits, none held out; move two samples, and a class."""
    label = load_digits().label[:NUM_SAMPLES]
    is_free = np.arange(NUM_SAMPLES) % 5 != 0
    for digit in range(NUM_CLASSES):
        packed = pack_ids(np.flatnonzero((label == digit) & is_free)[:6], NUM_SAMPLES)
        gesture = Gesture("annotate", f"g{digit}", packed, {"new_class": {"name": str(digit)}})
        store.journal.append(project_id, gesture, "Ana", "a")
    targets = pack_targets(np.array(TARGETS))
    selection = pack_ids(np.array(MOVED), NUM_SAMPLES)
    move = Gesture("move", "m", selection, {"class_index": 0}, targets)
    store.journal.append(project_id, move, "Ana", "a")
    place = Gesture("place_class", "p", values={"class_index": 1, "place": [2.0, -2.0]})
    store.journal.append(project_id, place, "Ana", "a")
