"""Classes and the split, by the folders that samples lie in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ml.intake.members import common_folder, shown
from ml.intake.naming import class_name, is_held_out_word, is_training_word

MOST_STRAY: Final = 3
"""So many files may lie above the folders that say train and test, or a tenth of all."""
MOST_LISTED: Final = 3
"""Folders that a sentence names."""
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
    told: tuple[str, ...] = ()
    """Sentences on what the names of folders do not make plain."""

    def texts_of(self, indices: Sequence[int]) -> dict[str, list[str]]:
        """Return the texts of some samples, by column."""
        return {name: [column[i] for i in indices] for name, column in self.texts.items()}


def places_of(names: Sequence[str]) -> Places:
    """Return what paths say: `class/x.png`, `train/class/x.png`, `class/test/x.png` or `x.png`.

    The class is the first folder below the one they share; in `set/cat/x.png` alone it is `cat`.
    What lies beside `train` and `test` is trained on; its folders are classes where theirs are.
    """
    root = common_folder(names)
    ids = [name[len(root) :] for name in names]
    folders = [sample_id.split("/")[:-1] for sample_id in ids]
    at = _split_at(folders)
    if at is None:
        return Places(ids, _classes(folders, _only_class(root)), None)
    parts = [each[at] if len(each) > at else "" for each in folders]
    rest = [each[:at] + each[at + 1 :] for each in folders]
    known = {each[0] for each, part in zip(rest, parts, strict=True) if each and _is_part(part)}
    rest = [each if not part or _is_part(part) or known.intersection(each[:1]) else []
            for each, part in zip(rest, parts, strict=True)]  # fmt: skip
    told = _told_of(sorted({part for part in parts if part and not _is_part(part)}))
    return Places(ids, _classes(rest, _only_class(root)), list(map(is_held_out_word, parts)),
                  told=told)  # fmt: skip


def _classes(folders: Sequence[Sequence[str]], only: str | None) -> list[str | None]:
    """Return the class of each sample; `only` where no folder says one."""
    otherwise = only if not any(folders) else None
    fitted = {name: class_name(name) for name in {parts[0] for parts in folders if parts}}
    return [fitted[parts[0]] if parts else otherwise for parts in folders]


def _split_at(folders: Sequence[Sequence[str]]) -> int | None:
    """Return at which depth folders say train or test, if they say both.

    Files above it say nothing: a few stray ones are trained on, and the others keep their split.
    Another folder may lie there where train and test lie beside it.
    """
    for depth in (0, 1):
        below = {tuple(parts[: depth + 1]) for parts in folders if len(parts) > depth}
        if sum(len(parts) <= depth for parts in folders) > max(MOST_STRAY, len(folders) // 10):
            return None
        trained = {parts[:-1] for parts in below if is_training_word(parts[-1])}
        held_out = {parts[:-1] for parts in below if is_held_out_word(parts[-1])}
        others = {parts[:-1] for parts in below if not _is_part(parts[-1])}
        if trained and held_out and others <= trained & held_out:
            return depth
    return None


def _is_part(word: str) -> bool:
    return is_training_word(word) or is_held_out_word(word)


def _told_of(others: Sequence[str]) -> tuple[str, ...]:
    """Return what was made of folders beside those of the split, in one sentence."""
    if not others:
        return ()
    listed = ", ".join(f"'{shown(each, 30)}'" for each in others[:MOST_LISTED])
    more = f" and {len(others) - MOST_LISTED:,} more" if len(others) > MOST_LISTED else ""
    return (f"Beside the folders of train and test lies {listed}{more}: trained on, with a class "
            "where a folder in it is called as one of theirs.",)  # fmt: skip


def _only_class(root: str) -> str | None:
    """Return the class of samples that lie in one folder: its name, where another is above it."""
    parts = root.split("/")[:-1]
    is_class = len(parts) > 1 and parts[-1].lower() not in GENERIC
    is_part = bool(parts) and _is_part(parts[-1])
    return class_name(parts[-1]) if is_class and not is_part else None
