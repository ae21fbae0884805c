"""What each column of a table is for: chosen by people, or told by its name."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ml.intake.errors import IntakeError, TooLargeError
from ml.intake.members import shown
from ml.intake.records import Column, Options
from ml.intake.tables import Table

ID_NAMES: Final = ("sample_id", "id", "uuid", "filename", "file_name", "file", "path", "key")
"""Names of columns with ids, in small letters; the first that is there wins."""
INDEX_NAMES: Final = ("", "unnamed: 0", "__index_level_0__", "index")
"""What pandas calls a row's number: an id where there is no other, and no value."""
NO_VALUES: Final = re.compile(
    r"(unnamed: 0(\.\d+)*|__index_level_\d+__|index|level_\d+"
    r"|fold|split|subset|partition|is_(train|test|val|valid))?"
)
"""Names of columns whose numbers count rows, also those of a table that was saved again and again,
or the parts of a data set: no values of a vector unless they are chosen."""
LABEL_NAMES: Final = ("label", "class", "class_name", "labels", "target", "category")
SPLIT_NAMES: Final = ("split", "subset", "partition", "usage", "set")
PICTURE_NAMES: Final = ("image", "picture", "img", "thumbnail", "image_path", "image_file")
LIST_NAMES: Final = ("embedding", "embeddings", "vector", "features", "values")
MOST_DIMENSIONS: Final = 4096
"""Numbers in a vector."""
MOST_TEXTS: Final = 8
"""Columns of text that are shown where nobody chose."""
FEWEST_REPEATS: Final = 2
"""Rows a class has, about, in a lone column that nobody named."""
MOST_LISTED: Final = 6
"""Columns that a sentence names."""
MOST_LEFT: Final = 5
"""The same of those that are left out."""


@dataclass(frozen=True)
class Roles:
    """The columns that are read; None or empty where a role has none."""

    values: tuple[str, ...]
    """Columns of numbers, or the one whose cells are lists of them."""
    is_list: bool
    """Whether it is such a one."""
    id: str | None = None
    label: str | None = None
    split: str | None = None
    picture: str | None = None
    texts: tuple[str, ...] = ()
    other_words: frozenset[str] = frozenset()
    """Words of the split among the first rows where some mean neither part, which is told."""

    @property
    def names(self) -> list[str]:
        """Every column that is read, once."""
        named = (self.id, self.label, self.split, self.picture)
        single = [each for each in named if each is not None]
        return list(dict.fromkeys([*single, *self.texts, *self.values]))

    def chosen(self, options: Options) -> dict[str, Any]:
        """Return what options left open, by the options' names, and what tells the split."""
        found = {
            "id_column": self.id or "",
            "label_column": self.label or "",
            "picture_column": self.picture or "",
            "text_columns": list(self.texts),
            "value_columns": list(self.values),
        }
        left = {name: value for name, value in found.items() if getattr(options, name) is None}
        return {**left, "split_column": self.split or ""}


def choose_roles(
    table: Table, options: Options, path_columns: Iterable[str] = (), has_values: bool = True,
    flags: Sequence[str] = (),
) -> Roles:  # fmt: skip
    """Return what the columns of a table are for.

    Args:
        table: the table.
        options: what people chose.
        path_columns: columns of text that name pictures of the source.
        has_values: whether rows are vectors; else their pictures are the samples.
        flags: columns that say whether a row is trained on or held out; without a column of words
            the first of them is the split, and none is anything else.

    Raises:
        IntakeError: `no_such_column`, `no_numbers` or `not_numbers`.
        TooLargeError: with code `too_many_dimensions`.
    """
    kinds = {column.name: column.type for column in table.columns}
    _check_names(kinds, options)
    taken: set[str] = set()

    def take(chosen: str | None, names: Sequence[str], allowed: Sequence[str]) -> str | None:
        fitting = [each for each in kinds if each not in taken and kinds[each] in allowed
                   and each not in table.lists]  # fmt: skip
        found = named(fitting, names) if chosen is None else (chosen or None)
        taken.update([] if found is None else [found])
        return found

    pictures = {each for each, kind in kinds.items() if kind == "picture"} | set(path_columns)
    picture = options.picture_column
    if picture is None:
        candidates = [each for each in kinds if each in pictures]
        picture = named(candidates, PICTURE_NAMES) or min(pictures, default=None)
    taken.update([picture] if picture else [])
    told = [each.casefold() for each in kinds if table.class_names(each)]  # the file names classes
    label = take(options.label_column, (*LABEL_NAMES, *told), ("text", "number"))
    sample_id = take(options.id_column, (*ID_NAMES, *INDEX_NAMES), ("text", "number"))
    split = take(None, SPLIT_NAMES, ("text",))
    split = split or next((each for each in flags if each not in taken), None)
    taken.update(flags)
    values, is_list = _values(table, options, kinds, taken) if has_values else ((), False)
    texts = options.text_columns
    if texts is None:
        free = [each for each in kinds if each not in taken and each not in values]
        texts = tuple(each for each in free if kinds[each] == "text")[:MOST_TEXTS]
    return Roles(values, is_list, sample_id, label, split, picture or None, texts)


def _check_names(kinds: dict[str, Any], options: Options) -> None:
    single = (options.id_column, options.label_column, options.picture_column)
    wanted = [*single, *(options.text_columns or ()), *(options.value_columns or ())]
    for each in wanted:
        if each and each not in kinds:
            raise IntakeError("no_such_column", f"There is no column '{shown(each, 40)}'; choose "
                              f"one of {_listed(list(kinds))}.")  # fmt: skip


def _values(
    table: Table, options: Options, kinds: dict[str, Any], taken: set[str]
) -> tuple[tuple[str, ...], bool]:
    chosen = options.value_columns
    free = [each for each, kind in kinds.items() if kind == "number" and each not in taken]
    numbers = [n for n in free if n in table.lists or not NO_VALUES.fullmatch(n.strip().casefold())]
    if chosen:
        wrong = [each for each in chosen if kinds[each] != "number"]
        if wrong:
            raise IntakeError("not_numbers", f"The column '{shown(wrong[0], 40)}' holds no "
                              "numbers; choose others for the values.")  # fmt: skip
        numbers = list(dict.fromkeys(chosen))
    lists = [each for each in numbers if each in table.lists]
    if lists and (not chosen or len(numbers) == 1):
        return (named(lists, LIST_NAMES) or lists[0],), True
    if lists:
        raise IntakeError("not_numbers", f"'{shown(lists[0], 40)}' holds lists of numbers; choose "
                          "it alone, or columns with one number each.")  # fmt: skip
    if not numbers:
        raise IntakeError("no_numbers", "No column holds numbers to make vectors of (lists of them "
                          "are read from Parquet); the columns are "
                          f"{_listed(list(kinds))}.")  # fmt: skip
    if len(numbers) > MOST_DIMENSIONS:
        raise TooLargeError(f"There are {len(numbers):,} columns of numbers; the limit is "
                            f"{MOST_DIMENSIONS:,}, so choose fewer of them as values.",
                            "too_many_dimensions")  # fmt: skip
    return tuple(numbers), False


def named(columns: Iterable[str], names: Sequence[str]) -> str | None:
    """Return the column with the first of some names, None where there is none.

    Args:
        columns: names as they stand in a table; of those alike but for their case the first counts.
        names: in small letters, without blanks around them.
    """
    by_name = {each.strip().casefold(): each for each in reversed(list(columns))}
    return next((by_name[name] for name in names if name in by_name), None)


def repeats(words: Sequence[str]) -> bool:
    """Whether words of a column that nobody named tell classes: else they tell samples apart."""
    return len(words) >= FEWEST_REPEATS * len(set(words)) > 0


def told_left(columns: Iterable[Column], used: Iterable[str]) -> list[str]:
    """Return a sentence on the columns that are not read, none where all are."""
    read = set(used)
    left = [column.name for column in columns if column.name not in read]
    if not left:
        return []
    listed = ", ".join(f"'{shown(name, 30)}'" for name in left[:MOST_LEFT])
    return [f"Left out: {listed}{' and others' if len(left) > MOST_LEFT else ''}."]


def _listed(names: Sequence[str]) -> str:
    told = ", ".join(f"'{shown(each, 30)}'" for each in names[:MOST_LISTED])
    return told + (" and others" if len(names) > MOST_LISTED else "")
