"""What samples are measured against."""

import numpy as np

from ml.records import NO_CLASS, UNSURE
from store.annotations.truth import find_truth, match_classes
from store.records import ClassInfo

CLASSES = (
    ClassInfo(0, "Cat", 0),
    ClassInfo(1, "feline", 1, merged_into=0),
    ClassInfo(3, "dog", 2),
)


def test_match_classes__goes_by_name_and_follows_merges() -> None:
    named = match_classes(("dog", "cat", "Feline", "bird"), CLASSES)
    assert named.tolist() == [3, 0, 0, NO_CLASS, NO_CLASS]


def test_find_truth__what_people_said_wins_over_the_label() -> None:
    named = match_classes(("dog", "cat"), CLASSES)
    annotation = np.array([0, NO_CLASS, UNSURE, NO_CLASS], np.int16)
    label = np.array([0, 0, 1, -1], np.int16)
    assert find_truth(annotation, label, named).tolist() == [0, 3, 0, NO_CLASS]
