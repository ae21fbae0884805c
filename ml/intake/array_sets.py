"""Arrays that belong together, in one .npz or one folder: samples, their classes, their split."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from ml.intake.array_pictures import Part
from ml.intake.array_roles import Role, num_labels, read_classes, read_split, read_texts, role_of
from ml.intake.arrays import ArrayFile
from ml.intake.errors import IntakeError
from ml.intake.members import shown
from ml.intake.naming import QUICKDRAW, class_of_drawings, is_held_out_word, is_training_word

LABEL_ENDS: Final = ("_labels", "_label", "_y", "_targets", "_classes")
"""Of the name of an array with the classes of the array that is named without it."""
CHANNELS: Final = (1, 3, 4)
LONG: Final = 4
"""Times a side of a square: a last axis as long is that of the samples."""
SHORTEST_SIDE: Final = 8
"""Pixels; a lone array (height, width, 3) is one picture from here on."""
Named = dict[str, ArrayFile]
"""Arrays by the names people gave them."""
Roles = dict[str, tuple[Role, str]]
"""What each is for, and of which part of a split."""


def parts_of(arrays: Named, prefix: str, part_word: str = "") -> list[Part]:
    """Return the arrays of samples among some, each with what the others say about it.

    Args:
        arrays: by name, as in one .npz.
        prefix: begins the sample ids.
        part_word: "train", "test" or their like, where all of them are that part; else "".

    Raises:
        IntakeError: `no_samples`, `bad_labels`, `bad_split`, or as `ArrayFile.chunks`.
    """
    roles = {name: role_of(name) for name in arrays}
    values = _values(arrays, roles)
    words = {name: roles[name][1] or part_word for name in values}
    has_both = any(map(is_training_word, words.values())) and any(
        map(is_held_out_word, words.values())
    )
    parts = []
    for name in values:
        labels = _labels_of(name, arrays, roles)
        array = _as_samples(arrays[name], None if labels is None else num_labels(labels))
        classes = None if labels is None else _classes_of(labels, arrays, roles, len(array))
        if classes is None and (len(values) > 1 or QUICKDRAW.match(name)) and not words[name]:
            classes = [class_of_drawings(name)] * len(array)
        held_out = _split_of(name, arrays, roles, len(array))
        if held_out is None and (has_both or part_word):
            held_out = [is_held_out_word(words[name])] * len(array)
        ids = _ids_of(name, arrays, roles, len(array))
        parts.append(Part(array, prefix + name, classes, held_out, ids))
    own = [sample_id for part in parts for sample_id in part.sample_ids or ()]
    return parts if len(set(own)) == len(own) else [replace(p, sample_ids=None) for p in parts]


def _values(arrays: Named, roles: Roles) -> list[str]:
    """Return the names of the arrays that hold samples."""
    numbers = [n for n, a in arrays.items() if a.dtype.kind not in "US" and len(a.shape) > 1]
    named = [name for name in numbers if roles[name][0] == "values"]
    others = [name for name in numbers if roles[name][0] == "other" and not _is_label(name, arrays)]
    if named:
        return named
    if not others:
        raise IntakeError("no_samples", f"There is no array of samples among {_listed(arrays)}; "
                          "name it images (n x height x width).")  # fmt: skip
    if len({arrays[name].shape[1:] for name in others}) > 1:
        raise IntakeError("no_samples", f"Which of {_listed({n: arrays[n] for n in others})} holds "
                          "the samples is not clear; name it images.")  # fmt: skip
    return others


def _is_label(name: str, arrays: Named) -> bool:
    return any(name.endswith(end) and name.removesuffix(end) in arrays for end in LABEL_ENDS)


def _as_samples(array: ArrayFile, num_classes: int | None) -> ArrayFile:
    """Return the array, a single picture (height, width, 3) as a set of one, or samples first."""
    is_single = len(array.shape) == 3 and array.shape[2] in (3, 4)
    if is_single and min(array.shape[:2]) >= SHORTEST_SIDE and not array.is_column_major:
        return replace(array, shape=(1, *array.shape))
    return array.samples_first() if _has_samples_last(array.shape, num_classes) else array


def _has_samples_last(shape: tuple[int, ...], num_classes: int | None) -> bool:
    """Whether pictures lie along the last axis, as in MATLAB: by their labels, or their shape.

    By shape where the first axes are a picture, and either the others are none or the picture is a
    square, beside which the last axis is long.
    """
    if not _is_picture(shape[:-1]):
        return False
    if num_classes in (shape[0], shape[-1]):
        return num_classes != shape[0]
    if len(shape) == 3:
        return shape[0] == shape[1] and shape[2] >= LONG * shape[0]
    return not _is_picture(shape[1:])


def _is_picture(sides: tuple[int, ...]) -> bool:
    """Whether these are height and width, with 1, 3 or 4 channels last or first."""
    if len(sides) == 3 and sides[2] in CHANNELS:
        sides = sides[:2]
    elif len(sides) == 3 and sides[0] in CHANNELS:
        sides = sides[1:]
    return len(sides) == 2 and min(sides) >= SHORTEST_SIDE


def _labels_of(name: str, arrays: Named, roles: Roles) -> ArrayFile | None:
    """Return the array with the classes of another, of several one that has as many."""
    own = next((arrays[name + end] for end in LABEL_ENDS if name + end in arrays), None)
    same = [n for n, (role, part) in roles.items() if role == "classes" and part == roles[name][1]]
    shape = arrays[name].shape
    fitting = [n for n in same if num_labels(arrays[n]) == shape[0]] or \
        [n for n in same if num_labels(arrays[n]) == shape[-1]] or same  # fmt: skip
    return own or (arrays[fitting[0]] if fitting else None)


def _classes_of(
    labels: ArrayFile, arrays: Named, roles: Roles, num_samples: int
) -> Sequence[str | None]:
    given = next((a for n, a in arrays.items() if a is not labels and _is_names(n, a, roles)), None)
    return read_classes(labels, num_samples, None if given is None else np.array(read_texts(given)))


def _is_names(name: str, array: ArrayFile, roles: Roles) -> bool:
    """Whether an array holds the names of the classes ("classes" may mean either)."""
    role = roles[name][0]
    return array.dtype.kind in "US" and role in ("class_names", "classes")


def _split_of(name: str, arrays: Named, roles: Roles, num_samples: int) -> list[bool] | None:
    own = [n for n, (role, _) in roles.items() if role == "split"]
    if not own or roles[name][1]:
        return None
    return read_split(arrays[own[0]], num_samples)


def _ids_of(name: str, arrays: Named, roles: Roles, num_samples: int) -> list[str] | None:
    own = [
        n for n, (role, part) in roles.items() if role == "sample_ids" and part == roles[name][1]
    ]
    if not own or len(arrays[own[0]]) != num_samples:
        return None
    ids = read_texts(arrays[own[0]])
    return ids if len(set(ids)) == len(ids) == num_samples else None


def _listed(arrays: Named) -> str:
    names = [shown(name) for name in sorted(arrays)]
    return ", ".join(names[:8]) + (" and others" if len(names) > 8 else "")
