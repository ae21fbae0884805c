"""Mentions in a comment, #class and @3702, as assets/review/mentions.mjs shows them."""

import re
from collections.abc import Iterable
from typing import Final

from store.takeaway.markup import Html, join, tag

_START: Final = re.compile(r"(?<!\w)(?:#|@(?:sample\s+)?([0-9]{1,9})(?!\w))", re.IGNORECASE)


def with_mentions(text: str, class_names: Iterable[str], num_samples: int) -> Html:
    """Return a comment in which classes and samples stand out; what is no mention stays text.

    Args:
        text: as it was written.
        class_names: of the living classes.
        num_samples: of the data set.
    """
    longest = sorted(class_names, key=len, reverse=True)
    parts: list[object] = []
    done = 0
    for match in _START.finditer(text):
        if match.start() < done:
            continue
        end, said = match.end(), ""
        if match[1] is None:
            said = _class_at(text, end, longest)
            end += len(said)
        elif int(match[1]) < num_samples:
            said = f"sample {int(match[1]):,}"
        if said:
            parts += [text[done : match.start()], tag("em", said)]
            done = end
    return join([*parts, text[done:]])


def _class_at(text: str, start: int, names: Iterable[str]) -> str:
    """Return the first of some names that stands there as a whole word, upper and lower alike."""
    for name in names:
        said = text[start : start + len(name)]
        rest = text[start + len(name) : start + len(name) + 1]
        if said and said.lower() == name.lower() and not re.match(r"\w", rest):
            return said
    return ""
