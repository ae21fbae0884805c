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
BARE: Final = frozenset({"train", "training", "test", "val", "valid", "validation"})
"""Those of both that may be called after what was measured, as the result of a test: numbers in
them are values."""
ANSWERS: Final = {"true": "false", "yes": "no", "t": "f", "y": "n"}
"""What says yes in words, and what says no."""
YES: Final = {"1": "0", "1.0": "0.0", **ANSWERS}
"""The same in words and numbers."""


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
        key = _key(name)
        answers = ANSWERS if key in BARE else YES
        if key in (*TRAINED, *KEPT_BACK) and said and said <= {*answers, *answers.values()}:
            found[name] = (*TRAINED, *KEPT_BACK).index(key)
    return sorted(found, key=found.__getitem__)


def as_parts(column: str, words: Sequence[str | None]) -> list[str | None]:
    """Return words of a split, with "train" or "test" for the answers of a column that asks.

    Args:
        column: its name.
        words: those in it, None for an empty cell.
    """
    if _key(column) not in (*TRAINED, *KEPT_BACK):
        return list(words)
    held_out, trained = _sides(column)
    parts = {**dict.fromkeys(held_out, "test"), **dict.fromkeys(trained, "train")}
    return [word and parts.get(word.casefold(), word) for word in words]


def told_of_answers(column: str, words: Iterable[str | None]) -> tuple[str, ...]:
    """Return a sentence on which answers of a column hold out, none where it asks for none.

    Args:
        column: its name.
        words: those in it, None for an empty cell.
    """
    known = list(dict.fromkeys(filter(None, words)))
    if not known or _key(column) not in (*TRAINED, *KEPT_BACK):
        return ()
    held_out, trained = _sides(column)
    others = dict(zip(trained, held_out, strict=True))
    word = next((word for word in known if word.casefold() in held_out), None)
    word = word or others.get(known[0].casefold(), known[0])
    return (f"Held out: rows with {word} in '{shown(column, 40)}'.",)


def _sides(column: str) -> tuple[list[str], list[str]]:
    """Return the answers of a column that hold out, and those opposite that do not."""
    yes, no = list(YES), list(YES.values())
    return (no, yes) if _key(column) in TRAINED else (yes, no)


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
