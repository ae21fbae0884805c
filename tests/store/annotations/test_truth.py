"""What samples are measured against."""

import numpy as np

from ml.measures.by_label import OTHER_CLASS
from ml.records import NO_CLASS, UNSURE
from store.annotations.truth import find_label, find_truth, match_classes
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


def test_find_label__is_what_the_data_set_says_whatever_people_said() -> None:
    named = match_classes(("dog", "cat", "bird"), CLASSES)
    annotation = np.array([0, NO_CLASS, UNSURE, NO_CLASS, 3], np.int16)
    label = np.array([0, 0, 1, -1, -1], np.int16)
    assert find_label(annotation, label, named).tolist() == [3, 3, 0, NO_CLASS, NO_CLASS]


def test_find_label__a_class_the_project_lacks_contradicts_only_names_of_the_data_set() -> None:
    of_their_own = ClassInfo(4, "pet", 3)
    named = match_classes(("dog", "cat", "bird"), (*CLASSES, of_their_own))
    annotation = np.array([0, 4, NO_CLASS, UNSURE], np.int16)
    bird = np.full(4, 2, np.int16)
    assert find_label(annotation, bird, named).tolist() == [OTHER_CLASS, *[NO_CLASS] * 3]
