"""Classes and the split, by the folders that samples lie in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ml.intake.members import common_folder
from ml.intake.naming import class_name, is_held_out_word, is_training_word

MOST_STRAY: Final = 3
"""So many files may lie above the folders that say train and test, or a tenth of all."""
GENERIC: Final = frozenset(
    {"images", "image", "imgs", "pictures", "photos", "data", "dataset", "all"}
)
"""Names of folders that are no class where all samples lie in one."""


@dataclass(frozen=True, eq=False)
class Places:
    """What paths, and tables beside them, say of samples. Every sequence has one item a sample."""

    sample_ids: Sequence[str]
    """Paths without the folder all of them lie in."""
    class_names: Sequence[str | None]
    is_held_out: Sequence[bool] | None
    """None where nothing tells a split."""
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Shown beside a sample, by column of a table that describes them."""

    def texts_of(self, indices: Sequence[int]) -> dict[str, list[str]]:
        """Return the texts of some samples, by column."""
        return {name: [column[i] for i in indices] for name, column in self.texts.items()}


def places_of(names: Sequence[str]) -> Places:
    """Return what paths say: `class/x.png`, `train/class/x.png`, `class/test/x.png` or `x.png`.

    The class is the first folder below the one they share; in `set/cat/x.png` alone it is `cat`.
    """
    root = common_folder(names)
    ids = [name[len(root) :] for name in names]
    folders = [sample_id.split("/")[:-1] for sample_id in ids]
    at = _split_at(folders)
    held_out = None if at is None else [len(parts) > at and is_held_out_word(parts[at])
                                        for parts in folders]  # fmt: skip
    rest = folders if at is None else [parts[:at] + parts[at + 1 :] for parts in folders]
    only = _only_class(root) if not any(rest) else None
    fitted: dict[str, str | None] = {}
    for parts in rest:
        if parts and parts[0] not in fitted:
            fitted[parts[0]] = class_name(parts[0])
    return Places(ids, [fitted[parts[0]] if parts else only for parts in rest], held_out)


def _split_at(folders: Sequence[Sequence[str]]) -> int | None:
    """Return at which depth all folders say train or test, if they say both.

    Files above it say nothing: a few stray ones are trained on, and the others keep their split.
    """
    for depth in (0, 1):
        below = [parts[depth] for parts in folders if len(parts) > depth]
        if len(folders) - len(below) > max(MOST_STRAY, len(folders) // 10):
            return None
        words = set(below)
        if any(map(is_training_word, words)) and any(map(is_held_out_word, words)) and \
                all(is_training_word(w) or is_held_out_word(w) for w in words):  # fmt: skip
            return depth
    return None


def _only_class(root: str) -> str | None:
    """Return the class of samples that lie in one folder: its name, where another is above it."""
    parts = root.split("/")[:-1]
    is_class = len(parts) > 1 and parts[-1].lower() not in GENERIC
    is_part = bool(parts) and (is_training_word(parts[-1]) or is_held_out_word(parts[-1]))
    return class_name(parts[-1]) if is_class and not is_part else None
