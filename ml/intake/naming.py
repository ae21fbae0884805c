"""Names people gave to classes, folders and parts of a data set."""

import re
from collections.abc import Collection
from typing import Final
from unicodedata import category, normalize

from ml.intake.members import JOINERS

TRAINING: Final = frozenset({"train", "training", "trn", "trainval"})
HELD_OUT: Final = frozenset(
    {
        "test",
        "testing",
        "tst",
        "t10k",
        "val",
        "valid",
        "validation",
        "dev",
        "eval",
        "evaluation",
        "heldout",
        "holdout",
        "publictest",
        "privatetest",
    }
)
"""Words for the parts of a data set, in small letters, without what joins them."""
JOINTS: Final = re.compile(r"[ _-]+")
PART_END: Final = re.compile(r"(?<=[a-z])[ _-]*(\d+|set|data|dataset|images|imgs)$", re.ASCII)
LONGEST_CLASS_NAME: Final = 200
"""In characters."""
NO_LABEL: Final = "-1"
INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of characters that control, reorder or hide text."""
QUICKDRAW: Final = re.compile(r"^full_(numpy_bitmap|binary|simplified|raw)_(?=.)")


def is_training_word(word: str) -> bool:
    """Whether a folder or array of that name holds what is learned from."""
    return _part(word) in TRAINING


def is_held_out_word(word: str) -> bool:
    """Whether a folder or array of that name holds what is never trained on."""
    return _part(word) in HELD_OUT


def _part(word: str) -> str:
    """Return a word without what often follows the name of a part: "train2017", "test_set"."""
    return JOINTS.sub("", PART_END.sub("", word.strip().lower()))


def class_name(name: str) -> str | None:
    """Return a name fit for a class: NFC, visible, not too long; None where nothing is left."""
    kept = "".join(
        character for character in normalize("NFC", name)
        if character in JOINERS or category(character) not in INVISIBLE
    )  # fmt: skip
    return kept.strip()[:LONGEST_CLASS_NAME].strip() or None


def says_no_label(names: Collection[str]) -> bool:
    """Whether "-1" among the classes of a data set or a file means "no label".

    So it does beside classes that are numbered from 0, for the datasets library and scikit-learn;
    beside 1 alone it is one of two classes, as in files of LIBSVM, and among words or other
    negative numbers a class like the others.
    """
    others = set(names) - {NO_LABEL}
    is_coded = NO_LABEL in names and all(name.isdecimal() for name in others)
    return is_coded and bool(others - {"1"})


def class_of_drawings(path: str) -> str | None:
    """Return the class that a file of drawings is named after, "full_binary_apple.bin": "apple"."""
    stem = path.rpartition("/")[2].partition(".")[0]
    return class_name(QUICKDRAW.sub("", stem))


def class_of_records(path: str) -> str | None:
    """Return the class of headerless bitmaps: "clockData.bin" and "donut1000.bin" are usual."""
    name = class_of_drawings(path) or ""
    return class_name(re.sub(r"[_-]?(data|\d+)$", "", name, flags=re.IGNORECASE)) or class_name(
        name
    )
