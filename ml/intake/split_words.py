"""Whether the words of a column say what is trained on and what is held out."""

from collections.abc import Iterable
from typing import Final

from ml.intake.members import shown
from ml.intake.naming import is_held_out_word, is_training_word

MOST_LISTED: Final = 3
"""Words that a sentence names."""


def is_part_word(word: str) -> bool:
    """Whether a word means what is trained on, or what is held out."""
    return is_training_word(word) or is_held_out_word(word)


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
