"""What the arrays of one file or folder are for, by the names people give them."""

import re
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from ml.intake.arrays import ArrayFile
from ml.intake.errors import IntakeError
from ml.intake.members import shown
from ml.intake.naming import class_name, is_held_out_word, is_training_word
from ml.intake.split_words import is_part_word

Role = Literal["values", "classes", "class_names", "split", "sample_ids", "other"]
ROLES: Final[dict[str, Role]] = {
    **dict.fromkeys(("images", "image", "imgs", "x", "data", "samples", "pixels", "inputs",
                     "features", "embeddings", "vectors", "arr_0"), "values"),
    **dict.fromkeys(("labels", "label", "y", "target", "targets", "classes", "class", "arr_1"),
                    "classes"),
    **dict.fromkeys(("class_names", "label_names", "target_names", "categories", "names"),
                    "class_names"),
    **dict.fromkeys(("split", "is_held_out", "held_out", "is_test"), "split"),
    **dict.fromkeys(("sample_ids", "sample_id", "ids", "id"), "sample_ids"),
}  # fmt: skip
"""Names of arrays in small letters, without train or test, and what they are for."""
SHORT_PARTS: Final = {"tr": "train", "te": "test", "va": "val"}
"""Short for parts of a split beside the name of a role, as in "x_tr"; alone they are languages."""
MOST_CLASSES: Final = 32_000
"""An int16 holds the index of a class."""


def role_of(name: str) -> tuple[Role, str]:
    """Return what an array is for, and the word for its part of a split or "".

    "x_train", "train_images" and "testLabels" are told apart from the plain names.
    """
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower().replace("-", "_").split("_")
    if len(words) == 2 and any(word in ROLES for word in words):
        words = [SHORT_PARTS.get(word, word) for word in words]
    part = next((w for w in words if is_training_word(w) or is_held_out_word(w)), "")
    rest = "_".join(word for word in words if word != part) if part else "_".join(words)
    return ROLES.get(rest, "other"), part


def num_labels(labels: ArrayFile) -> int:
    """Return for how many samples an array has labels; a lone row has one for each column."""
    is_row = len(labels.shape) == 2 and labels.shape[0] == 1
    return labels.shape[1] if is_row else len(labels)


def read_classes(
    labels: ArrayFile, num_samples: int, given: NDArray[Any] | None, given_by: str = ""
) -> list[str | None]:
    """Return the class name of each sample, None for none.

    Args:
        labels: whole numbers, text, or one column a class (one-hot); one row where MATLAB saved it.
        num_samples: how many there must be.
        given: names of the classes, of which whole numbers are indices; None where there are none.
        given_by: the file that gives them, where it is one of its own.

    Raises:
        IntakeError: `bad_labels`.
    """
    values = labels.whole()
    values = values.T if values.shape == (1, num_samples) else values
    is_none = np.zeros(len(values), np.bool_)
    if values.ndim == 2 and values.shape[1] > 1 and values.dtype.kind in "buif":
        is_none, values = values.max(axis=1) <= 0, values.argmax(axis=1)
    values = values.reshape(len(values), -1)
    if values.shape[1] != 1 or len(values) != num_samples:
        raise IntakeError("bad_labels", f"{shown(labels.name)} has {len(values):,} labels for "
                          f"{num_samples:,} samples; save one for each.")  # fmt: skip
    values = values[:, 0]
    if values.dtype.kind == "f":
        is_none = ~np.isfinite(values)
    named = np.full(num_samples, None, np.object_)
    named[~is_none] = _named(values[~is_none], given, labels.name, given_by)
    return list(named.tolist())


def read_split(split: ArrayFile, num_samples: int) -> list[bool]:
    """Return which samples are held out: true, 1, or "test", "val" and their like.

    Raises:
        IntakeError: `bad_split`.
    """
    values = split.whole().reshape(-1)
    if len(values) != num_samples:
        raise IntakeError("bad_split", f"{shown(split.name)} has {len(values):,} values for "
                          f"{num_samples:,} samples; save one for each.")  # fmt: skip
    if values.dtype.kind in "buif":
        return list((values > 0).tolist())
    distinct, inverse = np.unique(values, return_inverse=True)
    words = [text(value) for value in distinct]
    odd = next((word for word in words if word and not is_part_word(word)), None)
    if odd is not None:
        raise IntakeError("bad_split", f"{shown(split.name)} says '{shown(odd, 40)}', no word for "
                          "train or test; save one of these for each sample.")  # fmt: skip
    return [bool(x) for x in np.array([is_held_out_word(word) for word in words])[inverse]]


def read_texts(array: ArrayFile) -> list[str]:
    """Return an array of names or ids as text."""
    return [text(value) for value in array.whole().reshape(-1)]


def text(value: Any) -> str:
    """Return one value of an array as text; bytes are UTF-8."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _named(
    values: NDArray[Any], given: NDArray[Any] | None, name: str, given_by: str
) -> list[str | None]:
    distinct, inverse = np.unique(values, return_inverse=True)
    if len(distinct) > MOST_CLASSES:
        raise IntakeError("bad_labels", f"{shown(name)} holds {len(distinct):,} different labels; "
                          f"the limit is {MOST_CLASSES:,}.")  # fmt: skip
    broken = distinct[distinct != np.floor(distinct)] if distinct.dtype.kind == "f" else None
    if broken is not None and broken.size:
        raise IntakeError("bad_labels", f"{shown(name)} holds {broken[0]}, which is neither a "
                          "whole number nor text; save the class of each sample.")  # fmt: skip
    names = [_name(value, given, name, given_by) for value in distinct]
    return [names[i] for i in inverse.tolist()]


def _name(value: Any, given: NDArray[Any] | None, name: str, given_by: str) -> str | None:
    if value.dtype.kind in "US":
        return class_name(text(value))
    index = int(value)
    if given is None:
        return str(index)
    if index >= len(given):
        has = f"{shown(given_by)} has" if given_by else "there are"
        remedy = (
            "add a line for each class, or leave the file out" if given_by else "add the others"
        )
        raise IntakeError("bad_labels", f"{shown(name)} holds the class {index:,}, but {has} "
                          f"only {len(given):,} class names; {remedy}.")  # fmt: skip
    return class_name(text(given[index])) if index >= 0 else None
