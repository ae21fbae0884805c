"""Data sets that are brought in by name: the demo's, and public ones that are fetched.

Of the public ones it is known where they are, how large, and the checksums that their authors
publish. Quick, Draw! drawings are cut out of large files, for which a checksum of the whole is of
no use; their size is checked.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import numpy as np

from ml.digits import load_digits
from ml.errors import InvalidInputError

IDX: Final = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
DRAWINGS_URL: Final = "https://storage.googleapis.com/quickdraw_dataset/full/numpy_bitmap/"
DRAWING_BYTES: Final = 784
NPY_HEADER_BYTES: Final = 80
"""Of Google's files: version 1.0 with a short header."""
MOST_PER_CLASS: Final = 20_000
MOST_CLASSES: Final = 40
_WORD: Final = re.compile(r"[a-z0-9][a-z0-9' -]{0,39}")


@dataclass(frozen=True)
class Part:
    """One file to fetch."""

    url: str
    name: str
    """What it is called on disk; chosen by the program."""
    size: int
    """Bytes to expect."""
    md5: str = ""
    """Of the file; empty where only its size is known."""
    num_drawings: int | None = None
    """Only the first so many drawings of a Quick, Draw! file; None takes all of a file."""


@dataclass(frozen=True)
class PublicSet:
    """A data set that has a name everybody knows."""

    key: str
    name: str
    words: str
    """What it holds, in a few words."""
    licence: str
    parts: tuple[Part, ...] = ()
    class_names: tuple[str, ...] = ()
    """What the numbers in its label files mean; empty where they mean themselves."""

    @property
    def size(self) -> int:
        """Bytes to fetch."""
        return sum(part.size for part in self.parts)


def _family(url: str, sizes: Sequence[int], md5s: Sequence[str]) -> tuple[Part, ...]:
    rows = zip(IDX, sizes, md5s, strict=True)
    return tuple(Part(url + name, name, size, md5) for name, size, md5 in rows)


DIGITS: Final = PublicSet(
    "digits", "Handwritten digits", "1,797 digits, 8 x 8; on this machine already", "CC BY 4.0"
)
"""The demo's, of which nothing is fetched."""
SETS: Final = (
    PublicSet(
        "mnist", "MNIST", "70,000 handwritten digits, 28 x 28", "CC BY-SA 3.0",
        _family(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            (9912422, 28881, 1648877, 4542),
            ("f68b3c2dcbeaaa9fbdd348bbdeb94873", "d53e105ee54ea40749a09fcbcd1e9432",
             "9fb629c4189551a2d022fa330f9573f3", "ec29112dd5afa0611ce80d1b7f02629c"),
        ),
    ),
    PublicSet(
        "fashion-mnist", "Fashion-MNIST", "70,000 articles of clothing, 28 x 28", "MIT",
        _family(
            "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
            (26421880, 29515, 4422102, 5148),
            ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe",
             "bef4ecab320f06d8554ea6380940ec79", "bb300cfdad3c16e7a12a480ee83cd310"),
        ),
        ("T-shirt", "Trouser", "Pullover", "Dress", "Coat",
         "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
    ),
    PublicSet(
        "kmnist", "KMNIST", "70,000 characters of old Japanese script, 28 x 28", "CC BY-SA 4.0",
        _family(
            "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
            (18165135, 29497, 3041136, 5120),
            ("bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344",
             "5c965bf0a639b31b8f53240b1b52f4d7", "7320c461ea6c1c855c0b718fb2a4b134"),
        ),
        ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    ),
    PublicSet(
        "quickdraw", "Quick, Draw!", "drawings of things you choose from 345, 28 x 28", "CC BY 4.0"
    ),
)  # fmt: skip
"""Those that are fetched."""


def digits_file() -> bytes:
    """Return the demo's digits as anybody's .npz file."""
    digits = load_digits()
    buffer = io.BytesIO()
    np.savez(
        buffer,
        images=digits.images,
        labels=digits.label,
        class_names=np.array(digits.class_names),
        split=np.where(digits.is_held_out, "test", "train"),
    )
    return buffer.getvalue()


def find_set(key: object, words: object = (), num_per_class: object = 1000) -> PublicSet:
    """Return what to fetch.

    Args:
        key: of one of `SETS`.
        words: for Quick, Draw!, what was drawn: "apple", "alarm clock".
        num_per_class: for Quick, Draw!, drawings of each.

    Raises:
        InvalidInputError: there is no such set, or the words or the number break a rule.
    """
    found = {each.key: each for each in SETS}.get(str(key))
    if found is None:
        names = ", ".join(each.key for each in SETS)
        raise InvalidInputError(f"There is no such public data set; use one of {names}.")
    if found.key != "quickdraw":
        return found
    parts = tuple(_drawings(word, num_per_class) for word in _words(words))
    return PublicSet(found.key, found.name, found.words, found.licence, parts)


def _words(given: object) -> list[str]:
    if not isinstance(given, list | tuple) or not 1 <= len(given) <= MOST_CLASSES:
        raise InvalidInputError(
            f"Name 1 to {MOST_CLASSES} things that were drawn, such as apple or alarm clock."
        )
    words = [" ".join(str(word).lower().split()) for word in given]
    for word in words:
        if not _WORD.fullmatch(word):
            raise InvalidInputError(f"'{word[:40]}' is no name of a drawing, such as alarm clock.")
    return list(dict.fromkeys(words))


def _drawings(word: str, count: object) -> Part:
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST_PER_CLASS:
        raise InvalidInputError(f"Take 1 to {MOST_PER_CLASS:,} drawings of each thing.")
    url = f"{DRAWINGS_URL}{quote(word)}.npy"
    size = NPY_HEADER_BYTES + count * DRAWING_BYTES
    return Part(url, f"full_numpy_bitmap_{word}.npy", size, num_drawings=count)
