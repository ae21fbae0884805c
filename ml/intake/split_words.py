"""Whether the words of a column say what is trained on and what is held out."""

from collections.abc import Iterable, Sequence
from typing import Final

from ml.intake.members import shown
from ml.intake.naming import is_held_out_word, is_training_word

MOST_LISTED: Final = 3
"""Words that a sentence names."""
TRAINED: Final = ("is_train", "is_training", "is_training_image", "in_train", "train", "training")
"""Names of columns that say of each row whether it is trained on, in small letters."""
KEPT_BACK: Final = (
    "is_test", "is_val", "is_valid", "is_validation", "is_held_out", "held_out", "holdout",
    "in_test", "test", "val", "valid", "validation",
)  # fmt: skip
"""The same of such that say whether it is held out."""
TRUE: Final = frozenset({"1", "1.0", "true", "yes", "t", "y"})
FALSE: Final = frozenset({"0", "0.0", "false", "no", "f", "n"})


def is_part_word(word: str) -> bool:
    """Whether a word means what is trained on, or what is held out."""
    return is_training_word(word) or is_held_out_word(word)


def flag_columns(columns: Iterable[tuple[str, Iterable[str | None]]]) -> list[str]:
    """Return the columns that answer with yes or no whether a row is trained on, or held out.

    Args:
        columns: names and words; None for an empty cell. That which says what is trained on comes
            before those that say what is held out.
    """
    found = {}
    for name, words in columns:
        said = {word.casefold() for word in words if word}
        if (key := _key(name)) in (*TRAINED, *KEPT_BACK) and said and said <= TRUE | FALSE:
            found[name] = (*TRAINED, *KEPT_BACK).index(key)
    return sorted(found, key=found.__getitem__)


def as_parts(column: str, words: Sequence[str | None]) -> list[str | None]:
    """Return words of a split, with "train" or "test" for the answers of a column that asks.

    Args:
        column: its name.
        words: those in it, None for an empty cell.
    """
    key = _key(column)
    if key not in (*TRAINED, *KEPT_BACK):
        return list(words)
    yes, no = ("train", "test") if key in TRAINED else ("test", "train")
    parts = {**dict.fromkeys(TRUE, yes), **dict.fromkeys(FALSE, no)}
    return [word and parts.get(word.casefold(), word) for word in words]


def _key(column: str) -> str:
    return column.strip().casefold()


def tells_split(words: Iterable[str]) -> bool:
    """Whether words of a column are a split: all of them are known, or both parts are there."""
    distinct = set(words)
    has_both = any(map(is_training_word, distinct)) and any(map(is_held_out_word, distinct))
    return has_both or (bool(distinct) and all(map(is_part_word, distinct)))


def told_of_words(column: str, words: Iterable[str]) -> tuple[str, ...]:
    """Return a sentence on the words of a column that mean neither part, none without them.

    Args:
        column: its name.
        words: those in it, none of them empty.
    """
    known = list(dict.fromkeys(words))
    others = [word for word in known if not is_part_word(word)]
    if not others:
        return ()
    listed = ", ".join(f"'{shown(word, 30)}'" for word in others[:MOST_LISTED])
    more = f" and {len(others) - MOST_LISTED:,} more" if len(others) > MOST_LISTED else ""
    name = shown(column, 40)
    if tells_split(known):
        return (f"Beside train and test the column '{name}' says {listed}{more}: trained on.",)
    return (f"The column '{name}' says {listed}{more}, no words for train and test: it holds out "
            "nothing.",)  # fmt: skip
