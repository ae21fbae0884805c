"""Rules for everything people type and clients choose: names, ids, keys."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from ml.errors import InvalidInputError
from ml.intake.members import JOINERS
from ml.intake.naming import LONGEST_CLASS_NAME
from store.errors import NotFoundError

NAME_LIMIT: Final = LONGEST_CLASS_NAME
"""Longest name of a class, project or data set, in characters."""
GUEST: Final = "Guest"
"""Author shown for whoever gave no name: they may be many."""
LONGEST_DISPLAY_NAME: Final = 60
"""Of a person, in characters."""
LONGEST_AUTHOR_ID: Final = 100
KEY: Final = re.compile(r"[A-Za-z0-9._:-]{1,100}")
UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SHA256: Final = re.compile(r"[0-9a-f]{64}")
BLANKS: Final = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
"""Letters and marks that show nothing, and that scripts need: Hangul fillers, empty Braille."""
HIDDEN: Final = re.compile(f"[{JOINERS}{BLANKS}\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""What a name may look the same without."""


MOST_MARKS: Final = 8
"""On one letter: no script needs so many, and a pile of them covers its neighbours."""


def clean_name(text: object, what: str, limit: int = NAME_LIMIT) -> str:
    """Return `text` trimmed and in NFC.

    Raises:
        InvalidInputError: when it is no text, empty, too long, or holds control characters,
            characters that reorder or hide text, lone surrogates, or a pile of marks.
    """
    if not isinstance(text, str):
        raise InvalidInputError(f"The {what} must be text.")
    name = unicodedata.normalize("NFC", text).strip()
    if not name:
        raise InvalidInputError(f"The {what} is empty; give it 1 to {limit} characters.")
    if len(name) > limit:
        raise InvalidInputError(f"The {what} has {len(name)} characters; the limit is {limit}.")
    num_marks = 0
    for character in name:
        category = unicodedata.category(character)
        num_marks = num_marks + 1 if category in {"Mn", "Me"} else 0
        if num_marks > MOST_MARKS:
            raise InvalidInputError(
                f"The {what} has more than {MOST_MARKS} marks on one letter; leave some out."
            )
        if category in {"Cc", "Cf", "Cs", "Zl", "Zp"} and character not in JOINERS:
            raise InvalidInputError(
                f"The {what} holds the invisible character U+{ord(character):04X}; "
                "type it again without control characters."
            )
    if not looks_of(name):
        raise InvalidInputError(f"The {what} shows nothing; give it letters.")
    return name


def clean_author(author: object, author_id: object) -> tuple[str, str]:
    """Return who says or asks for something: a display name, trimmed and in NFC, and their id.

    Raises:
        InvalidInputError: as `clean_name`.
    """
    name = clean_name(author, "display name", LONGEST_DISPLAY_NAME)
    return name, clean_name(author_id, "session id", LONGEST_AUTHOR_ID)


def check_clean(text: object, what: str, limit: int = NAME_LIMIT) -> None:
    """Refuse what `clean_name` refuses, or would have to change.

    Raises:
        InvalidInputError: as `clean_name`, or there are blanks around it, or it is not in NFC.
    """
    if clean_name(text, what, limit) != text:
        raise InvalidInputError(f"The {what} is not as Lodemap keeps names.")


def looks_of(name: str) -> str:
    """Return a name as people tell it from others: without case, forms of letters, what hides.

    Two that differ and look alike give the same; letters of other scripts that look alike do not
    (Unicode Technical Standard 39 has a table of them).
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join("".join(each for each in plain if not HIDDEN.fullmatch(each)).split())


def check_key(key: object) -> None:
    """Check an idempotency key.

    Raises:
        InvalidInputError: when it is not 1 to 100 letters, digits or `. _ : -`.
    """
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise InvalidInputError("The key must be 1 to 100 letters, digits or . _ : - characters.")


def is_count(value: int) -> bool:
    """Whether a number read from a request fits a whole-number column."""
    return 0 <= value < 2**31


def check_uuid(value: object, what: str) -> None:
    """Check the form of an id before it reaches a query or a path.

    Raises:
        NotFoundError: when it is not a lower-case UUID, so nothing can have it.
    """
    if not isinstance(value, str) or not UUID.fullmatch(value):
        raise NotFoundError(f"There is no such {what}.")


def present_names(said: Iterable[tuple[str | None, str]]) -> dict[str, str]:
    """Return what each is called who gave a name, by author_id.

    Args:
        said: author_id, None where nobody knows it, and the name at the time; oldest first.
    """
    return {author_id: name for author_id, name in said if author_id and name != GUEST}


def present_name(author: str, author_id: str | None, names: Mapping[str, str]) -> str:
    """Return what to call an author: who was a guest by the name given since, if there is one.

    Args:
        author: The name at the time.
        author_id: Whose it was, None where nobody knows it.
        names: From `present_names`.
    """
    return names.get(author_id or "", author) if author == GUEST else author
