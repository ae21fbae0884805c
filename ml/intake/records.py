"""What travels between a reader of files and whoever keeps the samples."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ml.errors import InvalidInputError
from ml.records import Kind

SIDES: Final = (8, 224)
"""Shortest and longest side in pixels that pictures may be fitted into."""
BATCH: Final = 256
"""Samples a reader hands over at once, about; fewer where they are large."""
Color = Literal["auto", "grey", "rgb"]


@dataclass(frozen=True)
class SoundOptions:
    """How recordings become log-mel spectrograms."""

    rate: int = 16_000
    """Samples a second everything is brought to, in Hz."""
    window_s: float = 1.0
    """Length of the piece that is one sample, in seconds; shorter recordings are padded."""
    overlap: float = 0.0
    """Part of a window that the next one repeats, 0 to 0.9."""
    num_mels: int = 64
    """Bands of frequency: the height of the spectrogram."""
    num_frames: int = 64
    """Columns of time: the width of the spectrogram."""


@dataclass(frozen=True)
class Options:
    """What a person may choose before files are read; None leaves the choice to the reader."""

    side: int | None = None
    """Longest side of a picture in pixels; None keeps one size, else picks one that suits."""
    color: Color = "auto"
    """`auto` is grey where every picture is."""
    keep_duplicates: bool = False
    """Whether samples with equal values are all kept; else the first of them is."""
    label_column: str | None = None
    """Column of a table with class names; None takes one by its name, "" none."""
    id_column: str | None = None
    """Column with sample ids; None takes one by its name, "" the row's number."""
    text_columns: tuple[str, ...] | None = None
    """Columns shown beside a sample; None takes those that hold text."""
    picture_column: str | None = None
    """Column with encoded pictures or paths in the archive; None takes one by its name."""
    value_columns: tuple[str, ...] | None = None
    """Columns with the numbers of a vector; None takes every other column of numbers."""
    sound: SoundOptions | None = None
    """How recordings are cut; None chooses a window and a rate from their headers."""

    def to_json(self) -> dict[str, Any]:
        """Return JSON primitives that `from_json` reads back to an equal value."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Options":
        """Build from untrusted JSON.

        Raises:
            InvalidInputError: on unknown fields, wrong types or values out of range.
        """
        given = _known(values, cls, "option")
        for name in ("text_columns", "value_columns"):
            if given.get(name) is not None:
                given[name] = _names(given[name], name)
        for name in ("label_column", "id_column", "picture_column"):
            if not isinstance(given.get(name), str | None):
                raise InvalidInputError(f"{name} must be the name of a column.")
        _check_range("side", given.get("side"), *SIDES)
        if given.get("color", "auto") not in ("auto", "grey", "rgb"):
            raise InvalidInputError("color must be auto, grey or rgb.")
        if not isinstance(given.get("keep_duplicates", False), bool):
            raise InvalidInputError("keep_duplicates must be true or false.")
        given["sound"] = _sound(given.get("sound"))
        return cls(**given)


@dataclass(frozen=True)
class Column:
    """A column of a table, as the page offers it."""

    name: str
    type: Literal["number", "text", "picture", "other"]


@dataclass(frozen=True)
class Outline:
    """What files turned out to be, known before their samples are decoded."""

    kind: Kind
    """What the samples are."""
    format: str
    """What people call the format: "PNG", "NPZ", "IDX", "WAV", "CSV"."""
    sample_shape: tuple[int, ...]
    """Of each sample as kept: (channels, height, width) or (dimensions,)."""
    num_samples: int | None = None
    """Samples to expect; None where only reading tells."""
    treatment: tuple[str, ...] = ()
    """Sentences that say what is done to them: sizes, colour, windows."""
    recipe: Mapping[str, Any] = field(default_factory=dict)
    """The same in numbers, as `ml/intake/recipes.py` writes it."""
    columns: tuple[Column, ...] = ()
    """Columns of a table, in its order; empty for other files."""
    chosen: Mapping[str, Any] = field(default_factory=dict)
    """Options that were left open, and what the reader chose: label_column, id_column, side..."""
    has_split: bool = False
    """Whether the files say which samples are held out."""
    sound_rate: int | None = None
    """Samples a second of the sounds in the batches, in Hz; None where there is nothing to hear."""

    def to_json(self) -> dict[str, Any]:
        """Return JSON primitives that `recall` reads back to an equal value."""
        return asdict(self)

    @classmethod
    def recall(cls, values: Mapping[str, Any]) -> "Outline":
        """Return what `to_json` wrote."""
        lists = {name: tuple(values[name]) for name in ("sample_shape", "treatment")}
        columns = tuple(Column(**each) for each in values["columns"])
        return cls(**{**values, **lists, "columns": columns})


@dataclass(frozen=True, eq=False)
class Batch:
    """Some samples, in the order of the files. Every sequence has n members."""

    values: NDArray[np.uint8] | NDArray[np.float32]
    """uint8 pictures or spectrograms (n, channels, height, width), or float32 vectors (n, D)."""
    sample_ids: Sequence[str]
    """The same for the same sample at every import: path in the archive, row id, array index."""
    class_names: Sequence[str | None]
    """The files' own label of each sample, None for none."""
    is_held_out: Sequence[bool] | None = None
    """What the files say of each; None where they say nothing."""
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Shown beside a sample, by column: the same columns in every batch."""
    pictures: NDArray[np.uint8] | None = None
    """Pictures of vectors for the eye alone, (n, 3, 32, 32); in every batch or in none."""
    sounds: Sequence[NDArray[np.int16]] | None = None
    """What each spectrogram sounds like: mono, at the outline's `sound_rate`."""


@dataclass(frozen=True)
class Rejection:
    """A sample that cannot be read, or not all that was said of it; the others are not harmed."""

    sample_id: str
    """Which: path in the archive, or row of the table."""
    code: str
    """Stable word, as `IntakeError.code`."""
    message: str
    """One sentence: what, where, the limit, how to mend it."""
    is_kept: bool = False
    """Whether the sample is kept all the same, with less than was said of it."""


class Reader(Protocol):
    """Files that were recognised. Reading them again gives the same batches."""

    @property
    def outline(self) -> Outline:
        """What they are."""

    def read(self) -> Iterator[Batch | Rejection]:
        """Yield samples in batches, and what had to be left out.

        Raises:
            IntakeError: when nothing more can be read.
        """


def _known(values: Any, cls: type, what: str) -> dict[str, Any]:
    if not isinstance(values, Mapping):
        raise InvalidInputError(f"The {what}s must be an object.")
    if unknown := sorted(set(values) - {f.name for f in fields(cls)}):
        raise InvalidInputError(f"There is no {what} '{str(unknown[0])[:40]}'.")
    return dict(values)


def _names(value: Any, name: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(n, str) for n in value):
        raise InvalidInputError(f"{name} must be a list of column names.")
    return tuple(value)


def _check_range(name: str, value: Any, low: float, high: float, whole: bool = True) -> None:
    if value is None:
        return
    is_number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    if not is_number or not low <= value <= high:
        raise InvalidInputError(f"{name} must be {'a whole ' if whole else 'a '}number from "
                                f"{low:,} to {high:,}.")  # fmt: skip


def _sound(values: Any) -> SoundOptions | None:
    if values is None:
        return None
    given = _known(values, SoundOptions, "sound option")
    _check_range("rate", given.get("rate"), 2_000, 48_000)
    _check_range("window_s", given.get("window_s"), 0.05, 30.0, whole=False)
    _check_range("overlap", given.get("overlap"), 0.0, 0.9, whole=False)
    _check_range("num_mels", given.get("num_mels"), 16, 128)
    _check_range("num_frames", given.get("num_frames"), 16, 224)
    return SoundOptions(**{name: value for name, value in given.items() if value is not None})
